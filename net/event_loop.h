// One thread that waits for many sockets, timers and messages from other threads.
//
// Everything runs on the thread inside Run(): callbacks must not block, and only Post() and Stop()
// may be called from elsewhere. A callback may unwatch or cancel anything, itself included. A
// callback that leaves its descriptor readable is called again in the next turn, so it may take a
// bounded bite and leave the rest to the others.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "net/unique_fd.h"

namespace pxe::net {

using TimePoint = std::chrono::steady_clock::time_point;

// What a descriptor has for its watcher.
struct Readiness {
  bool readable = false;
  bool error = false;  // EPOLLERR: for a UdpSocket, refusals wait to be taken
};

class EventLoop {
 public:
  using Callback = std::function<void()>;
  using ReadyCallback = std::function<void(Readiness)>;

  // Of those ready in the same turn, kFirst is served before kNormal: new requests before running
  // transfers, so that a storm of them does not overflow its socket.
  enum class Urgency { kFirst, kNormal };

  struct TimerId {
    TimePoint when{};
    uint64_t sequence = 0;  // 0 is no timer
    auto operator<=>(const TimerId&) const = default;
  };

  static absl::StatusOr<std::unique_ptr<EventLoop>> Create();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  // Calls `on_ready` in every turn in which `fd` is readable or in error. The descriptor stays the
  // caller's, who must Unwatch it before closing it. One watch a descriptor.
  absl::Status Watch(int fd, ReadyCallback on_ready, Urgency urgency = Urgency::kNormal);
  void Unwatch(int fd);  // unknown descriptors are ignored

  // Calls `callback` once, at `when` or soon after (the resolution is a millisecond).
  TimerId At(TimePoint when, Callback callback);
  void Cancel(TimerId id);  // one that has fired or never was is ignored

  // Runs `callback` on the loop's thread, in the order of posting; any thread. What is still
  // queued when the loop is destroyed is dropped unrun.
  void Post(Callback callback);

  // Serves until Stop(). A Stop() that came before Run() makes it return at once.
  void Run();
  void Stop();  // any thread; not from a signal handler

  static TimePoint Now() { return std::chrono::steady_clock::now(); }

 private:
  struct Watched {
    int fd = -1;
    Urgency urgency = Urgency::kNormal;
    bool removed = false;
    ReadyCallback on_ready;
  };

  EventLoop(UniqueFd epoll, UniqueFd wakeup);
  int MillisecondsToWait();
  void Turn();
  void RunTimers();
  void RunPosted();
  void Wake();
  void DrainWakeup();

  UniqueFd epoll_;
  UniqueFd wakeup_;
  std::unordered_map<int, std::unique_ptr<Watched>> watched_;
  std::vector<std::unique_ptr<Watched>> removed_;  // kept until the turn is over
  std::map<TimerId, Callback> timers_;
  uint64_t last_sequence_ = 0;
  TimePoint timers_run_until_{};

  std::mutex mutex_;  // guards the rest
  std::vector<Callback> posted_;
  bool stopped_ = false;
  std::thread::id runs_on_;  // none: not in Run()
};

}  // namespace pxe::net
