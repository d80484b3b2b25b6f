#include "net/packet_socket.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netpacket/packet.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "base/byte_writer.h"
#include "base/status.h"

namespace pxe::net {
namespace {

constexpr size_t kIpHeader = 20;
constexpr size_t kUdpHeader = 8;
constexpr uint8_t kUdpProtocol = 17;

// The sum of RFC 1071, not yet folded.
uint64_t SumOf(std::span<const uint8_t> bytes) {
  uint64_t sum = 0;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    sum += static_cast<uint64_t>(bytes[i]) << 8 | bytes[i + 1];
  }
  if (bytes.size() % 2 != 0) sum += static_cast<uint64_t>(bytes.back()) << 8;
  return sum;
}

uint16_t ChecksumOf(uint64_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

void AddIpHeader(ByteWriter& out, const Frame& frame, uint16_t checksum) {
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
  ByteWriter header;
  AddIpHeader(header, frame, 0);
  return ChecksumOf(SumOf(header.bytes()));
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

}  // namespace

std::vector<uint8_t> BuildFrame(const Frame& frame) {
  if (frame.payload.size() > kMaxFramePayload) return {};
  ByteWriter out;
  out.Reserve(kFrameOverhead + frame.payload.size());
  out.Bytes(frame.destination_mac.bytes);
  out.Bytes(frame.source_mac.bytes);
  out.U16(ETH_P_IP);
  AddIpHeader(out, frame, IpChecksum(frame));
  out.U16(frame.source_port);
  out.U16(frame.destination_port);
  out.U16(static_cast<uint16_t>(kUdpHeader + frame.payload.size()));
  out.U16(UdpChecksum(frame));
  out.Bytes(frame.payload);
  return out.Take();
}

absl::StatusOr<PacketSocket> PacketSocket::Open() {
  // Protocol 0: nothing is ever received here.
  UniqueFd fd(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return FromErrno(errno, "opening a packet socket");
  return PacketSocket(std::move(fd));
}

SendResult PacketSocket::Send(int interface_index, const Frame& frame) const {
  const std::vector<uint8_t> bytes = BuildFrame(frame);
  if (bytes.empty()) return SendResult::kFailed;
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_protocol = htons(ETH_P_IP);
  to.sll_ifindex = interface_index;
  to.sll_halen = static_cast<unsigned char>(frame.destination_mac.bytes.size());
  std::ranges::copy(frame.destination_mac.bytes, to.sll_addr);
  const ssize_t sent = ::sendto(fd_.get(), bytes.data(), bytes.size(), 0,
                                reinterpret_cast<const sockaddr*>(&to), sizeof to);
  return sent >= 0 ? SendResult::kSent : SendResultOf(errno);
}

}  // namespace pxe::net
