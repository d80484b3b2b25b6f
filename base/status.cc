#include "base/status.h"

#include "absl/strings/str_format.h"

namespace pxe {
namespace {

absl::Status Make(absl::StatusCode code, std::string_view message) {
  return absl::Status(code, absl::string_view(message.data(), message.size()));
}

}  // namespace

absl::Status InvalidArgument(std::string_view message) {
  return Make(absl::StatusCode::kInvalidArgument, message);
}
absl::Status NotFound(std::string_view message) {
  return Make(absl::StatusCode::kNotFound, message);
}
absl::Status AlreadyExists(std::string_view message) {
  return Make(absl::StatusCode::kAlreadyExists, message);
}
absl::Status FailedPrecondition(std::string_view message) {
  return Make(absl::StatusCode::kFailedPrecondition, message);
}
absl::Status Aborted(std::string_view message) {
  return Make(absl::StatusCode::kAborted, message);
}
absl::Status OutOfRange(std::string_view message) {
  return Make(absl::StatusCode::kOutOfRange, message);
}
absl::Status PermissionDenied(std::string_view message) {
  return Make(absl::StatusCode::kPermissionDenied, message);
}
absl::Status ResourceExhausted(std::string_view message) {
  return Make(absl::StatusCode::kResourceExhausted, message);
}
absl::Status Unavailable(std::string_view message) {
  return Make(absl::StatusCode::kUnavailable, message);
}
absl::Status DataLoss(std::string_view message) {
  return Make(absl::StatusCode::kDataLoss, message);
}
absl::Status Internal(std::string_view message) {
  return Make(absl::StatusCode::kInternal, message);
}

absl::Status FromErrno(int error_number, std::string_view what) {
  return absl::ErrnoToStatus(error_number, absl::string_view(what.data(), what.size()));
}

absl::Status Annotate(const absl::Status& status, std::string_view context) {
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrFormat("%s: %s", context, status.message()));
}

std::string MessageOf(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

}  // namespace pxe
