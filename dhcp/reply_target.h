// Where a reply goes: RFC 2131 section 4.1 as one table, first match wins (C5).
//
// A wrong row is a machine that waits for ever: a client without an address cannot be sent to by
// the kernel, and some switches drop a broadcast packet in a unicast frame.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ipv4.h"
#include "base/mac_address.h"
#include "dhcp/wire/packet.h"

namespace pxe::dhcp {

enum class Delivery {
  kToSource,         // C3: whoever asks the boot service hears it where it asked
  kToRelay,          // a: the relay passes it on
  kInformed,         // b, c: it has an address, and said or showed it
  kNakToAll,         // d: whoever holds a wrong address must hear it
  kToOwnAddress,     // e: the client renews and answers ARP
  kToAllByFlag,      // f: the client said it cannot take unicast yet
  kToAllNoHardware,  // g: there is no Ethernet address to send to
  kToHardware,       // h: a frame to chaddr; the client cannot answer ARP
};

struct ReplyTarget {
  Delivery delivery = Delivery::kToRelay;
  Ipv4 address;
  uint16_t port = 0;
  std::optional<MacAddress> mac;  // of the frame; nothing: by the kernel's routing or broadcast
};

// What the table needs of the socket the request came by.
struct Ports {
  uint16_t server = 67;
  uint16_t client = 68;
  uint16_t request_source = 67;  // where a relay with RFC 8357's sub-option 19 wants the answer
  Ipv4 request_address;          // source of the request; 0: its client has no address yet
  bool boot_service = false;     // the answer is the boot service's
};

// `request` and `reply` belong together. Without `raw_frames`, row h is a broadcast too: most
// clients take that, whatever their flag says.
ReplyTarget TargetOf(const wire::Packet& request, const wire::Packet& reply, const Ports& ports,
                     bool raw_frames);

}  // namespace pxe::dhcp
