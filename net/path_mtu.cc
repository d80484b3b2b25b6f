#include "net/path_mtu.h"

#include <sys/socket.h>

#include <cerrno>

#include "base/status.h"
#include "net/socket_address.h"
#include "net/unique_fd.h"

namespace pxe::net {

// Connecting a datagram socket sends nothing; it makes the kernel look the route up.
absl::StatusOr<int> PathMtu(const Endpoint& peer, const Endpoint& local) {
  const bool v6 = peer.IsV6();
  const UniqueFd socket(::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return FromErrno(errno, "opening a UDP socket");
  Endpoint any_port = local;
  any_port.port = 0;
  const SocketAddress from = ToSocketAddress(any_port);
  if (from.four.sin_family == (v6 ? AF_INET6 : AF_INET) &&
      ::bind(socket.get(), from.generic(), from.size()) != 0) {
    return FromErrno(errno, "binding UDP " + local.ToString());
  }
  const SocketAddress to = ToSocketAddress(peer);
  int mtu = 0;
  socklen_t size = sizeof(mtu);
  if (::connect(socket.get(), to.generic(), to.size()) != 0 ||
      ::getsockopt(socket.get(), v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_MTU : IP_MTU, &mtu,
                   &size) != 0) {
    return FromErrno(errno, "asking for the MTU towards " + peer.ToString());
  }
  return mtu;
}

}  // namespace pxe::net
