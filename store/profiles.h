// Profiles as rows, and the rules between a profile, its parents and those that name it.
//
// Inside a transaction. The caller has run core::Validate. Written objects come back with their
// stamp. Errors name the field: a parent or template that does not exist is FAILED_PRECONDITION, as
// are parents in a circle, and a change that would leave a profile without entries or its menu
// without those it names (store/profile_lines.h).
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/model.h"
#include "store/sqlite.h"

namespace pxe::store {

// ALREADY_EXISTS when the id is taken.
absl::StatusOr<core::Profile> InsertProfile(Database& db, core::Profile profile, Seconds now);

// Replaces all but `stamp.created`. NOT_FOUND when there is none.
absl::StatusOr<core::Profile> UpdateProfile(Database& db, core::Profile profile, Seconds now);

// FAILED_PRECONDITION names hosts, profiles, rules and subnets that name it, if there are any.
absl::Status EraseProfile(Database& db, std::string_view id);

// FAILED_PRECONDITION "<field>: profiles/deb does not exist" unless `id` is empty or there is one.
absl::Status RequireProfile(Database& db, std::string_view field, std::string_view id);

absl::StatusOr<core::Profile> GetProfile(Database& db, std::string_view id);
absl::StatusOr<std::vector<core::Profile>> ListProfiles(Database& db);  // by id

}  // namespace pxe::store
