// The rows of profiles as such: loaded whole, and the parts of one written and erased.
//
// What a profile may say is checked above (store/profiles.h). Inside a transaction.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/model.h"
#include "store/rows.h"
#include "store/sqlite.h"

namespace pxe::store {

absl::StatusOr<std::vector<core::Profile>> LoadProfiles(Database& db, IdRange ids);  // by id

// All but the row of table profile.
absl::Status InsertProfileParts(Database& db, const core::Profile& profile);
absl::Status EraseProfileParts(Database& db, std::string_view id);

}  // namespace pxe::store
