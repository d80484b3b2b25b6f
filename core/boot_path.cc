#include "core/boot_path.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe::core {
namespace {

constexpr std::string_view kPxelinuxFolder = "pxelinux.cfg";
constexpr std::string_view kGrubConfig = "grub.cfg";
constexpr std::string_view kIpxeScript = "boot.ipxe";
constexpr std::string_view kIpxeSuffix = ".ipxe";
constexpr std::string_view kGrub4dosMenu = "menu.lst";  // a file, and a folder of files
constexpr size_t kUuidSize = 36;
constexpr size_t kMacSize = 17;        // 52-54-00-aa-bb-cc
constexpr size_t kBareMacDigits = 12;  // 525400aabbcc
constexpr size_t kAddressDigits = 8;
constexpr size_t kMaxHardwareBytes = 32;  // InfiniBand's, the longest PXELINUX writes

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

// Boards that read option 67 past its end ask for "name.efi\xff" and more (netboot.xyz #1198); no
// name of ours holds that byte, nor ends in a blank.
std::string_view WithoutTrailingGarbage(std::string_view name) {
  name = name.substr(0, name.find('\xff'));
  while (!name.empty() && (name.back() == ' ' || name.back() == '\r')) name.remove_suffix(1);
  return name;
}

// iPXE sends "boot.ipxe?mac=52:54:00:aa:bb:cc&..." as one name; what it tells of itself there we
// have from its DHCP packets.
std::string_view WithoutQuery(std::string_view name) {
  const std::string_view path = name.substr(0, name.find('?'));
  return path.ends_with(kIpxeSuffix) ? path : name;
}

absl::Status Refused(std::string_view requested, std::string_view why) {
  return InvalidArgument(absl::StrFormat("\"%s\" %s", Printable(requested), why));
}

absl::StatusOr<std::vector<std::string>> Components(std::string_view requested) {
  const std::string_view name = WithoutTrailingGarbage(requested);
  if (std::ranges::any_of(name, IsControl)) return Refused(requested, "has a control character");
  std::vector<std::string> parts(1);
  for (const char c : WithoutQuery(name)) {
    if (c == '/' || c == '\\') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  std::erase_if(parts, [](const std::string& part) { return part.empty() || part == "."; });
  if (parts.empty()) return Refused(requested, "names no file");
  for (const std::string& part : parts) {
    if (part == "..") return Refused(requested, "has a \"..\" component");
    if (part.size() > kMaxRequestedComponent) return Refused(requested, "is too long");
  }
  return parts;
}

bool IsHex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return HexDigitValue(c) >= 0; });
}

using Owner = std::optional<ConfigOwner>;

// 0A4D0034 and its prefixes.
Owner AddressOwner(std::string_view name) {
  if (name.empty() || name.size() > kAddressDigits || !IsHex(name)) return std::nullopt;
  uint32_t value = 0;
  std::from_chars(name.data(), name.data() + name.size(), value, 16);
  if (name.size() == kAddressDigits) return ConfigForAddress{{value}};
  const size_t missing_bits = 4 * (kAddressDigits - name.size());
  return ConfigForNetwork{{{value << missing_bits}, static_cast<int>(32 - missing_bits)}};
}

// <type>-<address>, every byte as two digits: 01-52-54-00-aa-bb-cc.
Owner HardwareOwner(std::string_view name) {
  const size_t bytes = (name.size() + 1) / 3;
  if (name.size() % 3 != 2 || bytes < 2 || bytes > 1 + kMaxHardwareBytes) return std::nullopt;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool fits = i % 3 == 2 ? name[i] == '-' : HexDigitValue(name[i]) >= 0;
    if (!fits) return std::nullopt;
  }
  const auto mac = ParseMacAddress(name.substr(3));
  if (name.starts_with("01-") && mac.ok()) return ConfigForMac{*mac};
  return ConfigForOtherHardware{};
}

// A MAC address without its type, of `size` characters: with colons, hyphens or nothing between.
Owner MacOwner(std::string_view name, size_t size) {
  if (name.size() != size) return std::nullopt;
  const auto mac = ParseMacAddress(name);
  if (!mac.ok()) return std::nullopt;
  return ConfigForMac{*mac};
}

Owner UuidOwner(std::string_view name) {
  if (name.size() != kUuidSize) return std::nullopt;
  const auto uuid = ParseUuid(name);
  if (!uuid.ok()) return std::nullopt;
  return ConfigForUuid{*uuid};
}

// Below pxelinux.cfg/.
Owner PxelinuxOwner(std::string_view name) {
  if (name == "default") return ConfigForAnybody{};
  if (const Owner owner = UuidOwner(name)) return owner;
  if (const Owner owner = AddressOwner(name)) return owner;
  return HardwareOwner(name);
}

// grub.cfg, grub.cfg-01-52-54-00-aa-bb-cc, grub.cfg-0A4D0034, and what configs of others ask for
// with ${net_default_mac}, colons and all.
Owner GrubOwner(std::string_view name) {
  if (!name.starts_with(kGrubConfig)) return std::nullopt;
  name.remove_prefix(kGrubConfig.size());
  if (name.empty()) return ConfigForAnybody{};
  if (name.front() != '-') return std::nullopt;
  name.remove_prefix(1);
  if (const Owner owner = UuidOwner(name)) return owner;
  if (const Owner owner = AddressOwner(name)) return owner;
  if (const Owner owner = MacOwner(name, kMacSize)) return owner;
  return HardwareOwner(name);
}

// boot.ipxe, mac-525400aabbcc.ipxe, 01-52-54-00-aa-bb-cc.ipxe, 52-54-00-aa-bb-cc.ipxe, <uuid>.ipxe.
Owner IpxeOwner(std::string_view name) {
  if (name == kIpxeScript) return ConfigForAnybody{};
  if (!name.ends_with(kIpxeSuffix)) return std::nullopt;
  name.remove_suffix(kIpxeSuffix.size());
  if (name.starts_with("mac-")) return MacOwner(name.substr(4), kBareMacDigits);
  if (const Owner owner = UuidOwner(name)) return owner;
  if (const Owner owner = MacOwner(name, kMacSize)) return owner;
  return HardwareOwner(name);
}

// Below menu.lst/.
Owner Grub4dosOwner(std::string_view name) {
  if (name == "default") return ConfigForAnybody{};
  if (const Owner owner = AddressOwner(name)) return owner;
  return HardwareOwner(name);
}

std::optional<ConfigName> Config(Flavour flavour, const Owner& owner) {
  if (!owner) return std::nullopt;
  return ConfigName{.flavour = flavour, .owner = *owner, .path = ""};
}

// The names that every folder can hold, and those of the two folders that hold nothing else.
std::optional<ConfigName> ConfigIn(std::string_view folder, std::string_view name) {
  if (folder == kPxelinuxFolder) return Config(Flavour::kPxelinux, PxelinuxOwner(name));
  if (folder == kGrub4dosMenu) return Config(Flavour::kGrub4dos, Grub4dosOwner(name));
  if (name == kGrub4dosMenu) return Config(Flavour::kGrub4dos, ConfigForAnybody{});
  if (const auto config = Config(Flavour::kGrub, GrubOwner(name))) return config;
  return Config(Flavour::kIpxe, IpxeOwner(name));
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string path;
  for (const std::string& part : parts) path += (path.empty() ? "" : "/") + part;
  return path;
}

}  // namespace

absl::StatusOr<BootPath> ParseBootPath(std::string_view requested) {
  if (requested.size() > kMaxRequestedPath) return Refused(requested, "is too long");
  PXE_ASSIGN_OR_RETURN(const std::vector<std::string> parts, Components(requested));
  const std::string_view folder = parts.size() < 2 ? "" : std::string_view(parts.end()[-2]);
  std::optional<ConfigName> config = ConfigIn(folder, parts.back());
  if (!config) return FileBelowRoot{Joined(parts)};
  config->path = Joined(parts);
  return *std::move(config);
}

const std::string& PathOf(const BootPath& path) {
  return std::visit([](const auto& name) -> const std::string& { return name.path; }, path);
}

}  // namespace pxe::core
