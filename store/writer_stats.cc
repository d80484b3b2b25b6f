#include "store/writer_stats.h"

#include <algorithm>
#include <bit>

#include "absl/strings/str_format.h"

namespace pxe::store {

void Histogram::Add(uint64_t value) {
  ++counts_[std::min(static_cast<size_t>(std::bit_width(value)), kBuckets - 1)];
}

std::string Histogram::ToString() const {
  std::string text;
  for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
    if (counts_[bucket] == 0) continue;
    if (!text.empty()) text += ' ';
    text += absl::StrFormat("%d:%d", LeastOf(bucket), counts_[bucket]);
  }
  return text;
}

std::string ToString(const WriterStats& stats) {
  const uint64_t groups = std::max<uint64_t>(stats.groups, 1);
  return absl::StrFormat(
      "groups=%d failed=%d jobs=%d refused=%d group_last=%d group_max=%d group_sizes=[%s] "
      "commit_us_mean=%d commit_us_max=%d commit_us=[%s] queue=%d queue_max=%d probes=%d "
      "checkpoints=%d checkpoints_failed=%d",
      stats.groups, stats.failed_groups, stats.jobs, stats.refused, stats.last_group,
      stats.max_group, stats.group_sizes.ToString(), stats.commit_us / groups, stats.max_commit_us,
      stats.commit_times.ToString(), stats.queue, stats.max_queue, stats.probes, stats.checkpoints,
      stats.failed_checkpoints);
}

}  // namespace pxe::store
