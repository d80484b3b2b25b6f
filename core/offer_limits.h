// How many addresses may be promised at a time and not yet taken (C153).
//
// Who makes up a hardware address for each packet gets offers and never takes one: they end by
// themselves, but until then nobody else has those addresses. So a part of each link's addresses is
// kept out of the reach of newcomers, and a port of a switch has less than its link. Those who have
// an address to come back to, and hosts with a reserved one, are not counted.
#pragma once

#include <cstdint>

#include "core/dhcp_exchange.h"

namespace pxe::core {

// So many at any rate, for a rack that is switched on at once.
inline constexpr uint32_t kOffersOfAnyLink = 256;
inline constexpr uint32_t kOffersOfAnyCircuit = 64;

struct OfferLoad {
  uint32_t addresses = 0;    // of the link's pools
  uint32_t offered = 0;      // of these
  uint32_t from_origin = 0;  // of those, by way of one circuit
};

// More are at most three quarters of the link, and half of it for one circuit.
bool HasTooManyOffers(const OfferLoad& load);

// Names the circuit that a question came by, its relay and port, while this process runs. 0: none
// is known.
uint64_t OriginOf(const DhcpQuestion& question);

}  // namespace pxe::core
