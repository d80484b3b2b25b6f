#include "store/state_dir.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"
#include "store/migrate.h"

namespace pxe::store {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLockFile = "lock";
constexpr const char* kDatabaseFile = "state.db";
constexpr const char* kUnfinishedFile = "state.db.new";
constexpr mode_t kDirectoryMode = 0750;
constexpr mode_t kFileMode = 0640;

absl::Status MakeDirectory(const fs::path& path) {
  if (::mkdir(path.c_str(), kDirectoryMode) == 0 || errno == EEXIST) return absl::OkStatus();
  return FromErrno(errno, absl::StrFormat("state directory %s", path.string()));
}

// The pid the holder wrote; "another process" in the moment before it has.
std::string HolderOf(int fd) {
  char text[32];
  const ssize_t length = ::pread(fd, text, sizeof text, 0);
  std::string pid(text, length > 0 ? static_cast<size_t>(length) : 0);
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return pid.empty() ? "another process" : "process " + Printable(pid);
}

absl::Status WritePid(int fd) {
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd, 0) == 0 &&
      ::pwrite(fd, pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size())) {
    return absl::OkStatus();
  }
  return FromErrno(errno, "writing the pid to the lock file");
}

// The lock lives as long as the descriptor. The file stays: unlinking it would let two processes
// hold locks on two files of that name.
absl::StatusOr<int> Lock(const fs::path& directory) {
  const fs::path path = directory / kLockFile;
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode);
  if (fd < 0) return FromErrno(errno, path.string());
  absl::Status status;
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) {
    status = WritePid(fd);
  } else if (errno == EWOULDBLOCK) {
    status = FailedPrecondition(
        absl::StrFormat("state directory %s is held by %s", directory.string(), HolderOf(fd)));
  } else {
    status = FromErrno(errno, absl::StrFormat("locking %s", path.string()));
  }
  if (status.ok()) return fd;
  ::close(fd);
  return status;
}

absl::Status SyncDirectory(const fs::path& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return FromErrno(errno, directory.string());
  const int result = ::fsync(fd);
  const int error = errno;
  ::close(fd);
  return result == 0 ? absl::OkStatus() : FromErrno(error, directory.string());
}

// Complete and on disk before it gets its name.
absl::Status CreateDatabase(const fs::path& directory) {
  const fs::path unfinished = directory / kUnfinishedFile;
  std::error_code error;
  for (const char* suffix : {"", "-journal"}) fs::remove(unfinished.string() + suffix, error);
  {
    PXE_ASSIGN_OR_RETURN(const auto db, Database::Open(unfinished, Database::Mode::kCreate));
    PXE_RETURN_IF_ERROR(db->Run("PRAGMA synchronous = FULL"));
    PXE_RETURN_IF_ERROR(Migrate(*db));
  }
  fs::rename(unfinished, directory / kDatabaseFile, error);
  if (error) return FromErrno(error.value(), unfinished.string());
  return SyncDirectory(directory);
}

absl::Status CheckPages(Database& db) {
  Statement check = db.Query("PRAGMA quick_check(1)");
  std::string verdict;
  while (check.Next()) verdict = check.Text();
  PXE_RETURN_IF_ERROR(check.status());
  return verdict == "ok" ? absl::OkStatus() : DataLoss(absl::StrFormat("damaged: %s", verdict));
}

absl::Status UseWal(Database& db) {
  Statement journal = db.Query("PRAGMA journal_mode = WAL");
  std::string mode;
  while (journal.Next()) mode = journal.Text();
  PXE_RETURN_IF_ERROR(journal.status());
  if (mode != "wal") return FailedPrecondition("its file system cannot hold a write-ahead log");
  return db.Run("PRAGMA synchronous = FULL");
}

absl::Status Prepare(Database& db) {
  PXE_RETURN_IF_ERROR(SchemaVersion(db).status());
  PXE_RETURN_IF_ERROR(CheckPages(db));
  PXE_RETURN_IF_ERROR(UseWal(db));
  return Migrate(db);
}

// What SQLite would take for a new database: here it is a lost one.
absl::Status RefuseRemains(const fs::path& directory, bool is_there) {
  std::error_code error;
  const fs::path file = directory / kDatabaseFile;
  if (is_there && fs::file_size(file, error) == 0) {
    return DataLoss("it is empty; restore a backup, or remove it to begin anew");
  }
  const fs::path log = file.string() + "-wal";
  if (!is_there && fs::exists(log, error)) {
    return DataLoss(absl::StrFormat(
        "it is missing, but its log %s is there; restore a backup, or remove the log to begin anew",
        log.string()));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Database>> OpenDatabase(const fs::path& directory, bool is_there) {
  PXE_RETURN_IF_ERROR(RefuseRemains(directory, is_there));
  if (!is_there) PXE_RETURN_IF_ERROR(CreateDatabase(directory));
  PXE_ASSIGN_OR_RETURN(auto db,
                       Database::Open(directory / kDatabaseFile, Database::Mode::kExisting));
  PXE_RETURN_IF_ERROR(Prepare(*db));
  return db;
}

}  // namespace

absl::StatusOr<StateDir> StateDir::Open(const fs::path& path) {
  PXE_RETURN_IF_ERROR(MakeDirectory(path));
  PXE_ASSIGN_OR_RETURN(const int lock_fd, Lock(path));
  StateDir state(lock_fd);
  std::error_code error;
  const fs::path file = path / kDatabaseFile;
  const bool is_there = fs::exists(file, error);
  auto db = OpenDatabase(path, is_there);
  if (!db.ok()) return Annotate(db.status(), file.string());
  state.db_ = std::move(*db);
  state.created_ = !is_there;
  return state;
}

StateDir::StateDir(StateDir&& other) noexcept
    : lock_fd_(std::exchange(other.lock_fd_, -1)),
      db_(std::move(other.db_)),
      created_(other.created_) {}

StateDir::~StateDir() {
  db_.reset();
  if (lock_fd_ >= 0) ::close(lock_fd_);
}

}  // namespace pxe::store
