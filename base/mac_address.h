// An Ethernet address: six bytes, read from any of its spellings, written in one.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace pxe {

struct MacAddress {
  std::array<uint8_t, 6> bytes{};

  auto operator<=>(const MacAddress&) const = default;

  // ff:ff:ff:ff:ff:ff, multicast (low bit of the first byte) and all zeros name no single machine.
  bool IsUnicast() const;

  // "52:54:00:aa:bb:cc": the canonical form of the API, of logs and of the database.
  std::string ToString() const;

  // "52-54-00-aa-bb-cc": the form in pxelinux file names, there after "01-".
  std::string Hyphened() const;

  template <typename H>
  friend H AbslHashValue(H h, const MacAddress& mac) {
    return H::combine(std::move(h), mac.bytes);
  }
};

// Reads 52:54:00:aa:bb:cc, 52-54-00-AA-BB-CC, 5254.00aa.bbcc and 525400aabbcc, in either case.
// INVALID_ARGUMENT says what is wrong with the text; it names no field, the caller adds that.
absl::StatusOr<MacAddress> ParseMacAddress(std::string_view text);

inline constexpr MacAddress kBroadcastMac{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

}  // namespace pxe
