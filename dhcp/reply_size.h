// How large a reply may be, and what is left out of one that is larger (C35, C36, C140, C141).
#pragma once

#include <cstddef>
#include <vector>

#include "core/dhcp_exchange.h"
#include "dhcp/wire/packet.h"

namespace pxe::dhcp {

// Bytes of BOOTP payload that this client takes, option 82 not counted: the relay takes it off
// again, but it must not make fragments of the packet on the way there. `mtu` is the receiving
// interface's.
size_t BudgetFor(const wire::Packet& request, int mtu);

// Of the whole payload.
size_t SizeWithout82(const wire::Options& options);

// Bytes that a reply may be filled up to, so that what was padded is not cut into fragments.
uint16_t PaddingFor(const core::DhcpGrant& grant, int mtu);

// Leaves out what the client can live without until the rest fits, the operator's last options
// last; says what.
std::vector<wire::OptionCode> Shrink(const core::DhcpGrant& grant, wire::Options& options,
                                     size_t budget);

}  // namespace pxe::dhcp
