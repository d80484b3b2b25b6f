// The daemon's log: one line per thing that happened, on stderr, as text for people or JSON for
// machines.
//
// Text:  2026-01-02 03:04:05.678 info  52:54:00:00:00:01 acked 10.0.0.20 kind=ipxe-bios
// JSON:  {"time":"2026-01-02T03:04:05.678+00:00","level":"info","event":"acked","client":...}
// Lines are made and written by a thread of their own, many at a time, from a bounded queue. A data
// plane waits for no terminal: when the queue is full, what happens to machines is counted instead
// ("1234 events left out"); messages have room beyond that.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include "core/resolver.h"

namespace pxe::server {

// "offered", "acked", "fetched", ...: the `event` of a JSON line.
std::string_view ToString(core::BootEvent::Step step);

// The two forms of an event's line, without time and level.
std::string EventAsText(const core::BootEvent& event);
std::string EventAsJson(const core::BootEvent& event);  // members, without braces

class Log {
 public:
  static constexpr size_t kQueuedEvents = 2048;
  static constexpr size_t kQueuedLines = 2 * kQueuedEvents;  // events and messages

  // Between two writes, at most: in a boot storm a wake-up and a write for each line would cost
  // more than the answers do.
  static constexpr std::chrono::milliseconds kMaxGather{50};

  // `format`: "text" or "json"; `level`: "debug", "info", "warning" or "error".
  Log(std::string_view format, std::string_view level);
  ~Log();  // writes what is queued
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Any thread; none of them waits.
  void Info(std::string_view message);
  void Warning(std::string_view message);
  void Error(std::string_view message);
  void Event(core::BootEvent&& event);  // how far a transfer has got is no line

 private:
  enum class Level { kInfo, kWarning, kError };
  struct Entry {
    std::chrono::system_clock::time_point when;
    Level level = Level::kInfo;
    std::variant<std::string, core::BootEvent> what;
  };
  struct Formatter;

  void Add(Level level, std::variant<std::string, core::BootEvent>&& what);
  void Run();
  void Write(const std::vector<Entry>& entries, size_t left_out);
  std::string LineOf(const Entry& entry) const;

  const bool json_;
  const Level least_;
  const std::unique_ptr<Formatter> formatter_;  // the thread's
  std::mutex mutex_;                            // guards the four below
  std::condition_variable work_;
  std::vector<Entry> queue_;
  size_t left_out_ = 0;  // events
  bool ending_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace pxe::server
