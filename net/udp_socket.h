// UDP that tells where a datagram was sent to and by which interface it came, and that answers from
// a chosen address. IPv4, or IPv6 where it is asked for: a socket speaks one of the two.
//
// Nothing here blocks. Addresses in use are errors: SO_REUSEADDR is never set, because two servers
// on one port would each get half of the packets.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ipv4.h"
#include "base/ipv6.h"
#include "net/send_result.h"
#include "net/unique_fd.h"

namespace pxe::net {

// Of IPv6 when `address6` is not zero, and then `address` is.
struct Endpoint {
  Ipv4 address{};
  uint16_t port = 0;
  Ipv6 address6{};

  auto operator<=>(const Endpoint&) const = default;
  bool IsV6() const { return !address6.IsZero(); }
  std::string AddressText() const { return IsV6() ? address6.ToString() : address.ToString(); }
  std::string ToString() const;  // "10.0.0.1:69", "[2001:db8::1]:69"

  template <typename H>
  friend H AbslHashValue(H h, const Endpoint& e) {
    h = H::combine(std::move(h), e.address, e.port);
    return e.IsV6() ? H::combine(std::move(h), e.address6) : std::move(h);
  }
};

// One that came in. `payload` lies in the ReceiveBatch and is good until its next use.
struct Datagram {
  Endpoint peer;
  Ipv4 destination{};       // of its IP header; a broadcast or multicast address when not `local`
  Ipv4 local{};             // the address of ours that an answer should come from
  int interface_index = 0;  // it came in by
  std::span<const uint8_t> payload{};
  std::chrono::nanoseconds waited{};  // in the socket's queue; 0 without Options::timestamps
  bool truncated = false;  // longer than the batch has room for; the payload is its beginning
  Ipv6 destination6{};     // of a peer with an IPv6 address, instead of the two above
  Ipv6 local6{};           // zero for what was sent to a multicast address
};

// One to send. Zero for `source` and `interface_index` leaves them to the kernel's routing.
struct Outgoing {
  Endpoint peer;
  Ipv4 source{};
  int interface_index = 0;
  std::span<const uint8_t> payload{};
  Ipv6 source6{};  // of a peer with an IPv6 address, instead of `source`
};

// Room for up to `capacity` datagrams of up to `max_bytes` each, reused from call to call.
class ReceiveBatch {
 public:
  ReceiveBatch(size_t capacity, size_t max_bytes);
  ReceiveBatch(ReceiveBatch&&) noexcept;
  ReceiveBatch& operator=(ReceiveBatch&&) noexcept;
  ~ReceiveBatch();

 private:
  friend class UdpSocket;
  struct Storage;
  std::unique_ptr<Storage> storage_;
};

class UdpSocket {
 public:
  struct Options {
    bool v6 = false;               // IPv6 alone; an IPv6 address to bind says so, too
    bool broadcast = false;        // may send to broadcast addresses
    bool report_refusals = false;  // IP_RECVERR: "port unreachable" can be taken, see below
    bool allow_fragments = false;  // DF clear whatever the path MTU (IP_PMTUDISC_DONT)
    bool timestamps = false;       // Datagram::waited is wanted
    int receive_buffer_bytes = 0;  // 0: the system's default. Beyond rmem_max only with NET_ADMIN
    int send_buffer_bytes = 0;     // likewise, with wmem_max
    std::string device{};          // SO_BINDTODEVICE; empty: any
  };

  // Address 0 binds all, port 0 a free one. FAILED_PRECONDITION when the address is in use,
  // PERMISSION_DENIED for a port that needs privilege; both name the address.
  static absl::StatusOr<UdpSocket> Bind(const Endpoint& local, const Options& options);

  int fd() const { return fd_.get(); }
  const Endpoint& local() const { return local_; }  // with the real port

  // What waits, oldest first, at most the batch's capacity; empty when nothing does.
  std::span<const Datagram> Receive(ReceiveBatch& batch);

  // Datagrams that came while the receive buffer was full, since the last call. The kernel tells
  // with the next one that it has room for; only of sockets whose receive_buffer_bytes was given.
  uint32_t TakeLost() { return lost_ - std::exchange(lost_taken_, lost_); }

  SendResult Send(const Outgoing& datagram);

  // The same for many, in few calls of the kernel; `results` gets one each.
  void SendAll(std::span<const Outgoing> datagrams, std::span<SendResult> results);

  // The payload cut into datagrams of `segment_bytes` (the last may be shorter), in one call of the
  // kernel (UDP_SEGMENT). At most kMaxSegments of them and kMaxSegmentedBytes in all.
  static constexpr size_t kMaxSegments = 64;
  static constexpr size_t kMaxSegmentedBytes = 65507;
  SendResult SendSegments(const Outgoing& datagrams, size_t segment_bytes);

  // The same with the datagrams gathered from where they lie, all of one length; `like` says where
  // they go.
  SendResult SendEqual(const Outgoing& like, std::span<const std::span<const uint8_t>> payloads);

  // The peers that have answered "port unreachable" since the last call (report_refusals).
  std::vector<Endpoint> TakeRefusals();

 private:
  UdpSocket(UniqueFd fd, Endpoint local) : fd_(std::move(fd)), local_(local) {}

  UniqueFd fd_;
  Endpoint local_;
  uint32_t lost_ = 0;  // in all, as the kernel counts: it wraps
  uint32_t lost_taken_ = 0;
};

}  // namespace pxe::net
