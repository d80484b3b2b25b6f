// Hosts as rows, and the rules between hosts: a MAC, an address, a UUID, a client id, a circuit or
// remote id belongs to one of them.
//
// Inside a transaction. The caller has run core::Validate. Written objects come back with their
// stamp. Errors name the field and the owner: "host.nics[0].mac: 52:54:00:00:00:01 belongs to
// hosts/n2" is ALREADY_EXISTS; an address in no subnet or a missing profile FAILED_PRECONDITION; an
// address that is the network's, its broadcast's or a router's INVALID_ARGUMENT.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/model.h"
#include "store/sqlite.h"

namespace pxe::store {

// Whoever can send packets can be discovered, so this is where it ends, in each subnet, until
// somebody judges those that are.
inline constexpr uint64_t kMaxDiscoveredPerSubnet = 1'000;

// ALREADY_EXISTS when the id is taken. `uid` is the caller's to make.
absl::StatusOr<core::Host> InsertHost(Database& db, core::Host host, Seconds now);

// Replaces all but `uid` and `stamp.created`. NOT_FOUND when there is none.
absl::StatusOr<core::Host> UpdateHost(Database& db, core::Host host, Seconds now);

// Frees all that a host is found by, and its addresses, of one that is to be updated later in the
// same transaction, so that hosts can trade them. NOT_FOUND is no error.
absl::Status FreeIdentity(Database& db, std::string_view id);

absl::Status EraseHost(Database& db, std::string_view id);
absl::StatusOr<core::Host> GetHost(Database& db, std::string_view id);
absl::StatusOr<std::vector<core::Host>> ListHosts(Database& db);  // by id

// How many hosts a subnet has discovered that nobody has judged yet. Quick: it reads their index.
absl::StatusOr<uint64_t> CountDiscoveredHosts(Database& db, std::string_view subnet);

}  // namespace pxe::store
