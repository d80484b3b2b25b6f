// From an answer to the packet that carries it: the first place that knows options on the way out.
//
// What is in a reply, and in which order, decides whether firmware boots; each oddity here has a
// client that needs it, named in reply.cc by its rule.
#pragma once

#include <optional>
#include <vector>

#include "core/dhcp_exchange.h"
#include "dhcp/wire/packet.h"

namespace pxe::dhcp {

struct Reply {
  wire::Packet packet;
  Ipv4 source;  // the address of ours that it leaves from; option 54 may say another (RFC 5107)
  std::vector<wire::OptionCode> left_out;  // to stay within what the client can take (C141)
};

// The OFFER, ACK or NAK for `request`; nothing when the answer is silence. `mtu` is the receiving
// interface's, in bytes.
std::optional<Reply> BuildReply(const wire::Packet& request, const core::ClientKind& kind,
                                const core::DhcpAnswer& answer, int mtu);

}  // namespace pxe::dhcp
