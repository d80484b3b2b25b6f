// All that the control plane knows, in memory, under one mutex: the catalog and the lease book.
//
// The mutex is held for a decision or a read and never across I/O. Changes come through the Apply
// functions, which keep the two halves in step: a reserved address leaves the free list of its pool
// in the same critical section in which the host appears, so a packet sees the state before a write
// or after it.
#pragma once

#include <mutex>
#include <string_view>

#include "core/lease_book.h"
#include "core/model.h"
#include "server/catalog.h"

namespace pxe::server {

struct LiveState {
  mutable std::mutex mutex;
  Catalog catalog;         // guarded by mutex
  core::LeaseBook leases;  // guarded by mutex

  // Show a committed write. Each takes the mutex itself.
  void Apply(core::Subnet subnet);
  void Apply(core::Host host);
  void Apply(core::Profile profile);
  void ApplySubnetErased(std::string_view id);
  void ApplyHostErased(std::string_view id);
  void ApplyProfileErased(std::string_view id);
};

}  // namespace pxe::server
