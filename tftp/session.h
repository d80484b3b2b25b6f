// One request from its arrival to the end of its transfer: what a client is waiting for, and then
// the socket, the bytes and the state machine that serve it.
//
// A session has a port of its own (its transfer ID, RFC 1350 section 4) on the address the client
// asked: PXELINUX drops answers from any other. The socket is not connected, so that strangers can
// be told ERROR 5 and disturb nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/counters.h"
#include "base/ipv4.h"
#include "net/event_loop.h"
#include "net/udp_socket.h"
#include "tftp/content.h"
#include "tftp/limits.h"
#include "tftp/outcome.h"
#include "tftp/transfer.h"

namespace pxe::tftp {

// Who asked, and whom: one client port has one session with one address of ours.
struct SessionKey {
  net::Endpoint client;
  Ipv4 local;

  bool operator==(const SessionKey&) const = default;

  template <typename H>
  friend H AbslHashValue(H h, const SessionKey& k) {
    return H::combine(std::move(h), k.client, k.local);
  }
};

// What all sessions of one loop take turns with.
struct Workspace {
  Counters<Outcome>& counters;
  net::ReceiveBatch received{8, 600};  // ACK and ERROR: 600 bytes are plenty
  std::vector<uint8_t> frames = std::vector<uint8_t>(net::UdpSocket::kMaxSegmentedBytes);
};

class Session {
 public:
  // `ticket` tells this session from an earlier one with the same key.
  Session(const SessionKey& key, int interface_index, std::span<const uint8_t> request,
          uint64_t ticket, TimePoint now);

  const SessionKey& key() const { return key_; }
  int interface_index() const { return interface_index_; }
  uint64_t ticket() const { return ticket_; }
  TimePoint asked_at() const { return asked_at_; }

  // The datagram as it came. Parsing it succeeds, it did once; the views live in this session.
  std::span<const uint8_t> request_bytes() const { return request_bytes_; }
  wire::Rrq request() const;

  // Whether `datagram` is this session's request sent again by a client that got no answer yet.
  bool IsRepeatedBy(std::span<const uint8_t> datagram) const;

  // Binds the socket and sends the first packet. An error when there is no socket to be had.
  absl::Status Start(Content content, AgreedOptions agreed, const RetryPolicy& policy,
                     uint64_t seed, Workspace& workspace, TimePoint now);

  // Below: only once it has started.
  int fd() const { return socket_->fd(); }
  const Transfer& transfer() const { return *transfer_; }
  bool started() const { return transfer_.has_value(); }

  void OnReady(net::Readiness readiness, Workspace& workspace, TimePoint now);
  void OnTimer(Workspace& workspace, TimePoint now);
  void OnRepeatedRequest(Workspace& workspace);
  void Abort(std::string message, Workspace& workspace);

  // When OnTimer is to be called; nothing once it has ended.
  std::optional<TimePoint> deadline() const;

  // The loop's timer for this session, kept here for whoever sets it.
  net::EventLoop::TimerId timer;

 private:
  void Flush(Workspace& workspace);
  void SendPacket(const wire::Packet& packet, Workspace& workspace);
  void SendBlocksNow(Workspace& workspace);
  net::SendResult SendFrames(std::span<const uint8_t> frames, size_t frame_bytes);
  void AnswerStranger(const net::Endpoint& stranger, Workspace& workspace, TimePoint now);

  SessionKey key_;
  int interface_index_;
  std::vector<uint8_t> request_bytes_;
  uint64_t ticket_;
  TimePoint asked_at_;

  std::optional<net::UdpSocket> socket_;
  std::optional<Content> content_;
  std::optional<Transfer> transfer_;
  SendBlocks unsent_;  // count 0: none. What a full buffer of the kernel has kept us from sending
  bool segmentable_ = true;
  std::optional<TimePoint> stranger_answered_at_;
};

}  // namespace pxe::tftp
