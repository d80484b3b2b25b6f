// The revision of the database: one counter that every write moves.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "store/sqlite.h"

namespace pxe::store {

// Moves the counter on; the new value. Undone with the transaction.
absl::StatusOr<uint64_t> NextRevision(Database& db);

// The value after the last committed write, 0 in a new database.
absl::StatusOr<uint64_t> CurrentRevision(Database& db);

}  // namespace pxe::store
