#include "tftp/recent_ends.h"

namespace pxe::tftp {

void RecentEnds::Add(const SessionKey& key) {
  order_.push_back(key);
  ++counts_[key];
  if (order_.size() <= kMost) return;
  const auto oldest = counts_.find(order_.front());
  if (--oldest->second == 0) counts_.erase(oldest);
  order_.pop_front();
}

}  // namespace pxe::tftp
