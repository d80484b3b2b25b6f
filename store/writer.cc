#include "store/writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "store/revision.h"

namespace pxe::store {
namespace {

absl::Status RunAlone(Database& db, const WriteJob& job) {
  PXE_ASSIGN_OR_RETURN(Savepoint savepoint, Savepoint::Begin(db));
  PXE_RETURN_IF_ERROR(job.change(db));
  return savepoint.Release();
}

// What the others of a group hear when one job takes the group down with it: not the code of an
// error that is not theirs, but that trying again may help.
absl::Status SpoiltBy(const absl::Status& error) {
  return Unavailable(
      absl::StrFormat("another write of the same commit failed: %s", MessageOf(error)));
}

// Whether an error speaks of the disk or the file, and not of what one job wanted.
bool IsFaultOfStore(const absl::Status& error) {
  return absl::IsUnavailable(error) || absl::IsResourceExhausted(error) ||
         absl::IsDataLoss(error) || absl::IsInternal(error);
}

struct Outcome {
  bool committed = false;  // false: nothing has happened
  absl::Status fault;      // why not, if the store is to blame
};

// Runs the changes and commits; `results` gets one status a job.
Outcome CommitAll(Database& db, const std::vector<WriteJob>& group,
                  std::vector<absl::Status>& results) {
  const auto nothing = [&results](const absl::Status& why) {
    std::ranges::fill(results, why);
    return Outcome{.fault = why};
  };
  auto transaction = Transaction::Begin(db);
  if (!transaction.ok()) return nothing(transaction.status());
  auto revisions = RevisionBatch::Begin(db);
  if (!revisions.ok()) return nothing(revisions.status());
  for (size_t i = 0; i < group.size(); ++i) {
    absl::Status result = group[i].savepoint ? RunAlone(db, group[i]) : group[i].change(db);
    // Upon some errors (disk full, I/O) SQLite rolls the whole transaction back by itself.
    const bool transaction_lives = db.InTransaction();
    if (!transaction_lives || !(result.ok() || group[i].savepoint)) {
      std::ranges::fill(results, SpoiltBy(result));
      results[i] = result;
      return {.fault = transaction_lives && !IsFaultOfStore(result) ? absl::OkStatus() : result};
    }
    results[i] = std::move(result);
  }
  absl::Status committed = revisions->Save();
  if (committed.ok()) committed = transaction->Commit();
  if (!committed.ok()) return nothing(committed);
  return {.committed = true};
}

uint64_t MicrosecondsSince(std::chrono::steady_clock::time_point begun) {
  const auto took = std::chrono::steady_clock::now() - begun;
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
}

}  // namespace

Writer::Writer(Database& db, WriterLimits limits)
    : db_(db), limits_(limits), thread_([this] {
        db_.CheckpointByHand();
        Loop();
      }) {}

Writer::~Writer() {
  Stop();
}

bool Writer::Submit(WriteJob&& job) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || queue_.size() >= limits_.max_queue) {
    ++stats_.refused;
    return false;
  }
  queue_.push_back(std::move(job));
  stats_.max_queue = std::max(stats_.max_queue, queue_.size());
  if (queue_.size() == 1) work_.notify_one();
  return true;
}

void Writer::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    work_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

WriterStats Writer::stats() const {
  const std::lock_guard lock(mutex_);
  WriterStats now = stats_;
  now.queue = queue_.size();
  return now;
}

absl::Status Writer::health() const {
  const std::lock_guard lock(health_mutex_);
  return health_;
}

void Writer::ListenToHealth(HealthListener listener) {
  const std::lock_guard lock(health_mutex_);
  health_listener_ = std::move(listener);
  if (health_listener_) health_listener_(health_);
}

void Writer::Loop() {
  std::vector<WriteJob> group;
  while (AwaitGroup(group)) {
    if (group.empty()) {
      Probe();
    } else {
      WriteGroup(group);
      CheckpointIfDue();
    }
  }
}

// False: stopped, and nothing is left. A group without a job: it is time to probe.
bool Writer::AwaitGroup(std::vector<WriteJob>& group) {
  const bool healthy = health().ok();
  const auto has_work = [this] { return stopping_ || !queue_.empty(); };
  group.clear();
  std::unique_lock lock(mutex_);
  if (healthy) {
    work_.wait(lock, has_work);
  } else {
    work_.wait_for(lock, limits_.probe_interval, has_work);
  }
  const size_t size = std::min(queue_.size(), limits_.max_batch);
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(size);
  std::move(queue_.begin(), end, std::back_inserter(group));
  queue_.erase(queue_.begin(), end);
  return size > 0 || !stopping_;
}

void Writer::WriteGroup(std::vector<WriteJob>& group) {
  const auto begun = std::chrono::steady_clock::now();
  const uint64_t commits_before = db_.log_state().commits;
  std::vector<absl::Status> results(group.size());
  const Outcome outcome = CommitAll(db_, group, results);
  const uint64_t took = MicrosecondsSince(begun);
  {
    const std::lock_guard lock(mutex_);
    ++stats_.groups;
    stats_.jobs += group.size();
    stats_.failed_groups += outcome.committed ? 0 : 1;
    stats_.last_group = group.size();
    stats_.max_group = std::max(stats_.max_group, group.size());
    stats_.group_sizes.Add(group.size());
    stats_.commit_us += took;
    stats_.max_commit_us = std::max(stats_.max_commit_us, took);
    stats_.commit_times.Add(took);
  }
  // A group that had nothing to write says nothing about the disk.
  const bool wrote = db_.log_state().commits != commits_before;
  if (wrote || !outcome.fault.ok()) SetHealth(outcome.fault);
  for (size_t i = 0; i < group.size(); ++i) group[i].done(results[i]);
}

// The least that goes the whole way to the disk: a revision that nobody gets.
void Writer::Probe() {
  std::vector<WriteJob> group(1);
  group.front() = {.change = [](Database& db) { return NextRevision(db).status(); },
                   .done = [](const absl::Status&) {}};
  std::vector<absl::Status> results(1);
  const Outcome outcome = CommitAll(db_, group, results);
  {
    const std::lock_guard lock(mutex_);
    ++stats_.probes;
  }
  SetHealth(outcome.fault);
}

void Writer::SetHealth(const absl::Status& health) {
  const std::lock_guard lock(health_mutex_);
  const bool turned = health_.ok() != health.ok();
  health_ = health;
  if (turned && health_listener_) health_listener_(health_);
}

// Somebody who reads for long keeps the log from beginning anew; it is tried again when it has
// grown as much once more, not after each group.
void Writer::CheckpointIfDue() {
  const size_t pages = db_.log_state().pages;
  if (pages < checkpoint_tried_at_) checkpoint_tried_at_ = 0;  // it has begun anew
  if (pages < checkpoint_tried_at_ + limits_.checkpoint_pages) return;
  checkpoint_tried_at_ = pages;
  const absl::Status moved = db_.Checkpoint();
  const std::lock_guard lock(mutex_);
  ++stats_.checkpoints;
  stats_.failed_checkpoints += moved.ok() ? 0 : 1;
}

}  // namespace pxe::store
