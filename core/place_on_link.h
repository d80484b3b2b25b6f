// In which subnet of a shared network a client is, as far as that can be told before it is decided
// what it gets (N3).
//
// What a machine boots is said by its subnet, so this comes first; which address it gets comes
// after and lies in that subnet, but for the rare pool that is taken to its last address in
// between.
#pragma once

#include <span>

#include "base/clock.h"
#include "core/dhcp_exchange.h"
#include "core/lease_book.h"
#include "core/model.h"

namespace pxe::core {

// First that applies, among `arrived`, which the packet came by, and those of `link` that are
// served like it: the subnet of the address it names as its own; of its reserved one; of its lease,
// of what it was offered; the first with an address to give; `arrived`.
const Subnet& PlaceOnLink(const DhcpQuestion& question, const Subnet& arrived,
                          std::span<const Subnet* const> link, const Host* host, const Nic* nic,
                          const LeaseBook& book, Seconds now);

}  // namespace pxe::core
