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
#include "base/mac_address.h"
#include "base/uuid.h"

namespace pxe::core {

// Options 60, 77, 93, 97, 175 of a DHCP packet, as far as they were well-formed, and who sent it.
struct ClientFacts {
  std::string vendor_class;             // 60, raw: "PXEClient:Arch:00007:UNDI:003016"
  std::vector<std::string> user_class;  // 77, RFC 3004 list or one bare string (iPXE's way)
  std::vector<uint16_t> architectures;  // 93, in the client's order of preference
  std::optional<Uuid> uuid;             // 97, converted to the order of the text form
  bool has_ipxe_options = false;        // 175 present: iPXE, also where FlexBoot omits 77 (C110)
  bool ipxe_lacks_bzimage = false;      // 175 lists what iPXE can do, and that is not there (C109)
  std::optional<MacAddress> mac;        // chaddr; none: the client is not on Ethernet

  bool operator==(const ClientFacts&) const = default;
};

enum class Platform {
  kUnknown,
  kBios,
  kUefiX86,
  kUefiX64,
  kUefiItanium,
  kUefiArm32,
  kUefiArm64,
  kUefiRiscV32,
  kUefiRiscV64,
  kUefiRiscV128,
  kUefiLoongArch32,
  kUefiLoongArch64,
  kUefiMips32,
  kUefiMips64,
  kUefiSunway32,
  kUefiSunway64,
  kPowerOpenFirmware,
  kPowerEpapr,
  kS390Basic,
  kS390Extended,
};

// The first three exist on every platform; the others are one kind each, with kUnknown.
enum class Agent {
  kFirmware,
  kIpxe,
  kHttp,
  kUBoot,
  kRaspberryPi,  // its ROM or EEPROM, which calls itself x86 BIOS
  kOnie,         // the installer of network switches
  kPetitboot,    // a Linux in the firmware of POWER machines
  kOs,
};

struct ClientKind {
  Platform platform = Platform::kUnknown;
  Agent agent = Agent::kOs;

  bool operator==(const ClientKind&) const = default;

  // Whether it asks for a boot file at all.
  bool BootsFromNetwork() const { return agent != Agent::kOs; }

  // Whether nobody could say what it boots: it does not tell, or it tells of a platform that is
  // foreign to us. Such clients can be given the plain boot file of their subnet.
  bool IsPlain() const {
    return agent == Agent::kOs || (agent == Agent::kFirmware && platform == Platform::kUnknown);
  }
};

// Rules C108-C114, first that applies: 77 or 175 say iPXE; 60 says HTTPClient; architecture 14 says
// Petitboot; 60 says PXEClient, ONIE or U-Boot; else a plain OS client, whose platform does not
// matter. Among PXEClients, architectures 21 and 22 are U-Boot, 41 and x86 BIOS from a MAC of the
// Raspberry Pi's maker are a Raspberry Pi. The architecture is the first known one of 93; without
// any 93, "Arch:NNNNN" of 60, else x86 BIOS. A 93 that names only platforms foreign to us is
// kUnknown and never guessed at. 7 and 9 both mean x64 (VMware and ThinkPads send 9).
ClientKind KindOf(const ClientFacts& facts);

// "bios", "uefi-x64", "ipxe-bios", "http-uefi-x64", "uboot", "os", "unknown", ...: a contract.
std::string_view NameOf(const ClientKind& kind);
std::string ToString(const ClientKind& kind);

// The inverse, for every name there is. INVALID_ARGUMENT lists the known names.
absl::StatusOr<ClientKind> ParseClientKind(std::string_view text);

// The boot file a kind gets when its profile names no other, relative to the TFTP root: pxelinux.0
// for BIOS, also under iPXE; for x64 UEFI syslinux.efi, and our script boot.ipxe under iPXE;
// nothing for HTTP kinds (no TFTP there), other platforms and agents.
std::optional<std::string> BuiltInLoader(const ClientKind& kind);

// The boot file that leads to the local disk, whatever the profile says: pxelinux.0 for BIOS, and
// GRUB for x64 UEFI, where leaving a loader makes firmware walk every other network entry first.
std::optional<std::string> LocalBootLoader(const ClientKind& kind);

}  // namespace pxe::core
