// The largest IP packet that a peer is reached with unfragmented, as far as the kernel knows.
#pragma once

#include "absl/status/statusor.h"
#include "net/udp_socket.h"

namespace pxe::net {

// In bytes: of the interface the route leads by, or what the route or an earlier "fragmentation
// needed" says. `local`, with any port, is where we send from. An error when there is no route.
absl::StatusOr<int> PathMtu(const Endpoint& peer, const Endpoint& local);

}  // namespace pxe::net
