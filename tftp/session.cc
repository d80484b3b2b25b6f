#include "tftp/session.h"

#include <algorithm>
#include <string>

#include "base/status.h"
#include "tftp/data_frames.h"

namespace pxe::tftp {
namespace {

// How long a full buffer of the kernel is left to drain.
constexpr std::chrono::milliseconds kBusyPause{2};

// ERROR 5 at most this often from one session: strangers may be forged, too.
constexpr std::chrono::seconds kStrangerPause{1};

}  // namespace

Session::Session(const SessionKey& key, int interface_index, std::span<const uint8_t> request,
                 uint64_t ticket, TimePoint now)
    : key_(key),
      interface_index_(interface_index),
      request_bytes_(request.begin(), request.end()),
      ticket_(ticket),
      asked_at_(now) {}

wire::Rrq Session::request() const {
  return std::get<wire::Rrq>(*wire::Parse(request_bytes_));
}

bool Session::IsRepeatedBy(std::span<const uint8_t> datagram) const {
  const bool still_waiting = !transfer_ || !transfer_->answered();
  return still_waiting && std::ranges::equal(datagram, request_bytes_);
}

absl::Status Session::Start(Content content, AgreedOptions agreed, const RetryPolicy& policy,
                            uint64_t seed, Workspace& workspace, TimePoint now) {
  PXE_ASSIGN_OR_RETURN(socket_,
                       net::UdpSocket::Bind({.address = key_.local, .port = 0},
                                            {.report_refusals = true, .allow_fragments = true}));
  transfer_.emplace(std::move(agreed), content.size(), policy, seed, now);
  content_.emplace(std::move(content));
  Flush(workspace);
  return absl::OkStatus();
}

void Session::OnReady(net::Readiness readiness, Workspace& workspace, TimePoint now) {
  for (const net::Datagram& datagram : socket_->Receive(workspace.received)) {
    if (datagram.peer != key_.client) {
      AnswerStranger(datagram.peer, workspace, now);
      continue;
    }
    const auto packet = wire::Parse(datagram.payload);
    if (!packet.ok()) continue;
    transfer_->OnPacket(*packet, now);
    Flush(workspace);
  }
  // After the packets: the last ACK may have come before the port was closed.
  if (readiness.error) {
    const auto refusing = socket_->TakeRefusals();
    if (std::ranges::find(refusing, key_.client) != refusing.end()) transfer_->OnPortClosed();
  }
}

void Session::OnTimer(Workspace& workspace, TimePoint now) {
  transfer_->OnDeadline(now);
  Flush(workspace);
}

void Session::OnRepeatedRequest(Workspace& workspace) {
  transfer_->OnRepeatedRequest();
  Flush(workspace);
}

void Session::Abort(std::string message, Workspace& workspace) {
  transfer_->Abort(std::move(message));
  Flush(workspace);
}

std::optional<TimePoint> Session::deadline() const {
  const auto deadline = transfer_->deadline();
  if (!deadline || unsent_.count == 0) return deadline;
  return std::min(*deadline, net::EventLoop::Now() + kBusyPause);
}

// Sends what the transfer wants sent; it replaces what could not be sent before.
void Session::Flush(Workspace& workspace) {
  if (auto outbox = transfer_->TakeOutbox()) {
    unsent_ = {};
    if (const auto* blocks = std::get_if<SendBlocks>(&*outbox)) unsent_ = *blocks;
    if (const auto* oack = std::get_if<wire::Oack>(&*outbox)) SendPacket(*oack, workspace);
    if (const auto* error = std::get_if<wire::Error>(&*outbox)) SendPacket(*error, workspace);
  }
  if (transfer_->ending() != Ending::kRunning) unsent_ = {};
  if (unsent_.count > 0) SendBlocksNow(workspace);
}

// A packet lost here is one lost on the way: the timer sees to it.
void Session::SendPacket(const wire::Packet& packet, Workspace& workspace) {
  const auto bytes = wire::Serialize(packet);
  const auto sent = socket_->Send({.peer = key_.client, .payload = bytes});
  if (sent != net::SendResult::kSent) workspace.counters.Add(Outcome::kSendFailed);
}

// As much of `unsent_` as the kernel takes, in portions of one call each.
void Session::SendBlocksNow(Workspace& workspace) {
  const uint16_t block_bytes = transfer_->block_bytes();
  const size_t frame_bytes = wire::kDataHeaderBytes + block_bytes;
  const auto portion = static_cast<uint32_t>(std::clamp<size_t>(
      net::UdpSocket::kMaxSegmentedBytes / frame_bytes, 1, net::UdpSocket::kMaxSegments));
  while (unsent_.count > 0) {
    const SendBlocks now{.first = unsent_.first, .count = std::min(unsent_.count, portion)};
    const auto frames = BuildDataFrames(*content_, now, block_bytes, workspace.frames);
    if (!frames.ok()) {
      Abort(MessageOf(frames.status()), workspace);
      return;
    }
    const auto sent = SendFrames(*frames, frame_bytes);
    if (sent == net::SendResult::kBusy) {
      workspace.counters.Add(Outcome::kSendBusy);
      return;
    }
    if (sent != net::SendResult::kSent) workspace.counters.Add(Outcome::kSendFailed);
    unsent_ = {.first = now.first + now.count, .count = unsent_.count - now.count};
  }
}

// kBusy half way: the whole portion is sent again later, and the client ignores what it has.
net::SendResult Session::SendFrames(std::span<const uint8_t> frames, size_t frame_bytes) {
  if (segmentable_ && frames.size() > frame_bytes) {
    const auto sent = socket_->SendSegments({.peer = key_.client, .payload = frames}, frame_bytes);
    if (sent != net::SendResult::kUnsegmentable) return sent;
    segmentable_ = false;
  }
  for (; !frames.empty(); frames = frames.subspan(std::min(frame_bytes, frames.size()))) {
    const auto one = frames.first(std::min(frame_bytes, frames.size()));
    const auto sent = socket_->Send({.peer = key_.client, .payload = one});
    if (sent != net::SendResult::kSent) return sent;
  }
  return net::SendResult::kSent;
}

void Session::AnswerStranger(const net::Endpoint& stranger, Workspace& workspace, TimePoint now) {
  workspace.counters.Add(Outcome::kStranger);
  if (stranger_answered_at_ && now - *stranger_answered_at_ < kStrangerPause) return;
  stranger_answered_at_ = now;
  const auto error = wire::MakeError(wire::ErrorCode::kUnknownTransferId, "unknown transfer ID");
  socket_->Send({.peer = stranger, .payload = wire::Serialize(error)});
}

}  // namespace pxe::tftp
