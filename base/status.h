// Errors are values: the macros that pass them on and the makers that name them.
//
// Every refusal names the field and the reason, in that order: `InvalidArgument("subnet.cidr:
// ...")`. The makers take std::string_view because Debian 12's absl::string_view is a type of its
// own to which std::string_view does not convert; only base/status.cc touches it.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pxe {

absl::Status InvalidArgument(std::string_view message);
absl::Status NotFound(std::string_view message);
absl::Status AlreadyExists(std::string_view message);
absl::Status FailedPrecondition(std::string_view message);
absl::Status Aborted(std::string_view message);
absl::Status OutOfRange(std::string_view message);
absl::Status PermissionDenied(std::string_view message);
absl::Status ResourceExhausted(std::string_view message);
absl::Status Unavailable(std::string_view message);
absl::Status DataLoss(std::string_view message);
absl::Status Internal(std::string_view message);

// The status of a failed system call: the canonical code for `error_number`, and
// "<what>: <strerror>". errno is passed in, so that nothing can change it in between.
absl::Status FromErrno(int error_number, std::string_view what);

// The same status with "<context>: " before its message. An OK status stays as it is.
absl::Status Annotate(const absl::Status& status, std::string_view context);

// The message as an owned std::string (absl's is a view of its own type).
std::string MessageOf(const absl::Status& status);

}  // namespace pxe

// Returns from the calling function when `expr` is an error.
#define PXE_RETURN_IF_ERROR(expr)                                      \
  do {                                                                 \
    if (auto pxe_status = (expr); !pxe_status.ok()) return pxe_status; \
  } while (false)

// PXE_ASSIGN_OR_RETURN(const Host host, GetHost(id)): declares or assigns `lhs`, or returns the
// error.
#define PXE_ASSIGN_OR_RETURN(lhs, expr) \
  PXE_ASSIGN_OR_RETURN_IMPL(PXE_CONCAT(pxe_status_or_, __LINE__), lhs, expr)
#define PXE_ASSIGN_OR_RETURN_IMPL(statusor, lhs, expr)     \
  auto statusor = (expr);                                  \
  if (!statusor.ok()) return std::move(statusor).status(); \
  lhs = std::move(statusor).value()
#define PXE_CONCAT_IMPL(a, b) a##b
#define PXE_CONCAT(a, b) PXE_CONCAT_IMPL(a, b)
