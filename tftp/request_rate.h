// How often one address may ask: at most so many requests in a second of ours.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "net/udp_socket.h"
#include "tftp/retry_timer.h"

namespace pxe::tftp {

class RequestRate {
 public:
  static constexpr size_t kMaxClients = 65536;  // in one second; more are let through uncounted

  explicit RequestRate(uint32_t per_second) : per_second_(per_second) {}  // 0: no limit

  // Whether a request from that address, whatever its port, is within the limit; counts it.
  bool Admits(net::Endpoint client, TimePoint now);

 private:
  uint32_t per_second_;
  TimePoint second_begins_{};
  absl::flat_hash_map<net::Endpoint, uint32_t> asked_;  // in this second
};

}  // namespace pxe::tftp
