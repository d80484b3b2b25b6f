// What the writer counts of itself, and the line that says so in the log.
//
// Only ever grows, but for the few that say "now" or "last". Not synchronised: the writer hands out
// copies.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace pxe::store {

// How often a value was 0, 1, 2-3, 4-7, 8-15, ...; what is beyond the last bucket counts there.
class Histogram {
 public:
  static constexpr size_t kBuckets = 24;

  void Add(uint64_t value);
  uint64_t BucketAt(size_t bucket) const { return counts_[bucket]; }

  // The least value of a bucket: 0, 1, 2, 4, 8, ...
  static uint64_t LeastOf(size_t bucket) { return bucket == 0 ? 0 : uint64_t{1} << (bucket - 1); }

  // "1:12 2:3 64:5": the least value of each bucket and its count, empty buckets left out.
  std::string ToString() const;

 private:
  std::array<uint64_t, kBuckets> counts_{};
};

// Jobs and groups are those of store/writer.h; times are in microseconds of a monotonic clock.
struct WriterStats {
  uint64_t jobs = 0;           // done() called, with whatever status
  uint64_t groups = 0;         // transactions tried
  uint64_t failed_groups = 0;  // of these: rolled back, nothing of them happened
  uint64_t refused = 0;        // Submit() said false
  size_t last_group = 0;       // jobs in it
  size_t max_group = 0;
  Histogram group_sizes;  // jobs

  uint64_t commit_us = 0;  // from the beginning of a group to its end on the disk, all together
  uint64_t max_commit_us = 0;
  Histogram commit_times;  // microseconds

  size_t queue = 0;  // jobs waiting now
  size_t max_queue = 0;

  uint64_t probes = 0;       // tries without a job, while nothing could be made durable
  uint64_t checkpoints = 0;  // of the log into the file
  uint64_t failed_checkpoints = 0;
};

// "groups=12 failed=0 jobs=30 ...": one line for the log.
std::string ToString(const WriterStats& stats);

}  // namespace pxe::store
