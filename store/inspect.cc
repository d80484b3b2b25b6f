#include "store/inspect.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "store/revision.h"
#include "store/sqlite.h"

namespace pxe::store {
namespace {

namespace fs = std::filesystem;

// Where SQLite locks (its file format document): writing to the log, in the -shm file; writing to
// and reading from the database file itself.
constexpr off_t kLogWriteLock = 120;
constexpr off_t kFileLocks = 0x40000000;

absl::Status Damaged(std::string verdict) {
  std::ranges::replace(verdict, '\n', ' ');
  return DataLoss(absl::StrFormat("damaged: %s", verdict));
}

absl::Status CheckVerdict(Statement check) {
  std::string verdict;
  while (check.Next()) verdict = check.Text();
  PXE_RETURN_IF_ERROR(check.status());
  return verdict == "ok" ? absl::OkStatus() : Damaged(verdict);
}

absl::Status CheckContent(Database& db, Depth depth) {
  if (depth == Depth::kPages) return CheckVerdict(db.Query("PRAGMA quick_check(1)"));
  PXE_RETURN_IF_ERROR(CheckVerdict(db.Query("PRAGMA integrity_check(1)")));
  Statement broken = db.Query("PRAGMA foreign_key_check");
  std::string table;
  while (table.empty() && broken.Next()) table = broken.Text();
  PXE_RETURN_IF_ERROR(broken.status());
  return table.empty() ? absl::OkStatus()
                       : Damaged("a row of table " + table + " refers to one that is not there");
}

absl::StatusOr<DatabaseFacts> Look(const fs::path& file, Depth depth,
                                   std::span<const SchemaFile> files) {
  PXE_ASSIGN_OR_RETURN(const auto db, Database::Open(file, Database::Mode::kInspect));
  DatabaseFacts facts;
  PXE_ASSIGN_OR_RETURN(facts.schema, SchemaVersion(*db));
  PXE_RETURN_IF_ERROR(RefuseNewer(facts.schema, files));
  PXE_RETURN_IF_ERROR(CheckContent(*db, depth));
  if (facts.schema > 0) {
    PXE_ASSIGN_OR_RETURN(facts.revision, CurrentRevision(*db));
  }
  return facts;
}

// The process that has any of these bytes of a file locked.
std::optional<pid_t> LockHolder(const fs::path& file, off_t start, off_t length) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return std::nullopt;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = start;
  lock.l_len = length;
  const bool asked = ::fcntl(fd, F_GETLK, &lock) == 0;
  ::close(fd);
  if (!asked || lock.l_type == F_UNLCK || lock.l_pid <= 0) return std::nullopt;
  return lock.l_pid;
}

uint64_t BigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

}  // namespace

absl::Status CheckSize(const fs::path& file) {
  // The offsets are those of SQLite's file format document.
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  std::string header(100, '\0');
  std::ifstream in(file, std::ios::binary);
  in.read(header.data(), static_cast<std::streamsize>(header.size()));
  const std::string_view bytes = header;
  if (!in || !bytes.starts_with(kMagic)) {
    return DataLoss(
        "it is not a database; restore a backup (pxed --restore), or move it away to begin anew");
  }
  const uint64_t coded = BigEndian(bytes.substr(16, 2));
  const uint64_t page_bytes = coded == 1 ? 65536 : coded;
  const bool knows_count = BigEndian(bytes.substr(24, 4)) == BigEndian(bytes.substr(92, 4));
  const uint64_t pages = knows_count ? BigEndian(bytes.substr(28, 4)) : 1;
  std::error_code error;
  const uint64_t size = fs::file_size(file, error);
  if (page_bytes != 0 && size % page_bytes == 0 && size >= pages * page_bytes) {
    return absl::OkStatus();
  }
  return DataLoss(absl::StrFormat(
      "it is cut off at %d bytes; restore a backup (pxed --restore), or move it away to begin anew",
      size));
}

absl::StatusOr<DatabaseFacts> Inspect(const fs::path& file, Depth depth,
                                      std::span<const SchemaFile> files) {
  auto facts = Look(file, depth, files);
  if (facts.status().code() == absl::StatusCode::kDataLoss) {
    return DataLoss(MessageOf(facts.status()) +
                    "; restore a backup (pxed --restore), or move it away to begin anew");
  }
  if (!facts.ok()) return NameLockHolder(facts.status(), file);
  return facts;
}

absl::Status NameLockHolder(const absl::Status& status, const fs::path& database) {
  const bool is_locked = status.code() == absl::StatusCode::kUnavailable &&
                         MessageOf(status).find("locked") != std::string::npos;
  if (!is_locked) return status;
  const fs::path shared = database.string() + "-shm";
  auto holder = LockHolder(shared, kLogWriteLock, 1);
  if (!holder) holder = LockHolder(database, kFileLocks, 0);
  return Unavailable(absl::StrFormat(
      "it is locked by %s, which is no pxed; end that and start again",
      holder ? absl::StrFormat("process %d", *holder) : std::string("another program")));
}

}  // namespace pxe::store
