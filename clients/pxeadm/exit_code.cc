#include "clients/pxeadm/exit_code.h"

#include "absl/strings/cord.h"
#include "base/status.h"

namespace pxe::adm {
namespace {

// Rides on the status; the values are never read, only whether it is there.
constexpr char kUsageMark[] = "pxeadm/usage";
constexpr char kUnreachableMark[] = "pxeadm/unreachable";

absl::Status Marked(absl::Status status, const char* mark) {
  status.SetPayload(mark, absl::Cord());
  return status;
}

}  // namespace

absl::Status UsageError(std::string_view message) {
  return Marked(InvalidArgument(message), kUsageMark);
}

absl::Status Unreachable(std::string_view message) {
  return Marked(Unavailable(message), kUnreachableMark);
}

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return ExitCode::kDone;
  if (status.GetPayload(kUsageMark)) return ExitCode::kUsage;
  if (status.GetPayload(kUnreachableMark)) return ExitCode::kUnreachable;
  return status.code() == absl::StatusCode::kNotFound ? ExitCode::kNotFound : ExitCode::kRefused;
}

}  // namespace pxe::adm
