// The checksum of IPv4, UDP and ICMP, RFC 1071.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pxe::net {

// The sum of the bytes as big-endian words, not yet folded: sums of parts add up.
inline uint64_t SumOf(std::span<const uint8_t> bytes) {
  uint64_t sum = 0;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    sum += static_cast<uint64_t>(bytes[i]) << 8 | bytes[i + 1];
  }
  if (bytes.size() % 2 != 0) sum += static_cast<uint64_t>(bytes.back()) << 8;
  return sum;
}

// What goes on the wire; 0 for bytes that hold their own checksum already.
inline uint16_t ChecksumOf(uint64_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

}  // namespace pxe::net
