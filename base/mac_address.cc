#include "base/mac_address.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe {
namespace {

std::string Joined(const MacAddress& mac, char separator) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(3 * mac.bytes.size() - 1, separator);
  for (size_t i = 0; i < mac.bytes.size(); ++i) {
    text[3 * i] = kDigits[mac.bytes[i] >> 4];
    text[3 * i + 1] = kDigits[mac.bytes[i] & 0xf];
  }
  return text;
}

// The inverse of ToString(): the spelling of the database, read by the hundred thousand at start.
std::optional<MacAddress> ParseColons(std::string_view text) {
  MacAddress mac;
  if (text.size() != 3 * mac.bytes.size() - 1) return std::nullopt;
  for (size_t i = 0; i < mac.bytes.size(); ++i) {
    const int high = HexDigitValue(text[3 * i]);
    const int low = HexDigitValue(text[3 * i + 1]);
    if (high < 0 || low < 0 || (i > 0 && text[3 * i - 1] != ':')) return std::nullopt;
    mac.bytes[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return mac;
}

// The text without its separators, or nothing when they do not stand where one spelling puts them.
std::string DigitsOf(std::string_view text) {
  std::string digits;
  std::string separators;
  for (size_t i = 0; i < text.size(); ++i) {
    if (HexDigitValue(text[i]) >= 0) {
      digits += text[i];
    } else {
      separators += text[i];
      const size_t group = text[i] == '.' ? 4 : 2;
      if (digits.size() != separators.size() * group) return "";
    }
  }
  const bool known =
      separators.empty() || separators == ":::::" || separators == "-----" || separators == "..";
  return known ? digits : "";
}

}  // namespace

bool MacAddress::IsUnicast() const {
  const bool zero = std::ranges::all_of(bytes, [](uint8_t b) { return b == 0; });
  return !zero && (bytes[0] & 1) == 0;
}

std::string MacAddress::ToString() const {
  return Joined(*this, ':');
}
std::string MacAddress::Hyphened() const {
  return Joined(*this, '-');
}

absl::StatusOr<MacAddress> ParseMacAddress(std::string_view text) {
  if (const auto usual = ParseColons(text)) return *usual;
  const auto bytes = ParseHex(DigitsOf(text));
  MacAddress mac;
  if (!bytes.has_value() || bytes->size() != mac.bytes.size()) {
    return InvalidArgument(absl::StrFormat(
        "\"%s\" is not a MAC address; write it like 52:54:00:aa:bb:cc", Printable(text)));
  }
  std::ranges::copy(*bytes, mac.bytes.begin());
  return mac;
}

}  // namespace pxe
