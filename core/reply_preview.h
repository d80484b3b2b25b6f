// The packet that an answer would become, for those who ask what a machine would be told.
//
// The control plane decides and knows no packets; the DHCP data plane builds them and is handed in
// as this function, so that a simulated boot shows the very bytes of the wire.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/dhcp_exchange.h"

namespace pxe::core {

struct ReplyPreview {
  std::vector<uint8_t> bytes;  // the BOOTP payload
  std::string text;            // one line per field and option
};

// None: the answer is silence.
using ReplyPreviewFn = std::function<std::optional<ReplyPreview>(const DhcpQuestion& question,
                                                                 const DhcpAnswer& answer)>;

}  // namespace pxe::core
