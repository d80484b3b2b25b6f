// Things that are to leave later, each at its time: replies to clients that cannot hear one at
// once.
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "net/event_loop.h"

namespace pxe::dhcp {

template <typename Item>
class DelayQueue {
 public:
  explicit DelayQueue(size_t most) : most_(most) {}

  // Whether there was room; the item is untouched otherwise.
  bool Add(net::TimePoint due, Item&& item) {
    if (items_.size() >= most_) return false;
    items_.emplace(due, std::move(item));
    return true;
  }

  // In the order of their times, those of one time in that of adding.
  std::vector<Item> TakeDue(net::TimePoint now) {
    std::vector<Item> due;
    while (!items_.empty() && items_.begin()->first <= now) {
      due.push_back(std::move(items_.begin()->second));
      items_.erase(items_.begin());
    }
    return due;
  }

 private:
  const size_t most_;
  std::multimap<net::TimePoint, Item> items_;
};

}  // namespace pxe::dhcp
