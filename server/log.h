// The daemon's log: one line per thing that happened, on stderr, as text for people or JSON for
// machines.
//
// Text:  2026-01-02 03:04:05.678 info  52:54:00:00:00:01 acked 10.0.0.20 kind=ipxe-bios
// JSON:  {"time":"2026-01-02T03:04:05.678+00:00","level":"info","event":"acked","client":...}
// Lines are written by a thread of their own from a bounded queue; when it is full the oldest lines
// go, so that a flood of packets cannot make a data plane wait for a terminal.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/resolver.h"

namespace pxe::server {

// "offered", "acked", "fetched", ...: the `event` of a JSON line.
std::string_view ToString(core::BootEvent::Step step);

// The two forms of an event's line, without time and level.
std::string EventAsText(const core::BootEvent& event);
std::string EventAsJson(const core::BootEvent& event);  // members, without braces

struct LogThread;

class Log {
 public:
  static constexpr size_t kQueuedLines = 8192;

  // `format`: "text" or "json"; `level`: "debug", "info", "warning" or "error".
  Log(std::string_view format, std::string_view level);
  ~Log();  // writes what is queued
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Any thread; none of them waits.
  void Info(std::string_view message);
  void Warning(std::string_view message);
  void Error(std::string_view message);
  void Event(const core::BootEvent& event);

 private:
  std::string Line(std::string_view message) const;

  bool json_;
  std::unique_ptr<LogThread> thread_;
};

}  // namespace pxe::server
