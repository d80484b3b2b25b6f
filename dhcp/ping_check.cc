#include "dhcp/ping_check.h"

#include <utility>

namespace pxe::dhcp {

PingChecks::Begun PingChecks::Begin(Ipv4 address, bool wanted, uint64_t who, TimePoint now) {
  if (const auto it = running_.find(address); it != running_.end()) {
    if (it->second.waiting.size() == limits_.max_waiting) return {Step::kFull};
    it->second.waiting.push_back(who);
    counts_.Add(PingCount::kAttached);
    return {Step::kWait};
  }
  if (!wanted) return {Step::kOffer};
  if (const auto in_use = WasInUse(address, now)) {
    counts_.Add(PingCount::kKnown);
    return {*in_use ? Step::kInUse : Step::kOffer};
  }
  if (running_.size() == limits_.max_running) {
    Skip();
    return {Step::kOffer};
  }
  running_[address] = {++last_sequence_, {who}};
  deadlines_.push_back({now + limits_.wait, address, last_sequence_});
  counts_.Add(PingCount::kSent);
  return {Step::kPing, last_sequence_};
}

std::optional<PingChecks::Ended> PingChecks::Hear(Ipv4 address, uint16_t sequence, News news,
                                                  TimePoint now) {
  const auto it = running_.find(address);
  if (it == running_.end() || it->second.sequence != sequence) return std::nullopt;
  switch (news) {
    case News::kAnswered:
      counts_.Add(PingCount::kAnswered);
      break;
    case News::kUnreachable:
      counts_.Add(PingCount::kUnreachable);
      break;
    case News::kUnsent:
      counts_.Add(PingCount::kUnsent);
      break;
  }
  return End(address, news == News::kAnswered, now);
}

std::vector<PingChecks::Ended> PingChecks::TakeLate(TimePoint now) {
  std::vector<Ended> late;
  while (!deadlines_.empty() && deadlines_.front().when <= now) {
    const Deadline due = deadlines_.front();
    deadlines_.pop_front();
    const auto it = running_.find(due.address);
    if (it == running_.end() || it->second.sequence != due.sequence) continue;
    counts_.Add(PingCount::kUnanswered);
    late.push_back(End(due.address, false, now));
  }
  return late;
}

PingChecks::Ended PingChecks::End(Ipv4 address, bool in_use, TimePoint now) {
  auto running = running_.extract(address);
  Remember(address, in_use, now);
  return {address, in_use, std::move(running.mapped().waiting)};
}

void PingChecks::Remember(Ipv4 address, bool in_use, TimePoint now) {
  const TimePoint until = now + limits_.memory;
  known_[address] = {in_use, until};
  known_ends_.emplace_back(until, address);
  while (known_ends_.front().first <= now || known_ends_.size() > limits_.max_known) ForgetOldest();
}

void PingChecks::ForgetOldest() {
  const auto [until, address] = known_ends_.front();
  known_ends_.pop_front();
  const auto it = known_.find(address);
  if (it != known_.end() && it->second.until == until) known_.erase(it);
}

std::optional<bool> PingChecks::WasInUse(Ipv4 address, TimePoint now) const {
  const auto it = known_.find(address);
  if (it == known_.end() || it->second.until <= now) return std::nullopt;
  return it->second.in_use;
}

std::string_view ToString(PingCount count) {
  switch (count) {
    case PingCount::kSent:
      return "ping_sent";
    case PingCount::kAnswered:
      return "ping_answered";
    case PingCount::kUnanswered:
      return "ping_unanswered";
    case PingCount::kUnreachable:
      return "ping_unreachable";
    case PingCount::kUnsent:
      return "ping_unsent";
    case PingCount::kAttached:
      return "ping_attached";
    case PingCount::kKnown:
      return "ping_known";
    case PingCount::kSkipped:
      return "ping_skipped";
    case PingCount::kCount:
      break;
  }
  return "unknown";
}

}  // namespace pxe::dhcp
