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
  // Not RETURNING: it opens a temporary table each time, which costs ten times the update.
  PXE_RETURN_IF_ERROR(db.Run("UPDATE meta SET revision = revision + 1"));
  return CurrentRevision(db);
}

absl::StatusOr<uint64_t> CurrentRevision(Database& db) {
  return ReadOne(db.Query("SELECT revision FROM meta"));
}

}  // namespace pxe::store
