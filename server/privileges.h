// Giving up what pxed does not need once its sockets are bound.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace pxe::server {

// Becomes `user` (when not empty and we are root), drops every capability but NET_RAW and
// NET_BIND_SERVICE, and forbids new ones. Raw sockets already open keep working. NOT_FOUND: no such
// user; PERMISSION_DENIED: the kernel refused.
absl::Status DropPrivileges(const std::string& user);

}  // namespace pxe::server
