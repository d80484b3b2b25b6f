// The answers to requests that carry an id of the caller's, so that a repeated one is answered
// again instead of done again, also after a restart.
//
// An answer is kept for `min_age` at least: within it the promise holds, so when the table is full
// of younger ones, new ids are refused and nothing is forgotten early. Older ones are dropped by
// later writes, a few each. Methods, digests and answers mean nothing here. Inside a transaction.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "store/sqlite.h"

namespace pxe::store {

struct RequestKey {
  std::string id;  // the caller's word
  std::string method;
  uint64_t digest = 0;  // of all that was asked
};

struct RequestLimits {
  std::chrono::seconds min_age = std::chrono::hours{24};
  uint64_t max_rows = 1'000'000;
  uint64_t trim_slice = 16;  // answers dropped by one write
};

// The answer to that very request; none: it is new. INVALID_ARGUMENT naming request_id when the id
// was used for another request.
absl::StatusOr<std::optional<std::string>> FindAnswer(Database& db, const RequestKey& key);

// Keeps the answer to a new request. RESOURCE_EXHAUSTED when there are `max_rows` younger than
// `min_age`.
absl::Status KeepAnswer(Database& db, const RequestKey& key, std::string_view answer, Seconds now,
                        const RequestLimits& limits);

}  // namespace pxe::store
