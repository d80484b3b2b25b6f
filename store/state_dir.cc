#include "store/state_dir.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "store/backup.h"
#include "store/in_use_mark.h"
#include "store/inspect.h"
#include "store/migrate.h"

namespace pxe::store {
namespace {

namespace fs = std::filesystem;

// Complete and on disk before it gets its name.
absl::Status CreateDatabase(const StateFiles& files, std::span<const SchemaFile> schema) {
  RemoveDatabase(files.unfinished);
  {
    PXE_ASSIGN_OR_RETURN(const auto db, Database::Open(files.unfinished, Database::Mode::kCreate));
    PXE_RETURN_IF_ERROR(db->Run("PRAGMA synchronous = FULL"));
    PXE_RETURN_IF_ERROR(Migrate(*db, schema));
  }
  std::error_code error;
  fs::rename(files.unfinished, files.database, error);
  if (error) return FromErrno(error.value(), files.unfinished.string());
  return SyncDirectory(files.directory);
}

absl::Status UseWal(Database& db) {
  Statement journal = db.Query("PRAGMA journal_mode = WAL");
  std::string mode;
  while (journal.Next()) mode = journal.Text();
  PXE_RETURN_IF_ERROR(journal.status());
  if (mode != "wal") return FailedPrecondition("its file system cannot hold a write-ahead log");
  return db.Run("PRAGMA synchronous = FULL");
}

bool HasContent(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return !error && size > 0;
}

// What SQLite would take for a new database: here it is a lost one.
absl::Status RefuseRemains(const StateFiles& files) {
  std::error_code error;
  if (fs::exists(files.restoring, error)) {
    return DataLoss("it is missing: a restore did not come to its end; run pxed --restore again");
  }
  for (const fs::path& rest : {files.log, files.mark}) {
    if (!HasContent(rest)) continue;
    return DataLoss(absl::StrFormat(
        "it is missing, but its %s %s is there; put it back, or restore a backup (pxed --restore), "
        "or remove %s to begin anew",
        rest == files.log ? "log" : "mark", rest.string(), rest.string()));
  }
  return absl::OkStatus();
}

// Whether it can be our database at all, before SQLite sees it: SQLite would make a new one of an
// empty file, and read on where it cannot write.
absl::Status CheckFile(const fs::path& file) {
  std::error_code error;
  if (fs::is_directory(file, error)) {
    return FailedPrecondition("it is a directory; move it away to begin anew");
  }
  if (!fs::is_regular_file(file, error)) {
    return FailedPrecondition("it is not a regular file; move it away to begin anew");
  }
  if (fs::file_size(file, error) == 0) {
    return DataLoss("it is empty; restore a backup (pxed --restore), or remove it to begin anew");
  }
  // SQLite takes a file of less than a header for a new database, and writes a schema over it.
  if (!HasContent(file.string() + "-wal")) PXE_RETURN_IF_ERROR(CheckSize(file));
  const int fd = ::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return Annotate(FromErrno(errno, "opening it"), "it must be writable for pxed");
  ::close(fd);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StateDir> StateDir::Open(const fs::path& path, std::span<const SchemaFile> schema) {
  const StateFiles files(path);
  PXE_ASSIGN_OR_RETURN(DirectoryLock lock, DirectoryLock::Take(files));
  StateDir state(std::move(lock), files);
  const absl::Status opened = state.OpenDatabase(schema);
  if (!opened.ok()) return Annotate(opened, files.database.string());
  return state;
}

absl::Status StateDir::OpenDatabase(std::span<const SchemaFile> schema) {
  std::error_code error;
  created_ = !fs::exists(fs::symlink_status(files_.database, error));
  if (created_) {
    PXE_RETURN_IF_ERROR(RefuseRemains(files_));
    PXE_RETURN_IF_ERROR(CreateDatabase(files_, schema));
  }
  PXE_RETURN_IF_ERROR(CheckFile(files_.database));
  PXE_RETURN_IF_ERROR(RefuseLostLog(files_));
  PXE_ASSIGN_OR_RETURN(const DatabaseFacts facts, Inspect(files_.database, Depth::kPages, schema));
  if (facts.schema == 0) {  // ours get their name when they are complete
    return DataLoss(
        "it has no tables; restore a backup (pxed --restore), or move it away to begin anew");
  }
  PXE_ASSIGN_OR_RETURN(db_, Database::Open(files_.database, Database::Mode::kExisting));
  const absl::Status prepared = Prepare(schema);
  if (prepared.ok()) return prepared;
  EndCleanly(*db_, files_);
  db_.reset();
  return NameLockHolder(prepared, files_.database);
}

absl::Status StateDir::Prepare(std::span<const SchemaFile> schema) {
  PXE_RETURN_IF_ERROR(UseWal(*db_));
  PXE_RETURN_IF_ERROR(MigrateKeepingCopy(schema));
  // Whether it can be written to shows now, and not at the first lease; and the log is there then.
  PXE_RETURN_IF_ERROR(Transaction::Begin(*db_).status());
  return SetMark(files_);
}

absl::Status StateDir::MigrateKeepingCopy(std::span<const SchemaFile> schema) {
  PXE_ASSIGN_OR_RETURN(const int64_t version, SchemaVersion(*db_));
  const auto newest = static_cast<int64_t>(schema.size());
  if (version == 0 || version == newest) return Migrate(*db_, schema);
  auto kept = KeepCopy(*db_, files_, schema);
  if (!kept.ok()) {
    return Annotate(kept.status(),
                    absl::StrFormat("nothing has been changed: the copy that is kept before "
                                    "migrating from schema %d to %d could not be made",
                                    version, newest));
  }
  const absl::Status migrated = Migrate(*db_, schema);
  if (!migrated.ok()) {
    return Annotate(migrated,
                    absl::StrFormat("migrating from schema %d to %d failed, a copy of before is %s",
                                    version, newest, kept->string()));
  }
  migration_ = {.from = version, .to = newest, .kept = *std::move(kept)};
  return absl::OkStatus();
}

StateDir::~StateDir() {
  if (db_ != nullptr) EndCleanly(*db_, files_);
}

}  // namespace pxe::store
