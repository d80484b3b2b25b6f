// Copies of the database: made while it is written to, kept before it is migrated, put in its
// place.
//
// A copy is one file that needs no log beside it. Nothing that is asked for here changes a file
// before its replacement is complete, checked and on disk, and nothing is ever overwritten: what
// has to go is kept under another name. Errors name the file, the fault and the way out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "store/inspect.h"
#include "store/schema.h"
#include "store/sqlite.h"
#include "store/state_files.h"

namespace pxe::store {

// Writes the state as committed at this moment to `to`, which must not exist; on disk when OK.
// Others may write to the database meanwhile and wait for nothing. Takes as long as reading the
// whole database. On an error there is no `to`. RESOURCE_EXHAUSTED: the disk is full.
absl::Status CopyDatabase(Database& db, const std::filesystem::path& to);

// The same from a database that another connection serves, any thread; and what the copy holds.
absl::StatusOr<DatabaseFacts> CopyWhileServing(const StateFiles& files,
                                               const std::filesystem::path& to);

// Keeps a copy, checked in full, as `state.db.before-schema-N`, N being the newest of `schema`; the
// file's name. A copy of other
// content is left alone and the next gets a number behind its name; the same content is kept once.
absl::StatusOr<std::filesystem::path> KeepCopy(Database& db, const StateFiles& files,
                                               std::span<const SchemaFile> schema);

struct Restored {
  DatabaseFacts backup;                           // what was in the backup
  DatabaseFacts now;                              // what is in place: migrated, revision moved on
  std::optional<std::filesystem::path> replaced;  // where the database before lies; none: no such
};

// Puts a backup in the place of the database of a state directory that nobody serves. The backup is
// checked in full and stays as it is; one of an older schema is migrated in the copy. The revision
// goes on from the higher of both databases, so that no number ever means two things.
// FAILED_PRECONDITION: held by a process, not a backup of ours; DATA_LOSS: the backup is damaged.
absl::StatusOr<Restored> RestoreBackup(const std::filesystem::path& directory,
                                       const std::filesystem::path& backup, Seconds now,
                                       std::span<const SchemaFile> schema = SchemaFiles());

}  // namespace pxe::store
