// What a DISCOVER gets: an offer, of which address, and whether that is pinged first (C44-C55,
// C142-C146, C153).
#pragma once

#include <chrono>

#include "core/decide_dhcp.h"
#include "core/dhcp_case.h"

namespace pxe::core {

// An address that was the client's own until so recently is not pinged: a Windows that boots from
// the network answers by the address it had (C143).
inline constexpr std::chrono::seconds kPingOwnGrace{60};

DhcpVerdict DecideDiscover(const Case& c);

}  // namespace pxe::core
