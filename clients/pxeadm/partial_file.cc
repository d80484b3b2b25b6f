#include "clients/pxeadm/partial_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/status.h"

namespace pxe::adm {

PartialFile::PartialFile(std::string target, mode_t mode)
    : target_(std::move(target)),
      mode_(mode),
      path_(absl::StrFormat("%s.%d.partial", target_, ::getpid())) {}

PartialFile::~PartialFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

absl::Status PartialFile::Open() {
  fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode_);
  if (fd_ < 0 || ::fchmod(fd_, mode_) != 0) return FromErrno(errno, path_);
  return absl::OkStatus();
}

absl::Status PartialFile::Add(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FromErrno(errno, path_);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status PartialFile::Commit(bool over_another) {
  if (::fsync(fd_) != 0) return FromErrno(errno, path_);
  const unsigned how = over_another ? 0 : RENAME_NOREPLACE;
  if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), how) != 0) {
    return FromErrno(errno, target_);
  }
  path_.clear();
  return SyncFolder();
}

absl::Status PartialFile::SyncFolder() const {
  const size_t slash = target_.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : target_.substr(0, slash + 1);
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return FromErrno(errno, folder);
  const int result = ::fsync(fd);
  const int error = errno;
  ::close(fd);
  return result == 0 ? absl::OkStatus() : FromErrno(error, folder);
}

}  // namespace pxe::adm
