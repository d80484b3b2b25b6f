// Asks a machine whether it is there: ICMP echo requests, and what comes back for them.
//
// Needs CAP_NET_RAW, or the group of the process in net.ipv4.ping_group_range; then nothing is
// heard of machines that cannot be reached, which is as good as silence. Nothing here blocks.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ipv4.h"
#include "net/send_result.h"
#include "net/unique_fd.h"

namespace pxe::net {

// What became of one echo request.
struct EchoOutcome {
  Ipv4 address;  // that was asked
  uint16_t sequence = 0;
  bool answered = false;  // else: said to be unreachable

  bool operator==(const EchoOutcome&) const = default;
};

// From an IP packet; nothing when it is about no request with this identifier, or malformed.
std::optional<EchoOutcome> ReadEchoOutcome(std::span<const uint8_t> packet, uint16_t identifier);

class IcmpSocket {
 public:
  static constexpr size_t kMaxTaken = 64;  // by one call of Receive

  // PERMISSION_DENIED when neither is given.
  static absl::StatusOr<IcmpSocket> Open();

  int fd() const { return fd_.get(); }

  SendResult SendEcho(Ipv4 to, uint16_t sequence) const;

  // What waits, oldest first; there may be more.
  std::vector<EchoOutcome> Receive() const;

 private:
  IcmpSocket(UniqueFd fd, bool raw, uint16_t identifier)
      : fd_(std::move(fd)), raw_(raw), identifier_(identifier) {}

  UniqueFd fd_;
  bool raw_;             // else the kernel chooses the identifier, and keeps IP headers to itself
  uint16_t identifier_;  // tells our requests from those of other programs
};

}  // namespace pxe::net
