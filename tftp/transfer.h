// One file on its way to one client, as a state machine without I/O (RFC 1350, 2347, 7440).
//
// It knows block numbers and time, never bytes or sockets: what to send comes out as "blocks N to
// M", what arrives goes in as packets, and time is an argument. Blocks are numbered from 1 in 64
// bits; only the wire has 16, so a wrap is no event. Take the outbox after every call: a newer
// packet replaces an older one that was not taken.
//
// What ruins servers here is the acknowledgement that comes twice. With windows of one it is never
// answered (RFC 1123 4.2.3.1). With larger ones the same packet means "the first block of your
// window is missing", and EDK2 sends one for every block it gets out of order: the first is
// believed, the rest only when they can be answers to what was sent since.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "tftp/negotiate.h"
#include "tftp/retry_timer.h"
#include "tftp/wire/packet.h"

namespace pxe::tftp {

enum class Ending {
  kRunning,
  kDone,             // the last block was acknowledged
  kDoneUnconfirmed,  // the last block was sent and never acknowledged, as many ROMs do
  kProbed,           // an ERROR before any block was acknowledged: the client wanted the size only
  kClientError,      // an ERROR in mid-transfer
  kClientGone,       // its port is closed
  kTimedOut,         // silent for too long
  kAborted,          // by us
};

// DATA of `count` blocks from `first` on.
struct SendBlocks {
  uint64_t first = 0;
  uint32_t count = 0;

  bool operator==(const SendBlocks&) const = default;
};

using ToSend = std::variant<wire::Oack, SendBlocks, wire::Error>;

// Of one transfer, for counters.
struct TransferStats {
  uint64_t blocks_sent = 0;
  uint64_t resends = 0;       // by the timer
  uint64_t rollbacks = 0;     // because the client said that it missed something
  uint64_t ignored_acks = 0;  // old, early, or repeated
};

class Transfer {
 public:
  // The first packet is in the outbox at once: OACK, or DATA when nothing was agreed.
  Transfer(AgreedOptions agreed, uint64_t transfer_bytes, const RetryPolicy& policy, uint64_t seed,
           TimePoint now);

  void OnPacket(const wire::Packet& packet, TimePoint now);  // from the client's own address
  void OnDeadline(TimePoint now);   // at or after deadline(); earlier calls do nothing
  void OnPortClosed();              // the client's host says that nobody listens
  void OnRepeatedRequest();         // the same request again: the first packet again
  void Abort(std::string message);  // ERROR 0 to the client

  std::optional<ToSend> TakeOutbox();

  // When to call OnDeadline; nothing once it has ended.
  std::optional<TimePoint> deadline() const;
  Ending ending() const { return ending_; }

  bool answered() const { return answered_; }  // whether the client has acknowledged anything
  const AgreedOptions& agreed() const { return agreed_; }
  uint64_t acknowledged_blocks() const { return base_ - 1; }
  uint64_t acknowledged_bytes() const;
  const std::string& client_message() const { return client_message_; }  // of its ERROR
  const TransferStats& stats() const { return stats_; }

 private:
  void OnAck(uint16_t number, TimePoint now);
  void OnError(const wire::Error& error);
  void OnProgress(uint64_t acknowledged, TimePoint now);
  void OnRepeatedAck(TimePoint now);
  void SendWindow(TimePoint now);
  void SlideWindow(TimePoint now);
  void Rearm(TimePoint now);
  Duration Guard() const;
  void HearLater(TimePoint when);
  bool HasGivenUp(TimePoint now) const;
  void GiveUp();
  void End(Ending ending);
  bool LastBlockSent() const { return sent_to_ == last_block_; }

  AgreedOptions agreed_;
  uint64_t transfer_bytes_;
  uint64_t last_block_;  // shorter than the others, perhaps empty
  RetryPolicy policy_;
  RetryTimer timer_;

  bool awaiting_oack_reply_;
  bool answered_ = false;
  uint64_t base_ = 1;     // the first block not acknowledged
  uint64_t sent_to_ = 0;  // the last block ever sent
  int sends_ = 0;         // of the current window, or of the OACK

  TimePoint sent_at_;        // the current window
  TimePoint progress_at_;    // the last acknowledgement of something new
  TimePoint believe_after_;  // a repeated acknowledgement before this is an echo
  TimePoint deadline_;
  bool heard_later_ = false;  // the deadline is that of a complaint, not of the back-off

  std::optional<ToSend> outbox_;
  Ending ending_ = Ending::kRunning;
  std::string client_message_;
  TransferStats stats_;
};

}  // namespace pxe::tftp
