#include "server/event_journal.h"

#include <chrono>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/status.h"

namespace pxe::server {
namespace {

namespace fs = std::filesystem;

// What happens within this time is written together.
constexpr std::chrono::milliseconds kGather{200};

// Equal texts, and only they, are of events that core::IsSame says are the same.
std::string KeyOf(const core::Event& event) {
  const std::string where = absl::StrFormat("%d %s", static_cast<int>(event.kind), event.subnet);
  if (event.kind == core::EventKind::kPoolExhausted) return where;
  return absl::StrFormat("%s %08x %s", where, event.address.value, event.machine);
}

// A clock that was set back opens nothing again.
bool IsOver(const core::Event& event, Seconds now) {
  return now < event.first || now >= event.first + core::Event::kFold;
}

std::string LineOf(const core::Event& event) {
  std::string line =
      absl::StrFormat("event %s: machine=%s", core::ToString(event.kind), event.machine);
  if (!event.address.IsZero()) line += " address=" + event.address.ToString();
  if (!event.subnet.empty()) line += " subnet=" + event.subnet;
  if (!event.host.empty()) line += " host=" + event.host;
  if (!event.detail.empty()) line += ": " + event.detail;
  return line;
}

}  // namespace

EventJournal::EventJournal(fs::path file, const Clock& clock, WarnFn warn, JournalLimits limits)
    : file_(std::move(file)), clock_(clock), warn_(std::move(warn)), limits_(limits) {
  OpenFile();
  if (db_ != nullptr) {
    const auto last = store::LastEventId(*db_);
    if (last.ok()) next_id_ = *last + 1;
  }
  thread_ = std::thread([this] { Run(); });
}

EventJournal::~EventJournal() {
  Stop();
}

void EventJournal::Stop() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    work_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void EventJournal::Add(core::Event event) {
  counts_.Add(event.kind);
  event.first = event.last = clock_.Now();
  const std::lock_guard lock(mutex_);
  CloseOld(event.first);
  if (Fold(event)) return;
  Say(event);
  if (ending_ || !HasRoomFor(event)) {
    ++left_out_;
    return;
  }
  event.id = next_id_++;
  event.count = 1;
  newest_[KeyOf(event)] = event.id;
  if (core::IsOfStranger(event)) ++open_of_strangers_;
  open_.push_back({.event = std::move(event)});
  if (!std::exchange(unwritten_, true)) work_.notify_one();
}

// Whether it was the same again as one that is not over.
bool EventJournal::Fold(const core::Event& event) {
  const auto found = newest_.find(KeyOf(event));
  if (found == newest_.end()) return false;
  Open& open = open_[found->second - open_.front().event.id];
  if (IsOver(open.event, event.first)) return false;
  ++open.event.count;
  open.event.last = event.last;
  open.written = false;
  if (!std::exchange(unwritten_, true)) work_.notify_one();
  return true;
}

bool EventJournal::HasRoomFor(const core::Event& event) const {
  if (open_.size() >= limits_.max_open) return false;
  return !core::IsOfStranger(event) || open_of_strangers_ < limits_.max_open_of_strangers;
}

void EventJournal::CloseOld(Seconds now) {
  while (!open_.empty() && open_.front().written && IsOver(open_.front().event, now)) {
    const core::Event& event = open_.front().event;
    const auto newest = newest_.find(KeyOf(event));
    if (newest != newest_.end() && newest->second == event.id) newest_.erase(newest);
    if (core::IsOfStranger(event)) --open_of_strangers_;
    open_.pop_front();
  }
}

void EventJournal::Say(const core::Event& event) {
  Lines& lines = lines_[static_cast<size_t>(event.kind)];
  if (lines.second != event.first) lines = {.second = event.first};
  if (lines.count == limits_.lines_per_second) return;
  ++lines.count;
  warn_(LineOf(event));
}

void EventJournal::Run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    work_.wait(lock, [this] { return ending_ || unwritten_; });
    work_.wait_for(lock, kGather, [this] { return ending_; });
    lock.unlock();
    {
      const std::lock_guard database(db_mutex_);
      SayHealth(WriteUnwritten());
    }
    lock.lock();
  }
  lock.unlock();
  const std::lock_guard database(db_mutex_);
  SayHealth(WriteUnwritten());
}

std::vector<core::Event> EventJournal::TakeUnwritten() {
  const std::lock_guard lock(mutex_);
  unwritten_ = false;
  std::vector<core::Event> events;
  for (Open& open : open_) {
    if (!std::exchange(open.written, true)) events.push_back(open.event);
  }
  return events;
}

// Under db_mutex_. What cannot be written is not kept: it must not keep others out.
absl::Status EventJournal::WriteUnwritten() {
  const std::vector<core::Event> events = TakeUnwritten();
  if (events.empty()) return absl::OkStatus();
  if (db_ == nullptr) return Unavailable("there is no memory for it");
  absl::Status written = store::PutEvents(*db_, events);
  if (absl::IsDataLoss(written) && Reopen(written).ok()) written = store::PutEvents(*db_, events);
  if (!written.ok()) {
    left_out_ += events.size();
    return written;
  }
  written_since_trim_ += events.size();
  if (written_since_trim_ < limits_.trim_every) return absl::OkStatus();
  written_since_trim_ = 0;
  return store::TrimEvents(*db_, limits_.retention, clock_.Now());
}

void EventJournal::OpenFile() {
  auto opened = store::OpenJournal(file_);
  if (!opened.ok()) {
    (void)Reopen(opened.status());
    return;
  }
  db_ = *std::move(opened);
}

// Moves the file aside and begins a new one, in memory where there can be none.
absl::Status EventJournal::Reopen(const absl::Status& reason) {
  db_.reset();
  const fs::path aside = file_.string() + ".bad";
  std::error_code error;
  if (fs::is_regular_file(file_, error)) {
    fs::rename(file_, aside, error);
    if (!error) {
      warn_(absl::StrFormat("%s cannot be used (%s); it is kept as %s, and a new one begun",
                            file_.string(), MessageOf(reason), aside.string()));
      for (const char* rest : {"-wal", "-shm"}) fs::remove(file_.string() + rest, error);
      auto opened = store::OpenJournal(file_);
      if (opened.ok()) {
        db_ = *std::move(opened);
        return absl::OkStatus();
      }
    }
  }
  OpenInMemory(reason);
  return db_ != nullptr ? absl::OkStatus() : reason;
}

void EventJournal::OpenInMemory(const absl::Status& reason) {
  warn_(absl::StrFormat("%s cannot be used (%s); events are kept until pxed ends", file_.string(),
                        MessageOf(reason)));
  in_memory_only_ = true;
  auto opened = store::JournalInMemory();
  if (opened.ok()) db_ = *std::move(opened);
}

void EventJournal::SayHealth(const absl::Status& health) {
  if (health.ok() == std::exchange(healthy_, health.ok())) return;
  if (health.ok()) return warn_("events are kept again");
  warn_("events are not kept: " + MessageOf(health));
}

absl::StatusOr<std::vector<core::Event>> EventJournal::List(const core::EventFilter& filter,
                                                            uint64_t before, size_t limit) {
  const std::lock_guard database(db_mutex_);
  SayHealth(WriteUnwritten());
  if (db_ == nullptr) return Unavailable("the journal cannot be read");
  return store::ListEvents(*db_, filter, before, limit);
}

absl::StatusOr<core::Event> EventJournal::Get(uint64_t id) {
  const std::lock_guard database(db_mutex_);
  SayHealth(WriteUnwritten());
  if (db_ == nullptr) return Unavailable("the journal cannot be read");
  return store::GetEvent(*db_, id);
}

}  // namespace pxe::server
