// Profiles as rows. One that hosts or subnets name cannot be erased.
//
// Inside a transaction. The caller has run core::Validate. Written objects come back with their
// stamp.
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

// FAILED_PRECONDITION names users of it, if there are any.
absl::Status EraseProfile(Database& db, std::string_view id);

// FAILED_PRECONDITION "<field>: profiles/deb does not exist" unless `id` is empty or there is one.
absl::Status RequireProfile(Database& db, std::string_view field, std::string_view id);

absl::StatusOr<core::Profile> GetProfile(Database& db, std::string_view id);
absl::StatusOr<std::vector<core::Profile>> ListProfiles(Database& db);  // by id

}  // namespace pxe::store
