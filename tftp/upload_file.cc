#include "tftp/upload_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/status.h"
#include "tftp/beneath.h"

namespace pxe::tftp {
namespace {

constexpr mode_t kReadableByAll = 0644;

absl::Status WriteError(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return ResourceExhausted("disk full");
    default:
      return DataLoss("write error");
  }
}

// Whether a file may take that name: free, or a regular file that may be overwritten.
absl::Status CheckName(int folder, const std::string& name, bool overwrite) {
  struct stat status {};
  if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return errno == ENOENT ? absl::OkStatus() : OpenError(errno);
  }
  if (!S_ISREG(status.st_mode)) return PermissionDenied("access denied");
  return overwrite ? absl::OkStatus() : AlreadyExists("file exists");
}

// The name of an open file for system calls that want one.
std::string NameOf(const net::UniqueFd& file) {
  return "/proc/self/fd/" + std::to_string(file.get());
}

}  // namespace

UploadFile::UploadFile(net::UniqueFd folder, std::string name, net::UniqueFd file,
                       const Terms& terms)
    : folder_(std::move(folder)), name_(std::move(name)), file_(std::move(file)), terms_(terms) {}

absl::StatusOr<UploadFile> UploadFile::Create(const std::string& root, const std::string& path,
                                              const Terms& terms) {
  PXE_ASSIGN_OR_RETURN(const net::UniqueFd top, OpenRoot(root));
  const size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash);
  std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  net::UniqueFd folder = OpenBeneath(top.get(), parent.c_str(), O_PATH | O_DIRECTORY);
  if (!folder.valid()) return OpenError(errno);
  PXE_RETURN_IF_ERROR(CheckName(folder.get(), name, terms.overwrite));
  net::UniqueFd file = OpenBeneath(folder.get(), ".", O_TMPFILE | O_WRONLY, kReadableByAll);
  if (!file.valid()) return OpenError(errno);
  return UploadFile(std::move(folder), std::move(name), std::move(file), terms);
}

absl::Status UploadFile::Append(std::string_view bytes) {
  if (bytes.size() > terms_.max_bytes - size_) return ResourceExhausted("file is too large");
  size_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return WriteError(errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status UploadFile::Commit() {
  PXE_RETURN_IF_ERROR(CheckName(folder_.get(), name_, terms_.overwrite));
  if (::linkat(AT_FDCWD, NameOf(file_).c_str(), folder_.get(), name_.c_str(), AT_SYMLINK_FOLLOW) ==
      0) {
    return absl::OkStatus();
  }
  if (errno != EEXIST) return WriteError(errno);
  return terms_.overwrite ? Replace() : AlreadyExists("file exists");
}

// A link cannot take the place of a file, a rename can.
absl::Status UploadFile::Replace() {
  const std::string stage = "." + std::to_string(::getpid()) + ".upload";
  if (::linkat(AT_FDCWD, NameOf(file_).c_str(), folder_.get(), stage.c_str(), AT_SYMLINK_FOLLOW) !=
      0) {
    return WriteError(errno);
  }
  if (::renameat(folder_.get(), stage.c_str(), folder_.get(), name_.c_str()) == 0) {
    return absl::OkStatus();
  }
  const int error_number = errno;
  ::unlinkat(folder_.get(), stage.c_str(), 0);
  return WriteError(error_number);
}

wire::Error UploadError(const absl::Status& status) {
  const std::string message = MessageOf(status);
  if (absl::IsResourceExhausted(status)) {
    return wire::MakeError(wire::ErrorCode::kDiskFull, message);
  }
  if (absl::IsAlreadyExists(status)) return wire::MakeError(wire::ErrorCode::kFileExists, message);
  const auto error = wire::ErrorFor(status);
  return error ? *error : wire::MakeError(wire::ErrorCode::kUndefined, "upload failed");
}

}  // namespace pxe::tftp
