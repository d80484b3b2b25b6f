// From a packet to the question it asks: the last place that knows options on the way in.
//
// Values that nobody can have drop the packet with a reason; values that are merely malformed are
// left out and noted, because clients with one broken option must still boot.
#pragma once

#include <bitset>
#include <cstddef>
#include <string_view>
#include <variant>

#include "base/ipv4.h"
#include "core/dhcp_exchange.h"
#include "dhcp/wire/drop_reason.h"
#include "dhcp/wire/packet.h"
#include "net/interfaces.h"

namespace pxe::dhcp {

// What was odd about a packet that is processed all the same; a counter each.
enum class Note {
  kOptionTruncated,       // the last option ran past the end
  kOverloadUnterminated,  // options in `file` or `sname` without END
  kHopsOdd,               // hops counted, yet no relay named
  kOptionIgnored,         // an option of a fixed length has another
  kClientIdIgnored,       // option 61 too short
  kArchitectureIgnored,   // option 93 odd or empty
  kUuidIgnored,           // option 97 not of type 0 and 16 bytes
  kHostNameIgnored,       // option 12 is no host name
  kVendorOptionsIgnored,  // option 43, 124 or 125 overruns
  kFqdnIgnored,           // option 81 is no name
  kRelayAgentUnread,      // sub-options of 82 overrun; echoed all the same
  kReplyOptionsLeftOut,   // the reply would not have fitted the client's limit
  kCount,
};
using Notes = std::bitset<static_cast<size_t>(Note::kCount)>;

// "hops_odd": the label of the counter.
std::string_view ToString(Note note);

// How the packet came.
struct Arrival {
  const net::Interface& interface;
  Ipv4 unicast_to;            // the address of ours it was sent to; 0: broadcast
  Ipv4 route_source;          // our address on the route to its relay; 0 when direct
  Ipv4 source;                // of the packet; 0: its client has no address yet
  bool boot_service = false;  // it came to the port of the boot service
};

struct Asked {
  core::DhcpQuestion question;  // with tag 0
  Notes notes;
};

// The question, or why the packet is not answered. The packet is one that ParsePacket or ParseBootp
// accepted.
std::variant<Asked, wire::DropReason> AskFrom(const wire::Packet& packet, const Arrival& arrival);

}  // namespace pxe::dhcp
