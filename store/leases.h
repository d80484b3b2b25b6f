// Leases as rows: one per address, keyed by it, with no other index, because every ACK pays for it.
//
// That a client has one address at most is kept by the lease book, not here.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "core/model.h"
#include "store/sqlite.h"

namespace pxe::store {

// Writes the row of `lease.address`, whatever was there. The revision it was given; the one in
// `lease` is ignored.
absl::StatusOr<uint64_t> PutLease(Database& db, const core::Lease& lease);

absl::StatusOr<std::vector<core::Lease>> ListLeases(Database& db);  // by address

}  // namespace pxe::store
