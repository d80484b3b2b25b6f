// Keeps events: folds the same within a minute into one, says each in the log, counts it, and
// writes it to the journal by a thread of its own.
//
// Whoever reports one waits for no disk: what is not written yet lies in a table of fixed size, and
// what finds no place there is counted and said in the log only. Nothing that befalls the journal's
// file stops anything: a damaged one is moved aside and begun anew, and where none can be, events
// are kept until pxed ends. Each of this is a line of the log.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/counters.h"
#include "core/event.h"
#include "store/journal.h"

namespace pxe::server {

struct JournalLimits {
  size_t max_open = 4096;               // events that can still grow or are not written yet
  size_t max_open_of_strangers = 2048;  // of those
  size_t lines_per_second = 10;         // of the log, for each kind (C151)
  size_t trim_every = 1000;             // events written; so many more than kept there can be
  store::EventRetention retention;
};

class EventJournal {
 public:
  // Takes a line for the log; from any thread, must not block.
  using WarnFn = std::function<void(std::string_view)>;

  // Opens the file, or one in memory in its place. `clock` must outlive the journal.
  EventJournal(std::filesystem::path file, const Clock& clock, WarnFn warn,
               JournalLimits limits = {});
  ~EventJournal();  // Stop()
  EventJournal(const EventJournal&) = delete;
  EventJournal& operator=(const EventJournal&) = delete;

  // Any thread; waits for nothing. Sets id, times and count.
  void Add(core::Event event);

  // As store::ListEvents and store::GetEvent, everything that was added before among them. Any
  // thread; waits for the disk.
  absl::StatusOr<std::vector<core::Event>> List(const core::EventFilter& filter, uint64_t before,
                                                size_t limit);
  absl::StatusOr<core::Event> Get(uint64_t id);

  // Writes what is not written and ends the thread; later ones are not kept. Idempotent; by one
  // thread at a time.
  void Stop();

  // Any thread. How often what happened; how many events were not kept.
  const Counters<core::EventKind>& counts() const { return counts_; }
  uint64_t left_out() const { return left_out_; }
  bool in_memory_only() const { return in_memory_only_; }
  const store::EventRetention& retention() const { return limits_.retention; }

 private:
  struct Open {
    core::Event event;
    bool written = false;  // as it is now
  };
  // The lines of one kind within one second.
  struct Lines {
    Seconds second{};
    size_t count = 0;
  };

  bool Fold(const core::Event& event);
  bool HasRoomFor(const core::Event& event) const;
  void CloseOld(Seconds now);
  void Say(const core::Event& event);
  void Run();
  std::vector<core::Event> TakeUnwritten();
  absl::Status WriteUnwritten();
  void OpenFile();
  absl::Status Reopen(const absl::Status& reason);
  void OpenInMemory(const absl::Status& reason);
  void SayHealth(const absl::Status& health);

  const std::filesystem::path file_;
  const Clock& clock_;
  const WarnFn warn_;
  const JournalLimits limits_;
  Counters<core::EventKind> counts_;
  std::atomic<uint64_t> left_out_ = 0;
  std::atomic<bool> in_memory_only_ = false;

  std::mutex mutex_;  // guards what follows, up to the next mutex; never held for I/O
  std::condition_variable work_;
  std::deque<Open> open_;                              // by id, without gaps
  absl::flat_hash_map<std::string, uint64_t> newest_;  // by what makes events the same
  size_t open_of_strangers_ = 0;
  std::array<Lines, static_cast<size_t>(core::EventKind::kCount)> lines_;
  uint64_t next_id_ = 1;
  bool unwritten_ = false;
  bool ending_ = false;

  std::mutex db_mutex_;  // taken before mutex_; guards what follows
  std::unique_ptr<store::Database> db_;
  size_t written_since_trim_ = SIZE_MAX / 2;  // the first to be written has the rest looked through
  bool healthy_ = true;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace pxe::server
