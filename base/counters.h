// Counters indexed by an enum of outcomes: fixed size, lock-free, monotonic.
//
// `Enum` must have a last member kCount. Reads are relaxed: a sum over several counters taken while
// packets flow may be off by those in flight.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace pxe {

template <typename Enum>
class Counters {
 public:
  static constexpr size_t kSize = static_cast<size_t>(Enum::kCount);

  void Add(Enum which, uint64_t amount = 1) {
    values_[static_cast<size_t>(which)].fetch_add(amount, std::memory_order_relaxed);
  }
  uint64_t Get(Enum which) const {
    return values_[static_cast<size_t>(which)].load(std::memory_order_relaxed);
  }
  uint64_t Sum() const {
    uint64_t sum = 0;
    for (const auto& value : values_) sum += value.load(std::memory_order_relaxed);
    return sum;
  }

 private:
  std::array<std::atomic<uint64_t>, kSize> values_{};
};

}  // namespace pxe
