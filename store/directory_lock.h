// One process at a time works on a state directory: an flock on its file `lock`.
//
// It is taken before anything else in the directory is touched and held until everything is closed.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "store/state_files.h"

namespace pxe::store {

class DirectoryLock {
 public:
  // Makes the directory (not its parents) and takes its lock. FAILED_PRECONDITION: another process
  // has it, the message names its pid.
  static absl::StatusOr<DirectoryLock> Take(const StateFiles& files);

  DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}

  int fd_;  // -1: moved from
};

}  // namespace pxe::store
