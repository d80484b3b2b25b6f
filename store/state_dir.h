// The state directory: who holds it, and the database in it.
//
// One process at a time: an flock on `lock`, taken before anything else is touched. `state.db` is
// made complete under another name and renamed, so a `state.db` that is empty, truncated, foreign,
// damaged or of a newer schema is refused with a message and left as it is; an empty database never
// takes the place of a bad one.
#pragma once

#include <filesystem>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/sqlite.h"

namespace pxe::store {

class StateDir {
 public:
  // Locks, opens, checks and migrates. Makes the directory (not its parents) and the database when
  // there is none. FAILED_PRECONDITION: held by another process (the message names its pid), a
  // newer schema, somebody else's file; DATA_LOSS: not a database, truncated or damaged.
  static absl::StatusOr<StateDir> Open(const std::filesystem::path& path);

  StateDir(StateDir&& other) noexcept;
  StateDir& operator=(StateDir&&) = delete;
  ~StateDir();  // closes the database, then lets go of the lock

  Database& db() { return *db_; }
  bool created() const { return created_; }  // the database is new, made by this Open

 private:
  explicit StateDir(int lock_fd) : lock_fd_(lock_fd) {}

  int lock_fd_;  // -1: moved from
  std::unique_ptr<Database> db_;
  bool created_ = false;
};

}  // namespace pxe::store
