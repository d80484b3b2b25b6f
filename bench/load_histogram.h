// Durations by their frequency, with three significant bits: no allocation, a percentile at the
// end.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace pxe::bench {

class Durations {
 public:
  void Add(int64_t ns) {
    const auto value = static_cast<uint64_t>(std::max<int64_t>(ns, 0));
    ++counts_[std::min(BucketOf(value), kBuckets - 1)];
    ++count_;
    max_ns_ = std::max(max_ns_, value);
  }

  uint64_t count() const { return count_; }
  double max_ms() const { return static_cast<double>(max_ns_) / 1e6; }

  // At most 1/16 too long; 0 when there are none.
  double PercentileMs(double percent) const {
    const double wanted = static_cast<double>(count_) * percent / 100;
    uint64_t seen = 0;
    for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
      seen += counts_[bucket];
      if (seen > 0 && static_cast<double>(seen) >= wanted) {
        return std::min(static_cast<double>(EndOf(bucket)), static_cast<double>(max_ns_)) / 1e6;
      }
    }
    return 0;
  }

 private:
  // 16 buckets to each power of two.
  static constexpr size_t kFineBits = 4;
  static constexpr size_t kBuckets = 40 << kFineBits;

  static size_t BucketOf(uint64_t value) {
    const auto width = static_cast<size_t>(std::bit_width(value));
    if (width <= kFineBits) return value;
    const size_t shift = width - 1 - kFineBits;
    return ((shift + 1) << kFineBits) + ((value >> shift) & ((1u << kFineBits) - 1));
  }
  static uint64_t EndOf(size_t bucket) {
    if (bucket < (1u << kFineBits)) return bucket;
    const size_t shift = (bucket >> kFineBits) - 1;
    const uint64_t base = (1u << kFineBits) + (bucket & ((1u << kFineBits) - 1));
    return (base + 1) << shift;
  }

  std::array<uint64_t, kBuckets> counts_{};
  uint64_t count_ = 0;
  uint64_t max_ns_ = 0;
};

}  // namespace pxe::bench
