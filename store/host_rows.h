// The rows of hosts as such: loaded whole, written whole, or as far as they differ.
//
// Whom the parts of a host may belong to is checked above (store/hosts.h). Inside a transaction.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/model.h"
#include "store/rows.h"
#include "store/sqlite.h"

namespace pxe::store {

absl::StatusOr<std::vector<core::Host>> LoadHosts(Database& db, IdRange ids);  // by id

absl::Status InsertHostRows(Database& db, const core::Host& host);

// Writes what is not as `stored` has it: most writes leave most of a host as it is.
absl::Status UpdateHostRows(Database& db, const core::Host& stored, const core::Host& host);

absl::Status EraseNics(Database& db, std::string_view host);
absl::Status EraseClientIds(Database& db, std::string_view host);

}  // namespace pxe::store
