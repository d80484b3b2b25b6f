#include "core/boot_loop.h"

#include "absl/hash/hash.h"

namespace pxe::core {
namespace {

// Less than nothing after a clock was set back.
std::chrono::seconds Since(uint32_t then, uint32_t now) {
  return std::chrono::seconds(static_cast<int32_t>(now - then));
}

}  // namespace

bool BootLoops::Answered(const HardwareAddress& client, std::string_view file, Seconds now) {
  History& history = Recall(absl::HashOf(client, file));
  const auto second = static_cast<uint32_t>(now.time_since_epoch().count());
  history.times[history.answers % kAnswers] = second;
  ++history.answers;
  // The place of the next one has the oldest that is kept.
  const bool loops = history.answers >= kAnswers &&
                     Since(history.times[history.answers % kAnswers], second) < kWindow;
  const bool news = loops && !history.told;
  history.told = loops;
  return news;
}

BootLoops::History& BootLoops::Recall(Key key) {
  const auto found = recent_.find(key);
  if (found != recent_.end()) return found->second;
  if (recent_.size() == kRemembered) {
    older_ = std::move(recent_);
    recent_.clear();
  }
  History& history = recent_[key];
  const auto old = older_.find(key);
  if (old != older_.end()) {
    history = old->second;
    older_.erase(old);
  }
  return history;
}

}  // namespace pxe::core
