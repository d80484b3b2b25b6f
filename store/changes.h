// The change log: one row for each write of a resource through the API.
//
// A row holds the state before the change, as bytes that mean nothing here. The state after it is
// the one before the next change of that resource, or the resource as it is now; so is the state at
// any revision, also of resources that were there before the log began or whose older rows are
// gone (FirstChangeAfter). The log is cut at its old end by later writes, a few rows each.
//
// All functions run inside a transaction. Revisions are those of the whole database: leases move
// them too, so most are no change.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "store/sqlite.h"

namespace pxe::store {

enum class ChangeAction { kCreated, kUpdated, kDeleted };

// Who made a change.
struct Author {
  std::string actor;          // as the server saw it
  std::string claimed_actor;  // as the caller said; unchecked
};

// "hosts", "n1"
struct ResourceId {
  std::string collection;
  std::string id;
};

struct Change {
  uint64_t revision = 0;
  Seconds time{};
  ResourceId resource;
  ChangeAction action = ChangeAction::kCreated;
  Author author;
  std::string before;  // empty for kCreated; opaque
};

struct ChangeLogLimits {
  std::chrono::seconds max_age = std::chrono::hours{24 * 90};
  uint64_t max_rows = 1'000'000;
  uint64_t trim_slice = 64;  // rows cut by one write, or twice what it added if that is more
};

// Writes the row. `change.revision` is the one that the write of the resource made.
absl::Status LogChange(Database& db, const Change& change);

// Counts the rows that a write has added, and cuts what exceeds the limits. Once per write.
absl::Status CloseLog(Database& db, uint64_t added, Seconds now, const ChangeLogLimits& limits);

// OUT_OF_RANGE "<field>: ..." unless the state of every resource is known at `revision`.
absl::Status CheckRevision(Database& db, std::string_view field, uint64_t revision);

// The first change of the resource after `revision`, whose `before` is the state at `revision`;
// none: the resource is as it was then.
absl::StatusOr<std::optional<Change>> FirstChangeAfter(Database& db, const ResourceId& resource,
                                                       uint64_t revision);

// The change that made `revision`. OUT_OF_RANGE "<field>: ..." when the log does not reach there,
// NOT_FOUND when that revision was no change of a resource.
absl::StatusOr<Change> GetChange(Database& db, std::string_view field, uint64_t revision);

// At most `limit` changes with revisions below `end`, the newest first; of one resource or of all.
absl::StatusOr<std::vector<Change>> ListChanges(Database& db,
                                                const std::optional<ResourceId>& resource,
                                                uint64_t end, size_t limit);

}  // namespace pxe::store
