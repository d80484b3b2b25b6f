#include "store/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe::store {
namespace {

constexpr mode_t kDirectoryMode = 0750;
constexpr mode_t kFileMode = 0640;

absl::Status MakeDirectory(const std::filesystem::path& path) {
  if (::mkdir(path.c_str(), kDirectoryMode) == 0 || errno == EEXIST) return absl::OkStatus();
  const int error = errno;
  const absl::Status status =
      FromErrno(error, absl::StrFormat("state directory %s", path.string()));
  return error != ENOENT ? status
                         : NotFound(MessageOf(status) + "; make its parent, or name another one");
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

}  // namespace

// The lock lives as long as the descriptor. The file stays: unlinking it would let two processes
// hold locks on two files of that name.
absl::StatusOr<DirectoryLock> DirectoryLock::Take(const StateFiles& files) {
  PXE_RETURN_IF_ERROR(MakeDirectory(files.directory));
  const int fd = ::open(files.lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode);
  if (fd < 0) {
    return Annotate(FromErrno(errno, files.lock.string()),
                    "the state directory must be writable for pxed");
  }
  DirectoryLock lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) {
    PXE_RETURN_IF_ERROR(WritePid(fd));
    return lock;
  }
  if (errno != EWOULDBLOCK) {
    return FromErrno(errno, absl::StrFormat("locking %s", files.lock.string()));
  }
  return FailedPrecondition(
      absl::StrFormat("state directory %s is held by %s; end that one, or name another --state-dir",
                      files.directory.string(), HolderOf(fd)));
}

DirectoryLock::~DirectoryLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace pxe::store
