#include "tftp/request_rate.h"

namespace pxe::tftp {

bool RequestRate::Admits(net::Endpoint client, TimePoint now) {
  if (per_second_ == 0) return true;
  if (now - second_begins_ >= std::chrono::seconds(1)) {
    second_begins_ = now;
    asked_.clear();
  }
  client.port = 0;
  const auto known = asked_.find(client);
  if (known != asked_.end()) return ++known->second <= per_second_;
  if (asked_.size() < kMaxClients) asked_.emplace(client, 1);
  return true;
}

}  // namespace pxe::tftp
