// Transfers that have ended a moment ago, so that what their clients still send, the last ACK once
// more, is met with silence and not with the ERROR for strangers.
#pragma once

#include <cstddef>
#include <deque>

#include "absl/container/flat_hash_map.h"
#include "tftp/client_link.h"

namespace pxe::tftp {

class RecentEnds {
 public:
  static constexpr size_t kMost = 4096;  // the latest; of those before a client may hear ERROR 5

  void Add(const SessionKey& key);
  bool Contains(const SessionKey& key) const { return counts_.contains(key); }

 private:
  std::deque<SessionKey> order_;
  absl::flat_hash_map<SessionKey, size_t> counts_;  // in order_
};

}  // namespace pxe::tftp
