// Who may be given which address of a pool: its guard, and the addresses that old systems do not
// take for those of machines.
//
// Asked for new addresses only: whoever has one keeps it, whatever its pool has become (N4, N6).
#pragma once

#include "base/ipv4.h"
#include "core/client_kind.h"
#include "core/model.h"

namespace pxe::core {

// What a guard looks at.
struct PoolClient {
  bool known = false;                  // it is a host that somebody has approved
  const ClientFacts* facts = nullptr;  // of its packet; null: nothing is told
};

// A machine whose host nobody has judged yet (HostState::kDiscovered) is none that is known: it
// makes itself one.
PoolClient PoolClientOf(const ClientFacts& facts, const Host* host);

bool Admits(const PoolGuard& guard, const PoolClient& client);

// Ends in .0 or .255 and is an address of a machine for all that: the network is larger than a /24.
bool IsEdgeAddress(Ipv4 address, const Ipv4Prefix& network);

}  // namespace pxe::core
