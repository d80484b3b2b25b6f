#include "store/writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/status.h"

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

// Runs the changes and commits; `results` gets one status a job. False: nothing has happened.
bool CommitAll(Database& db, const std::vector<WriteJob>& group,
               std::vector<absl::Status>& results) {
  auto transaction = Transaction::Begin(db);
  if (!transaction.ok()) {
    std::ranges::fill(results, transaction.status());
    return false;
  }
  for (size_t i = 0; i < group.size(); ++i) {
    absl::Status result = group[i].savepoint ? RunAlone(db, group[i]) : group[i].change(db);
    // Upon some errors (disk full, I/O) SQLite rolls the whole transaction back by itself.
    const bool group_lives = db.InTransaction() && (result.ok() || group[i].savepoint);
    if (!group_lives) std::ranges::fill(results, SpoiltBy(result));
    results[i] = std::move(result);
    if (!group_lives) return false;
  }
  const absl::Status committed = transaction->Commit();
  if (!committed.ok()) std::ranges::fill(results, committed);
  return committed.ok();
}

}  // namespace

Writer::Writer(Database& db, WriterLimits limits)
    : db_(db), limits_(limits), thread_([this] { Loop(); }) {}

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
  return stats_;
}

void Writer::Loop() {
  std::vector<WriteJob> group;
  while (true) {
    group.clear();
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      const size_t size = std::min(queue_.size(), limits_.max_batch);
      const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(size);
      std::move(queue_.begin(), end, std::back_inserter(group));
      queue_.erase(queue_.begin(), end);
    }
    WriteGroup(group);
  }
}

void Writer::WriteGroup(std::vector<WriteJob>& group) {
  std::vector<absl::Status> results(group.size());
  const bool committed = CommitAll(db_, group, results);
  {
    const std::lock_guard lock(mutex_);
    ++stats_.groups;
    stats_.jobs += group.size();
    stats_.failed_groups += committed ? 0 : 1;
    stats_.last_group = group.size();
    stats_.max_group = std::max(stats_.max_group, group.size());
  }
  for (size_t i = 0; i < group.size(); ++i) group[i].done(results[i]);
}

}  // namespace pxe::store
