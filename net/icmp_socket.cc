#include "net/icmp_socket.h"

#include <arpa/inet.h>
#include <linux/icmp.h>
#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "base/byte_reader.h"
#include "base/status.h"
#include "net/checksum.h"

namespace pxe::net {
namespace {

constexpr size_t kEchoHeader = 8;
constexpr size_t kMaxHeaders = 60 + 8 + 60 + 8;  // an unreachable, and what it is about
constexpr uint8_t kIcmpProtocol = 1;

using Echo = std::array<uint8_t, kEchoHeader>;

Echo EchoRequest(uint16_t identifier, uint16_t sequence) {
  Echo echo{ICMP_ECHO,
            0,
            0,
            0,
            static_cast<uint8_t>(identifier >> 8),
            static_cast<uint8_t>(identifier),
            static_cast<uint8_t>(sequence >> 8),
            static_cast<uint8_t>(sequence)};
  const uint16_t checksum = ChecksumOf(SumOf(echo));
  echo[2] = static_cast<uint8_t>(checksum >> 8);
  echo[3] = static_cast<uint8_t>(checksum);
  return echo;
}

sockaddr_in SocketAddress(Ipv4 address) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(address.value);
  return to;
}

struct IpHeader {
  uint8_t protocol = 0;
  Ipv4 source;
  Ipv4 destination;
};

IpHeader TakeIpHeader(ByteReader& in) {
  constexpr size_t kFixed = 20;
  IpHeader header;
  const size_t length = (in.U8() & 0x0f) * 4u;
  in.Bytes(8);
  header.protocol = in.U8();
  in.Bytes(2);
  header.source = {in.U32()};
  header.destination = {in.U32()};
  if (length > kFixed) in.Bytes(length - kFixed);
  return header;
}

struct IcmpHeader {
  uint8_t type = 0;
  uint16_t identifier = 0;
  uint16_t sequence = 0;
};

IcmpHeader TakeIcmpHeader(ByteReader& in) {
  IcmpHeader header;
  header.type = in.U8();
  in.Bytes(3);
  header.identifier = in.U16();
  header.sequence = in.U16();
  return header;
}

// Replies and unreachables only: the requests that this machine answers are not for us.
absl::Status Filter(const UniqueFd& fd) {
  icmp_filter filter{};
  filter.data = ~((1u << ICMP_ECHOREPLY) | (1u << ICMP_DEST_UNREACH));
  if (::setsockopt(fd.get(), SOL_RAW, ICMP_FILTER, &filter, sizeof filter) == 0) {
    return absl::OkStatus();
  }
  return FromErrno(errno, "filtering an ICMP socket");
}

}  // namespace

std::optional<EchoOutcome> ReadEchoOutcome(std::span<const uint8_t> packet, uint16_t identifier) {
  ByteReader in(packet);
  const IpHeader outer = TakeIpHeader(in);
  IcmpHeader icmp = TakeIcmpHeader(in);
  if (!in.ok() || outer.protocol != kIcmpProtocol) return std::nullopt;
  EchoOutcome outcome{.address = outer.source, .answered = icmp.type == ICMP_ECHOREPLY};
  if (icmp.type == ICMP_DEST_UNREACH) {
    const IpHeader about = TakeIpHeader(in);
    icmp = TakeIcmpHeader(in);
    const bool ping = in.ok() && about.protocol == kIcmpProtocol && icmp.type == ICMP_ECHO;
    if (!ping) return std::nullopt;
    outcome.address = about.destination;
  } else if (!outcome.answered) {
    return std::nullopt;
  }
  if (icmp.identifier != identifier) return std::nullopt;
  outcome.sequence = icmp.sequence;
  return outcome;
}

absl::StatusOr<IcmpSocket> IcmpSocket::Open() {
  constexpr int kFlags = SOCK_CLOEXEC | SOCK_NONBLOCK;
  uint16_t identifier = 0;
  if (::getrandom(&identifier, sizeof identifier, 0) != sizeof identifier) {
    return FromErrno(errno, "choosing an ICMP identifier");
  }
  UniqueFd raw(::socket(AF_INET, SOCK_RAW | kFlags, IPPROTO_ICMP));
  if (raw.valid()) {
    PXE_RETURN_IF_ERROR(Filter(raw));
    return IcmpSocket(std::move(raw), true, identifier);
  }
  UniqueFd ping(::socket(AF_INET, SOCK_DGRAM | kFlags, IPPROTO_ICMP));
  if (ping.valid()) return IcmpSocket(std::move(ping), false, identifier);
  return FromErrno(errno, "opening an ICMP socket");
}

SendResult IcmpSocket::SendEcho(Ipv4 to, uint16_t sequence) const {
  const Echo echo = EchoRequest(identifier_, sequence);
  const sockaddr_in address = SocketAddress(to);
  const auto sent = ::sendto(fd_.get(), echo.data(), echo.size(), 0,
                             reinterpret_cast<const sockaddr*>(&address), sizeof address);
  return sent < 0 ? SendResultOf(errno) : SendResult::kSent;
}

std::vector<EchoOutcome> IcmpSocket::Receive() const {
  std::vector<EchoOutcome> outcomes;
  std::array<uint8_t, kMaxHeaders> buffer;
  for (size_t i = 0; i < kMaxTaken; ++i) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const auto got = ::recvfrom(fd_.get(), buffer.data(), buffer.size(), 0,
                                reinterpret_cast<sockaddr*>(&from), &size);
    if (got < 0 && errno == EAGAIN) break;
    if (got <= 0) continue;  // an error that the socket was told, and has told us now
    const auto packet = std::span(buffer).first(static_cast<size_t>(got));
    if (raw_) {
      if (const auto outcome = ReadEchoOutcome(packet, identifier_)) outcomes.push_back(*outcome);
      continue;
    }
    ByteReader in(packet);
    const IcmpHeader icmp = TakeIcmpHeader(in);
    if (!in.ok() || icmp.type != ICMP_ECHOREPLY) continue;
    outcomes.push_back({{ntohl(from.sin_addr.s_addr)}, icmp.sequence, true});
  }
  return outcomes;
}

}  // namespace pxe::net
