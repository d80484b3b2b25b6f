#include "core/client_kind.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe::core {
namespace {

constexpr std::array kPlatforms = {Platform::kBios,      Platform::kUefiX86,   Platform::kUefiX64,
                                   Platform::kUefiArm32, Platform::kUefiArm64, Platform::kUnknown};
constexpr std::array kNetworkAgents = {Agent::kFirmware, Agent::kIpxe, Agent::kHttp};

// IANA "Processor Architecture Types" (C113), as far as we know a platform for them. The HTTP twin
// of a type is the same platform: who asks for a URL says so in option 60.
Platform PlatformOf(uint16_t architecture) {
  switch (architecture) {
    case 0:
    case 20:
      return Platform::kBios;
    case 6:
    case 15:
      return Platform::kUefiX86;
    case 7:
    case 9:  // "EBC" to IANA, but what VMware, ThinkPads and old OVMF send for x64 (Q22)
    case 16:
    case 17:
      return Platform::kUefiX64;
    case 10:
    case 18:
      return Platform::kUefiArm32;
    case 11:
    case 19:
      return Platform::kUefiArm64;
    default:  // an open list of numbers, no enum of ours
      return Platform::kUnknown;
  }
}

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

Platform PlatformOf(const ClientFacts& facts) {
  for (const uint16_t architecture : facts.architectures) {
    const Platform platform = PlatformOf(architecture);
    if (platform != Platform::kUnknown) return platform;
  }
  if (!facts.architectures.empty()) return Platform::kUnknown;  // C114: no guess, no wrong loader
  return PlatformOf(ArchitectureIn(facts.vendor_class).value_or(0));
}

bool IsIpxe(const ClientFacts& facts) {
  if (facts.has_ipxe_options) return true;
  return std::ranges::any_of(facts.user_class, [](std::string_view name) {
    return name == "iPXE" || name == "gPXE" || name == "xNBA";
  });
}

Agent AgentOf(const ClientFacts& facts) {
  if (IsIpxe(facts)) return Agent::kIpxe;
  if (facts.vendor_class.starts_with("HTTPClient")) return Agent::kHttp;
  if (facts.vendor_class.starts_with("PXEClient")) return Agent::kFirmware;
  return Agent::kOs;
}

std::string_view NameOf(Platform platform) {
  switch (platform) {
    case Platform::kUnknown:
      return "unknown";
    case Platform::kBios:
      return "bios";
    case Platform::kUefiX86:
      return "uefi-x86";
    case Platform::kUefiX64:
      return "uefi-x64";
    case Platform::kUefiArm32:
      return "uefi-arm32";
    case Platform::kUefiArm64:
      return "uefi-arm64";
  }
  return "unknown";
}

std::string_view PrefixOf(Agent agent) {
  switch (agent) {
    case Agent::kFirmware:
    case Agent::kOs:
      return "";
    case Agent::kIpxe:
      return "ipxe-";
    case Agent::kHttp:
      return "http-";
  }
  return "";
}

std::vector<ClientKind> AllKinds() {
  std::vector<ClientKind> kinds;
  for (const Agent agent : kNetworkAgents) {
    for (const Platform platform : kPlatforms) kinds.push_back({platform, agent});
  }
  kinds.push_back(ClientKind{});
  return kinds;
}

}  // namespace

ClientKind KindOf(const ClientFacts& facts) {
  const Agent agent = AgentOf(facts);
  if (agent == Agent::kOs) return {};
  return {PlatformOf(facts), agent};
}

std::string ToString(const ClientKind& kind) {
  if (kind.agent == Agent::kOs) return "os";
  return absl::StrFormat("%s%s", PrefixOf(kind.agent), NameOf(kind.platform));
}

absl::StatusOr<ClientKind> ParseClientKind(std::string_view text) {
  std::string known;
  for (const ClientKind& kind : AllKinds()) {
    const std::string name = ToString(kind);
    if (name == text) return kind;
    known += (known.empty() ? "" : ", ") + name;
  }
  return InvalidArgument(
      absl::StrFormat("\"%s\" is not a client kind; known are %s", Printable(text), known));
}

std::optional<std::string> BuiltInLoader(const ClientKind& kind) {
  if (kind.agent != Agent::kFirmware && kind.agent != Agent::kIpxe) return std::nullopt;
  switch (kind.platform) {
    case Platform::kBios:
      return "pxelinux.0";
    case Platform::kUefiX64:
      return "syslinux.efi";
    case Platform::kUnknown:
    case Platform::kUefiX86:
    case Platform::kUefiArm32:
    case Platform::kUefiArm64:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace pxe::core
