#include "tftp/transfer.h"

#include <algorithm>
#include <utility>

namespace pxe::tftp {
namespace {

// A round trip not measured yet, and the least time after which an echo is taken for news.
constexpr std::chrono::milliseconds kUnmeasuredRoundTrip{20};
constexpr std::chrono::milliseconds kShortestGuard{1};

// Sends of one window that a client can ask for; then only the timer, which backs off and ends.
constexpr int kMaxSendsOnDemand = 4;

}  // namespace

Transfer::Transfer(AgreedOptions agreed, uint64_t transfer_bytes, const RetryPolicy& policy,
                   uint64_t seed, TimePoint now)
    : agreed_(std::move(agreed)),
      transfer_bytes_(transfer_bytes),
      last_block_(transfer_bytes / agreed_.block_bytes + 1),
      policy_(policy),
      timer_(policy, agreed_.retry_after, seed),
      awaiting_oack_reply_(!agreed_.oack.empty()),
      sent_at_(now),
      progress_at_(now) {
  if (awaiting_oack_reply_) {
    outbox_ = wire::Oack{agreed_.oack};
    sends_ = 1;
    Rearm(now);
  } else {
    SendWindow(now);
  }
}

void Transfer::OnPacket(const wire::Packet& packet, TimePoint now) {
  if (ending_ != Ending::kRunning) return;
  if (const auto* ack = std::get_if<wire::Ack>(&packet)) OnAck(ack->block, now);
  if (const auto* error = std::get_if<wire::Error>(&packet)) OnError(*error);
}

void Transfer::OnAck(uint16_t number, TimePoint now) {
  if (awaiting_oack_reply_) {
    if (number != 0) {
      ++stats_.ignored_acks;
      return;
    }
    awaiting_oack_reply_ = false;
    OnProgress(0, now);
    return;
  }
  // How far beyond what is acknowledged, modulo 2^16: windows are far smaller than half of that.
  const uint64_t acknowledged = base_ - 1;
  const auto ahead = static_cast<uint16_t>(number - static_cast<uint16_t>(acknowledged));
  if (ahead == 0) {
    OnRepeatedAck(now);
  } else if (acknowledged + ahead <= sent_to_) {
    OnProgress(acknowledged + ahead, now);
  } else {
    ++stats_.ignored_acks;
  }
}

void Transfer::OnProgress(uint64_t acknowledged, TimePoint now) {
  const bool sent_once = sends_ == 1;
  const bool lost_some = acknowledged != 0 && acknowledged < sent_to_;
  if (sent_once) timer_.OnRoundTrip(now - sent_at_);
  timer_.OnProgress();
  answered_ = true;
  progress_at_ = now;
  base_ = acknowledged + 1;
  if (acknowledged == last_block_) return End(Ending::kDone);
  sends_ = 0;
  if (lost_some && now < believe_after_) return SlideWindow(now);
  if (lost_some) ++stats_.rollbacks;
  SendWindow(now);
  // After a clean window a repetition is news unless it is a network's duplicate of the ACK that
  // came just now. After anything else repetitions of it are on their way already.
  const Duration round_trip = timer_.round_trip().value_or(kUnmeasuredRoundTrip);
  if (sent_once && !lost_some) believe_after_ = now + round_trip / 2;
}

void Transfer::OnRepeatedAck(TimePoint now) {
  if (agreed_.window_blocks == 1 || sends_ >= kMaxSendsOnDemand) {
    ++stats_.ignored_acks;
    return;
  }
  if (now < believe_after_) {
    ++stats_.ignored_acks;
    HearLater(sent_at_ + Guard());
    return;
  }
  ++stats_.rollbacks;
  SendWindow(now);
}

void Transfer::OnError(const wire::Error& error) {
  client_message_ = error.message;
  End(base_ == 1 ? Ending::kProbed : Ending::kClientError);
}

void Transfer::OnDeadline(TimePoint now) {
  if (ending_ != Ending::kRunning || now < deadline_) return;
  if (heard_later_) {
    ++stats_.rollbacks;
    return SendWindow(now);
  }
  if (HasGivenUp(now)) return GiveUp();
  ++stats_.resends;
  timer_.OnResend();
  if (awaiting_oack_reply_) {
    ++sends_;
    outbox_ = wire::Oack{agreed_.oack};
    Rearm(now);
  } else {
    SendWindow(now);
  }
}

void Transfer::OnPortClosed() {
  if (ending_ != Ending::kRunning) return;
  // iPXE is gone the moment it has acknowledged the last block, and that ACK may be lost.
  End(LastBlockSent() ? Ending::kDoneUnconfirmed : Ending::kClientGone);
}

void Transfer::OnRepeatedRequest() {
  if (ending_ != Ending::kRunning || answered_) return;
  ++sends_;
  if (awaiting_oack_reply_) {
    outbox_ = wire::Oack{agreed_.oack};
  } else {
    outbox_ = SendBlocks{.first = 1, .count = 1};
    ++stats_.blocks_sent;
  }
}

void Transfer::Abort(std::string message) {
  if (ending_ != Ending::kRunning) return;
  outbox_ = wire::MakeError(wire::ErrorCode::kUndefined, message);
  End(Ending::kAborted);
}

// All of the window, from its beginning: RFC 7440 section 4.
void Transfer::SendWindow(TimePoint now) {
  const uint64_t count = std::min<uint64_t>(agreed_.window_blocks, last_block_ - base_ + 1);
  outbox_ = SendBlocks{.first = base_, .count = static_cast<uint32_t>(count)};
  sent_to_ = std::max(sent_to_, base_ + count - 1);
  stats_.blocks_sent += count;
  ++sends_;
  sent_at_ = now;
  Rearm(now);
  believe_after_ = now + Guard();
}

// Only what was never sent. The blocks behind the acknowledged one have been sent so lately that
// they may still be on their way: to send them for each ACK that passes them would fill the
// network with copies, each of which makes the client acknowledge again.
void Transfer::SlideWindow(TimePoint now) {
  const uint64_t end = std::min(base_ + agreed_.window_blocks - 1, last_block_);
  if (end > sent_to_) {
    const uint64_t count = end - sent_to_;
    outbox_ = SendBlocks{.first = sent_to_ + 1, .count = static_cast<uint32_t>(count)};
    stats_.blocks_sent += count;
    sent_to_ = end;
  }
  sends_ = 2;  // a mixture: its answer measures no round trip
  sent_at_ = now;
  Rearm(now);
  HearLater(now + Guard());
}

// When a repetition of what was sent just now can be told from the answer to it.
Duration Transfer::Guard() const {
  const Duration round_trip = timer_.round_trip().value_or(kUnmeasuredRoundTrip);
  return std::max<Duration>(round_trip * 3 / 2, kShortestGuard);
}

// A complaint that may be an echo is not answered, but if nothing has arrived by `when`, it was
// none, and the window is sent again without waiting for the timer.
void Transfer::HearLater(TimePoint when) {
  if (when >= deadline_) return;
  deadline_ = when;
  heard_later_ = true;
}

void Transfer::Rearm(TimePoint now) {
  deadline_ = now + timer_.NextInterval();
  heard_later_ = false;
}

bool Transfer::HasGivenUp(TimePoint now) const {
  const Duration silent = now - progress_at_;
  if (!answered_) return timer_.resends() >= policy_.max_resends_unanswered;
  if (LastBlockSent()) return timer_.resends() >= policy_.max_resends_final;
  if (silent >= policy_.impatience) return timer_.resends() > 0;
  return timer_.resends() >= policy_.max_resends && silent >= policy_.patience;
}

void Transfer::GiveUp() {
  if (LastBlockSent()) return End(Ending::kDoneUnconfirmed);
  outbox_ = wire::MakeError(wire::ErrorCode::kUndefined, "timeout");
  End(Ending::kTimedOut);
}

void Transfer::End(Ending ending) {
  ending_ = ending;
}

std::optional<ToSend> Transfer::TakeOutbox() {
  return std::exchange(outbox_, std::nullopt);
}

std::optional<TimePoint> Transfer::deadline() const {
  if (ending_ != Ending::kRunning) return std::nullopt;
  return deadline_;
}

uint64_t Transfer::acknowledged_bytes() const {
  if (ending_ == Ending::kDone || ending_ == Ending::kDoneUnconfirmed) return transfer_bytes_;
  return std::min(transfer_bytes_, (base_ - 1) * agreed_.block_bytes);
}

}  // namespace pxe::tftp
