// The files of a state directory by name, and writing them so that a power cut leaves the old ones
// or the new ones.
//
// The names are a contract with operators (docs/operations.md). Errors name the file and the
// system's reason.
#pragma once

#include <filesystem>
#include <string_view>

#include "absl/status/status.h"

namespace pxe::store {

struct StateFiles {
  explicit StateFiles(const std::filesystem::path& directory_of_all);

  // `state.db` with something behind it: "-wal", ".copy".
  std::filesystem::path Beside(std::string_view suffix) const;

  std::filesystem::path directory;
  std::filesystem::path lock;        // held while a pxed serves; never removed
  std::filesystem::path database;    // state.db
  std::filesystem::path log;         // SQLite's write-ahead log, there while a pxed serves
  std::filesystem::path shared;      // SQLite's index of the log; made anew by who opens it first
  std::filesystem::path mark;        // there while the log may hold what the database lacks
  std::filesystem::path unfinished;  // a new database that has not got its name yet
  std::filesystem::path restoring;   // a backup that has not got its name yet
  std::filesystem::path journal;     // journal.db: what may be lost (store/journal.h)
};

// Waits until the content of the file, or the names in the directory, are on the disk.
absl::Status SyncFile(const std::filesystem::path& file);
absl::Status SyncDirectory(const std::filesystem::path& directory);

// Copies the bytes, on disk when OK; `to` is made anew, for its owner and group only.
absl::Status CopyBytes(const std::filesystem::path& from, const std::filesystem::path& to);

// Whether two files hold the same bytes; false when one cannot be read.
bool SameBytes(const std::filesystem::path& one, const std::filesystem::path& other);

// Removes a database that is not needed and what SQLite may have left beside it.
void RemoveDatabase(const std::filesystem::path& file);

}  // namespace pxe::store
