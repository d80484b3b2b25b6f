#include "net/udp_socket.h"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/udp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "net/socket_address.h"

namespace pxe::net {
namespace {

absl::Status SetOption(int fd, int level, int name, int value) {
  if (::setsockopt(fd, level, name, &value, sizeof(value)) == 0) return absl::OkStatus();
  return FromErrno(errno, absl::StrFormat("setting socket option %d", name));
}

absl::Status ConfigureV4(int fd, const UdpSocket::Options& options) {
  PXE_RETURN_IF_ERROR(SetOption(fd, IPPROTO_IP, IP_PKTINFO, 1));
  if (options.report_refusals) PXE_RETURN_IF_ERROR(SetOption(fd, IPPROTO_IP, IP_RECVERR, 1));
  if (!options.allow_fragments) return absl::OkStatus();
  return SetOption(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
}

absl::Status ConfigureV6(int fd, const UdpSocket::Options& options) {
  PXE_RETURN_IF_ERROR(SetOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1));
  PXE_RETURN_IF_ERROR(SetOption(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1));
  if (options.report_refusals) PXE_RETURN_IF_ERROR(SetOption(fd, IPPROTO_IPV6, IPV6_RECVERR, 1));
  if (!options.allow_fragments) return absl::OkStatus();
  return SetOption(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT);
}

// The first passes the system's limit but needs CAP_NET_ADMIN; the second is cut to it.
absl::Status SetBuffer(int fd, int forced, int cut, int bytes) {
  if (bytes == 0 || SetOption(fd, SOL_SOCKET, forced, bytes).ok()) return absl::OkStatus();
  return SetOption(fd, SOL_SOCKET, cut, bytes);
}

absl::Status Configure(int fd, const UdpSocket::Options& options) {
  PXE_RETURN_IF_ERROR(options.v6 ? ConfigureV6(fd, options) : ConfigureV4(fd, options));
  if (options.broadcast) PXE_RETURN_IF_ERROR(SetOption(fd, SOL_SOCKET, SO_BROADCAST, 1));
  if (options.timestamps) PXE_RETURN_IF_ERROR(SetOption(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1));
  if (options.receive_buffer_bytes > 0) {
    PXE_RETURN_IF_ERROR(SetOption(fd, SOL_SOCKET, SO_RXQ_OVFL, 1));
  }
  PXE_RETURN_IF_ERROR(SetBuffer(fd, SO_RCVBUFFORCE, SO_RCVBUF, options.receive_buffer_bytes));
  PXE_RETURN_IF_ERROR(SetBuffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, options.send_buffer_bytes));
  const std::string& device = options.device;
  if (!device.empty() && ::setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device.data(),
                                      static_cast<socklen_t>(device.size())) != 0) {
    return FromErrno(errno, "binding a socket to interface " + device);
  }
  return absl::OkStatus();
}

std::chrono::nanoseconds ToDuration(const timespec& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// The kernel stamps datagrams by this clock.
std::chrono::nanoseconds StampNow() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return ToDuration(now);
}

template <typename T>
T ValueOf(const cmsghdr* message) {
  T value{};
  std::memcpy(&value, CMSG_DATA(message), sizeof(value));
  return value;
}

// Where the datagram was sent to, by which way it came, for how long it has been here, and how many
// were lost before it.
void ReadPacketInfo(msghdr& header, std::chrono::nanoseconds now, Datagram& datagram,
                    uint32_t& lost) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
      datagram.waited = now - ToDuration(ValueOf<timespec>(c));
    }
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) lost = ValueOf<uint32_t>(c);
    if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      const auto info = ValueOf<in6_pktinfo>(c);
      datagram.destination6 = FromKernel(info.ipi6_addr, info.ipi6_ifindex);
      if (!datagram.destination6.IsMulticast()) datagram.local6 = datagram.destination6;
      datagram.interface_index = static_cast<int>(info.ipi6_ifindex);
    }
    if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_PKTINFO) continue;
    const auto info = ValueOf<in_pktinfo>(c);
    datagram.destination = {ntohl(info.ipi_addr.s_addr)};
    datagram.local = {ntohl(info.ipi_spec_dst.s_addr)};
    datagram.interface_index = info.ipi_ifindex;
  }
}

// sendmsg, and once more when what failed was an old ICMP error reported in this call's place.
SendResult SendMessage(int fd, const msghdr& message) {
  ssize_t sent = ::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && errno == ECONNREFUSED) {
    sent = ::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  }
  return sent >= 0 ? SendResult::kSent : SendResultOf(errno);
}

// sendmsg(2) takes a pointer to mutable bytes that it does not change.
iovec Readable(std::span<const uint8_t> bytes) {
  return {.iov_base = const_cast<uint8_t*>(bytes.data()), .iov_len = bytes.size()};
}

// Messages of one sendmmsg(2).
constexpr size_t kSentTogether = 32;

// What the header of one message points at.
struct Message {
  SocketAddress peer;
  iovec vector;
  alignas(cmsghdr)
      std::array<char, CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(uint16_t))> control;

  void Fill(const Outgoing& datagram, msghdr& header) {
    peer = ToSocketAddress(datagram.peer);
    vector = Readable(datagram.payload);
    header = {};
    header.msg_name = &peer;
    header.msg_namelen = peer.size();
    header.msg_iov = &vector;
    header.msg_iovlen = 1;
    if (datagram.peer.IsV6()) return AddSourceV6(datagram, header);
    if (datagram.source.IsZero() && datagram.interface_index == 0) return;
    in_pktinfo info{};
    info.ipi_spec_dst.s_addr = htonl(datagram.source.value);
    info.ipi_ifindex = datagram.interface_index;
    AddControl(IPPROTO_IP, IP_PKTINFO, info, header);
  }

  void AddSourceV6(const Outgoing& datagram, msghdr& header) {
    if (datagram.source6.IsZero() && datagram.interface_index == 0) return;
    in6_pktinfo info{};
    info.ipi6_addr = ToKernel(datagram.source6);
    info.ipi6_ifindex = static_cast<unsigned>(datagram.interface_index);
    AddControl(IPPROTO_IPV6, IPV6_PKTINFO, info, header);
  }

  template <typename T>
  void AddControl(int level, int type, const T& value, msghdr& header) {
    header.msg_control = control.data();
    auto* c = reinterpret_cast<cmsghdr*>(control.data() + header.msg_controllen);
    header.msg_controllen += CMSG_SPACE(sizeof(value));
    c->cmsg_level = level;
    c->cmsg_type = type;
    c->cmsg_len = CMSG_LEN(sizeof(value));
    std::memcpy(CMSG_DATA(c), &value, sizeof(value));
  }
};

// One message that the kernel or the network card cuts into datagrams.
SendResult SendCut(int fd, size_t segment_bytes, Message& message, msghdr& header) {
  message.AddControl(IPPROTO_UDP, UDP_SEGMENT, static_cast<uint16_t>(segment_bytes), header);
  const SendResult result = SendMessage(fd, header);
  // EINVAL, EMSGSIZE: a segment exceeds the MTU; EIO: no checksum offload, or IPsec on the route;
  // all of them, and whatever else there is, are worth trying one by one.
  return result == SendResult::kFailed ? SendResult::kUnsegmentable : result;
}

// All of them, whatever becomes of one: the kernel stops at the first that fails, which is tried
// once more on its own.
void SendMessages(int fd, std::span<mmsghdr> messages, std::span<SendResult> results) {
  for (size_t next = 0; next < messages.size();) {
    const int sent = ::sendmmsg(fd, &messages[next], static_cast<unsigned>(messages.size() - next),
                                MSG_DONTWAIT | MSG_NOSIGNAL);
    const auto count = static_cast<size_t>(std::max(sent, 0));
    std::ranges::fill(results.subspan(next, count), SendResult::kSent);
    next += count;
    if (next == messages.size()) return;
    results[next] = SendMessage(fd, messages[next].msg_hdr);
    ++next;
  }
}

}  // namespace

struct ReceiveBatch::Storage {
  using Control = std::array<char, CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(timespec)) +
                                       CMSG_SPACE(sizeof(uint32_t))>;
  struct alignas(cmsghdr) AlignedControl {
    Control bytes;
  };

  Storage(size_t capacity, size_t max_bytes)
      : payloads(capacity * max_bytes),
        headers(capacity),
        vectors(capacity),
        peers(capacity),
        controls(capacity),
        datagrams(capacity) {
    for (size_t i = 0; i < capacity; ++i) {
      vectors[i] = {.iov_base = payloads.data() + i * max_bytes, .iov_len = max_bytes};
      msghdr& header = headers[i].msg_hdr;
      header.msg_name = &peers[i];
      header.msg_iov = &vectors[i];
      header.msg_iovlen = 1;
      header.msg_control = controls[i].bytes.data();
    }
  }

  std::vector<uint8_t> payloads;
  std::vector<mmsghdr> headers;
  std::vector<iovec> vectors;
  std::vector<SocketAddress> peers;
  std::vector<AlignedControl> controls;
  std::vector<Datagram> datagrams;
};

ReceiveBatch::ReceiveBatch(size_t capacity, size_t max_bytes)
    : storage_(std::make_unique<Storage>(capacity, max_bytes)) {}
ReceiveBatch::ReceiveBatch(ReceiveBatch&&) noexcept = default;
ReceiveBatch& ReceiveBatch::operator=(ReceiveBatch&&) noexcept = default;
ReceiveBatch::~ReceiveBatch() = default;

std::string Endpoint::ToString() const {
  const std::string text = IsV6() ? "[" + address6.ToString() + "]" : address.ToString();
  return text + ":" + std::to_string(port);
}

absl::StatusOr<UdpSocket> UdpSocket::Bind(const Endpoint& local, const Options& asked) {
  Options options = asked;
  options.v6 = options.v6 || local.IsV6();
  UniqueFd fd(
      ::socket(options.v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return FromErrno(errno, "opening a UDP socket");
  PXE_RETURN_IF_ERROR(Configure(fd.get(), options));
  SocketAddress address = ToSocketAddress(local);
  // Zero, as an endpoint, is of IPv4; the port stands at the same place in both.
  if (options.v6) address.six.sin6_family = AF_INET6;
  if (::bind(fd.get(), address.generic(), address.size()) != 0) {
    const int error = errno;
    const absl::Status refused = FromErrno(error, "binding UDP " + local.ToString());
    return error != EACCES ? refused
                           : PermissionDenied(MessageOf(refused) + ", CAP_NET_BIND_SERVICE");
  }
  socklen_t size = sizeof(address);
  if (::getsockname(fd.get(), address.generic(), &size) != 0) {
    return FromErrno(errno, "asking for the address of a UDP socket");
  }
  return UdpSocket(std::move(fd), FromSocketAddress(address));
}

std::span<const Datagram> UdpSocket::Receive(ReceiveBatch& batch) {
  auto& storage = *batch.storage_;
  for (mmsghdr& header : storage.headers) {  // the kernel has written the lengths of last time
    header.msg_hdr.msg_namelen = sizeof(SocketAddress);
    header.msg_hdr.msg_controllen = sizeof(ReceiveBatch::Storage::Control);
  }
  const auto capacity = static_cast<unsigned>(storage.headers.size());
  int count = ::recvmmsg(fd(), storage.headers.data(), capacity, MSG_DONTWAIT, nullptr);
  // An old ICMP error is reported in this call's place, once.
  if (count < 0 && errno != EAGAIN) {
    count = ::recvmmsg(fd(), storage.headers.data(), capacity, MSG_DONTWAIT, nullptr);
  }
  if (count <= 0) return {};
  const std::chrono::nanoseconds now = StampNow();
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    mmsghdr& header = storage.headers[i];
    Datagram& datagram = storage.datagrams[i];
    datagram = {};
    datagram.peer = FromSocketAddress(storage.peers[i]);
    ReadPacketInfo(header.msg_hdr, now, datagram, lost_);
    datagram.payload = {static_cast<const uint8_t*>(storage.vectors[i].iov_base), header.msg_len};
    datagram.truncated = (header.msg_hdr.msg_flags & MSG_TRUNC) != 0;
  }
  return std::span<const Datagram>(storage.datagrams).first(static_cast<size_t>(count));
}

SendResult UdpSocket::Send(const Outgoing& datagram) {
  Message message;
  msghdr header;
  message.Fill(datagram, header);
  return SendMessage(fd(), header);
}

void UdpSocket::SendAll(std::span<const Outgoing> datagrams, std::span<SendResult> results) {
  std::array<Message, kSentTogether> messages;
  std::array<mmsghdr, kSentTogether> headers;
  while (!datagrams.empty()) {
    const size_t count = std::min(datagrams.size(), kSentTogether);
    for (size_t i = 0; i < count; ++i) messages[i].Fill(datagrams[i], headers[i].msg_hdr);
    SendMessages(fd(), std::span(headers).first(count), results.first(count));
    datagrams = datagrams.subspan(count);
    results = results.subspan(count);
  }
}

SendResult UdpSocket::SendSegments(const Outgoing& datagrams, size_t segment_bytes) {
  Message message;
  msghdr header;
  message.Fill(datagrams, header);
  return SendCut(fd(), segment_bytes, message, header);
}

SendResult UdpSocket::SendEqual(const Outgoing& like,
                                std::span<const std::span<const uint8_t>> payloads) {
  Message message;
  msghdr header;
  message.Fill(like, header);
  std::array<iovec, kMaxSegments> vectors;
  std::ranges::transform(payloads, vectors.begin(), Readable);
  header.msg_iov = vectors.data();
  header.msg_iovlen = payloads.size();
  return SendCut(fd(), payloads.front().size(), message, header);
}

std::vector<Endpoint> UdpSocket::TakeRefusals() {
  std::vector<Endpoint> refusing;
  while (true) {
    SocketAddress peer{};
    msghdr message{};
    message.msg_name = &peer;
    message.msg_namelen = sizeof(peer);
    alignas(cmsghdr) std::array<char, 256> control{};
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(fd(), &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return refusing;
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
      const bool of_v4 = c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR;
      const bool of_v6 = c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR;
      if (!of_v4 && !of_v6) continue;
      sock_extended_err error{};
      std::memcpy(&error, CMSG_DATA(c), sizeof(error));
      if (error.ee_errno == ECONNREFUSED) refusing.push_back(FromSocketAddress(peer));
    }
  }
}

}  // namespace pxe::net
