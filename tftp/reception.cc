#include "tftp/reception.h"

#include <algorithm>
#include <utility>

namespace pxe::tftp {
namespace {

// For how long the last ACK is repeated to a client that did not hear it and asks by a timer of its
// own: 5 s in most of them, whatever ours is; curl's and ours are the same when it names one.
Duration Farewell(const RetryPolicy& policy, Duration interval) {
  return std::clamp<Duration>(2 * interval, policy.largest, policy.impatience);
}

}  // namespace

Reception::Reception(AgreedOptions agreed, const RetryPolicy& policy, uint64_t seed, TimePoint now)
    : agreed_(std::move(agreed)),
      policy_(policy),
      timer_(policy, agreed_.retry_after, seed),
      progress_at_(now) {
  Acknowledge(now);
}

std::span<const uint8_t> Reception::OnPacket(const wire::Packet& packet, TimePoint now) {
  if (ending_ != Ending::kRunning) return {};
  if (const auto* data = std::get_if<wire::Data>(&packet)) return OnData(*data, now);
  if (std::holds_alternative<wire::Error>(packet) && !complete_) ending_ = Ending::kClientError;
  return {};
}

std::span<const uint8_t> Reception::OnData(const wire::Data& data, TimePoint now) {
  if (data.bytes.size() > agreed_.block_bytes && !complete_) {
    Refuse(wire::MakeError(wire::ErrorCode::kIllegalOperation, "block is too long"));
    return {};
  }
  const auto ahead = static_cast<uint16_t>(data.block - static_cast<uint16_t>(received_));
  if (complete_) {
    OnAfterEnd(ahead, data.bytes.empty(), now);
    return {};
  }
  if (ahead != 1) {
    OnUnexpected(ahead, now);
    return {};
  }
  ++received_;
  ++unacknowledged_;
  complained_ = false;
  progress_at_ = now;
  timer_.OnProgress();
  complete_ = data.bytes.size() < agreed_.block_bytes;
  deadline_ = now + timer_.NextInterval();
  if (complete_ || unacknowledged_ == agreed_.window_blocks) Acknowledge(now);
  return data.bytes;
}

// The last block again means that its ACK was lost. A later one means that one was lost before it:
// the client is told once, and the blocks behind it cause no more.
void Reception::OnUnexpected(uint16_t ahead, TimePoint now) {
  const bool again = ahead == 0 && received_ > 0;
  const bool gap = ahead > 1 && ahead <= agreed_.window_blocks;
  if (!again && (!gap || complained_)) return;
  complained_ = gap;
  Acknowledge(now);
}

// Who sends anything now has not heard that all is here. atftp, when an old ACK comes late, goes
// back to earlier blocks and comes up again by its timer, one every 5 s; or it goes on to an empty
// block behind the last one, and is done when that is acknowledged.
void Reception::OnAfterEnd(uint16_t ahead, bool empty, TimePoint now) {
  deadline_ = now + Farewell(policy_, timer_.NextInterval());
  if (ahead == 0) return Acknowledge(now);
  if (ahead == 1 && empty) outbox_ = wire::Ack{.block = static_cast<uint16_t>(received_ + 1)};
}

// OACK is the ACK of block 0 where there is one.
void Reception::Acknowledge(TimePoint now) {
  unacknowledged_ = 0;
  if (received_ == 0 && !agreed_.oack.empty()) {
    outbox_ = wire::Oack{agreed_.oack};
  } else {
    outbox_ = wire::Ack{.block = static_cast<uint16_t>(received_)};
  }
  const Duration interval = timer_.NextInterval();
  deadline_ = now + (complete_ ? Farewell(policy_, interval) : interval);
}

void Reception::OnDeadline(TimePoint now) {
  if (ending_ != Ending::kRunning || now < deadline_) return;
  if (complete_) {
    ending_ = Ending::kDone;
  } else if (HasGivenUp(now)) {
    outbox_ = wire::MakeError(wire::ErrorCode::kUndefined, "timeout");
    ending_ = Ending::kTimedOut;
  } else {
    timer_.OnResend();
    Acknowledge(now);
  }
}

bool Reception::HasGivenUp(TimePoint now) const {
  const Duration silent = now - progress_at_;
  if (received_ == 0) return timer_.resends() >= policy_.max_resends_unanswered;
  if (silent >= policy_.impatience) return timer_.resends() > 0;
  return timer_.resends() >= policy_.max_resends && silent >= policy_.patience;
}

void Reception::OnPortClosed() {
  if (ending_ != Ending::kRunning) return;
  ending_ = complete_ ? Ending::kDone : Ending::kClientGone;
}

void Reception::OnRepeatedRequest(TimePoint now) {
  if (ending_ == Ending::kRunning && received_ == 0) Acknowledge(now);
}

void Reception::Refuse(wire::Error error) {
  if (ending_ != Ending::kRunning) return;
  outbox_ = std::move(error);
  ending_ = Ending::kAborted;
}

std::optional<wire::Packet> Reception::TakeOutbox() {
  return std::exchange(outbox_, std::nullopt);
}

std::optional<TimePoint> Reception::deadline() const {
  if (ending_ != Ending::kRunning) return std::nullopt;
  return deadline_;
}

}  // namespace pxe::tftp
