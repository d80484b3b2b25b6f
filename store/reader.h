// A second connection to the database that only reads: for history, which is not in memory.
//
// It sees what has been committed and never waits for the writer (WAL). Not for packets: it goes to
// the disk. It must end before the database that it was opened for.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status.h"
#include "store/sqlite.h"

namespace pxe::store {

class Reader {
 public:
  // Reads the file of `db`, which must be in WAL mode.
  static absl::StatusOr<std::unique_ptr<Reader>> Open(const Database& db);

  // Calls `read(database)`, which returns an absl::Status, in a transaction: all that it reads is
  // of one moment. Any thread; one at a time. What `read` returns must not hold a Statement.
  template <typename Read>
  absl::Status Do(Read read) {
    const std::lock_guard lock(mutex_);
    PXE_RETURN_IF_ERROR(db_->Run("BEGIN"));
    absl::Status result = read(*db_);
    const absl::Status ended = db_->Run("ROLLBACK");  // nothing was written
    return result.ok() ? ended : result;
  }

 private:
  explicit Reader(std::unique_ptr<Database> db) : db_(std::move(db)) {}

  std::mutex mutex_;
  const std::unique_ptr<Database> db_;  // guarded by mutex_
};

}  // namespace pxe::store
