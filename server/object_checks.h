// What makes an object legal among all others, beyond what store/ checks: a template that can be
// rendered, a profile that makes configs.
//
// On the writer thread, inside the transaction that has just written the object, so that look-ups
// meet it as it is to be; an error undoes the write. INVALID_ARGUMENT names the field,
// FAILED_PRECONDITION the other object.
#pragma once

#include "absl/status/status.h"
#include "core/model.h"
#include "store/sqlite.h"

namespace pxe::server {

absl::Status CheckWritten(store::Database& db, const core::Profile& profile);
absl::Status CheckWritten(store::Database& db, const core::Template& text);
template <typename Noun>
absl::Status CheckWritten(store::Database& /*db*/, const Noun& /*noun*/) {
  return absl::OkStatus();
}

// Whether an object that was changed has left all legal that are made with it: profiles below a
// profile; templates and profiles that include or name a template.
absl::Status CheckDependents(store::Database& db, const core::Profile& profile);
absl::Status CheckDependents(store::Database& db, const core::Template& text);
template <typename Noun>
absl::Status CheckDependents(store::Database& /*db*/, const Noun& /*noun*/) {
  return absl::OkStatus();
}

}  // namespace pxe::server
