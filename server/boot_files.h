// From a requested file name to its answer: which machine is meant, what it boots, which text.
//
// The same functions serve TFTP and previews, so a preview shows exactly the bytes a machine gets.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "base/ipv4.h"
#include "base/mac_address.h"
#include "core/boot_exchange.h"
#include "server/live_state.h"

namespace pxe::server {

// All take the state's mutex for as long as they look. `now` decides whose lease is live.
core::BootAnswer AnswerBoot(const core::BootQuestion& question, const LiveState& state,
                            Seconds now);

// The config that a host, or the machine with that MAC, would be given from `server`, an address of
// ours. Without one, a text that names it (`server.address`) cannot be rendered. NOT_FOUND: no such
// host. FAILED_PRECONDITION: it would be given none, and why.
absl::StatusOr<std::string> PreviewHostConfig(const std::string& host_id,
                                              std::optional<Ipv4> server, const LiveState& state,
                                              Seconds now);
absl::StatusOr<std::string> PreviewMacConfig(const MacAddress& mac, std::optional<Ipv4> server,
                                             const LiveState& state, Seconds now);

}  // namespace pxe::server
