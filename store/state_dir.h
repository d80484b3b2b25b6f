// The state directory: who holds it, and the database in it.
//
// One process at a time: the lock is taken before anything else is touched. `state.db` is made
// complete under another name and renamed, so a `state.db` that is empty, truncated, foreign,
// damaged, without its log or of a newer schema is refused with a message and left as it is, byte
// for byte; an empty database never takes the place of a bad one. Before an older one is migrated a
// copy is kept. Every refusal names the file, the fault and the way out: docs/operations.md lists
// them.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/directory_lock.h"
#include "store/schema.h"
#include "store/sqlite.h"
#include "store/state_files.h"

namespace pxe::store {

// What was done to a database of an older schema.
struct Migration {
  int64_t from = 0;
  int64_t to = 0;
  std::filesystem::path kept;  // the copy of before
};

class StateDir {
 public:
  // Locks, opens, checks and migrates. Makes the directory (not its parents) and the database when
  // there is none. FAILED_PRECONDITION: held by another process (the message names its pid), a
  // newer schema, somebody else's file, not writable; DATA_LOSS: not a database, truncated,
  // damaged, its log gone; UNAVAILABLE: locked by another program; RESOURCE_EXHAUSTED: no room for
  // the copy that is kept.
  static absl::StatusOr<StateDir> Open(const std::filesystem::path& path,
                                       std::span<const SchemaFile> schema = SchemaFiles());

  StateDir(StateDir&&) noexcept = default;
  StateDir& operator=(StateDir&&) = delete;
  ~StateDir();  // closes the database, then lets go of the lock

  Database& db() { return *db_; }
  const StateFiles& files() const { return files_; }
  bool created() const { return created_; }  // the database is new, made by this Open
  const std::optional<Migration>& migration() const { return migration_; }  // by this Open

 private:
  StateDir(DirectoryLock lock, StateFiles files)
      : lock_(std::move(lock)), files_(std::move(files)) {}
  absl::Status OpenDatabase(std::span<const SchemaFile> schema);
  absl::Status Prepare(std::span<const SchemaFile> schema);
  absl::Status MigrateKeepingCopy(std::span<const SchemaFile> schema);

  DirectoryLock lock_;
  StateFiles files_;
  std::unique_ptr<Database> db_;  // null: moved from
  bool created_ = false;
  std::optional<Migration> migration_;
};

}  // namespace pxe::store
