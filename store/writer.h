// The one thread that writes: whatever is queued when it becomes free becomes one transaction.
//
// Group commit carries the design: an fsync costs the same for one lease as for a thousand. It
// never waits for more work. Nothing is answered before its group is durable: `done` comes after
// the commit, and when the commit fails every `done` of the group hears so, because then nothing of
// the group has happened.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "store/sqlite.h"

namespace pxe::store {

struct WriteJob {
  // The change, on the writer thread, inside the group's transaction.
  std::function<absl::Status(Database&)> change;

  // On the writer thread, in the order of submission: OK (durable), this job's own error, or why
  // the whole group failed. Must not call Stop().
  std::function<void(const absl::Status&)> done;

  // True: the change has a savepoint of its own, its error undoes it alone (API writes). False: its
  // error fails the group (lease rows, where a savepoint each would double the cost).
  bool savepoint = true;
};

struct WriterLimits {
  size_t max_queue = 16384;  // jobs waiting; more are refused
  size_t max_batch = 1024;   // jobs of one transaction
};

// Monotonic but for `last_group`, since the writer began.
struct WriterStats {
  uint64_t jobs = 0;           // done() called, with whatever status
  uint64_t groups = 0;         // transactions tried
  uint64_t failed_groups = 0;  // of these: rolled back, nothing of them happened
  uint64_t refused = 0;        // Submit() said false
  size_t last_group = 0;       // jobs in it
  size_t max_group = 0;
};

class Writer {
 public:
  // Takes the database over until Stop(); nobody else may use it meanwhile.
  explicit Writer(Database& db, WriterLimits limits = {});
  ~Writer();  // Stop()
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Any thread, never waits for I/O. False: the queue is full or the writer is stopping; then `job`
  // is untouched, still the caller's, and its `done` will not be called.
  bool Submit(WriteJob&& job);

  // Commits what is queued, calls every `done`, ends the thread. Idempotent; by one thread at a
  // time.
  void Stop();

  WriterStats stats() const;

 private:
  void Loop();
  void WriteGroup(std::vector<WriteJob>& group);

  Database& db_;
  const WriterLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::deque<WriteJob> queue_;
  WriterStats stats_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace pxe::store
