#include "net/packet_socket.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netpacket/packet.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/status.h"
#include "net/checksum.h"

namespace pxe::net {
namespace {

constexpr size_t kIpHeader = 20;
constexpr size_t kUdpHeader = 8;
constexpr uint8_t kUdpProtocol = 17;

// Writes big-endian numbers into a place of the right size, in order.
class HeaderWriter {
 public:
  explicit HeaderWriter(std::span<uint8_t> out) : out_(out.data()) {}

  void U8(uint8_t value) { *out_++ = value; }
  void U16(uint16_t value) {
    U8(static_cast<uint8_t>(value >> 8));
    U8(static_cast<uint8_t>(value));
  }
  void U32(uint32_t value) {
    U16(static_cast<uint16_t>(value >> 16));
    U16(static_cast<uint16_t>(value));
  }
  void Mac(const MacAddress& mac) { out_ = std::ranges::copy(mac.bytes, out_).out; }

 private:
  uint8_t* out_;
};

void AddIpHeader(HeaderWriter& out, const Frame& frame, uint16_t checksum) {
  out.U16(0x4510);  // version 4, five words, TOS "low delay" as other DHCP servers use
  out.U16(static_cast<uint16_t>(kIpHeader + kUdpHeader + frame.payload.size()));
  out.U32(0);  // no identification, not a fragment
  out.U8(64);
  out.U8(kUdpProtocol);
  out.U16(checksum);
  out.U32(frame.source.value);
  out.U32(frame.destination.value);
}

uint16_t IpChecksum(const Frame& frame) {
  std::array<uint8_t, kIpHeader> header;
  HeaderWriter out(header);
  AddIpHeader(out, frame, 0);
  return ChecksumOf(SumOf(header));
}

// Over the pseudo header of RFC 768 too. Zero means "none" on the wire, so it is sent as ones.
uint16_t UdpChecksum(const Frame& frame) {
  const uint64_t length = kUdpHeader + frame.payload.size();
  uint64_t sum = kUdpProtocol + 2 * length + frame.source_port + frame.destination_port;
  for (const Ipv4 address : {frame.source, frame.destination}) {
    sum += (address.value >> 16) + (address.value & 0xffff);
  }
  const uint16_t checksum = ChecksumOf(sum + SumOf(frame.payload));
  return checksum == 0 ? 0xffff : checksum;
}

using Headers = std::array<uint8_t, kFrameOverhead>;

Headers HeadersOf(const Frame& frame) {
  Headers headers;
  HeaderWriter out(headers);
  out.Mac(frame.destination_mac);
  out.Mac(frame.source_mac);
  out.U16(ETH_P_IP);
  AddIpHeader(out, frame, IpChecksum(frame));
  out.U16(frame.source_port);
  out.U16(frame.destination_port);
  out.U16(static_cast<uint16_t>(kUdpHeader + frame.payload.size()));
  out.U16(UdpChecksum(frame));
  return headers;
}

// Messages of one sendmmsg(2).
constexpr size_t kSentTogether = 32;

// What the header of one message points at.
struct Message {
  sockaddr_ll to;
  Headers headers;
  std::array<iovec, 2> parts;

  void Fill(const PacketSocket::Outgoing& outgoing, msghdr& header) {
    const Frame& frame = outgoing.frame;
    to = {};
    to.sll_family = AF_PACKET;
    to.sll_protocol = htons(ETH_P_IP);
    to.sll_ifindex = outgoing.interface_index;
    to.sll_halen = static_cast<unsigned char>(frame.destination_mac.bytes.size());
    std::ranges::copy(frame.destination_mac.bytes, to.sll_addr);
    headers = HeadersOf(frame);
    // sendmmsg(2) takes a pointer to mutable bytes that it does not change.
    parts = {iovec{headers.data(), headers.size()},
             iovec{const_cast<uint8_t*>(frame.payload.data()), frame.payload.size()}};
    header = {};
    header.msg_name = &to;
    header.msg_namelen = sizeof to;
    header.msg_iov = parts.data();
    header.msg_iovlen = parts.size();
  }
};

}  // namespace

std::vector<uint8_t> BuildFrame(const Frame& frame) {
  if (frame.payload.size() > kMaxFramePayload) return {};
  const Headers headers = HeadersOf(frame);
  std::vector<uint8_t> bytes(headers.begin(), headers.end());
  bytes.insert(bytes.end(), frame.payload.begin(), frame.payload.end());
  return bytes;
}

absl::StatusOr<PacketSocket> PacketSocket::Open() {
  // Protocol 0: nothing is ever received here.
  UniqueFd fd(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return FromErrno(errno, "opening a packet socket");
  return PacketSocket(std::move(fd));
}

SendResult PacketSocket::Send(int interface_index, const Frame& frame) const {
  SendResult result = SendResult::kFailed;
  const Outgoing one{interface_index, frame};
  SendAll({&one, 1}, {&result, 1});
  return result;
}

void PacketSocket::SendAll(std::span<const Outgoing> frames, std::span<SendResult> results) const {
  std::array<Message, kSentTogether> messages;
  std::array<mmsghdr, kSentTogether> headers;
  for (size_t next = 0; next < frames.size();) {
    const size_t count = std::min(frames.size() - next, kSentTogether);
    for (size_t i = 0; i < count; ++i) messages[i].Fill(frames[next + i], headers[i].msg_hdr);
    const int taken = ::sendmmsg(fd_.get(), headers.data(), static_cast<unsigned>(count), 0);
    const auto done = static_cast<size_t>(std::max(taken, 0));
    std::ranges::fill(results.subspan(next, done), SendResult::kSent);
    next += done;
    // The kernel stops at the first that it refuses, and says so when that is the first of a call.
    if (taken < 0) results[next++] = SendResultOf(errno);
  }
}

}  // namespace pxe::net
