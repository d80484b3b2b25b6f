#include "store/changes.h"

#include <algorithm>
#include <limits>
#include <span>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "store/revision.h"

namespace pxe::store {
namespace {

constexpr Sql kInsert = R"sql(
  INSERT INTO change (revision, time, collection, id, action, actor, claimed_actor, state_before)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
)sql";

constexpr Sql kGet = R"sql(
  SELECT revision, time, collection, id, action, actor, claimed_actor, state_before
  FROM change WHERE revision = ?1
)sql";

constexpr Sql kFirstAfter = R"sql(
  SELECT revision, time, collection, id, action, actor, claimed_actor, state_before
  FROM change WHERE collection = ?1 AND id = ?2 AND revision > ?3 ORDER BY revision LIMIT 1
)sql";

constexpr Sql kListAll = R"sql(
  SELECT revision, time, collection, id, action, actor, claimed_actor, state_before
  FROM change WHERE revision < ?1 ORDER BY revision DESC LIMIT ?2
)sql";

constexpr Sql kListOne = R"sql(
  SELECT revision, time, collection, id, action, actor, claimed_actor, state_before
  FROM change WHERE collection = ?3 AND id = ?4 AND revision < ?1 ORDER BY revision DESC LIMIT ?2
)sql";

constexpr Sql kReadLog = "SELECT begins, kept FROM change_log";
constexpr Sql kWriteLog = "UPDATE change_log SET begins = ?1, kept = ?2";
constexpr Sql kOldest = "SELECT revision, time FROM change ORDER BY revision LIMIT ?1";
constexpr Sql kCut = "DELETE FROM change WHERE revision <= ?1";

struct LogState {
  uint64_t begins = 0;
  uint64_t kept = 0;
};

std::string_view TextOf(ChangeAction action) {
  switch (action) {
    case ChangeAction::kCreated:
      return "CREATED";
    case ChangeAction::kUpdated:
      return "UPDATED";
    case ChangeAction::kDeleted:
      return "DELETED";
  }
  return "";
}

// The CHECK of the column admits these three.
ChangeAction ActionOf(std::string_view text) {
  if (text == "CREATED") return ChangeAction::kCreated;
  return text == "UPDATED" ? ChangeAction::kUpdated : ChangeAction::kDeleted;
}

// A revision as SQLite can hold it; no stored one is beyond.
int64_t Bounded(uint64_t revision) {
  constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::min(revision, kMost));
}

Change ReadChange(Statement& row) {
  Change change;
  change.revision = static_cast<uint64_t>(row.Int());
  change.time = row.Time();
  change.resource.collection = row.Text();
  change.resource.id = row.Text();
  change.action = ActionOf(row.Text());
  change.author.actor = row.Text();
  change.author.claimed_actor = row.Text();
  const std::vector<uint8_t> before = row.Blob();
  change.before.assign(before.begin(), before.end());
  return change;
}

absl::StatusOr<std::vector<Change>> ReadAll(Statement rows) {
  std::vector<Change> changes;
  while (rows.Next()) changes.push_back(ReadChange(rows));
  PXE_RETURN_IF_ERROR(rows.status());
  return changes;
}

absl::StatusOr<LogState> ReadLog(Database& db) {
  std::optional<LogState> log;
  Statement row = db.Query(kReadLog);
  while (row.Next()) {
    const auto begins = static_cast<uint64_t>(row.Int());
    log = LogState{begins, static_cast<uint64_t>(row.Int())};
  }
  PXE_RETURN_IF_ERROR(row.status());
  if (!log) return DataLoss("database: table change_log has no row");
  return *log;
}

// Cuts up to `most` rows that are too old or too many, and says so in `log`.
absl::Status Cut(Database& db, uint64_t most, Seconds oldest_kept, uint64_t max_rows,
                 LogState& log) {
  const uint64_t begins = log.begins;
  {
    Statement rows = db.Query(kOldest, most);
    while (rows.Next()) {
      const auto revision = static_cast<uint64_t>(rows.Int());
      if (rows.Time() >= oldest_kept && log.kept <= max_rows) break;
      log.begins = revision;
      --log.kept;
    }
    PXE_RETURN_IF_ERROR(rows.status());
  }
  return log.begins == begins ? absl::OkStatus() : db.Run(kCut, log.begins);
}

absl::Status TooOld(std::string_view field, uint64_t revision, uint64_t begins) {
  return OutOfRange(absl::StrFormat(
      "%s: revision %d is older than the history kept, which begins after revision %d", field,
      revision, begins));
}

absl::Status CheckNotAhead(Database& db, std::string_view field, uint64_t revision) {
  PXE_ASSIGN_OR_RETURN(const uint64_t current, CurrentRevision(db));
  if (revision <= current) return absl::OkStatus();
  return OutOfRange(absl::StrFormat("%s: revision %d has not happened yet, the last one is %d",
                                    field, revision, current));
}

}  // namespace

absl::Status LogChange(Database& db, const Change& change) {
  std::optional<std::span<const uint8_t>> before;
  if (change.action != ChangeAction::kCreated) {
    before.emplace(reinterpret_cast<const uint8_t*>(change.before.data()), change.before.size());
  }
  return db.Run(kInsert, change.revision, change.time, change.resource.collection,
                change.resource.id, TextOf(change.action), change.author.actor,
                change.author.claimed_actor, before);
}

absl::Status CloseLog(Database& db, uint64_t added, Seconds now, const ChangeLogLimits& limits) {
  PXE_ASSIGN_OR_RETURN(LogState log, ReadLog(db));
  log.kept += added;
  const uint64_t most = std::max(limits.trim_slice, 2 * added);
  PXE_RETURN_IF_ERROR(Cut(db, most, now - limits.max_age, limits.max_rows, log));
  return db.Run(kWriteLog, log.begins, log.kept);
}

absl::Status CheckRevision(Database& db, std::string_view field, uint64_t revision) {
  PXE_RETURN_IF_ERROR(CheckNotAhead(db, field, revision));
  PXE_ASSIGN_OR_RETURN(const LogState log, ReadLog(db));
  return revision < log.begins ? TooOld(field, revision, log.begins) : absl::OkStatus();
}

absl::StatusOr<std::optional<Change>> FirstChangeAfter(Database& db, const ResourceId& resource,
                                                       uint64_t revision) {
  PXE_ASSIGN_OR_RETURN(
      std::vector<Change> found,
      ReadAll(db.Query(kFirstAfter, resource.collection, resource.id, Bounded(revision))));
  if (found.empty()) return std::optional<Change>();
  return std::optional(std::move(found.front()));
}

absl::StatusOr<Change> GetChange(Database& db, std::string_view field, uint64_t revision) {
  PXE_RETURN_IF_ERROR(CheckNotAhead(db, field, revision));
  PXE_ASSIGN_OR_RETURN(const LogState log, ReadLog(db));
  if (revision <= log.begins) return TooOld(field, revision, log.begins);
  PXE_ASSIGN_OR_RETURN(std::vector<Change> found, ReadAll(db.Query(kGet, Bounded(revision))));
  if (!found.empty()) return std::move(found.front());
  return NotFound(absl::StrFormat("%s: revision %d was no change of a resource", field, revision));
}

absl::StatusOr<std::vector<Change>> ListChanges(Database& db,
                                                const std::optional<ResourceId>& resource,
                                                uint64_t end, size_t limit) {
  if (!resource) return ReadAll(db.Query(kListAll, Bounded(end), limit));
  return ReadAll(db.Query(kListOne, Bounded(end), limit, resource->collection, resource->id));
}

}  // namespace pxe::store
