// A machine's SMBIOS UUID, which travels in two byte orders.
//
// Text forms (dmidecode, Redfish, `-uuid` of QEMU, iPXE's ${uuid}) write the first three fields
// big-endian; DHCP option 97 and PXELINUX's file name carry the raw SMBIOS memory, where those
// fields are little-endian. One machine therefore shows up under two spellings, and every look-up
// tries both (`Swapped`).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

namespace pxe {

struct Uuid {
  std::array<uint8_t, 16> bytes{};  // in the order of the text form

  auto operator<=>(const Uuid&) const = default;

  // All zeros and all ones are what firmware says when it knows no UUID; they identify nothing.
  bool IsIdentity() const;

  // The same machine in the other byte order: the first three fields (4, 2, 2 bytes) reversed.
  Uuid Swapped() const;

  std::string ToString() const;  // "b8945908-d6a6-41a9-611d-74a6ab80b83d"

  template <typename H>
  friend H AbslHashValue(H h, const Uuid& uuid) {
    return H::combine(std::move(h), uuid.bytes);
  }
};

// Reads 8-4-4-4-12 hexadecimal digits in either case. INVALID_ARGUMENT names the text, not a field.
absl::StatusOr<Uuid> ParseUuid(std::string_view text);

}  // namespace pxe
