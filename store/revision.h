// The revision of the database: one counter that every write moves.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/sqlite.h"

namespace pxe::store {

// Moves the counter on; the new value. Undone with the transaction or savepoint.
absl::StatusOr<uint64_t> NextRevision(Database& db);

// The value after the last write, 0 in a new database.
absl::StatusOr<uint64_t> CurrentRevision(Database& db);

// While it lives, the two above count in memory: a group of a thousand leases moves the counter a
// thousand times and writes it once. Within one transaction, whose other reads of the counter are
// stale until Save(). A savepoint that is undone gives its revisions back.
class RevisionBatch {
 public:
  static absl::StatusOr<RevisionBatch> Begin(Database& db);
  RevisionBatch(RevisionBatch&& other) noexcept
      : db_(std::exchange(other.db_, nullptr)), saved_(other.saved_) {}
  RevisionBatch& operator=(RevisionBatch&&) = delete;
  ~RevisionBatch();  // what was not saved is forgotten

  absl::Status Save();  // just before the commit

 private:
  friend absl::StatusOr<uint64_t> NextRevision(Database& db);
  friend absl::StatusOr<uint64_t> CurrentRevision(Database& db);
  RevisionBatch(Database& db, uint64_t saved) : db_(&db), saved_(saved) { CounterOf(db) = saved; }
  static std::optional<uint64_t>& CounterOf(Database& db) { return db.revision_; }

  Database* db_;  // null: moved from
  uint64_t saved_;
};

}  // namespace pxe::store
