// All that the control plane knows, in memory, under one mutex: the catalog, the lease book, the
// boots under way.
//
// The mutex is held for a decision or a read and never across I/O. Changes come through the Apply
// functions, which keep the two halves in step: a reserved address leaves the free list of its pool
// in the same critical section in which the host appears, so a packet sees the state before a write
// or after it.
#pragma once

#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/lease_book.h"
#include "core/model.h"
#include "core/quirk.h"
#include "server/boots.h"
#include "server/catalog.h"

namespace pxe::server {

// An object that is not there any more.
template <typename Noun>
struct Erased {
  std::string id;
};

// One object of a committed write: as it is now, or gone.
using CatalogChange =
    std::variant<core::Subnet, core::Host, core::Profile, core::Template, core::Rule, core::Quirk,
                 Erased<core::Subnet>, Erased<core::Host>, Erased<core::Profile>,
                 Erased<core::Template>, Erased<core::Rule>, Erased<core::Quirk>>;

struct LiveState {
  mutable std::mutex mutex;
  Catalog catalog;         // guarded by mutex
  core::LeaseBook leases;  // guarded by mutex
  Boots boots;             // guarded by mutex
  // By the id of a subnet: the address of ours that its clients were last told. Guarded by mutex.
  absl::flat_hash_map<std::string, Ipv4> our_addresses;

  // Show a committed write. Each takes the mutex itself.
  void Apply(core::Subnet subnet);
  void Apply(core::Host host);
  void Apply(core::Profile profile);
  void Apply(core::Template text);
  void Apply(core::Rule rule);
  void Apply(core::Quirk quirk);

  // All of one write at once. Hosts in it may have traded MACs, addresses and UUIDs.
  void Apply(std::vector<CatalogChange> changes);
};

}  // namespace pxe::server
