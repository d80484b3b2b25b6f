// `pxed --restore FILE`: puts a backup in the place of the database, says so, and serves nothing.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "server/config.h"

namespace pxe::server {

// What was done, in one sentence. The errors are those of store::RestoreBackup; the database in
// place is then what it was.
absl::StatusOr<std::string> Restore(const Config& config, Seconds now);

}  // namespace pxe::server
