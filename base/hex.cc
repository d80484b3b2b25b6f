#include "base/hex.h"

#include <algorithm>

#include "absl/strings/str_format.h"

namespace pxe {
namespace {

constexpr size_t kMaxPrintable = 200;

bool IsPlain(char c) {
  return c >= 0x20 && c <= 0x7e && c != '"' && c != '\\';
}

}  // namespace

int HexDigitValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string ToHex(std::span<const uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xf];
  }
  return text;
}

std::optional<std::vector<uint8_t>> ParseHex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i < digits.size(); i += 2) {
    const int high = HexDigitValue(digits[i]);
    const int low = HexDigitValue(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<uint8_t>(high << 4 | low));
  }
  return bytes;
}

std::string Printable(std::string_view text) {
  if (text.size() <= kMaxPrintable && std::ranges::all_of(text, IsPlain)) return std::string(text);
  std::string safe;
  for (const char c : text.substr(0, kMaxPrintable)) {
    if (IsPlain(c)) {
      safe += c;
    } else {
      safe += absl::StrFormat("\\x%02x", static_cast<uint8_t>(c));
    }
  }
  if (text.size() > kMaxPrintable) safe += "...";
  return safe;
}

}  // namespace pxe
