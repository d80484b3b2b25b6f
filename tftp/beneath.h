// Opening what lies beneath a directory, whatever the path says: not by "..", not by a leading
// slash, not by a symbolic link, and not by a rename while we look does it lead out.
#pragma once

#include <sys/types.h>

#include <string>

#include "absl/status/statusor.h"
#include "net/unique_fd.h"

namespace pxe::tftp {

// The TFTP root, looked up anew each time, so that it may be replaced while we run. UNAVAILABLE
// when it is gone.
absl::StatusOr<net::UniqueFd> OpenRoot(const std::string& root);

// openat2(2) with RESOLVE_BENEATH, never blocking on a FIFO. An invalid descriptor and errno when
// it fails. `mode` is of what O_TMPFILE makes.
net::UniqueFd OpenBeneath(int directory, const char* path, int flags, mode_t mode = 0);

// errno as clients are told of it, without a word about our paths.
//   NOT_FOUND          nothing there, or the name is too long
//   PERMISSION_DENIED  not allowed, leads out, or is no file
//   UNAVAILABLE        anything else: no answer for a client
absl::Status OpenError(int error_number);

}  // namespace pxe::tftp
