// Fills memory from the database before anything is served.
#pragma once

#include "absl/status/status.h"
#include "base/clock.h"
#include "server/live_state.h"
#include "store/sqlite.h"

namespace pxe::server {

// All resources and leases. An error names what could not be read; nothing must be served then.
absl::Status LoadState(store::Database& db, Seconds now, LiveState& state);

}  // namespace pxe::server
