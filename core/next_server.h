// Which address we name to clients as ourselves, and as their boot server (siaddr).
//
// The wrong one is a machine that gets its lease and then asks nobody for its loader: a bridge with
// several addresses, or a relayed client that cannot reach the one the packet came in by.
#pragma once

#include <optional>

#include "base/ipv4.h"
#include "core/dhcp_exchange.h"
#include "core/model.h"

namespace pxe::core {

// Our address as the client can reach it. First that applies: `advertised` (--advertise); for a
// relayed client our end of the route to its relay; our address inside the client's network; the
// first one of the interface. Zero only when the question names no address of ours at all.
Ipv4 OurAddress(const Ipv4Prefix& client_network, const DhcpQuestion& question,
                std::optional<Ipv4> advertised);

// The TFTP server named to a client of `subnet`: the subnet's `next_server`, else OurAddress.
Ipv4 NextServer(const Subnet& subnet, const DhcpQuestion& question, std::optional<Ipv4> advertised);

}  // namespace pxe::core
