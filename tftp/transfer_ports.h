// The ports that files are sent from: a few, which transfers share.
//
// A port for each transfer, as RFC 1350 section 4 has it, costs a socket and a dozen calls of the
// kernel, more than the rest of what a boot config needs, and what many clients have sent could not
// be received together. A transfer is told from all others by the client's port and ours; the ports
// take turns, so that what is late of one is not taken for the next of the same client port, which
// lpxelinux uses again at once.
//
// Small files have ports of their own: what waits there is taken first.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "net/event_loop.h"
#include "net/udp_socket.h"
#include "tftp/retry_timer.h"

namespace pxe::tftp {

// One of them, and when a stranger was last answered there.
struct TransferPort {
  net::UdpSocket socket;
  std::optional<TimePoint> stranger_answered_at{};
};

class TransferPorts {
 public:
  using Urgency = net::EventLoop::Urgency;
  using OnReady = std::function<void(TransferPort&, net::Readiness)>;

  static constexpr size_t kPerUrgency = 8;  // of each family of addresses

  // The loop is borrowed; `on_ready` is called on its thread. What the ports send is marked.
  TransferPorts(net::EventLoop& loop, OnReady on_ready, int priority_mark)
      : loop_(loop), on_ready_(std::move(on_ready)), priority_mark_(priority_mark) {}
  TransferPorts(const TransferPorts&) = delete;
  TransferPorts& operator=(const TransferPorts&) = delete;
  ~TransferPorts();

  // The port for another transfer to an address of that family. Each is opened when its turn comes
  // first; an error when that fails and there is no other.
  absl::StatusOr<TransferPort*> Next(bool v6, Urgency urgency);

 private:
  struct Ring {
    std::vector<std::unique_ptr<TransferPort>> ports;
    size_t next = 0;
  };
  absl::Status OpenAnother(bool v6, Urgency urgency, Ring& ring);

  net::EventLoop& loop_;
  const OnReady on_ready_;
  const int priority_mark_;
  std::array<Ring, 4> rings_;  // by family and urgency
};

}  // namespace pxe::tftp
