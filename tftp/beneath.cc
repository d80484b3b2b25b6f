#include "tftp/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/status.h"

namespace pxe::tftp {
namespace {

constexpr int kMaxLookups = 8;

}  // namespace

absl::StatusOr<net::UniqueFd> OpenRoot(const std::string& root) {
  net::UniqueFd directory(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return Unavailable("the TFTP root cannot be opened");
  return directory;
}

// glibc has no wrapper. EAGAIN says that a rename interfered with the proof that the path stays
// beneath; it is worth another try, not an endless one.
net::UniqueFd OpenBeneath(int directory, const char* path, int flags, mode_t mode) {
  open_how how{};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if ((flags & O_PATH) != 0) how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  long fd = -1;
  for (int tries = 0; tries < kMaxLookups; ++tries) {
    fd = ::syscall(SYS_openat2, directory, path, &how, sizeof(how));
    if (fd >= 0 || errno != EAGAIN) break;
  }
  return net::UniqueFd(static_cast<int>(fd));
}

absl::Status OpenError(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
      return NotFound("file not found");
    case EACCES:
    case EPERM:
    case EXDEV:  // out of the root
    case ELOOP:
    case ENXIO:  // a socket
    case ENODEV:
      return PermissionDenied("access denied");
    default:
      return Unavailable(std::strerror(error_number));
  }
}

}  // namespace pxe::tftp
