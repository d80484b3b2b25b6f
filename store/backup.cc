#include "store/backup.h"

#include <string>
#include <system_error>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "store/directory_lock.h"
#include "store/revision.h"

namespace pxe::store {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxKeptCopies = 100;  // of one schema; more are an operator's to look at

absl::Status Rename(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  return error ? FromErrno(error.value(), from.string()) : absl::OkStatus();
}

// state.db.before-schema-2, state.db.before-schema-2.2, ...
fs::path KeptName(const StateFiles& files, int64_t next_schema, int number) {
  const std::string name = absl::StrFormat(".before-schema-%d", next_schema);
  return files.Beside(number == 1 ? name : absl::StrFormat("%s.%d", name, number));
}

absl::StatusOr<fs::path> NameCopy(const StateFiles& files, const fs::path& copy,
                                  int64_t next_schema) {
  std::error_code error;
  for (int number = 1; number <= kMaxKeptCopies; ++number) {
    const fs::path name = KeptName(files, next_schema, number);
    if (!fs::exists(name, error)) {
      PXE_RETURN_IF_ERROR(Rename(copy, name));
      PXE_RETURN_IF_ERROR(SyncDirectory(files.directory));
      return name;
    }
    if (SameBytes(name, copy)) {
      RemoveDatabase(copy);
      return name;
    }
  }
  return FailedPrecondition(absl::StrFormat("%s: there are %d of them; move some away",
                                            KeptName(files, next_schema, 1).string(),
                                            kMaxKeptCopies));
}

// The backup with its log, if it has one, as a sound database of the newest schema that stands
// alone.
absl::StatusOr<Restored> Stage(const StateFiles& files, const fs::path& backup,
                               uint64_t least_revision, std::span<const SchemaFile> schema) {
  const fs::path& staged = files.restoring;
  const fs::path log = backup.string() + "-wal";
  std::error_code error;
  PXE_RETURN_IF_ERROR(CopyBytes(backup, staged));
  if (fs::exists(log, error)) {
    PXE_RETURN_IF_ERROR(CopyBytes(log, staged.string() + "-wal"));
  } else {
    PXE_RETURN_IF_ERROR(Annotate(CheckSize(staged), backup.string()));
  }
  Restored result;
  {
    auto facts = Inspect(staged, Depth::kEverything, schema);
    if (facts.ok() && facts->schema == 0) facts = FailedPrecondition("it is an empty database");
    if (!facts.ok()) return Annotate(facts.status(), backup.string());
    result.backup = *facts;
  }
  {
    PXE_ASSIGN_OR_RETURN(const auto db, Database::Open(staged, Database::Mode::kExisting));
    PXE_RETURN_IF_ERROR(db->Run("PRAGMA journal_mode = DELETE"));  // the log becomes part of it
    PXE_RETURN_IF_ERROR(Annotate(Migrate(*db, schema), backup.string()));
    PXE_RETURN_IF_ERROR(
        db->Run("UPDATE meta SET revision = ? WHERE revision < ?", least_revision, least_revision));
  }
  PXE_ASSIGN_OR_RETURN(result.now, Inspect(staged, Depth::kEverything, schema));
  PXE_RETURN_IF_ERROR(SyncFile(staged));
  PXE_RETURN_IF_ERROR(SyncDirectory(files.directory));
  return result;
}

// What the database in place has counted up to; 0 when it cannot be read.
uint64_t RevisionInPlace(const StateFiles& files) {
  const auto db = Database::Open(files.database, Database::Mode::kInspect);
  return db.ok() ? CurrentRevision(**db).value_or(0) : 0;
}

// Moves the database aside with its log, without which it would lack its last writes. The database
// goes first: a log alone is refused at the next start, should we not come to the end.
absl::StatusOr<std::optional<fs::path>> MoveAside(const StateFiles& files, Seconds now) {
  std::error_code error;
  const bool is_there = fs::exists(files.database, error);
  const bool log_is_there = fs::exists(files.log, error) && fs::file_size(files.log, error) > 0;
  const std::string time =
      absl::FormatTime("%Y%m%dT%H%M%SZ", absl::FromChrono(now), absl::UTCTimeZone());
  fs::path aside = files.Beside(".replaced-" + time);
  for (int number = 2; fs::exists(aside, error) || fs::exists(aside.string() + "-wal", error);
       ++number) {
    aside = files.Beside(absl::StrFormat(".replaced-%s.%d", time, number));
  }
  if (is_there) PXE_RETURN_IF_ERROR(Rename(files.database, aside));
  if (log_is_there) PXE_RETURN_IF_ERROR(Rename(files.log, aside.string() + "-wal"));
  for (const fs::path& rest : {files.log, files.shared, files.mark}) fs::remove(rest, error);
  PXE_RETURN_IF_ERROR(SyncDirectory(files.directory));
  if (!is_there && !log_is_there) return std::nullopt;
  return aside;
}

absl::Status RefuseItself(const StateFiles& files, const fs::path& backup) {
  std::error_code error;
  if (!fs::is_regular_file(backup, error)) {
    return FailedPrecondition(backup.string() + ": there is no such file");
  }
  for (const fs::path& ours : {files.database, files.restoring}) {
    if (fs::equivalent(backup, ours, error)) {
      return FailedPrecondition(backup.string() + ": it belongs to the state directory itself");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CopyDatabase(Database& db, const fs::path& to) {
  absl::Status status = db.Run("VACUUM INTO ?", to.string());
  if (status.ok()) status = SyncFile(to);
  if (status.ok()) return status;
  RemoveDatabase(to);
  return Annotate(status, to.string());
}

absl::StatusOr<DatabaseFacts> CopyWhileServing(const StateFiles& files, const fs::path& to) {
  PXE_ASSIGN_OR_RETURN(const auto db, Database::Open(files.database, Database::Mode::kInspect));
  PXE_RETURN_IF_ERROR(CopyDatabase(*db, to));
  auto facts = Inspect(to, Depth::kPages);
  if (!facts.ok()) RemoveDatabase(to);
  return facts;
}

absl::StatusOr<fs::path> KeepCopy(Database& db, const StateFiles& files,
                                  std::span<const SchemaFile> schema) {
  const fs::path copy = files.Beside(".copy");
  RemoveDatabase(copy);
  PXE_RETURN_IF_ERROR(CopyDatabase(db, copy));
  auto name = [&]() -> absl::StatusOr<fs::path> {
    PXE_RETURN_IF_ERROR(
        Annotate(Inspect(copy, Depth::kEverything, schema).status(), copy.string()));
    return NameCopy(files, copy, static_cast<int64_t>(schema.size()));
  }();
  if (!name.ok()) RemoveDatabase(copy);
  return name;
}

absl::StatusOr<Restored> RestoreBackup(const fs::path& directory, const fs::path& backup,
                                       Seconds now, std::span<const SchemaFile> schema) {
  const StateFiles files(directory);
  PXE_ASSIGN_OR_RETURN(const DirectoryLock lock, DirectoryLock::Take(files));
  PXE_RETURN_IF_ERROR(RefuseItself(files, backup));
  RemoveDatabase(files.restoring);
  auto staged = Stage(files, backup, RevisionInPlace(files), schema);
  if (!staged.ok()) {
    RemoveDatabase(files.restoring);
    return staged.status();
  }
  PXE_ASSIGN_OR_RETURN(staged->replaced, MoveAside(files, now));
  PXE_RETURN_IF_ERROR(Rename(files.restoring, files.database));
  PXE_RETURN_IF_ERROR(SyncDirectory(directory));
  return staged;
}

}  // namespace pxe::store
