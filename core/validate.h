// What makes each noun legal on its own. References, uniqueness and overlaps between objects are
// the store's to check, in the transaction that writes.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "core/model.h"
#include "core/quirk.h"

namespace pxe::core {

// Limits of what one object may hold; exceeding one is INVALID_ARGUMENT and names it.
inline constexpr size_t kMaxIdLength = 63;
inline constexpr size_t kMaxPools = 64;
inline constexpr size_t kMaxServers = 16;  // routers, DNS or NTP servers of one subnet
inline constexpr size_t kMaxNics = 64;
inline constexpr size_t kMaxLabels = 64;    // labels or variables of one object
inline constexpr size_t kMaxEntries = 256;  // of one profile
inline constexpr size_t kMaxInitrds = 16;
// The loaders hold 127 bytes of a name, the "::" that the renderer puts before it included.
inline constexpr size_t kMaxPathLength = 125;
inline constexpr size_t kMaxArgumentsLength = 2047;  // an x86 kernel's limit; before substitution
inline constexpr size_t kMaxSerialLength = 64;
inline constexpr size_t kMaxOptions = 64;  // of one object
inline constexpr size_t kMaxOptionLength = 1024;
inline constexpr size_t kMaxVendorOptionsLength = 255;  // of option 43, which is not split
inline constexpr size_t kMaxRelays = 64;                // relay addresses of one subnet
inline constexpr size_t kMaxFiles = 64;                 // of one profile
inline constexpr size_t kMaxTemplateLength = 262'144;
inline constexpr size_t kMaxCircuitIdLength = 512;  // "0x" and 255 bytes in hexadecimal
inline constexpr size_t kMaxClientIds = 16;         // of one host
inline constexpr size_t kMaxQuirks = 256;           // rows, each tried for every packet

// INVALID_ARGUMENT names the field as the API spells it: "subnet.pools[1]: ...".
absl::Status ValidateId(std::string_view field, std::string_view id);
absl::Status Validate(const Subnet& subnet);
absl::Status Validate(const Host& host);
absl::Status Validate(const Profile& profile);
absl::Status Validate(const Template& text);
absl::Status Validate(const Rule& rule);
absl::Status Validate(const Quirk& quirk);

// What a profile with all that it has from its parents must be besides: it has entries, and its
// menu names some of them. Validate sees to it itself where no parent can change it.
absl::Status ValidateEffective(const Profile& profile);

}  // namespace pxe::core
