#include "tftp/retry_timer.h"

#include <algorithm>

namespace pxe::tftp {
namespace {

// One step of splitmix64: good enough to spread timers, and the same on every machine.
uint64_t NextRandom(uint64_t& state) {
  uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

RetryTimer::RetryTimer(const RetryPolicy& policy, std::optional<std::chrono::seconds> agreed,
                       uint64_t seed)
    : policy_(policy), agreed_(agreed), random_(seed) {}

void RetryTimer::OnRoundTrip(Duration taken) {
  smoothed_ = smoothed_ ? (*smoothed_ * 7 + taken) / 8 : taken;
}

Duration RetryTimer::Base() const {
  if (agreed_) return *agreed_;
  if (!smoothed_) return policy_.first;
  return std::clamp<Duration>(*smoothed_ * 3, policy_.smallest, policy_.largest);
}

Duration RetryTimer::NextInterval() {
  const Duration base = Base();
  const Duration cap = std::max<Duration>(base, policy_.largest);
  const Duration interval = std::min(base * (int64_t{1} << std::min(resends_, 16)), cap);
  if (agreed_ && resends_ == 0) return interval;  // the first one is the client's own number
  const auto percent = static_cast<int64_t>(NextRandom(random_) % 21) - 10;
  return interval + interval * percent / 100;
}

}  // namespace pxe::tftp
