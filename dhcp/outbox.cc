#include "dhcp/outbox.h"

#include <algorithm>
#include <array>

namespace pxe::dhcp {
namespace {

using net::SendResult;

constexpr size_t kTogether = net::UdpSocket::kMaxSegments;

bool IsSent(const OutgoingReply& reply) {
  return reply.result == SendResult::kSent;
}

net::PacketSocket::Outgoing AsFrame(const OutgoingReply& reply, uint16_t port) {
  return {reply.interface_index,
          {.source_mac = reply.source_mac,
           .destination_mac = *reply.target.mac,
           .source = reply.source,
           .destination = reply.target.address,
           .source_port = port,
           .destination_port = reply.target.port,
           .payload = reply.bytes}};
}

// A broadcast belongs to the link it answers; anything else finds its way by the routes.
net::Outgoing AsDatagram(const OutgoingReply& reply) {
  const int by = reply.target.address.IsBroadcast() ? reply.interface_index : 0;
  return {{reply.target.address, reply.target.port}, reply.source, by, reply.bytes};
}

void SendFrames(std::span<OutgoingReply> replies, uint16_t port, const net::PacketSocket& socket) {
  std::array<net::PacketSocket::Outgoing, kTogether> frames;
  std::array<OutgoingReply*, kTogether> of{};
  std::array<SendResult, kTogether> results{};
  size_t count = 0;
  for (OutgoingReply& reply : replies) {
    if (!reply.target.mac) continue;
    of[count] = &reply;
    frames[count++] = AsFrame(reply, port);
  }
  socket.SendAll(std::span(frames).first(count), results);
  for (size_t i = 0; i < count; ++i) of[i]->result = results[i];
}

// Those of `replies` that go to one relay, as one packet that the kernel or the network card cuts
// into them: its way through the network stack is most of what a reply costs. They get one length,
// zeros after their end. False: it cannot be done here.
bool SendAsSegments(std::span<OutgoingReply* const> replies, net::UdpSocket& socket) {
  size_t segment = 0;
  for (const OutgoingReply* reply : replies) segment = std::max(segment, reply->bytes.size());
  if (segment * replies.size() > net::UdpSocket::kMaxSegmentedBytes) return false;
  std::array<std::span<const uint8_t>, kTogether> payloads;
  for (size_t i = 0; i < replies.size(); ++i) {
    replies[i]->bytes.resize(segment);
    payloads[i] = replies[i]->bytes;
  }
  const auto all = std::span(payloads).first(replies.size());
  if (socket.SendEqual(AsDatagram(*replies.front()), all) != SendResult::kSent) return false;
  for (OutgoingReply* reply : replies) reply->result = SendResult::kSent;
  return true;
}

// Whether both can be of one length: zeros must not make more of a reply than its client takes.
bool FitTogether(const OutgoingReply& a, const OutgoingReply& b) {
  constexpr size_t kEveryClientTakes = 548;  // RFC 2131 section 2, without IP and UDP headers
  return a.bytes.size() == b.bytes.size() ||
         std::max(a.bytes.size(), b.bytes.size()) <= kEveryClientTakes;
}

bool HaveOneWay(const OutgoingReply& a, const OutgoingReply& b) {
  return a.target.delivery == b.target.delivery && a.target.address == b.target.address &&
         a.target.port == b.target.port && a.source == b.source && a.socket == b.socket;
}

// What goes to relays that get more than one of `replies`.
void SendToRelays(std::span<OutgoingReply> replies, net::UdpSocket& socket) {
  std::array<OutgoingReply*, kTogether> same{};
  for (size_t first = 0; first < replies.size(); ++first) {
    const OutgoingReply& leader = replies[first];
    const bool to_relay = leader.socket == &socket && leader.target.delivery == Delivery::kToRelay;
    if (IsSent(leader) || !to_relay) continue;
    size_t count = 0;
    for (OutgoingReply& reply : replies.subspan(first)) {
      if (IsSent(reply) || !HaveOneWay(reply, leader) || !FitTogether(reply, leader)) continue;
      same[count++] = &reply;
    }
    if (count > 1 && !SendAsSegments(std::span(same).first(count), socket)) return;
  }
}

void SendDatagrams(std::span<OutgoingReply> replies, net::UdpSocket& socket) {
  std::array<net::Outgoing, kTogether> datagrams;
  std::array<OutgoingReply*, kTogether> of{};
  std::array<SendResult, kTogether> results{};
  size_t count = 0;
  for (OutgoingReply& reply : replies) {
    if (IsSent(reply) || reply.target.mac || reply.socket != &socket) continue;
    of[count] = &reply;
    datagrams[count++] = AsDatagram(reply);
  }
  socket.SendAll(std::span(datagrams).first(count), results);
  for (size_t i = 0; i < count; ++i) of[i]->result = results[i];
}

}  // namespace

void SendTogether(std::span<OutgoingReply> replies, uint16_t port,
                  std::initializer_list<net::UdpSocket*> sockets, const net::PacketSocket* frames) {
  while (!replies.empty()) {
    const auto now = replies.first(std::min(replies.size(), kTogether));
    for (net::UdpSocket* socket : sockets) {
      SendToRelays(now, *socket);
      SendDatagrams(now, *socket);
    }
    if (frames != nullptr) SendFrames(now, port, *frames);
    replies = replies.subspan(now.size());
  }
}

}  // namespace pxe::dhcp
