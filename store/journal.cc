#include "store/journal.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "store/migrate.h"
#include "store/schema.h"

namespace pxe::store {
namespace {

constexpr std::array kSchema{SchemaFile{"journal 1", R"sql(
  CREATE TABLE event (
    id       INTEGER PRIMARY KEY,
    kind     TEXT NOT NULL,
    machine  TEXT NOT NULL,
    address  INTEGER NOT NULL,
    subnet   TEXT NOT NULL,
    host     TEXT NOT NULL,
    detail   TEXT NOT NULL,
    first    INTEGER NOT NULL,
    last     INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    stranger INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX event_of_stranger ON event (id) WHERE stranger = 1;
)sql"}};

constexpr Sql kPut = R"sql(
  INSERT OR REPLACE INTO event (id, kind, machine, address, subnet, host, detail, first, last,
                                count, stranger)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
)sql";

constexpr Sql kList = R"sql(
  SELECT id, kind, machine, address, subnet, host, detail, first, last, count
  FROM event WHERE id < ?1 ORDER BY id DESC
)sql";

constexpr Sql kGet = R"sql(
  SELECT id, kind, machine, address, subnet, host, detail, first, last, count
  FROM event WHERE id = ?1
)sql";

constexpr Sql kTrimAll = R"sql(
  DELETE FROM event WHERE id <= (SELECT id FROM event ORDER BY id DESC LIMIT 1 OFFSET ?1)
)sql";

constexpr Sql kTrimStrangers = R"sql(
  DELETE FROM event WHERE stranger = 1 AND
    id <= (SELECT id FROM event WHERE stranger = 1 ORDER BY id DESC LIMIT 1 OFFSET ?1)
)sql";

// A kind that an older pxed does not know was written by a newer one, whose schema it refuses.
core::EventKind KindOf(std::string_view text) {
  for (size_t i = 0; i < static_cast<size_t>(core::EventKind::kCount); ++i) {
    const auto kind = static_cast<core::EventKind>(i);
    if (core::ToString(kind) == text) return kind;
  }
  return core::EventKind::kCount;
}

core::Event ReadEvent(Statement& row) {
  core::Event event;
  event.id = static_cast<uint64_t>(row.Int());
  event.kind = KindOf(row.TextView());
  event.machine = row.Text();
  event.address = row.Address();
  event.subnet = row.Text();
  event.host = row.Text();
  event.detail = row.Text();
  event.first = row.Time();
  event.last = row.Time();
  event.count = static_cast<uint64_t>(row.Int());
  return event;
}

absl::Status CheckPages(Database& db) {
  Statement check = db.Query("PRAGMA quick_check(1)");
  std::string found;
  while (check.Next()) found = check.Text();
  PXE_RETURN_IF_ERROR(check.status());
  if (found == "ok") return absl::OkStatus();
  return DataLoss("database: " + found);
}

// It shares a process with leases, which need the memory.
absl::Status Prepare(Database& db) {
  PXE_RETURN_IF_ERROR(db.Run("PRAGMA cache_size = -1024"));
  PXE_RETURN_IF_ERROR(db.Run("PRAGMA journal_mode = WAL"));
  PXE_RETURN_IF_ERROR(db.Run("PRAGMA synchronous = NORMAL"));
  PXE_RETURN_IF_ERROR(CheckPages(db));
  return Migrate(db, kSchema);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenJournal(const std::filesystem::path& file) {
  PXE_ASSIGN_OR_RETURN(auto db, Database::Open(file, Database::Mode::kCreate));
  PXE_RETURN_IF_ERROR(Prepare(*db));
  return db;
}

absl::StatusOr<std::unique_ptr<Database>> JournalInMemory() {
  return OpenJournal(":memory:");
}

absl::Status PutEvents(Database& db, std::span<const core::Event> events) {
  PXE_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(db));
  for (const core::Event& event : events) {
    PXE_RETURN_IF_ERROR(db.Run(kPut, event.id, core::ToString(event.kind),
                               std::string_view(event.machine), event.address,
                               std::string_view(event.subnet), std::string_view(event.host),
                               std::string_view(event.detail), event.first, event.last, event.count,
                               core::IsOfStranger(event)));
  }
  return transaction.Commit();
}

absl::Status TrimEvents(Database& db, const EventRetention& retention, Seconds now) {
  PXE_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(db));
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM event WHERE last < ?1", now - retention.max_age));
  PXE_RETURN_IF_ERROR(db.Run(kTrimStrangers, retention.max_of_strangers));
  PXE_RETURN_IF_ERROR(db.Run(kTrimAll, retention.max_events));
  return transaction.Commit();
}

absl::StatusOr<std::vector<core::Event>> ListEvents(Database& db, const core::EventFilter& filter,
                                                    uint64_t before, size_t limit) {
  std::vector<core::Event> found;
  const auto below = static_cast<int64_t>(std::min<uint64_t>(before, INT64_MAX));
  Statement rows = db.Query(kList, below);
  while (found.size() < limit && rows.Next()) {
    core::Event event = ReadEvent(rows);
    if (core::Matches(filter, event)) found.push_back(std::move(event));
  }
  PXE_RETURN_IF_ERROR(rows.status());
  return found;
}

absl::StatusOr<core::Event> GetEvent(Database& db, uint64_t id) {
  Statement row = db.Query(kGet, id);
  if (row.Next()) return ReadEvent(row);
  PXE_RETURN_IF_ERROR(row.status());
  return NotFound(absl::StrFormat("events/%d does not exist, or is not kept any more", id));
}

absl::StatusOr<uint64_t> LastEventId(Database& db) {
  Statement row = db.Query("SELECT coalesce(max(id), 0) FROM event");
  uint64_t last = 0;
  while (row.Next()) last = static_cast<uint64_t>(row.Int());
  PXE_RETURN_IF_ERROR(row.status());
  return last;
}

}  // namespace pxe::store
