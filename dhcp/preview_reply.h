// The reply to a machine that has sent nothing: what the wire would carry for a question and its
// answer.
//
// The request is made up from the question, the rest of it as the firmware of that kind sends it;
// the reply is BuildReply's. Only xid, flags and, behind several relays, hops of a real exchange
// differ.
#pragma once

#include <optional>

#include "core/reply_preview.h"

namespace pxe::dhcp {

std::optional<core::ReplyPreview> PreviewReply(const core::DhcpQuestion& question,
                                               const core::DhcpAnswer& answer);

}  // namespace pxe::dhcp
