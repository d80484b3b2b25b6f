// The clock as a seam: decisions get `now` as an argument, and only the edges ask a Clock.
#pragma once

#include <chrono>

namespace pxe {

// Wall time in whole seconds, UTC: what leases are measured in and what the database stores.
using Seconds = std::chrono::sys_seconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Seconds Now() const = 0;  // any thread
};

class SystemClock final : public Clock {
 public:
  Seconds Now() const override {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
};

}  // namespace pxe
