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

constexpr std::string_view kConfigFolder = "pxelinux.cfg";
constexpr size_t kUuidSize = 36;
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

absl::Status Refused(std::string_view requested, std::string_view why) {
  return InvalidArgument(absl::StrFormat("\"%s\" %s", Printable(requested), why));
}

absl::StatusOr<std::vector<std::string>> Components(std::string_view requested) {
  std::vector<std::string> parts(1);
  for (const char c : WithoutTrailingGarbage(requested)) {
    if (IsControl(c)) return Refused(requested, "has a control character");
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

// 0A4D0034 and its prefixes.
std::optional<BootPath> AddressConfig(std::string_view name) {
  if (name.empty() || name.size() > kAddressDigits || !IsHex(name)) return std::nullopt;
  uint32_t value = 0;
  std::from_chars(name.data(), name.data() + name.size(), value, 16);
  if (name.size() == kAddressDigits) return ConfigForAddress{{value}};
  const size_t missing_bits = 4 * (kAddressDigits - name.size());
  return ConfigForNetwork{{{value << missing_bits}, static_cast<int>(32 - missing_bits)}};
}

// <type>-<address>, every byte as two digits: 01-52-54-00-aa-bb-cc.
std::optional<BootPath> HardwareConfig(std::string_view name) {
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

std::optional<BootPath> Config(std::string_view name) {
  if (name == "default") return ConfigForAnybody{};
  if (name.size() == kUuidSize) {
    if (const auto uuid = ParseUuid(name); uuid.ok()) return ConfigForUuid{*uuid};
  }
  if (const auto config = AddressConfig(name)) return config;
  return HardwareConfig(name);
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
  if (parts.size() >= 2 && parts[parts.size() - 2] == kConfigFolder) {
    if (const auto config = Config(parts.back())) return *config;
  }
  return FileBelowRoot{Joined(parts)};
}

}  // namespace pxe::core
