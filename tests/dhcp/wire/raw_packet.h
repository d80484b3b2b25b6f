// Packets built byte by byte, so that tests can break each of them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>
#include <vector>

#include "dhcp/wire/packet.h"
#include "tests/support/hex.h"

namespace pxe::dhcp::wire {

// A header of an Ethernet client with MAC 52:54:00:00:00:04 and the cookie; the options area is
// `options`, hexadecimal, as it stands.
inline std::vector<uint8_t> RawPacket(std::string_view options) {
  std::vector<uint8_t> bytes = BytesOf(
      "01 01 06 00  11 22 33 44  00*4  00*16  52 54 00 00 00 04 00*10  00*192  63 82 53 63");
  const auto tail = BytesOf(options);
  bytes.insert(bytes.end(), tail.begin(), tail.end());
  return bytes;
}

// The packet, which the test knows to be good.
inline Packet Parsed(const std::vector<uint8_t>& bytes) {
  return std::get<Packet>(ParsePacket(bytes));
}

inline Packet ParsedFixture(std::string_view name) {
  return Parsed(BytesOf(ReadFixture("dhcp/" + std::string(name) + ".hex")));
}

}  // namespace pxe::dhcp::wire
