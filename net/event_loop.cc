#include "net/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <utility>

#include "base/status.h"

namespace pxe::net {
namespace {

constexpr int kMaxEventsPerTurn = 256;

}  // namespace

absl::StatusOr<std::unique_ptr<EventLoop>> EventLoop::Create() {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.valid()) return FromErrno(errno, "creating an epoll set");
  UniqueFd wakeup(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wakeup.valid()) return FromErrno(errno, "creating an eventfd");
  epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};  // null: the wake-up itself
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wakeup.get(), &event) != 0) {
    return FromErrno(errno, "watching an eventfd");
  }
  return std::unique_ptr<EventLoop>(new EventLoop(std::move(epoll), std::move(wakeup)));
}

EventLoop::EventLoop(UniqueFd epoll, UniqueFd wakeup)
    : epoll_(std::move(epoll)), wakeup_(std::move(wakeup)) {}

EventLoop::~EventLoop() = default;

absl::Status EventLoop::Watch(int fd, ReadyCallback on_ready, Urgency urgency) {
  auto watched = std::make_unique<Watched>();
  watched->fd = fd;
  watched->urgency = urgency;
  watched->on_ready = std::move(on_ready);
  epoll_event event{.events = EPOLLIN, .data = {.ptr = watched.get()}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    return FromErrno(errno, "watching a descriptor");
  }
  watched_[fd] = std::move(watched);
  return absl::OkStatus();
}

void EventLoop::Unwatch(int fd) {
  const auto found = watched_.find(fd);
  if (found == watched_.end()) return;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  // This turn may still hold an event for it, or be inside its callback.
  found->second->removed = true;
  removed_.push_back(std::move(found->second));
  watched_.erase(found);
}

EventLoop::TimerId EventLoop::At(TimePoint when, Callback callback) {
  // What a timer's callback sets is at the earliest of the next turn, or it could starve the rest.
  const TimePoint earliest = timers_run_until_ + std::chrono::nanoseconds(1);
  const TimerId id{.when = std::max(when, earliest), .sequence = ++last_sequence_};
  timers_.emplace(id, std::move(callback));
  return id;
}

void EventLoop::Cancel(TimerId id) {
  timers_.erase(id);
}

void EventLoop::Post(Callback callback) {
  {
    const std::scoped_lock lock(mutex_);
    posted_.push_back(std::move(callback));
    // Whoever posted the first has woken the loop; what the loop posts itself it finds anyway.
    if (posted_.size() > 1 || runs_on_ == std::this_thread::get_id()) return;
  }
  Wake();
}

void EventLoop::Stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
  }
  Wake();
}

void EventLoop::Wake() {
  const uint64_t one = 1;
  // Fails only when the counter is at its limit, and then the loop is awake anyway.
  [[maybe_unused]] const auto written = ::write(wakeup_.get(), &one, sizeof(one));
}

void EventLoop::DrainWakeup() {
  uint64_t count = 0;
  [[maybe_unused]] const auto read = ::read(wakeup_.get(), &count, sizeof(count));
}

void EventLoop::Run() {
  while (true) {
    {
      const std::scoped_lock lock(mutex_);
      runs_on_ = stopped_ ? std::thread::id() : std::this_thread::get_id();
      if (stopped_) return;
    }
    Turn();
  }
}

int EventLoop::MillisecondsToWait() {
  {
    const std::scoped_lock lock(mutex_);
    if (!posted_.empty()) return 0;
  }
  if (timers_.empty()) return -1;
  constexpr int64_t kLongest = 3'600'000;
  const auto wait =
      std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first.when - Now());
  return static_cast<int>(std::clamp<int64_t>(wait.count(), 0, kLongest));
}

void EventLoop::Turn() {
  std::array<epoll_event, kMaxEventsPerTurn> events;
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                 MillisecondsToWait());
  const std::span ready(events.data(), static_cast<size_t>(std::max(count, 0)));
  for (const Urgency urgency : {Urgency::kFirst, Urgency::kNormal}) {
    for (const epoll_event& event : ready) {
      auto* watched = static_cast<Watched*>(event.data.ptr);
      if (watched == nullptr) DrainWakeup();
      if (watched == nullptr || watched->removed || watched->urgency != urgency) continue;
      watched->on_ready({.readable = (event.events & (EPOLLIN | EPOLLHUP)) != 0,
                         .error = (event.events & EPOLLERR) != 0});
    }
  }
  RunTimers();
  RunPosted();
  removed_.clear();
}

void EventLoop::RunTimers() {
  timers_run_until_ = Now();
  while (!timers_.empty() && timers_.begin()->first.when <= timers_run_until_) {
    auto timer = timers_.extract(timers_.begin());
    timer.mapped()();
  }
}

void EventLoop::RunPosted() {
  std::vector<Callback> posted;
  {
    const std::scoped_lock lock(mutex_);
    posted.swap(posted_);
  }
  for (const Callback& callback : posted) callback();
}

}  // namespace pxe::net
