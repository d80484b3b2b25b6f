// What a profile means together with its parents, and for the profiles that have it as one.
//
// Inside a transaction.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/model.h"
#include "store/sqlite.h"

namespace pxe::store {

// Before the profile is written: the database knows it as it was, if at all.
// FAILED_PRECONDITION when parents go in a circle or are too many, when the profile would have no
// entries, or its menu would name one that is not there; also when that would become of a profile
// below it, which is then named. `old` is the profile before this write; null: it is new.
absl::Status CheckLine(Database& db, const core::Profile& profile, const core::Profile* old);

// Ids of those that have this one above them, the nearest first.
absl::StatusOr<std::vector<std::string>> ProfilesBelow(Database& db, std::string_view id);

}  // namespace pxe::store
