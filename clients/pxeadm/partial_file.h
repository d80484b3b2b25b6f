// A file that is complete under its name, or is not there: it is written under another until
// Commit(), and gone if there is none.
//
// Errors name the file.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace pxe::adm {

class PartialFile {
 public:
  // `mode` is what the file has in the end, whatever the umask.
  PartialFile(std::string target, mode_t mode);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  absl::Status Open();
  absl::Status Add(std::string_view bytes);
  // On disk under its name when OK. Unless it may go `over_another`, ALREADY_EXISTS when its name
  // is taken.
  absl::Status Commit(bool over_another);

  // Its name before Commit().
  const std::string& path() const { return path_; }

 private:
  absl::Status SyncFolder() const;

  const std::string target_;
  const mode_t mode_;
  std::string path_;  // empty: it has its name
  int fd_ = -1;
};

}  // namespace pxe::adm
