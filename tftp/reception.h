// One file on its way from one client, as a state machine without I/O: the mirror of Transfer (RFC
// 1350, 2347, 7440 section 4).
//
// OnPacket returns the bytes that come next; store them before the outbox is taken, and what cannot
// be stored, Refuse. The last ACK is thus sent when the file is whole and in its place; the machine
// then stays a while for a client that did not hear it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "tftp/negotiate.h"
#include "tftp/retry_timer.h"
#include "tftp/transfer.h"
#include "tftp/wire/packet.h"

namespace pxe::tftp {

class Reception {
 public:
  // The first packet is in the outbox at once: OACK, or ACK 0 when nothing was agreed.
  Reception(AgreedOptions agreed, const RetryPolicy& policy, uint64_t seed, TimePoint now);

  // From the client's own address. The bytes lie in the packet.
  std::span<const uint8_t> OnPacket(const wire::Packet& packet, TimePoint now);
  void OnDeadline(TimePoint now);
  void OnPortClosed();
  void OnRepeatedRequest(TimePoint now);  // the first packet again, while no block has come
  void Refuse(wire::Error error);

  std::optional<wire::Packet> TakeOutbox();

  // When to call OnDeadline; nothing once it has ended.
  std::optional<TimePoint> deadline() const;
  Ending ending() const { return ending_; }
  bool complete() const { return complete_; }      // the last block has come
  bool answered() const { return received_ > 0; }  // by a block
  const AgreedOptions& agreed() const { return agreed_; }
  uint64_t received_blocks() const { return received_; }

 private:
  std::span<const uint8_t> OnData(const wire::Data& data, TimePoint now);
  void OnUnexpected(uint16_t ahead, TimePoint now);
  void OnAfterEnd(uint16_t ahead, bool empty, TimePoint now);
  void Acknowledge(TimePoint now);
  bool HasGivenUp(TimePoint now) const;

  AgreedOptions agreed_;
  RetryPolicy policy_;
  RetryTimer timer_;

  uint64_t received_ = 0;        // blocks, in order
  uint32_t unacknowledged_ = 0;  // of them
  bool complained_ = false;      // about a gap, and nothing has come since
  bool complete_ = false;

  TimePoint progress_at_;
  TimePoint deadline_;
  std::optional<wire::Packet> outbox_;
  Ending ending_ = Ending::kRunning;
};

}  // namespace pxe::tftp
