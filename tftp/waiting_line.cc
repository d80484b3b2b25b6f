#include "tftp/waiting_line.h"

namespace pxe::tftp {

bool WaitingLine::Admits(const net::Endpoint& client, size_t free, TimePoint now) {
  if (!waiting_.empty()) Forget(now);
  const auto known = numbers_.find(client);
  const bool in_line = known != numbers_.end();
  const bool admitted = in_line ? IsAmongFirst(known->second, free) : waiting_.size() < free;
  if (admitted && in_line) {
    waiting_.erase(known->second);
    numbers_.erase(known);
  }
  if (!admitted) StandInLine(client, now);
  return admitted;
}

// Those at the head alone: they are the ones whose places others wait for.
void WaitingLine::Forget(TimePoint now) {
  while (!waiting_.empty() && now - waiting_.begin()->second.asked_at > kPatience) {
    numbers_.erase(waiting_.begin()->second.client);
    waiting_.erase(waiting_.begin());
  }
}

bool WaitingLine::IsAmongFirst(uint64_t number, size_t count) const {
  for (const auto& [place, waiting] : waiting_) {
    if (count == 0) return false;
    if (place == number) return true;
    --count;
  }
  return false;
}

void WaitingLine::StandInLine(const net::Endpoint& client, TimePoint now) {
  if (const auto known = numbers_.find(client); known != numbers_.end()) {
    waiting_.at(known->second).asked_at = now;
    return;
  }
  if (waiting_.size() == kMaxWaiting) return;
  numbers_.emplace(client, next_number_);
  waiting_.emplace(next_number_, Waiting{client, now});
  ++next_number_;
}

}  // namespace pxe::tftp
