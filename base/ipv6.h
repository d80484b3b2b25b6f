// IPv6 addresses as values.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <utility>

namespace pxe {

struct Ipv6 {
  std::array<uint8_t, 16> bytes{};
  uint32_t scope = 0;  // the interface a link-local address belongs to; 0 for all others

  auto operator<=>(const Ipv6&) const = default;

  bool IsZero() const { return *this == Ipv6{}; }
  bool IsMulticast() const { return bytes[0] == 0xff; }

  std::string ToString() const;  // "2001:db8::1", "fe80::1%3"

  template <typename H>
  friend H AbslHashValue(H h, const Ipv6& address) {
    return H::combine(std::move(h), address.bytes, address.scope);
  }
};

inline constexpr Ipv6 kLoopback6{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};

}  // namespace pxe
