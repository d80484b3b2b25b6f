// What a subnet says of who its addresses are for and what its hosts are found by, as rows: its
// guards of pools and the order of its host keys.
//
// Inside the transaction that writes the subnet. The caller has run core::Validate.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "core/model.h"
#include "store/rows.h"
#include "store/sqlite.h"

namespace pxe::store {

// Adds theirs to subnets that are ordered by id, which are those of `ids`.
absl::Status LoadGuardsAndKeys(Database& db, IdRange ids, std::vector<core::Subnet>& subnets);
absl::Status InsertGuardsAndKeys(Database& db, const core::Subnet& subnet);
absl::Status EraseGuardsAndKeys(Database& db, std::string_view id);

}  // namespace pxe::store
