// IPv4 addresses, inclusive ranges and prefixes, as values.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

namespace pxe {

// An address in host byte order, so that order and arithmetic are those of numbers.
struct Ipv4 {
  uint32_t value = 0;

  auto operator<=>(const Ipv4&) const = default;

  bool IsZero() const { return value == 0; }
  bool IsLoopback() const { return value >> 24 == 127; }
  bool IsMulticast() const { return value >> 28 == 14; }
  bool IsBroadcast() const { return value == 0xffffffff; }

  // An address that one machine can have: none of the above, not in 0/8, below 240/4.
  bool IsHostAddress() const { return value >> 24 != 0 && !IsLoopback() && value < 0xe0000000; }

  std::string ToString() const;  // "10.0.0.1"
  std::string ToHex() const;     // "0A000001": upper case, as pxelinux spells its file names

  template <typename H>
  friend H AbslHashValue(H h, const Ipv4& address) {
    return H::combine(std::move(h), address.value);
  }
};

inline constexpr Ipv4 kBroadcastAddress{0xffffffff};

// First and last belong to the range.
struct Ipv4Range {
  Ipv4 first;
  Ipv4 last;

  auto operator<=>(const Ipv4Range&) const = default;

  bool Contains(Ipv4 address) const { return first <= address && address <= last; }
  bool Overlaps(const Ipv4Range& other) const { return first <= other.last && other.first <= last; }
  uint64_t size() const { return uint64_t{last.value} - first.value + 1; }
  std::string ToString() const;  // "10.0.0.10-10.0.0.99"
};

// A network: `address` has no bits set beyond `length`.
struct Ipv4Prefix {
  Ipv4 address;
  int length = 0;

  auto operator<=>(const Ipv4Prefix&) const = default;

  Ipv4 Netmask() const { return {length == 0 ? 0 : 0xffffffffu << (32 - length)}; }
  Ipv4 Broadcast() const { return {address.value | ~Netmask().value}; }
  bool Contains(Ipv4 other) const { return (other.value & Netmask().value) == address.value; }
  bool Overlaps(const Ipv4Prefix& other) const {
    return Contains(other.address) || other.Contains(address);
  }
  std::string ToString() const;  // "10.0.0.0/24"
};

// INVALID_ARGUMENT says what is wrong with the text; it names no field, the caller adds that.
absl::StatusOr<Ipv4> ParseIpv4(std::string_view text);
absl::StatusOr<Ipv4Range> ParseIpv4Range(std::string_view text);    // first <= last
absl::StatusOr<Ipv4Prefix> ParseIpv4Prefix(std::string_view text);  // no host bits set

}  // namespace pxe
