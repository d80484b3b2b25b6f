// What is in a database file, found out without changing a byte of it.
//
// Nothing is opened for writing before it has passed here: a file that is refused is still there as
// it was, for a better program or a pair of eyes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/migrate.h"
#include "store/schema.h"

namespace pxe::store {

struct DatabaseFacts {
  int64_t schema = 0;     // 0: an empty database
  uint64_t revision = 0;  // of the last write; 0 with schema 0
};

enum class Depth {
  kPages,       // every page, row and constraint of the tables: at each start
  kEverything,  // the indexes against the tables and the references too: a backup, once
};

// DATA_LOSS unless the file, which has no log, has all its pages: SQLite fills up a cut one with
// zeros unasked.
absl::Status CheckSize(const std::filesystem::path& file);

// The facts of a sound database of ours. DATA_LOSS: damaged, or no database; FAILED_PRECONDITION:
// another program's, a newer pxed's, or not a file that can be opened; UNAVAILABLE: locked. The
// message says the fault and the way out, on one line, and not the file's name.
absl::StatusOr<DatabaseFacts> Inspect(const std::filesystem::path& file, Depth depth,
                                      std::span<const SchemaFile> files = SchemaFiles());

// The same status, or for UNAVAILABLE one that names the process that has `database` locked. The
// file must not be open in this process: looking lets go of the locks it may have.
absl::Status NameLockHolder(const absl::Status& status, const std::filesystem::path& database);

}  // namespace pxe::store
