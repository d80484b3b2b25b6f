#include "dhcp/rate_limit.h"

#include <algorithm>

namespace pxe::dhcp {

bool TokenBucket::Take(const Rate& rate, TimePoint now) {
  const auto token =
      std::chrono::nanoseconds(std::chrono::seconds(1)) / std::max(rate.per_second, 1);
  const TimePoint full_at = std::max(full_at_, now) + token;
  if (full_at - now > token * rate.burst) return false;
  full_at_ = full_at;
  return true;
}

bool RateLimiter::Admits(const Caller& caller, TokenBucket::TimePoint now) {
  if (!clients_.Take(caller.client, limits_.client, now)) return false;
  if (!caller.discover) return true;
  if (!interfaces_.Take(caller.interface_index, limits_.interface_discovers, now)) return false;
  return caller.relay.IsZero() || relays_.Take(caller.relay, limits_.relay_discovers, now);
}

}  // namespace pxe::dhcp
