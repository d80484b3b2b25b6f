// A clock that moves when told.
#pragma once

#include <atomic>
#include <chrono>

#include "base/clock.h"

namespace pxe {

class FakeClock final : public Clock {
 public:
  explicit FakeClock(Seconds start = Seconds{std::chrono::seconds{1'000'000}})
      : now_(start.time_since_epoch().count()) {}

  Seconds Now() const override { return Seconds{std::chrono::seconds{now_.load()}}; }
  void Advance(std::chrono::seconds by) { now_ += by.count(); }

 private:
  std::atomic<std::chrono::seconds::rep> now_;
};

}  // namespace pxe
