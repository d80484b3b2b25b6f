#include "tftp/transfer_ports.h"

#include <utility>

#include "base/status.h"
#include "net/priority_mark.h"

namespace pxe::tftp {
namespace {

// ACKs of a thousand clients at once; and what waits for the ARP of machines that are gone, behind
// which nobody else would be sent anything.
constexpr int kReceiveBufferBytes = 4 << 20;
constexpr int kSendBufferBytes = 32 << 20;

}  // namespace

TransferPorts::~TransferPorts() {
  for (const Ring& ring : rings_) {
    for (const auto& port : ring.ports) loop_.Unwatch(port->socket.fd());
  }
}

absl::StatusOr<TransferPort*> TransferPorts::Next(bool v6, Urgency urgency) {
  Ring& ring = rings_[(v6 ? 2u : 0u) + (urgency == Urgency::kFirst ? 1u : 0u)];
  if (ring.ports.size() < kPerUrgency) {
    const absl::Status opened = OpenAnother(v6, urgency, ring);
    if (!opened.ok() && ring.ports.empty()) return opened;
  }
  ring.next = (ring.next + 1) % ring.ports.size();
  return ring.ports[ring.next].get();
}

absl::Status TransferPorts::OpenAnother(bool v6, Urgency urgency, Ring& ring) {
  PXE_ASSIGN_OR_RETURN(net::UdpSocket socket,
                       net::UdpSocket::Bind({}, {.v6 = v6,
                                                 .report_refusals = true,
                                                 .allow_fragments = true,
                                                 .receive_buffer_bytes = kReceiveBufferBytes,
                                                 .send_buffer_bytes = kSendBufferBytes}));
  PXE_RETURN_IF_ERROR(net::SetPriorityMark(socket, priority_mark_));
  auto port = std::make_unique<TransferPort>(TransferPort{.socket = std::move(socket)});
  PXE_RETURN_IF_ERROR(loop_.Watch(
      port->socket.fd(),
      [this, &port = *port](net::Readiness readiness) { on_ready_(port, readiness); }, urgency));
  ring.ports.push_back(std::move(port));
  return absl::OkStatus();
}

}  // namespace pxe::tftp
