// How much one client, interface or relay may ask before the rest is dropped and counted (C152).
//
// Constant memory and time, whatever is sent: each table has as many places as its name says, and
// who meets another in its place takes it over. A flood of made-up addresses therefore forgets, now
// and then, what somebody has used up; it never makes anybody pay for another.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "absl/hash/hash.h"
#include "base/hardware_address.h"
#include "base/ipv4.h"

namespace pxe::dhcp {

// `per_second` packets in the long run, `burst` of them at once.
struct Rate {
  int per_second = 0;
  int burst = 0;
};

struct RateLimits {
  // Of one client. Firmware, iPXE and an installer, one after the other on one NIC, ask twice each.
  Rate client{10, 20};
  // DISCOVERs by one interface, and by one relay. Beyond what the machine can decide, so that only
  // a flood meets them; REQUESTs do not count, so that a flood costs nobody its lease.
  Rate interface_discovers{100'000, 100'000};
  Rate relay_discovers{100'000, 100'000};
};

// A bucket of tokens as one point in time: when it will be full again (GCRA).
class TokenBucket {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Whether there was a token left, which is then gone.
  bool Take(const Rate& rate, TimePoint now);

 private:
  TimePoint full_at_{};
};

// A bucket for each key, as far as there are places.
template <typename Key>
class TokenBuckets {
 public:
  explicit TokenBuckets(size_t places) : places_(places) {}

  bool Take(const Key& key, const Rate& rate, TokenBucket::TimePoint now) {
    Place& place = places_[absl::HashOf(key) % places_.size()];
    if (!place.taken || place.key != key) place = {.taken = true, .key = key, .bucket = {}};
    return place.bucket.Take(rate, now);
  }

 private:
  struct Place {
    bool taken = false;
    Key key{};
    TokenBucket bucket;
  };

  std::vector<Place> places_;
};

// One packet, as far as the limits are concerned.
struct Caller {
  HardwareAddress client;
  int interface_index = 0;
  Ipv4 relay;  // giaddr; 0: none
  bool discover = false;
};

// Not thread-safe.
class RateLimiter {
 public:
  static constexpr size_t kClients = 16'384;
  static constexpr size_t kInterfaces = 256;
  static constexpr size_t kRelays = 1'024;

  explicit RateLimiter(const RateLimits& limits) : limits_(limits) {}

  bool Admits(const Caller& caller, TokenBucket::TimePoint now);

 private:
  const RateLimits limits_;
  TokenBuckets<HardwareAddress> clients_{kClients};
  TokenBuckets<int> interfaces_{kInterfaces};
  TokenBuckets<Ipv4> relays_{kRelays};
};

}  // namespace pxe::dhcp
