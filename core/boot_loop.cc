#include "core/boot_loop.h"

#include "absl/hash/hash.h"

namespace pxe::core {

bool BootLoops::Answered(const HardwareAddress& client, std::string_view file, Seconds now) {
  History& history = Recall({client, absl::HashOf(file)});
  history.times[history.answers % kAnswers] = now;
  ++history.answers;
  // The place of the next one has the oldest that is kept.
  const bool loops =
      history.answers >= kAnswers && now - history.times[history.answers % kAnswers] < kWindow;
  const bool news = loops && !history.told;
  history.told = loops;
  return news;
}

BootLoops::History& BootLoops::Recall(const Key& key) {
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
