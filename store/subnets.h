// Subnets as rows, and the rules between a subnet and everything else.
//
// Inside a transaction. The caller has run core::Validate. Written objects come back with their
// stamp. Errors name the field: an overlapping cidr or a missing profile is FAILED_PRECONDITION, as
// is a change that would leave the reserved address of a host without its subnet, or hand it to a
// router.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/model.h"
#include "store/sqlite.h"

namespace pxe::store {

// ALREADY_EXISTS when the id is taken.
absl::StatusOr<core::Subnet> InsertSubnet(Database& db, core::Subnet subnet, Seconds now);

// Replaces all but `stamp.created`. NOT_FOUND when there is none.
absl::StatusOr<core::Subnet> UpdateSubnet(Database& db, core::Subnet subnet, Seconds now);

// FAILED_PRECONDITION names a host with an address in it, or rules that name it.
absl::Status EraseSubnet(Database& db, std::string_view id);

// FAILED_PRECONDITION "<field>: subnets/lab does not exist" unless `id` is empty or there is one.
absl::Status RequireSubnet(Database& db, std::string_view field, std::string_view id);

absl::StatusOr<core::Subnet> GetSubnet(Database& db, std::string_view id);
absl::StatusOr<std::vector<core::Subnet>> ListSubnets(Database& db);  // by id

}  // namespace pxe::store
