#include "core/client_kind.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe::core {
namespace {

struct Kind {
  ClientKind kind;
  std::string_view name;
};

// A platform under each agent that exists on all of them, in the order of Platform.
struct PlatformNames {
  Platform platform;
  std::string_view firmware;
  std::string_view ipxe;
  std::string_view http;
};

constexpr std::array kPlatforms = {
    PlatformNames{Platform::kUnknown, "unknown", "ipxe-unknown", "http-unknown"},
    PlatformNames{Platform::kBios, "bios", "ipxe-bios", "http-bios"},
    PlatformNames{Platform::kUefiX86, "uefi-x86", "ipxe-uefi-x86", "http-uefi-x86"},
    PlatformNames{Platform::kUefiX64, "uefi-x64", "ipxe-uefi-x64", "http-uefi-x64"},
    PlatformNames{Platform::kUefiItanium, "uefi-ia64", "ipxe-uefi-ia64", "http-uefi-ia64"},
    PlatformNames{Platform::kUefiArm32, "uefi-arm32", "ipxe-uefi-arm32", "http-uefi-arm32"},
    PlatformNames{Platform::kUefiArm64, "uefi-arm64", "ipxe-uefi-arm64", "http-uefi-arm64"},
    PlatformNames{Platform::kUefiRiscV32, "uefi-riscv32", "ipxe-uefi-riscv32", "http-uefi-riscv32"},
    PlatformNames{Platform::kUefiRiscV64, "uefi-riscv64", "ipxe-uefi-riscv64", "http-uefi-riscv64"},
    PlatformNames{Platform::kUefiRiscV128, "uefi-riscv128", "ipxe-uefi-riscv128",
                  "http-uefi-riscv128"},
    PlatformNames{Platform::kUefiLoongArch32, "uefi-loongarch32", "ipxe-uefi-loongarch32",
                  "http-uefi-loongarch32"},
    PlatformNames{Platform::kUefiLoongArch64, "uefi-loongarch64", "ipxe-uefi-loongarch64",
                  "http-uefi-loongarch64"},
    PlatformNames{Platform::kUefiMips32, "uefi-mips32", "ipxe-uefi-mips32", "http-uefi-mips32"},
    PlatformNames{Platform::kUefiMips64, "uefi-mips64", "ipxe-uefi-mips64", "http-uefi-mips64"},
    PlatformNames{Platform::kUefiSunway32, "uefi-sunway32", "ipxe-uefi-sunway32",
                  "http-uefi-sunway32"},
    PlatformNames{Platform::kUefiSunway64, "uefi-sunway64", "ipxe-uefi-sunway64",
                  "http-uefi-sunway64"},
    PlatformNames{Platform::kPowerOpenFirmware, "ppc-openfirmware", "ipxe-ppc-openfirmware",
                  "http-ppc-openfirmware"},
    PlatformNames{Platform::kPowerEpapr, "ppc-epapr", "ipxe-ppc-epapr", "http-ppc-epapr"},
    PlatformNames{Platform::kS390Basic, "s390", "ipxe-s390", "http-s390"},
    PlatformNames{Platform::kS390Extended, "s390-extended", "ipxe-s390-extended",
                  "http-s390-extended"},
};

constexpr std::array kAgentsOfNoPlatform = {Agent::kUBoot, Agent::kRaspberryPi, Agent::kOnie,
                                            Agent::kPetitboot, Agent::kOs};

// IANA "Processor Architecture Types" (C113): where each names a platform. The HTTP twin of a type
// is the same platform: who asks for a URL says so in option 60. Not here are the obsolete ones (1
// NEC PC98, 3 Alpha, 4 Arc, 5 Lean Client, 8 Xscale), those that name an agent (below), and U-Boot
// over HTTP (23, 24), which nothing here serves.
struct Architecture {
  uint16_t number;
  Platform platform;
};

constexpr std::array kArchitectures = {
    Architecture{0, Platform::kBios},
    Architecture{2, Platform::kUefiItanium},
    Architecture{6, Platform::kUefiX86},
    Architecture{7, Platform::kUefiX64},
    Architecture{9, Platform::kUefiX64},  // EBC to IANA; VMware, ThinkPads, old OVMF mean x64 (Q22)
    Architecture{10, Platform::kUefiArm32},
    Architecture{11, Platform::kUefiArm64},
    Architecture{12, Platform::kPowerOpenFirmware},
    Architecture{13, Platform::kPowerEpapr},
    Architecture{15, Platform::kUefiX86},
    Architecture{16, Platform::kUefiX64},
    Architecture{17, Platform::kUefiX64},
    Architecture{18, Platform::kUefiArm32},
    Architecture{19, Platform::kUefiArm64},
    Architecture{20, Platform::kBios},
    Architecture{25, Platform::kUefiRiscV32},
    Architecture{26, Platform::kUefiRiscV32},
    Architecture{27, Platform::kUefiRiscV64},
    Architecture{28, Platform::kUefiRiscV64},
    Architecture{29, Platform::kUefiRiscV128},
    Architecture{30, Platform::kUefiRiscV128},
    Architecture{31, Platform::kS390Basic},
    Architecture{32, Platform::kS390Extended},
    Architecture{33, Platform::kUefiMips32},
    Architecture{34, Platform::kUefiMips64},
    Architecture{35, Platform::kUefiSunway32},
    Architecture{36, Platform::kUefiSunway64},
    Architecture{37, Platform::kUefiLoongArch32},
    Architecture{38, Platform::kUefiLoongArch32},
    Architecture{39, Platform::kUefiLoongArch64},
    Architecture{40, Platform::kUefiLoongArch64},
};

constexpr uint16_t kOpal = 14;
constexpr uint16_t kUBootArm32 = 21;
constexpr uint16_t kUBootArm64 = 22;
constexpr uint16_t kRpiBoot = 41;

// First three bytes of the MAC addresses of Raspberry Pis (Q12).
constexpr std::array kRaspberryPiMakers = {0xb827eb, 0xdca632, 0xe45f01, 0x28cdc1, 0xd83add};

// 7 of "PXEClient:Arch:00007:UNDI:003016".
std::optional<uint16_t> ArchitectureIn(std::string_view vendor_class) {
  constexpr std::string_view kMark = ":Arch:";
  const size_t mark = vendor_class.find(kMark);
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string_view digits = vendor_class.substr(mark + kMark.size());
  uint16_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

Platform PlatformOf(uint16_t architecture) {
  const auto found = std::ranges::find(kArchitectures, architecture, &Architecture::number);
  return found == kArchitectures.end() ? Platform::kUnknown : found->platform;
}

Platform PlatformOf(const ClientFacts& facts) {
  for (const uint16_t architecture : facts.architectures) {
    const Platform platform = PlatformOf(architecture);
    if (platform != Platform::kUnknown) return platform;
  }
  if (!facts.architectures.empty()) return Platform::kUnknown;  // C114: no guess, no wrong loader
  return PlatformOf(ArchitectureIn(facts.vendor_class).value_or(0));
}

// Whether the client says so of itself, in 93 or, without any, in 60.
bool HasArchitecture(const ClientFacts& facts, uint16_t architecture) {
  if (facts.architectures.empty()) return ArchitectureIn(facts.vendor_class) == architecture;
  return std::ranges::find(facts.architectures, architecture) != facts.architectures.end();
}

bool IsIpxe(const ClientFacts& facts) {
  if (facts.has_ipxe_options) return true;
  return std::ranges::any_of(facts.user_class, [](std::string_view name) {
    return name == "iPXE" || name == "gPXE" || name == "xNBA";
  });
}

bool IsByRaspberryPi(const ClientFacts& facts) {
  if (!facts.mac) return false;
  const auto& bytes = facts.mac->bytes;
  const int maker = bytes[0] << 16 | bytes[1] << 8 | bytes[2];
  return std::ranges::find(kRaspberryPiMakers, maker) != kRaspberryPiMakers.end();
}

// UEFI and U-Boot run on a Raspberry Pi too, and tell their own architecture.
ClientKind KindOfPxeClient(const ClientFacts& facts) {
  const ClientKind kind{PlatformOf(facts), Agent::kFirmware};
  if (kind.platform == Platform::kBios && IsByRaspberryPi(facts))
    return {Platform::kUnknown, Agent::kRaspberryPi};
  if (kind.platform != Platform::kUnknown) return kind;
  if (HasArchitecture(facts, kRpiBoot)) return {Platform::kUnknown, Agent::kRaspberryPi};
  if (HasArchitecture(facts, kUBootArm32) || HasArchitecture(facts, kUBootArm64)) {
    return {Platform::kUnknown, Agent::kUBoot};
  }
  return kind;
}

std::vector<Kind> AllKinds() {
  std::vector<Kind> kinds;
  for (const Agent agent : {Agent::kFirmware, Agent::kIpxe, Agent::kHttp}) {
    for (const PlatformNames& names : kPlatforms) {
      const ClientKind kind{names.platform, agent};
      kinds.push_back({kind, NameOf(kind)});
    }
  }
  for (const Agent agent : kAgentsOfNoPlatform) {
    const ClientKind kind{Platform::kUnknown, agent};
    kinds.push_back({kind, NameOf(kind)});
  }
  return kinds;
}

bool UsesTftp(const ClientKind& kind) {
  return kind.agent == Agent::kFirmware || kind.agent == Agent::kIpxe;
}

}  // namespace

ClientKind KindOf(const ClientFacts& facts) {
  if (IsIpxe(facts)) return {PlatformOf(facts), Agent::kIpxe};
  if (facts.vendor_class.starts_with("HTTPClient")) return {PlatformOf(facts), Agent::kHttp};
  // Petitboot's own DHCP client says "udhcp" in 60, as many an OS does (Q39).
  if (HasArchitecture(facts, kOpal)) return {Platform::kUnknown, Agent::kPetitboot};
  if (facts.vendor_class.starts_with("PXEClient")) return KindOfPxeClient(facts);
  if (facts.vendor_class.starts_with("onie_vendor:")) return {Platform::kUnknown, Agent::kOnie};
  if (facts.vendor_class.starts_with("U-Boot")) return {Platform::kUnknown, Agent::kUBoot};
  return {};
}

std::string_view NameOf(const ClientKind& kind) {
  const PlatformNames& names = kPlatforms.at(static_cast<size_t>(kind.platform));
  switch (kind.agent) {
    case Agent::kFirmware:
      return names.firmware;
    case Agent::kIpxe:
      return names.ipxe;
    case Agent::kHttp:
      return names.http;
    case Agent::kUBoot:
      return "uboot";
    case Agent::kRaspberryPi:
      return "rpi";
    case Agent::kOnie:
      return "onie";
    case Agent::kPetitboot:
      return "petitboot";
    case Agent::kOs:
      return "os";
  }
  return "unknown";
}

std::string ToString(const ClientKind& kind) {
  return std::string(NameOf(kind));
}

absl::StatusOr<ClientKind> ParseClientKind(std::string_view text) {
  std::string known;
  for (const auto& [kind, name] : AllKinds()) {
    if (name == text) return kind;
    known += absl::StrFormat("%s%s", known.empty() ? "" : ", ", name);
  }
  return InvalidArgument(
      absl::StrFormat("\"%s\" is not a client kind; known are %s", Printable(text), known));
}

std::optional<std::string> BuiltInLoader(const ClientKind& kind) {
  if (!UsesTftp(kind)) return std::nullopt;
  if (kind.platform == Platform::kBios) return "pxelinux.0";
  if (kind.platform != Platform::kUefiX64) return std::nullopt;
  return kind.agent == Agent::kIpxe ? "boot.ipxe" : "syslinux.efi";
}

std::optional<std::string> LocalBootLoader(const ClientKind& kind) {
  if (!UsesTftp(kind)) return std::nullopt;
  if (kind.platform == Platform::kBios) return "pxelinux.0";
  if (kind.platform == Platform::kUefiX64) return "grubnetx64.efi";
  return std::nullopt;
}

}  // namespace pxe::core
