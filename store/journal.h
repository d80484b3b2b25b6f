// journal.db: events, as rows. What is in it may be lost; nothing is decided by it.
//
// A file of its own, so that it can be damaged, full or gone and every lease is still there, and so
// that it is not synced with them: a power cut costs its last second. The newest are kept; those of
// machines that nobody registered have a share only, for anybody can make up such machines.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/event.h"
#include "store/sqlite.h"

namespace pxe::store {

// What is kept of the past.
struct EventRetention {
  size_t max_events = 100'000;
  size_t max_of_strangers = 10'000;  // of those (core::IsOfStranger)
  std::chrono::seconds max_age = std::chrono::days{90};
};

// Opens or makes the journal and brings it to the newest schema. DATA_LOSS: damaged, or no database
// at all; FAILED_PRECONDITION: another program's, a newer pxed's, or not to be written.
absl::StatusOr<std::unique_ptr<Database>> OpenJournal(const std::filesystem::path& file);

// The same for as long as it is open.
absl::StatusOr<std::unique_ptr<Database>> JournalInMemory();

// Writes events, new ones or those that have grown: all of them or none.
absl::Status PutEvents(Database& db, std::span<const core::Event> events);

// Forgets what `retention` does not keep.
absl::Status TrimEvents(Database& db, const EventRetention& retention, Seconds now);

// The newest with an id below `before`, at most `limit`, newest first.
absl::StatusOr<std::vector<core::Event>> ListEvents(Database& db, const core::EventFilter& filter,
                                                    uint64_t before, size_t limit);

// NOT_FOUND when there is none, or not any more.
absl::StatusOr<core::Event> GetEvent(Database& db, uint64_t id);

// 0 when there are none.
absl::StatusOr<uint64_t> LastEventId(Database& db);

}  // namespace pxe::store
