// Options as rows: subnets, hosts and profiles keep theirs in tables of one form.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/model.h"
#include "store/sqlite.h"

namespace pxe::store {

// The columns code, value, always.
core::DhcpOption ReadOption(Statement& row);

// `insert` takes the parent's id, the position, and those columns.
absl::Status InsertOptions(Database& db, Sql insert, std::string_view parent,
                           const std::vector<core::DhcpOption>& options);

}  // namespace pxe::store
