// How pxeadm ends: a part of its contract with scripts.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace pxe::adm {

enum class ExitCode {
  kDone = 0,         // an empty list too
  kRefused = 1,      // the API said no
  kUsage = 2,        // a flag or a file is wrong; nothing was sent
  kUnreachable = 3,  // nobody answered
  kNotFound = 4,     // the named resource does not exist
};

// Errors that no code of the API can tell apart from its own.
absl::Status UsageError(std::string_view message);
absl::Status Unreachable(std::string_view message);

ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace pxe::adm
