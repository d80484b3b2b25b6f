// Quirks as rows, and what holds between them: each has a priority of its own, and there are not so
// many that trying them all would be felt.
//
// Inside a transaction. The caller has run core::Validate. Written objects come back with their
// stamp. A priority that is taken is ALREADY_EXISTS and names the other.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "core/quirk.h"
#include "store/sqlite.h"

namespace pxe::store {

// ALREADY_EXISTS when the id is taken, FAILED_PRECONDITION beyond core::kMaxQuirks.
absl::StatusOr<core::Quirk> InsertQuirk(Database& db, core::Quirk quirk, Seconds now);

// Replaces all but `stamp.created`. NOT_FOUND when there is none.
absl::StatusOr<core::Quirk> UpdateQuirk(Database& db, core::Quirk quirk, Seconds now);

absl::Status EraseQuirk(Database& db, std::string_view id);
absl::StatusOr<core::Quirk> GetQuirk(Database& db, std::string_view id);
absl::StatusOr<std::vector<core::Quirk>> ListQuirks(Database& db);  // by id

}  // namespace pxe::store
