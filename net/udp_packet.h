// A raw IPv4 packet read as the UDP datagram that it holds: what the kernel does for a UDP socket,
// and nobody for a packet socket.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/ipv4.h"

namespace pxe::net {

struct UdpPacket {
  Ipv4 source;
  Ipv4 destination;
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  std::span<const uint8_t> payload;  // of the bytes that were read
};

// Nothing for a packet that the kernel would give no UDP socket either: not of version 4, no UDP, a
// fragment, cut short, of lengths that contradict each other, or with a wrong checksum (M34).
// `checksum_ready`: false for one of this very machine, whose UDP checksum its network card was to
// make.
std::optional<UdpPacket> ReadUdpPacket(std::span<const uint8_t> bytes, bool checksum_ready);

}  // namespace pxe::net
