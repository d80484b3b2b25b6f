// The mark for priority that packets carry (DSCP, RFC 2474), for switches and routers that look at
// it and may send such packets before others or behind them.
#pragma once

#include "absl/status/status.h"
#include "net/udp_socket.h"

namespace pxe::net {

// `mark`, 0 to 63, is in all that the socket sends from now on. 0 is no mark: so sockets begin.
absl::Status SetPriorityMark(UdpSocket& socket, int mark);

}  // namespace pxe::net
