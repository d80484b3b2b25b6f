// What a relay says of its client in option 82, as far as it has names that rules and hosts go by.
//
// A renewal goes past the relay and says nothing of all this. Its lease remembers, or a machine
// would be another one, by rule or as a host, for as long as it renews.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/clock.h"
#include "core/dhcp_exchange.h"
#include "core/lease_book.h"

namespace pxe::core {

// As people and rules spell a circuit or remote id: switches send text ("Gi1/0/7") or bytes of
// their own.
std::string SpellRelayId(std::span<const uint8_t> id);

// C136: gives a direct packet of a client that has an address the names that its relay gave it when
// that address was leased. Any other question stays as it is.
void RecallRelay(DhcpQuestion& question, const LeaseBook& book, Seconds now);

}  // namespace pxe::core
