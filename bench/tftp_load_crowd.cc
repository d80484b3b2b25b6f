#include "bench/tftp_load_crowd.h"

#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <string>
#include <utility>

#include "base/status.h"
#include "tftp/wire/packet.h"

namespace pxe::bench {
namespace {

constexpr uint16_t kServicePort = 69;
constexpr size_t kBatch = 64;
constexpr size_t kEvents = 256;
constexpr int kReceiveBuffer = 4 << 20;  // a window must find room, or the client is what is slow
constexpr int64_t kNsPerMs = 1'000'000;
constexpr int64_t kSweepNs = 20 * kNsPerMs;
constexpr rlim_t kOtherDescriptors = 64;

int64_t Now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000 * kNsPerMs + now.tv_nsec;
}

sockaddr_in ToSockaddr(Ipv4 address, in_port_t port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = port;
  to.sin_addr.s_addr = htonl(address.value);
  return to;
}

absl::StatusOr<net::UniqueFd> OpenSocket(Ipv4 own) {
  net::UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return FromErrno(errno, "opening a UDP socket");
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer)) {
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  }
  const sockaddr_in address = ToSockaddr(own, 0);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return FromErrno(errno, "binding a UDP port of " + own.ToString());
  }
  return fd;
}

void RaiseOpenFileLimit(uint32_t sockets) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, sockets + kOtherDescriptors);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

struct Crowd::Buffers {
  explicit Buffers(size_t max_bytes) : bytes(kBatch * max_bytes) {
    for (size_t i = 0; i < kBatch; ++i) {
      vectors[i] = {.iov_base = bytes.data() + i * max_bytes, .iov_len = max_bytes};
      headers[i].msg_hdr.msg_iov = &vectors[i];
      headers[i].msg_hdr.msg_iovlen = 1;
      headers[i].msg_hdr.msg_name = &peers[i];
    }
  }

  // As many as a window has; one that is alone does not need the headers of a batch.
  size_t Receive(int fd, size_t window_blocks) {
    if (window_blocks == 1) return ReceiveOne(fd);
    const size_t most = std::min(kBatch, window_blocks);
    for (size_t i = 0; i < most; ++i) headers[i].msg_hdr.msg_namelen = sizeof(sockaddr_in);
    const int count = ::recvmmsg(fd, headers.data(), static_cast<unsigned>(most), 0, nullptr);
    return static_cast<size_t>(std::max(count, 0));
  }

  size_t ReceiveOne(int fd) {
    socklen_t length = sizeof(sockaddr_in);
    const ssize_t got = ::recvfrom(fd, vectors[0].iov_base, vectors[0].iov_len, 0,
                                   reinterpret_cast<sockaddr*>(peers.data()), &length);
    headers[0].msg_len = static_cast<unsigned>(std::max<ssize_t>(got, 0));
    return got < 0 ? 0 : 1;
  }

  std::vector<uint8_t> bytes;
  std::array<iovec, kBatch> vectors{};
  std::array<sockaddr_in, kBatch> peers{};
  std::array<mmsghdr, kBatch> headers{};
};

absl::StatusOr<Crowd> Crowd::Open(const CrowdPlan& plan, const Wanted& wanted) {
  RaiseOpenFileLimit(plan.at_once);
  net::UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.valid()) return FromErrno(errno, "opening an epoll");
  std::vector<Client> clients;
  for (uint32_t i = 0; i < plan.at_once; ++i) {
    PXE_ASSIGN_OR_RETURN(auto socket, OpenSocket(plan.own));
    epoll_event event{.events = EPOLLIN, .data = {.u32 = i}};
    if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, socket.get(), &event) != 0) {
      return FromErrno(errno, "watching a socket");
    }
    clients.push_back({.socket = std::move(socket), .fetch = Fetch(plan.asked, wanted, 0)});
  }
  return Crowd(plan, wanted, std::move(epoll), std::move(clients));
}

Crowd::Crowd(const CrowdPlan& plan, const Wanted& wanted, net::UniqueFd epoll,
             std::vector<Client> clients)
    : plan_(plan),
      wanted_(wanted),
      epoll_(std::move(epoll)),
      clients_(std::move(clients)),
      // One byte more than a block: what is too long is seen to be.
      buffers_(std::make_unique<Buffers>(std::max<size_t>(plan.asked.block_bytes, 512) +
                                         tftp::wire::kDataHeaderBytes + 1)) {}

Crowd::Crowd(Crowd&&) noexcept = default;
Crowd::~Crowd() = default;

CrowdResult Crowd::Run() {
  first_ns_ = Now();
  int64_t swept_ns = first_ns_;
  for (Client& client : clients_) Begin(client, first_ns_);
  std::array<epoll_event, kEvents> events;
  while (under_way_ > 0) {
    const int ready = ::epoll_wait(epoll_.get(), events.data(), kEvents, kSweepNs / kNsPerMs);
    for (int i = 0; i < ready; ++i) Read(clients_[events[static_cast<size_t>(i)].data.u32]);
    const int64_t now = Now();
    if (now - swept_ns < kSweepNs) continue;
    swept_ns = now;
    Sweep(now);
  }
  return result_;
}

// The client's next fetch, if there is one.
void Crowd::Begin(Client& client, int64_t now) {
  client.under_way = begun_ < plan_.fetches;
  if (!client.under_way) return;
  client.fetch = Fetch(plan_.asked, wanted_, plan_.first + begun_++);
  client.last_port = std::exchange(client.server_port, 0);
  client.tries = 1;
  client.began_ns = client.heard_ns = now;
  ++under_way_;
  Say(client);
}

void Crowd::Read(Client& client) {
  const size_t count = buffers_->Receive(client.socket.get(), client.fetch.window_blocks());
  for (size_t i = 0; i < count; ++i) {
    const std::span<const uint8_t> packet(
        static_cast<const uint8_t*>(buffers_->vectors[i].iov_base), buffers_->headers[i].msg_len);
    OnPacket(client, packet, buffers_->peers[i].sin_port);
  }
}

void Crowd::OnPacket(Client& client, std::span<const uint8_t> packet, in_port_t from) {
  const bool first = client.server_port == 0;
  if (!client.under_way || (!first && from != client.server_port)) {
    ++result_.strays;
    return;
  }
  const Fetch before = client.fetch;
  const bool ack_due = client.fetch.OnPacket(packet, result_.tally);
  // The transfer before, heard once more: a port for each transfer is to tell them apart.
  if (first && from == client.last_port && client.fetch.state() == Fetch::State::kWrong) {
    client.fetch = before;
    ++result_.strays;
    return;
  }
  if (client.fetch.state() == Fetch::State::kAsking) return;
  client.server_port = from;
  client.tries = 1;
  if (ack_due) SayAck(client);
  if (!ack_due && !client.fetch.ended()) return;
  client.heard_ns = Now();
  if (client.fetch.ended()) End(client, client.heard_ns);
}

// The last word, for the first time or again.
void Crowd::Say(const Client& client) const {
  if (client.server_port != 0) return SayAck(client);
  Send(client, client.fetch.Request(), htons(kServicePort));
}

void Crowd::SayAck(const Client& client) const {
  const uint16_t ack = client.fetch.ack();
  const std::array<uint8_t, 4> packet{0, 4, static_cast<uint8_t>(ack >> 8),
                                      static_cast<uint8_t>(ack)};
  Send(client, packet, client.server_port);
}

// What the kernel refuses is lost, as on a network, and said again later.
void Crowd::Send(const Client& client, std::span<const uint8_t> packet, in_port_t to) const {
  const sockaddr_in address = ToSockaddr(plan_.server, to);
  ::sendto(client.socket.get(), packet.data(), packet.size(), 0,
           reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

void Crowd::End(Client& client, int64_t now) {
  --under_way_;
  result_.seconds = static_cast<double>(now - first_ns_) / 1000 / kNsPerMs;
  switch (client.fetch.state()) {
    case Fetch::State::kDone:
      ++result_.done;
      result_.bytes += wanted_.BytesOf();
      result_.block_bytes = client.fetch.block_bytes();
      result_.window_blocks = client.fetch.window_blocks();
      result_.fetch.Add(now - client.began_ns);
      break;
    case Fetch::State::kRefused:
      ++result_.refused;
      break;
    case Fetch::State::kWrong:
      ++result_.wrong;
      break;
    case Fetch::State::kAsking:
    case Fetch::State::kReceiving:
      ++result_.given_up;
      break;
  }
  Begin(client, now);
}

void Crowd::Sweep(int64_t now) {
  const int64_t patience = std::chrono::nanoseconds(plan_.patience).count();
  for (Client& client : clients_) {
    if (!client.under_way || now - client.heard_ns < patience) continue;
    ++result_.timeouts;
    client.heard_ns = now;
    if (client.tries++ < plan_.tries) {
      Say(client);
    } else {
      End(client, now);
    }
  }
}

}  // namespace pxe::bench
