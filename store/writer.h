// The one thread that writes: whatever is queued when it becomes free becomes one transaction.
//
// Group commit carries the design: an fsync costs the same for one lease as for a thousand. It
// never waits for more work. Nothing is answered before its group is durable: `done` comes after
// the commit, and when the commit fails every `done` of the group hears so, because then nothing of
// the group has happened. While nothing can be made durable (disk full, I/O error, somebody else's
// lock) it goes on trying, by itself too, and says how it stands (docs/durability.md).
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "store/sqlite.h"
#include "store/writer_stats.h"

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

  // The log is moved into the file whenever it has grown by so many pages, between two groups and
  // after the answers of the first. A page that was written often is moved once; a long log takes
  // longer to read after a crash (16 MiB: tens of milliseconds) and space on the disk.
  size_t checkpoint_pages = 4096;

  // While nothing can be made durable and nobody asks, it is tried so often.
  std::chrono::milliseconds probe_interval{1000};
};

class Writer {
 public:
  // Takes the database over until Stop(); nobody else may use it meanwhile. It is in WAL mode with
  // synchronous=FULL (store/state_dir.h).
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

  // OK: what was written last is durable (or nothing was written yet). Else why it is not: the
  // disk's fault or the database's, never that of one bad job. Any thread.
  absl::Status health() const;

  // Hears health() now, on the caller's thread, and from then on each time that it turns from OK to
  // an error or back, on the writer's, before the jobs concerned hear of it. Null: nobody; when
  // that call returns, none of the former listener is running. Must not block or call the writer.
  using HealthListener = std::function<void(const absl::Status&)>;
  void ListenToHealth(HealthListener listener);

 private:
  void Loop();
  bool AwaitGroup(std::vector<WriteJob>& group);
  void WriteGroup(std::vector<WriteJob>& group);
  void Probe();
  void SetHealth(const absl::Status& health);
  void CheckpointIfDue();

  Database& db_;
  const WriterLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::deque<WriteJob> queue_;
  WriterStats stats_;  // but for `queue`
  bool stopping_ = false;
  size_t checkpoint_tried_at_ = 0;  // pages in the log then; the writer's thread only
  mutable std::mutex health_mutex_;
  absl::Status health_;             // guarded by health_mutex_, written by the writer's thread only
  HealthListener health_listener_;  // guarded by health_mutex_
  std::thread thread_;              // last: it uses all of the above
};

}  // namespace pxe::store
