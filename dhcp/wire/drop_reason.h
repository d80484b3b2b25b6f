// Why a received packet gets no further: one counter each, so that sum(received) is the sum of all
// outcomes.
#pragma once

#include <string_view>

namespace pxe::dhcp::wire {

enum class DropReason {
  // What the bytes say, ParsePacket.
  kShort,            // fewer than the 236 bytes of the fixed header
  kNoCookie,         // no options field: BOOTP, or no DHCP at all
  kNotRequest,       // op is not BOOTREQUEST
  kBadHlen,          // hlen exceeds the width of chaddr
  kBadHtype,         // htype 0 with an address
  kOptionTruncated,  // an option runs past the end before the message type was seen
  kBadOverload,      // option 52 is not one byte of 1, 2 or 3
  kNoMessageType,    // no option 53: BOOTP
  kUnsupportedType,  // a message type that is not for us, or not for servers
  kDuplicateType,    // option 53 twice

  // What the values say, AskFrom.
  kNoIdentity,       // no hardware address and no usable client identifier
  kBadChaddr,        // a hardware address nobody can have, and no client identifier
  kBadRequested,     // option 50 is not an address
  kBadServerId,      // option 54 is not an address
  kClientIdLong,     // option 61 over 255 bytes
  kBadRequestState,  // a REQUEST with none of 50, 54, ciaddr
  kBadAddress,       // ciaddr or giaddr is multicast, loopback or all ones
  kHops,             // more than 16 relays
  kRfcViolation,     // DISCOVER with a server id, RELEASE, DECLINE or INFORM without an address
  kBootItem,         // a boot server of a kind that we are not, or a signed file (C130)

  // What the circumstances say, Server.
  kBadPort,          // from UDP port 0: cannot be answered
  kLoop,             // our own packet came back
  kTooLong,          // longer than the configured limit
  kNotOurInterface,  // came in by an interface that is not served
  kNoLocalAddress,   // the interface has no address to answer from
  kOverload,         // as many questions in flight as the limit allows
  kRateLimited,      // its client, interface or relay sends more than the limits allow (C152)
  kBufferFull,       // not even seen: more came than the kernel had room for
  kStale,            // a DISCOVER that waited so long that its client has asked again (C154)
  kCount,
};

// "no_cookie": the label of the counter and the word in logs.
std::string_view ToString(DropReason reason);

}  // namespace pxe::dhcp::wire
