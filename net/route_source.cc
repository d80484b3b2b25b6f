#include "net/route_source.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include "net/unique_fd.h"

namespace pxe::net {
namespace {

// Connecting a datagram socket sends nothing; it makes the kernel choose the source address.
Ipv4 AskKernel(Ipv4 destination) {
  const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(destination.value);
  address.sin_port = htons(9);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::connect(socket.get(), generic, size) != 0) return {};
  if (::getsockname(socket.get(), generic, &size) != 0) return {};
  return {ntohl(address.sin_addr.s_addr)};
}

}  // namespace

Ipv4 RouteSources::Towards(Ipv4 destination) {
  const auto found = known_.find(destination);
  if (found != known_.end()) return found->second;
  const Ipv4 source = AskKernel(destination);
  if (source.IsZero()) return source;
  if (known_.size() == kMaxRemembered) known_.clear();
  known_.emplace(destination, source);
  return source;
}

}  // namespace pxe::net
