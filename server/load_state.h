// Fills memory from the database before anything is served.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "server/live_state.h"
#include "store/sqlite.h"

namespace pxe::server {

// All resources and leases, into an empty `state`; then the lease book checks itself. An error
// names what could not be read or does not fit together; nothing must be served then.
absl::Status LoadState(store::Database& db, Seconds now, LiveState& state);

// What is odd about the leases but has a defined outcome, a line each for the log: a client with
// two live leases in one subnet, leases that lie in no subnet.
std::vector<std::string> OddLeases(const LiveState& state, Seconds now);

}  // namespace pxe::server
