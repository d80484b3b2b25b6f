// Rules as rows, and what holds between them: each has a priority of its own and can win.
//
// Inside a transaction. The caller has run core::Validate. Written objects come back with their
// stamp. Errors name the field and the other object: a priority that is taken is ALREADY_EXISTS; a
// profile or subnet that does not exist, and a rule behind one that takes all its machines,
// FAILED_PRECONDITION.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/model.h"
#include "store/sqlite.h"

namespace pxe::store {

// ALREADY_EXISTS when the id is taken.
absl::StatusOr<core::Rule> InsertRule(Database& db, core::Rule rule, Seconds now);

// Replaces all but `stamp.created`. NOT_FOUND when there is none.
absl::StatusOr<core::Rule> UpdateRule(Database& db, core::Rule rule, Seconds now);

absl::Status EraseRule(Database& db, std::string_view id);
absl::StatusOr<core::Rule> GetRule(Database& db, std::string_view id);
absl::StatusOr<std::vector<core::Rule>> ListRules(Database& db);  // by id

}  // namespace pxe::store
