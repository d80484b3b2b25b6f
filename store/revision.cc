#include "store/revision.h"

#include "base/status.h"

namespace pxe::store {
namespace {

absl::StatusOr<uint64_t> ReadOne(Statement statement) {
  std::optional<uint64_t> value;
  while (statement.Next()) value = static_cast<uint64_t>(statement.Int());
  PXE_RETURN_IF_ERROR(statement.status());
  if (!value) return DataLoss("database: table meta has no row");
  return *value;
}

}  // namespace

absl::StatusOr<uint64_t> NextRevision(Database& db) {
  if (std::optional<uint64_t>& counter = RevisionBatch::CounterOf(db)) return ++*counter;
  // Not RETURNING: it opens a temporary table each time, which costs ten times the update.
  PXE_RETURN_IF_ERROR(db.Run("UPDATE meta SET revision = revision + 1"));
  return CurrentRevision(db);
}

absl::StatusOr<uint64_t> CurrentRevision(Database& db) {
  if (const std::optional<uint64_t>& counter = RevisionBatch::CounterOf(db)) return *counter;
  return ReadOne(db.Query("SELECT revision FROM meta"));
}

absl::StatusOr<RevisionBatch> RevisionBatch::Begin(Database& db) {
  PXE_ASSIGN_OR_RETURN(const uint64_t saved, CurrentRevision(db));
  return RevisionBatch(db, saved);
}

RevisionBatch::~RevisionBatch() {
  if (db_ != nullptr) CounterOf(*db_).reset();
}

absl::Status RevisionBatch::Save() {
  const uint64_t now = *CounterOf(*db_);
  if (now == saved_) return absl::OkStatus();
  saved_ = now;
  return db_->Run("UPDATE meta SET revision = ?1", now);
}

}  // namespace pxe::store
