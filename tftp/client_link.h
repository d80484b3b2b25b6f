// The way to one client: a port of our own, which is the transfer's ID (RFC 1350 section 4), or, in
// single-port mode, the service port that all share.
//
// Either way packets leave from the address that the client asked: PXELINUX drops answers from any
// other. No socket is connected, so that strangers at a port of our own can be told ERROR 5 and
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

class ClientLink {
 public:
  // Over a new port, or over `service` where there is one, which is borrowed. An error when there
  // is no port to be had.
  static absl::StatusOr<ClientLink> Open(const SessionKey& key, net::UdpSocket* service);

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
        AnswerStranger(datagram.peer, counters, now);
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
  ClientLink(const SessionKey& key, std::optional<net::UdpSocket> own, net::UdpSocket* service)
      : key_(key), own_(std::move(own)), service_(service) {}

  net::UdpSocket& socket() { return own_ ? *own_ : *service_; }
  net::Outgoing Outgoing(std::span<const uint8_t> payload) const;
  void AnswerStranger(const net::Endpoint& stranger, Counters<Outcome>& counters, TimePoint now);

  SessionKey key_;
  std::optional<net::UdpSocket> own_;
  net::UdpSocket* service_;
  bool segmentable_ = true;
  std::optional<TimePoint> stranger_answered_at_;
};

}  // namespace pxe::tftp
