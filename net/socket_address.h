// Endpoints as the kernel spells them.
#pragma once

#include <netinet/in.h>

#include "net/udp_socket.h"

namespace pxe::net {

union SocketAddress {
  sockaddr_in four;
  sockaddr_in6 six;

  sockaddr* generic() { return reinterpret_cast<sockaddr*>(this); }
  const sockaddr* generic() const { return reinterpret_cast<const sockaddr*>(this); }
  socklen_t size() const { return four.sin_family == AF_INET6 ? sizeof(six) : sizeof(four); }
};

SocketAddress ToSocketAddress(const Endpoint& endpoint);
Endpoint FromSocketAddress(const SocketAddress& address);

in6_addr ToKernel(const Ipv6& address);

// `interface_index` becomes the scope of a link-local address.
Ipv6 FromKernel(const in6_addr& address, uint32_t interface_index);

}  // namespace pxe::net
