// What kind of client is asking: platform x agent, from what its packet says of itself.
//
// One function for the whole product. iPXE is recognised before the architecture is looked at, or
// it would be handed the boot file that started it and load itself for ever (seen with
// snponly.efi).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/uuid.h"

namespace pxe::core {

// Options 60, 77, 93, 97, 175 of a DHCP packet, as far as they were well-formed.
struct ClientFacts {
  std::string vendor_class;             // 60, raw: "PXEClient:Arch:00007:UNDI:003016"
  std::vector<std::string> user_class;  // 77, RFC 3004 list or one bare string (iPXE's way)
  std::vector<uint16_t> architectures;  // 93, in the client's order of preference
  std::optional<Uuid> uuid;             // 97, converted to the order of the text form
  bool has_ipxe_options = false;        // 175 present: iPXE, also where FlexBoot omits 77 (C110)

  bool operator==(const ClientFacts&) const = default;
};

enum class Platform { kUnknown, kBios, kUefiX86, kUefiX64, kUefiArm32, kUefiArm64 };
enum class Agent { kFirmware, kIpxe, kHttp, kOs };

struct ClientKind {
  Platform platform = Platform::kUnknown;
  Agent agent = Agent::kOs;

  bool operator==(const ClientKind&) const = default;

  // Whether it asks for a boot file at all.
  bool BootsFromNetwork() const { return agent != Agent::kOs; }
};

// Rules C108-C114: 77 or 175 say iPXE; else 60 says HTTPClient or PXEClient; else a plain OS
// client, whose platform does not matter. The architecture is the first known one of 93; without
// any 93, "Arch:NNNNN" of 60, else x86 BIOS. A 93 that names only platforms foreign to us is
// kUnknown and never guessed at. 7 and 9 both mean x64 (VMware and ThinkPads send 9).
ClientKind KindOf(const ClientFacts& facts);

// "bios", "uefi-x64", "ipxe-bios", "ipxe-uefi-x64", "http-uefi-x64", "os", "unknown", ...
std::string ToString(const ClientKind& kind);

// The inverse, for every text ToString makes. INVALID_ARGUMENT lists the known names.
absl::StatusOr<ClientKind> ParseClientKind(std::string_view text);

// The boot file a kind gets when its profile names no other, relative to the TFTP root: pxelinux.0
// for BIOS, syslinux.efi for x64 UEFI, also under iPXE; nothing for HTTP kinds (no TFTP there),
// other platforms and OS clients.
std::optional<std::string> BuiltInLoader(const ClientKind& kind);

}  // namespace pxe::core
