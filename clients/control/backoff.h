// How long to wait before the next attempt: doubling to a cap, and never two alike, so that the
// data planes of a whole site do not come back in step.
#pragma once

#include <algorithm>
#include <chrono>

namespace pxe::control {

class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds cap)
      : first_(first), cap_(cap), next_(first) {}

  // Between half and all of the present step. `chance` is 0..1, the caller's dice.
  std::chrono::milliseconds Next(double chance) {
    const auto step = next_;
    next_ = std::min(cap_, next_ * 2);
    const double part = 0.5 + 0.5 * chance;
    return std::chrono::milliseconds(
        static_cast<std::chrono::milliseconds::rep>(static_cast<double>(step.count()) * part));
  }

  // After a success.
  void Reset() { next_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds cap_;
  std::chrono::milliseconds next_;
};

}  // namespace pxe::control
