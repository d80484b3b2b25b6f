#include "tftp/session.h"

#include <algorithm>
#include <string>

#include "base/status.h"
#include "tftp/data_frames.h"

namespace pxe::tftp {
namespace {

// How long a full buffer of the kernel is left to drain.
constexpr std::chrono::milliseconds kBusyPause{2};

// A request that comes again so soon is the network's copy of it, also when the transfer runs: a
// machine that begins anew takes longer.
constexpr std::chrono::seconds kLateCopy{1};

}  // namespace

Session::Session(const SessionKey& key, std::span<const uint8_t> request, uint64_t ticket,
                 TimePoint now)
    : key_(key), request_bytes_(request.begin(), request.end()), ticket_(ticket), asked_at_(now) {}

wire::Rrq Session::request() const {
  return std::get<wire::Rrq>(*wire::Parse(request_bytes_));
}

bool Session::IsRepeatedBy(std::span<const uint8_t> datagram) const {
  const bool still_waiting = !transfer_ || !transfer_->answered();
  const bool is_late_copy = net::EventLoop::Now() - asked_at_ < kLateCopy;
  return (still_waiting || is_late_copy) && std::ranges::equal(datagram, request_bytes_);
}

void Session::Start(ClientLink link, Content content, AgreedOptions agreed, FileClass file_class,
                    const RetryPolicy& policy, Workspace& workspace, TimePoint now) {
  link_.emplace(std::move(link));
  transfer_.emplace(std::move(agreed), content.size(), policy, ticket_, now);
  content_.emplace(std::move(content));
  file_class_ = file_class;
  Flush(workspace);
}

void Session::OnPacket(const wire::Packet& packet, Workspace& workspace, TimePoint now) {
  transfer_->OnPacket(packet, now);
  Flush(workspace);
}

void Session::OnTimer(Workspace& workspace, TimePoint now) {
  transfer_->OnDeadline(now);
  Flush(workspace);
}

void Session::OnPortClosed(Workspace& workspace) {
  transfer_->OnPortClosed();
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
    if (const auto* oack = std::get_if<wire::Oack>(&*outbox))
      link_->Send(*oack, workspace.counters);
    if (const auto* error = std::get_if<wire::Error>(&*outbox))
      link_->Send(*error, workspace.counters);
  }
  if (transfer_->ending() != Ending::kRunning) unsent_ = {};
  if (unsent_.count > 0) SendBlocksNow(workspace);
}

// As much of `unsent_` as the kernel takes, in portions of one call each.
void Session::SendBlocksNow(Workspace& workspace) {
  const uint16_t block_bytes = transfer_->agreed().block_bytes;
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
    const auto sent = link_->SendFrames(*frames, frame_bytes);
    if (sent == net::SendResult::kBusy) {
      workspace.counters.Add(Outcome::kSendBusy);
      return;
    }
    if (sent != net::SendResult::kSent) workspace.counters.Add(Outcome::kSendFailed);
    unsent_ = {.first = now.first + now.count, .count = unsent_.count - now.count};
  }
}

}  // namespace pxe::tftp
