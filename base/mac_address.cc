#include "base/mac_address.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe {
namespace {

std::string Joined(const MacAddress& mac, char separator) {
  const auto& b = mac.bytes;
  return absl::StrFormat("%02x%c%02x%c%02x%c%02x%c%02x%c%02x", b[0], separator, b[1], separator,
                         b[2], separator, b[3], separator, b[4], separator, b[5]);
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
