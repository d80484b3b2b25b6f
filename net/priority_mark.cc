#include "net/priority_mark.h"

#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/status.h"

namespace pxe::net {

// The mark is the upper six bits of a byte; the lower two are the network's own (ECN).
absl::Status SetPriorityMark(UdpSocket& socket, int mark) {
  if (mark == 0) return absl::OkStatus();
  const int byte = mark << 2;
  int family = AF_INET;
  socklen_t size = sizeof(family);
  if (::getsockopt(socket.fd(), SOL_SOCKET, SO_DOMAIN, &family, &size) != 0) {
    return FromErrno(errno, "asking for the family of a UDP socket");
  }
  const bool v6 = family == AF_INET6;
  if (::setsockopt(socket.fd(), v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_TCLASS : IP_TOS, &byte,
                   sizeof(byte)) != 0) {
    return FromErrno(errno, "marking the packets of a UDP socket");
  }
  return absl::OkStatus();
}

}  // namespace pxe::net
