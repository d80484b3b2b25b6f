// One request from its arrival to the end of its transfer: what a client is waiting for, and then
// the socket, the bytes and the state machine that serve it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "base/counters.h"
#include "net/event_loop.h"
#include "tftp/client_link.h"
#include "tftp/content.h"
#include "tftp/limits.h"
#include "tftp/outcome.h"
#include "tftp/transfer.h"
#include "tftp/transfer_ports.h"
#include "tftp/transfer_times.h"

namespace pxe::tftp {

// What all sessions of one loop take turns with.
struct Workspace {
  Counters<Outcome>& counters;
  std::vector<uint8_t> frames = std::vector<uint8_t>(net::UdpSocket::kMaxSegmentedBytes);
};

class Session {
 public:
  // `ticket` tells this session from an earlier one with the same key.
  Session(const SessionKey& key, std::span<const uint8_t> request, uint64_t ticket, TimePoint now);

  const SessionKey& key() const { return key_; }
  uint64_t ticket() const { return ticket_; }
  TimePoint asked_at() const { return asked_at_; }

  // The datagram as it came. Parsing it succeeds, it did once; the views live in this session.
  std::span<const uint8_t> request_bytes() const { return request_bytes_; }
  wire::Rrq request() const;

  // Whether `datagram` is this session's request sent again by a client that got no answer yet.
  bool IsRepeatedBy(std::span<const uint8_t> datagram) const;

  // Sends the first packet.
  void Start(ClientLink link, Content content, AgreedOptions agreed, FileClass file_class,
             const RetryPolicy& policy, Workspace& workspace, TimePoint now);

  // Below: only once it has started.
  const Transfer& transfer() const { return *transfer_; }
  const Content& content() const { return *content_; }
  FileClass file_class() const { return file_class_; }
  bool started() const { return transfer_.has_value(); }

  void OnPacket(const wire::Packet& packet, Workspace& workspace, TimePoint now);
  void OnTimer(Workspace& workspace, TimePoint now);
  void OnPortClosed(Workspace& workspace);
  void OnRepeatedRequest(Workspace& workspace);
  void Abort(std::string message, Workspace& workspace);

  // When OnTimer is to be called; nothing once it has ended.
  std::optional<TimePoint> deadline() const;

  // The loop's timer for this session, and the port that it shares (null: the service port), kept
  // here for whoever sets them.
  net::EventLoop::TimerId timer;
  TransferPort* port = nullptr;

 private:
  void Flush(Workspace& workspace);
  void SendBlocksNow(Workspace& workspace);

  SessionKey key_;
  std::vector<uint8_t> request_bytes_;
  uint64_t ticket_;
  TimePoint asked_at_;

  std::optional<ClientLink> link_;
  std::optional<Content> content_;
  std::optional<Transfer> transfer_;
  FileClass file_class_ = FileClass::kRendered;
  SendBlocks unsent_;  // count 0: none. What a full buffer of the kernel has kept us from sending
};

}  // namespace pxe::tftp
