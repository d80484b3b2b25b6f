// The machine behind a packet or a file request, as far as the catalog and the lease book know it.
#pragma once

#include <optional>

#include "base/ipv4.h"
#include "base/mac_address.h"
#include "core/decide_boot.h"
#include "core/model.h"
#include "server/catalog.h"

namespace pxe::server {

// Points into the catalog; lives no longer than the lock on it.
struct Machine {
  const core::Subnet* subnet = nullptr;  // of its link; null: in none of ours
  const core::Host* host = nullptr;      // null: an unknown machine
  const core::Nic* nic = nullptr;        // null: unknown, or the host was found by another mark
  std::optional<MacAddress> mac;         // also of an unknown machine, when it is told
  Ipv4 address;                          // that it has or asks from; 0: none yet
};

// The facts of the boot decision: the profiles looked up that the host and the subnet name.
core::BootFacts BootFactsOf(const Machine& machine, const Catalog& catalog);

}  // namespace pxe::server
