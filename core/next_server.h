// Which address we name to clients as ourselves, and as their boot server (siaddr).
//
// The wrong one is a machine that gets its lease and then asks nobody for its loader: a bridge with
// several addresses, or a relayed client that cannot reach the one the packet came in by.
#pragma once

#include <optional>

#include "base/ipv4.h"
#include "core/decide_boot.h"
#include "core/dhcp_exchange.h"
#include "core/model.h"

namespace pxe::core {

// Who says that it is this address.
enum class ServerSource {
  kNone,        // nobody was asked: there is nothing to boot
  kHost,        // `next_server` of the host,
  kProfile,     // of the profile, or of one above it,
  kSubnet,      // of the subnet
  kPlain,       // `plain_next_server` of the subnet
  kAdvertised,  // --advertise
  kInterface,   // an address of ours on the interface that the question came in by
  kRoute,       // our end of the route to the client's relay
};

struct ServerAddress {
  Ipv4 address;
  ServerSource source = ServerSource::kNone;

  bool operator==(const ServerAddress&) const = default;
};

// Our address as the client can reach it. First that applies: `advertised` (--advertise); our
// address inside the client's network; for a relayed client our end of the route to its relay; the
// first one of the interface. Zero only when the question names no address of ours at all.
ServerAddress OurAddress(const Ipv4Prefix& client_network, const DhcpQuestion& question,
                         std::optional<Ipv4> advertised);

// The server named to a client of `subnet` for the boot file of `verdict`. First that applies: for
// a plain boot file the subnet's own; what the host says (null: it is none), the profile that is
// booted, the subnet; else OurAddress.
ServerAddress NextServer(const BootVerdict& verdict, const Host* host, const Subnet& subnet,
                         const DhcpQuestion& question, std::optional<Ipv4> advertised);

}  // namespace pxe::core
