// A packet as text: what golden tests compare and what people read in a debug log.
//
// The form is stable; every byte that came from the network is printed escaped or in hexadecimal.
#pragma once

#include <string>

#include "dhcp/wire/packet.h"

namespace pxe::dhcp::wire {

// One line per header field that is not zero, then one per option in the packet's order.
std::string Describe(const Packet& packet);

}  // namespace pxe::dhcp::wire
