#include "store/migrate.h"

#include "absl/strings/str_format.h"
#include "base/status.h"

namespace pxe::store {
namespace {

absl::StatusOr<int64_t> ReadPragma(Statement pragma) {
  int64_t value = 0;
  while (pragma.Next()) value = pragma.Int();
  PXE_RETURN_IF_ERROR(pragma.status());
  return value;
}

// PRAGMA takes no parameters, so the numbers, which are ours, go into the text.
absl::Status Stamp(Database& db, int64_t version) {
  return db.RunScript(absl::StrFormat("PRAGMA application_id = %d; PRAGMA user_version = %d;",
                                      kApplicationId, version));
}

// In place of the checks of single statements, which are off.
absl::Status CheckReferences(Database& db) {
  Statement broken = db.Query("PRAGMA foreign_key_check");
  std::string table;
  while (table.empty() && broken.Next()) table = broken.Text();
  PXE_RETURN_IF_ERROR(broken.status());
  if (table.empty()) return absl::OkStatus();
  return DataLoss(absl::StrFormat("a row of table %s refers to one that is not there", table));
}

absl::Status Apply(Database& db, const SchemaFile& file, int64_t version) {
  PXE_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(db));
  PXE_RETURN_IF_ERROR(db.RunScript(file.sql));
  PXE_RETURN_IF_ERROR(CheckReferences(db));
  PXE_RETURN_IF_ERROR(Stamp(db, version));
  return transaction.Commit();
}

absl::Status ApplyFrom(Database& db, std::span<const SchemaFile> files, int64_t version) {
  const auto newest = static_cast<int64_t>(files.size());
  for (int64_t next = version; next < newest; ++next) {
    const SchemaFile& file = files[static_cast<size_t>(next)];
    PXE_RETURN_IF_ERROR(Annotate(Apply(db, file, next + 1), file.name));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int64_t> SchemaVersion(Database& db) {
  PXE_ASSIGN_OR_RETURN(const int64_t id, ReadPragma(db.Query("PRAGMA application_id")));
  PXE_ASSIGN_OR_RETURN(const int64_t version, ReadPragma(db.Query("PRAGMA user_version")));
  PXE_ASSIGN_OR_RETURN(const int64_t tables,
                       ReadPragma(db.Query("SELECT count(*) FROM sqlite_schema")));
  const bool is_empty = id == 0 && version == 0 && tables == 0;
  if (id == kApplicationId || is_empty) return version;
  return FailedPrecondition(absl::StrFormat(
      "it is the database of another program (application id 0x%08x, not pxed's); name another "
      "--state-dir",
      id));
}

absl::Status RefuseNewer(int64_t version, std::span<const SchemaFile> files) {
  const auto newest = static_cast<int64_t>(files.size());
  if (version <= newest) return absl::OkStatus();
  return FailedPrecondition(absl::StrFormat(
      "its schema has version %d and this program knows none beyond %d: it was written by a newer "
      "pxed; start that one, or restore a backup of before",
      version, newest));
}

absl::Status Migrate(Database& db, std::span<const SchemaFile> files) {
  PXE_ASSIGN_OR_RETURN(const int64_t version, SchemaVersion(db));
  PXE_RETURN_IF_ERROR(RefuseNewer(version, files));
  // A file that makes a table anew drops the old one, and with the checks on, all that refers to
  // its rows with it. Within a transaction this pragma does nothing.
  PXE_RETURN_IF_ERROR(db.Run("PRAGMA foreign_keys = OFF"));
  const absl::Status applied = ApplyFrom(db, files, version);
  const absl::Status checked_again = db.Run("PRAGMA foreign_keys = ON");
  return applied.ok() ? checked_again : applied;
}

}  // namespace pxe::store
