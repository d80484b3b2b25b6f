#include "bench/dhcp_load_port.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <utility>
#include <vector>

#include "base/byte_reader.h"
#include "base/status.h"
#include "net/packet_socket.h"

namespace pxe::bench {
namespace {

constexpr uint16_t kServerPort = 67;
constexpr uint16_t kClientPort = 68;
constexpr size_t kMaxBytes = 2048;
constexpr int kBufferBytes = 32 << 20;
constexpr size_t kIpAt = 14;
constexpr size_t kSourceMacAt = 6;
constexpr size_t kUdpChecksumAt = net::kFrameOverhead - 2;

sockaddr_in ToSockaddr(Ipv4 address) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(kServerPort);
  to.sin_addr.s_addr = htonl(address.value);
  return to;
}

// Answers must not be lost here; without CAP_NET_ADMIN as much as the system allows.
void EnlargeReceiveBuffer(int fd) {
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kBufferBytes, sizeof kBufferBytes) == 0) return;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kBufferBytes, sizeof kBufferBytes);
}

}  // namespace

struct Port::Buffers {
  using Packet = std::array<uint8_t, kMaxBytes>;

  Buffers() {
    for (size_t i = 0; i < kBatch; ++i) {
      out_vectors[i] = {.iov_base = out[i].data(), .iov_len = 0};
      out_headers[i].msg_hdr.msg_iov = &out_vectors[i];
      out_headers[i].msg_hdr.msg_iovlen = 1;
      in_vectors[i] = {.iov_base = in[i].data(), .iov_len = kMaxBytes};
      in_headers[i].msg_hdr.msg_iov = &in_vectors[i];
      in_headers[i].msg_hdr.msg_iovlen = 1;
    }
  }

  // The headers of a broadcast without its sender's MAC address, and without a UDP checksum, which
  // RFC 768 allows: made once for each length.
  std::span<const uint8_t> FrameHeaders(size_t payload_bytes) {
    for (const auto& [length, headers] : frame_headers) {
      if (length == payload_bytes) return headers;
    }
    const std::vector<uint8_t> zeros(payload_bytes);
    std::vector<uint8_t> headers = net::BuildFrame({.source_mac = {},
                                                    .destination_mac = kBroadcastMac,
                                                    .source = {},
                                                    .destination = kBroadcastAddress,
                                                    .source_port = kClientPort,
                                                    .destination_port = kServerPort,
                                                    .payload = zeros});
    headers.resize(net::kFrameOverhead);
    headers[kUdpChecksumAt] = headers[kUdpChecksumAt + 1] = 0;
    return frame_headers.emplace_back(payload_bytes, std::move(headers)).second;
  }

  std::array<Packet, kBatch> out;
  std::array<iovec, kBatch> out_vectors{};
  std::array<mmsghdr, kBatch> out_headers{};
  std::array<Packet, kBatch> in;
  std::array<iovec, kBatch> in_vectors{};
  std::array<mmsghdr, kBatch> in_headers{};
  std::array<std::span<const uint8_t>, kBatch> payloads;
  std::vector<std::pair<size_t, std::vector<uint8_t>>> frame_headers;
};

absl::StatusOr<Port> Port::AsRelay(Ipv4 relay, Ipv4 server) {
  net::UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return FromErrno(errno, "opening a UDP socket");
  EnlargeReceiveBuffer(fd.get());
  const sockaddr_in own = ToSockaddr(relay);
  const sockaddr_in to = ToSockaddr(server);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) {
    return FromErrno(errno, "binding UDP port 67 of " + relay.ToString());
  }
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    return FromErrno(errno, "looking for a way to " + server.ToString());
  }
  return Port(std::move(fd), false);
}

absl::StatusOr<Port> Port::OnWire(const std::string& interface) {
  const auto index = static_cast<int>(::if_nametoindex(interface.c_str()));
  if (index == 0) return FromErrno(errno, "interface " + interface);
  // Protocol 0: nothing comes in before it is bound to the one interface.
  net::UniqueFd fd(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return FromErrno(errno, "opening a packet socket");
  EnlargeReceiveBuffer(fd.get());
  sockaddr_ll own{};
  own.sll_family = AF_PACKET;
  own.sll_protocol = htons(ETH_P_IP);
  own.sll_ifindex = index;
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) {
    return FromErrno(errno, "binding a packet socket to " + interface);
  }
  return Port(std::move(fd), true);
}

Port::Port(net::UniqueFd fd, bool frames)
    : fd_(std::move(fd)), frames_(frames), buffers_(std::make_unique<Buffers>()) {}
Port::Port(Port&&) noexcept = default;
Port::~Port() = default;

std::span<uint8_t> Port::Next(const MacAddress& from, size_t bytes) {
  if (unsent_ == kBatch) Flush();
  auto& packet = buffers_->out[unsent_];
  const size_t overhead = frames_ ? net::kFrameOverhead : 0;
  if (frames_) {
    std::ranges::copy(buffers_->FrameHeaders(bytes), packet.begin());
    std::ranges::copy(from.bytes, packet.begin() + kSourceMacAt);
  }
  buffers_->out_vectors[unsent_].iov_len = overhead + bytes;
  ++unsent_;
  return std::span(packet).subspan(overhead, bytes);
}

void Port::Flush() {
  size_t done = 0;
  while (done < unsent_) {
    const int sent = ::sendmmsg(fd_.get(), buffers_->out_headers.data() + done,
                                static_cast<unsigned>(unsent_ - done), 0);
    if (sent > 0) {
      done += static_cast<size_t>(sent);
      continue;
    }
    pollfd full{.fd = fd_.get(), .events = POLLOUT, .revents = 0};
    const bool later = errno == EAGAIN && ::poll(&full, 1, 100) == 1;
    if (later) continue;
    ++done;
    ++refused_;
  }
  unsent_ = 0;
}

std::span<const std::span<const uint8_t>> Port::Receive() {
  const int count =
      ::recvmmsg(fd_.get(), buffers_->in_headers.data(), kBatch, MSG_DONTWAIT, nullptr);
  size_t kept = 0;
  for (size_t i = 0; i < static_cast<size_t>(std::max(count, 0)); ++i) {
    const std::span<const uint8_t> packet(buffers_->in[i].data(), buffers_->in_headers[i].msg_len);
    const auto payload = frames_ ? PayloadOf(packet) : packet;
    if (!payload.empty()) buffers_->payloads[kept++] = payload;
  }
  return std::span(buffers_->payloads).first(kept);
}

// Of a frame for a DHCP client; nothing for anything else on the wire.
std::span<const uint8_t> Port::PayloadOf(std::span<const uint8_t> packet) const {
  constexpr size_t kUdpHeader = 8;
  constexpr uint8_t kUdp = 17;
  if (packet.size() <= net::kFrameOverhead) return {};
  const size_t udp_at = kIpAt + size_t{4} * (packet[kIpAt] & 0x0f);
  if (packet[kIpAt + 9] != kUdp || packet.size() <= udp_at + kUdpHeader) return {};
  const uint16_t port = ByteReader(packet.subspan(udp_at + 2, 2)).U16();
  return port == kClientPort ? packet.subspan(udp_at + kUdpHeader) : std::span<const uint8_t>();
}

void Port::Wait(int64_t ns) const {
  constexpr int64_t kSecond = 1'000'000'000;
  pollfd readable{.fd = fd_.get(), .events = POLLIN, .revents = 0};
  const timespec time{.tv_sec = ns / kSecond, .tv_nsec = ns % kSecond};
  ::ppoll(&readable, 1, &time, nullptr);
}

}  // namespace pxe::bench
