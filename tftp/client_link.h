// The way to one client, by a port that is this client's alone or one that others share.
//
// Either way packets leave from the address that the client asked: PXELINUX drops answers from any
// other. No socket is connected, so that strangers at a port of ours can be told ERROR 5 and
// disturb nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "base/counters.h"
#include "net/udp_socket.h"
#include "tftp/outcome.h"
#include "tftp/retry_timer.h"
#include "tftp/wire/packet.h"

namespace pxe::tftp {

// Who asked, and whom: one client port has one session with one address of ours.
struct SessionKey {
  net::Endpoint client;
  net::Endpoint local;  // port 0

  bool operator==(const SessionKey&) const = default;

  template <typename H>
  friend H AbslHashValue(H h, const SessionKey& k) {
    return H::combine(std::move(h), k.client, k.local);
  }
};

// Of a packet that came in.
inline SessionKey KeyOf(const net::Datagram& in) {
  return {.client = in.peer, .local = {.address = in.local, .address6 = in.local6}};
}

// Tells somebody who sent to a transfer's port and has no transfer there (RFC 1350 section 4), from
// the address that was sent to. At most once a second for each `answered_at`, for strangers may be
// forged.
void AnswerStranger(net::UdpSocket& socket, const SessionKey& stranger,
                    std::optional<TimePoint>& answered_at, Counters<Outcome>& counters,
                    TimePoint now);

class ClientLink {
 public:
  // By a port that is shared, which is borrowed.
  static ClientLink Over(const SessionKey& key, net::UdpSocket& shared) {
    return ClientLink(key, std::nullopt, &shared);
  }

  // By a new port of its own, which marks what it sends; an error when there is none to be had.
  static absl::StatusOr<ClientLink> Open(const SessionKey& key, int priority_mark);

  bool has_own_port() const { return own_.has_value(); }

  // Below: with a port of our own only.
  int fd() const { return own_->fd(); }

  // What the client has sent, the packets of strangers answered and left out: calls
  // `on_packet(const wire::Packet&)` for each that can be parsed.
  template <typename OnPacket>
  void Receive(net::ReceiveBatch& batch, Counters<Outcome>& counters, TimePoint now,
               OnPacket on_packet) {
    for (const net::Datagram& datagram : own_->Receive(batch)) {
      if (datagram.peer != key_.client) {
        AnswerStranger(*own_, {.client = datagram.peer, .local = key_.local}, stranger_answered_at_,
                       counters, now);
        continue;
      }
      const auto packet = wire::Parse(datagram.payload);
      if (packet.ok()) on_packet(*packet);
    }
  }

  // Whether the client's host has said that nobody listens there any more.
  bool TakeRefusal();

  // A packet lost here is one lost on the way: the sender's timer sees to it.
  void Send(const wire::Packet& packet, Counters<Outcome>& counters);

  // Packets of `frame_bytes` each (the last may be shorter), in as few calls as can be. kBusy half
  // way: the whole is to be sent again later, and the client ignores what it has.
  net::SendResult SendFrames(std::span<const uint8_t> frames, size_t frame_bytes);

 private:
  ClientLink(const SessionKey& key, std::optional<net::UdpSocket> own, net::UdpSocket* shared)
      : key_(key), own_(std::move(own)), shared_(shared) {}

  net::UdpSocket& socket() { return own_ ? *own_ : *shared_; }
  net::Outgoing Outgoing(std::span<const uint8_t> payload) const;

  SessionKey key_;
  std::optional<net::UdpSocket> own_;
  net::UdpSocket* shared_;
  bool segmentable_ = true;
  std::optional<TimePoint> stranger_answered_at_;
};

}  // namespace pxe::tftp
