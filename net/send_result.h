// How a send ended, for every kind of socket here.
#pragma once

#include <cerrno>

namespace pxe::net {

enum class SendResult {
  kSent,
  kBusy,           // a buffer of the kernel is full: the same again soon
  kUnsegmentable,  // UdpSocket::SendSegments only: the kernel or the route cannot; one by one
  kFailed,         // no route, forbidden, ...: soon again will not help
};

inline SendResult SendResultOf(int error_number) {
  switch (error_number) {
    case EAGAIN:
    case ENOBUFS:
    case ENOMEM:
      return SendResult::kBusy;
    default:
      return SendResult::kFailed;
  }
}

}  // namespace pxe::net
