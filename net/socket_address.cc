#include "net/socket_address.h"

#include <arpa/inet.h>

#include <cstring>

namespace pxe::net {

in6_addr ToKernel(const Ipv6& address) {
  in6_addr kernel{};
  std::memcpy(&kernel, address.bytes.data(), sizeof(kernel));
  return kernel;
}

Ipv6 FromKernel(const in6_addr& address, uint32_t interface_index) {
  Ipv6 ours;
  std::memcpy(ours.bytes.data(), &address, sizeof(address));
  if (IN6_IS_ADDR_LINKLOCAL(&address)) ours.scope = interface_index;
  return ours;
}

SocketAddress ToSocketAddress(const Endpoint& endpoint) {
  SocketAddress address{};
  if (endpoint.IsV6()) {
    address.six.sin6_family = AF_INET6;
    address.six.sin6_port = htons(endpoint.port);
    address.six.sin6_addr = ToKernel(endpoint.address6);
    address.six.sin6_scope_id = endpoint.address6.scope;
  } else {
    address.four.sin_family = AF_INET;
    address.four.sin_port = htons(endpoint.port);
    address.four.sin_addr.s_addr = htonl(endpoint.address.value);
  }
  return address;
}

Endpoint FromSocketAddress(const SocketAddress& address) {
  if (address.four.sin_family == AF_INET6) {
    return {.port = ntohs(address.six.sin6_port),
            .address6 = FromKernel(address.six.sin6_addr, address.six.sin6_scope_id)};
  }
  return {.address = {ntohl(address.four.sin_addr.s_addr)}, .port = ntohs(address.four.sin_port)};
}

}  // namespace pxe::net
