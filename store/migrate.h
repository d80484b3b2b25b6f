// Brings a database to the newest schema, one numbered file after the other.
//
// PRAGMA user_version counts the files applied; PRAGMA application_id says that the file is ours.
// Each file and its number are one transaction, so a crash leaves the schema before or after it.
#pragma once

#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/schema.h"
#include "store/sqlite.h"

namespace pxe::store {

// "pxed", as `file` shows it.
inline constexpr int64_t kApplicationId = 0x70786564;

// The number of schema files applied; 0 in an empty database. FAILED_PRECONDITION when the database
// belongs to another program.
absl::StatusOr<int64_t> SchemaVersion(Database& db);

// Applies what is missing of `files`. FAILED_PRECONDITION when the database has more than that: it
// was written by a newer program. An error of a file is annotated with its name.
absl::Status Migrate(Database& db, std::span<const SchemaFile> files = SchemaFiles());

}  // namespace pxe::store
