// Brings a database to the newest schema, one numbered file after the other.
//
// PRAGMA user_version counts the files applied; PRAGMA application_id says that the file is ours.
// Each file and its number are one transaction, so a crash leaves the schema before or after it.
// Foreign keys are enforced at the end of each file only, and no DELETE in it cascades.
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

// FAILED_PRECONDITION when a database of this version was written by a newer program.
absl::Status RefuseNewer(int64_t version, std::span<const SchemaFile> files = SchemaFiles());

// Applies what is missing of `files`; refuses as RefuseNewer does. An error of a file is annotated
// with its name, and so is DATA_LOSS for a reference that the file would leave without its target.
absl::Status Migrate(Database& db, std::span<const SchemaFile> files = SchemaFiles());

}  // namespace pxe::store
