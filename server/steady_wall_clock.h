// Wall time that nobody can set: what it was when the program started, and what has passed since.
//
// Leases are kept by it, for the clients count theirs the same way: when the computer's clock is
// set, ahead or back, nobody's lease ends early or late (L8). It reads the wall clock again at the
// next start. Time asleep counts.
#pragma once

#include <ctime>

#include "base/clock.h"

namespace pxe {

class SteadyWallClock final : public Clock {
 public:
  Seconds Now() const override {
    return std::chrono::floor<std::chrono::seconds>(start_ + (SinceBoot() - booted_));
  }

 private:
  using Nanoseconds = std::chrono::nanoseconds;

  static Nanoseconds SinceBoot() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::seconds(now.tv_sec) + Nanoseconds(now.tv_nsec);
  }

  const std::chrono::sys_time<Nanoseconds> start_ = std::chrono::system_clock::now();
  const Nanoseconds booted_ = SinceBoot();
};

}  // namespace pxe
