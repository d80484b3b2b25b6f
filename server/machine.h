// The machine behind a packet or a file request, as far as the catalog and the lease book know it.
#pragma once

#include <optional>
#include <string_view>

#include "base/ipv4.h"
#include "base/mac_address.h"
#include "base/uuid.h"
#include "core/decide_boot.h"
#include "core/model.h"
#include "server/catalog.h"

namespace pxe::server {

// Points into the catalog, and into whatever told of it; lives no longer than the lock on it.
struct Machine {
  const core::Subnet* subnet = nullptr;  // of its link; null: in none of ours
  const core::Host* host = nullptr;      // null: an unknown machine
  const core::Nic* nic = nullptr;        // null: unknown, or the host was found by another mark
  std::optional<MacAddress> mac;         // also of an unknown machine, when it is told
  Ipv4 address;                          // that it has or asks from; 0: none yet

  // What only its DHCP packets tell; a file request knows the kind by the machine's lease.
  std::optional<Uuid> uuid;
  std::string_view kind;
  std::string_view vendor_class;
  std::string_view circuit_id;
};

// The facts of its boot decision; they live no longer than the machine and the catalog.
core::BootFacts BootFactsOf(const Machine& machine, const Catalog& catalog);

}  // namespace pxe::server
