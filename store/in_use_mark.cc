#include "store/in_use_mark.h"

#include <unistd.h>

#include <fstream>
#include <string>
#include <system_error>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe::store {
namespace {

namespace fs = std::filesystem;

// The process that did not end as it should have, in its own words.
std::string WhoMarked(const fs::path& mark) {
  std::ifstream in(mark);
  std::string word;
  in >> word;
  return word.empty() ? "pxed" : "pxed, process " + Printable(word) + ",";
}

bool IsLogEmptied(Database& db) {
  Statement checkpoint = db.Query("PRAGMA wal_checkpoint(TRUNCATE)");
  bool emptied = false;
  while (checkpoint.Next()) {
    checkpoint.Int();  // whether a reader kept the log from being cut; its content can be over
    const int64_t in_log = checkpoint.Int();
    emptied = checkpoint.Int() == in_log;
  }
  return checkpoint.status().ok() && emptied;
}

}  // namespace

absl::Status RefuseLostLog(const StateFiles& files) {
  std::error_code error;
  if (!fs::exists(files.mark, error) || fs::exists(files.log, error)) return absl::OkStatus();
  return DataLoss(absl::StrFormat(
      "its log %s is gone, and %s was not ended in order: the last writes may be lost with it; put "
      "the log back, or restore a backup (pxed --restore), or remove %s to go on without them",
      files.log.string(), WhoMarked(files.mark), files.mark.string()));
}

absl::Status SetMark(const StateFiles& files) {
  {
    std::ofstream out(files.mark, std::ios::trunc);
    out << ::getpid() << "\n";
    out.close();
    if (!out) return Unavailable(files.mark.string() + ": cannot be written");
  }
  PXE_RETURN_IF_ERROR(SyncFile(files.mark));
  return SyncDirectory(files.directory);
}

void EndCleanly(Database& db, const StateFiles& files) {
  if (!IsLogEmptied(db)) return;
  std::error_code ignored;
  fs::remove(files.mark, ignored);
  // Before SQLite removes the log, or a power cut between the two leaves a mark without a log.
  (void)SyncDirectory(files.directory);
}

}  // namespace pxe::store
