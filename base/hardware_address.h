// Who a DHCP client is: (htype, hlen, chaddr) of its packets, whatever its client identifier says.
//
// Firmware, iPXE, installer and OS on one NIC send different option 61 values; keyed by this, they
// share one address.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/hex.h"
#include "base/mac_address.h"

namespace pxe {

struct HardwareAddress {
  static constexpr uint8_t kEthernet = 1;
  static constexpr size_t kMaxLength = 16;  // chaddr's width in the packet, RFC 2131

  uint8_t type = kEthernet;
  uint8_t length = 0;
  std::array<uint8_t, kMaxLength> bytes{};  // zero beyond `length`

  auto operator<=>(const HardwareAddress&) const = default;

  static HardwareAddress Of(const MacAddress& mac) {
    HardwareAddress address{.length = 6};
    std::ranges::copy(mac.bytes, address.bytes.begin());
    return address;
  }

  std::span<const uint8_t> Used() const { return std::span(bytes).first(length); }

  // The MAC address, when it is one: six bytes of Ethernet.
  std::optional<MacAddress> Mac() const {
    if (type != kEthernet || length != 6) return std::nullopt;
    MacAddress mac;
    std::copy_n(bytes.begin(), 6, mac.bytes.begin());
    return mac;
  }

  // "52:54:00:aa:bb:cc" for Ethernet, "type 32: 80fe..." for all else.
  std::string ToString() const {
    if (const auto mac = Mac()) return mac->ToString();
    return "type " + std::to_string(type) + ": " + ToHex(Used());
  }

  template <typename H>
  friend H AbslHashValue(H h, const HardwareAddress& a) {
    return H::combine(std::move(h), a.type, a.length, a.bytes);
  }
};

}  // namespace pxe
