#include "store/requests.h"

#include <span>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe::store {
namespace {

constexpr Sql kFind = "SELECT method, digest, answer FROM request WHERE id = ?1";
constexpr Sql kInsert =
    "INSERT INTO request (id, method, digest, answer, time) VALUES (?1, ?2, ?3, ?4, ?5)";
constexpr Sql kOldest = "SELECT sequence, time FROM request ORDER BY sequence LIMIT ?1";
constexpr Sql kCut = "DELETE FROM request WHERE sequence <= ?1";
constexpr Sql kCount = R"sql(
  SELECT ifnull((SELECT max(sequence) FROM request) - (SELECT min(sequence) FROM request) + 1, 0)
)sql";

// Drops up to `most` of the oldest answers that were kept long enough.
absl::Status Cut(Database& db, uint64_t most, Seconds oldest_kept) {
  std::optional<int64_t> last;
  {
    Statement rows = db.Query(kOldest, most);
    while (rows.Next()) {
      const int64_t sequence = rows.Int();
      if (rows.Time() >= oldest_kept) break;
      last = sequence;
    }
    PXE_RETURN_IF_ERROR(rows.status());
  }
  return last ? db.Run(kCut, *last) : absl::OkStatus();
}

absl::StatusOr<uint64_t> Count(Database& db) {
  uint64_t count = 0;
  Statement row = db.Query(kCount);
  while (row.Next()) count = static_cast<uint64_t>(row.Int());
  PXE_RETURN_IF_ERROR(row.status());
  return count;
}

}  // namespace

absl::StatusOr<std::optional<std::string>> FindAnswer(Database& db, const RequestKey& key) {
  Statement row = db.Query(kFind, key.id);
  if (!row.Next()) {
    PXE_RETURN_IF_ERROR(row.status());
    return std::optional<std::string>();
  }
  const std::string method = row.Text();
  const auto digest = static_cast<uint64_t>(row.Int());
  if (method != key.method || digest != key.digest) {
    return InvalidArgument(
        absl::StrFormat("request_id: \"%s\" was used for another request", Printable(key.id)));
  }
  const std::vector<uint8_t> answer = row.Blob();
  return std::optional(std::string(answer.begin(), answer.end()));
}

absl::Status KeepAnswer(Database& db, const RequestKey& key, std::string_view answer, Seconds now,
                        const RequestLimits& limits) {
  PXE_RETURN_IF_ERROR(Cut(db, limits.trim_slice, now - limits.min_age));
  PXE_ASSIGN_OR_RETURN(const uint64_t count, Count(db));
  if (count >= limits.max_rows) {
    return ResourceExhausted(absl::StrFormat(
        "request_id: the answers to %d requests are being kept and none may be forgotten yet; try "
        "again later, or without request_id",
        count));
  }
  const std::span bytes(reinterpret_cast<const uint8_t*>(answer.data()), answer.size());
  return db.Run(kInsert, key.id, key.method, static_cast<int64_t>(key.digest), bytes, now);
}

}  // namespace pxe::store
