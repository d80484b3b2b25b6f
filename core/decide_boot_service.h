// Where to boot from, without an address: ProxyDHCP beside another server, and the boot service on
// port 4011, which UEFI firmware asks after either (C129, C130, rule 1).
//
// Part of core/decide_dhcp.h. Nothing said here carries an address or a lease (P2).
#pragma once

#include "core/dhcp_case.h"

namespace pxe::core {

// For a subnet in proxy mode: a DISCOVER of a machine that boots is answered, and the boot service;
// all else is the other server's.
DhcpVerdict DecideProxy(const Case& c);

// A request to the boot service, whatever the mode.
DhcpVerdict DecideBootServer(const Case& c);

}  // namespace pxe::core
