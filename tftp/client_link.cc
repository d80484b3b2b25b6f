#include "tftp/client_link.h"

#include <algorithm>

#include "base/status.h"
#include "net/priority_mark.h"

namespace pxe::tftp {
namespace {

// ERROR 5 at most this often from one port: strangers may be forged, too.
constexpr std::chrono::seconds kStrangerPause{1};

}  // namespace

void AnswerStranger(net::UdpSocket& socket, const SessionKey& stranger,
                    std::optional<TimePoint>& answered_at, Counters<Outcome>& counters,
                    TimePoint now) {
  counters.Add(Outcome::kStranger);
  if (answered_at && now - *answered_at < kStrangerPause) return;
  answered_at = now;
  const auto error = wire::MakeError(wire::ErrorCode::kUnknownTransferId, "unknown transfer ID");
  socket.Send({.peer = stranger.client,
               .source = stranger.local.address,
               .payload = wire::Serialize(error),
               .source6 = stranger.local.address6});
}

absl::StatusOr<ClientLink> ClientLink::Open(const SessionKey& key, int priority_mark) {
  PXE_ASSIGN_OR_RETURN(
      net::UdpSocket own,
      net::UdpSocket::Bind(key.local, {.report_refusals = true, .allow_fragments = true}));
  PXE_RETURN_IF_ERROR(net::SetPriorityMark(own, priority_mark));
  return ClientLink(key, std::move(own), nullptr);
}

bool ClientLink::TakeRefusal() {
  const auto refusing = own_->TakeRefusals();
  return std::ranges::find(refusing, key_.client) != refusing.end();
}

// A socket that is bound to the address sends from it anyway.
net::Outgoing ClientLink::Outgoing(std::span<const uint8_t> payload) const {
  if (own_) return {.peer = key_.client, .payload = payload};
  return {.peer = key_.client,
          .source = key_.local.address,
          .payload = payload,
          .source6 = key_.local.address6};
}

void ClientLink::Send(const wire::Packet& packet, Counters<Outcome>& counters) {
  const auto bytes = wire::Serialize(packet);
  const auto sent = socket().Send(Outgoing(bytes));
  if (sent != net::SendResult::kSent) counters.Add(Outcome::kSendFailed);
}

net::SendResult ClientLink::SendFrames(std::span<const uint8_t> frames, size_t frame_bytes) {
  if (segmentable_ && frames.size() > frame_bytes) {
    const auto sent = socket().SendSegments(Outgoing(frames), frame_bytes);
    if (sent != net::SendResult::kUnsegmentable) return sent;
    segmentable_ = false;
  }
  for (; !frames.empty(); frames = frames.subspan(std::min(frame_bytes, frames.size()))) {
    const auto one = frames.first(std::min(frame_bytes, frames.size()));
    const auto sent = socket().Send(Outgoing(one));
    if (sent != net::SendResult::kSent) return sent;
  }
  return net::SendResult::kSent;
}

}  // namespace pxe::tftp
