#include "net/udp_packet.h"

#include "net/checksum.h"

namespace pxe::net {
namespace {

constexpr size_t kLeastIpHeader = 20;
constexpr size_t kUdpHeader = 8;
constexpr uint8_t kUdpProtocol = 17;
constexpr uint16_t kFragmentBits = 0x3fff;  // "more follow" and where in the whole it belongs

uint16_t U16(std::span<const uint8_t> bytes, size_t at) {
  return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

Ipv4 Address(std::span<const uint8_t> bytes, size_t at) {
  return {static_cast<uint32_t>(U16(bytes, at)) << 16 | U16(bytes, at + 2)};
}

// What follows the header, without what the link has padded it with.
std::optional<std::span<const uint8_t>> BodyOf(std::span<const uint8_t> packet) {
  if (packet.size() < kLeastIpHeader || packet[0] >> 4 != 4) return std::nullopt;
  const size_t header = size_t{packet[0] & 0xfu} * 4;
  const size_t total = U16(packet, 2);
  if (header < kLeastIpHeader || total < header || total > packet.size()) return std::nullopt;
  if ((U16(packet, 6) & kFragmentBits) != 0 || packet[9] != kUdpProtocol) return std::nullopt;
  if (ChecksumOf(SumOf(packet.first(header))) != 0) return std::nullopt;
  return packet.subspan(header, total - header);
}

// 0 is none on the wire; the addresses count too (RFC 768).
bool HasGoodChecksum(std::span<const uint8_t> datagram, std::span<const uint8_t> addresses) {
  if (U16(datagram, 6) == 0) return true;
  return ChecksumOf(SumOf(datagram) + SumOf(addresses) + kUdpProtocol + datagram.size()) == 0;
}

}  // namespace

std::optional<UdpPacket> ReadUdpPacket(std::span<const uint8_t> bytes, bool checksum_ready) {
  const auto body = BodyOf(bytes);
  if (!body || body->size() < kUdpHeader) return std::nullopt;
  const size_t length = U16(*body, 4);
  if (length < kUdpHeader || length > body->size()) return std::nullopt;
  const auto datagram = body->first(length);
  if (checksum_ready && !HasGoodChecksum(datagram, bytes.subspan(12, 8))) return std::nullopt;
  return UdpPacket{.source = Address(bytes, 12),
                   .destination = Address(bytes, 16),
                   .source_port = U16(datagram, 0),
                   .destination_port = U16(datagram, 2),
                   .payload = datagram.subspan(kUdpHeader)};
}

}  // namespace pxe::net
