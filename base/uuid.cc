#include "base/uuid.h"

#include <algorithm>
#include <span>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe {
namespace {

constexpr size_t kTextSize = 36;

bool IsHyphenPlace(size_t i) {
  return i == 8 || i == 13 || i == 18 || i == 23;
}

}  // namespace

bool Uuid::IsIdentity() const {
  const auto all = [this](uint8_t value) {
    return std::ranges::all_of(bytes, [value](uint8_t b) { return b == value; });
  };
  return !all(0x00) && !all(0xff);
}

Uuid Uuid::Swapped() const {
  Uuid other = *this;
  std::reverse(other.bytes.begin(), other.bytes.begin() + 4);
  std::reverse(other.bytes.begin() + 4, other.bytes.begin() + 6);
  std::reverse(other.bytes.begin() + 6, other.bytes.begin() + 8);
  return other;
}

std::string Uuid::ToString() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(kTextSize, '-');
  size_t digit = 0;
  for (size_t i = 0; i < kTextSize; ++i) {
    if (IsHyphenPlace(i)) continue;
    const uint8_t byte = bytes[digit / 2];
    text[i] = kDigits[digit++ % 2 == 0 ? byte >> 4 : byte & 0xf];
  }
  return text;
}

absl::StatusOr<Uuid> ParseUuid(std::string_view text) {
  Uuid uuid;
  bool legal = text.size() == kTextSize;
  size_t digits = 0;
  for (size_t i = 0; i < kTextSize && legal; ++i) {
    if (IsHyphenPlace(i)) {
      legal = text[i] == '-';
      continue;
    }
    const int digit = HexDigitValue(text[i]);
    legal = digit >= 0;
    uint8_t& byte = uuid.bytes[digits++ / 2];
    byte = static_cast<uint8_t>(byte << 4 | (digit & 0xf));
  }
  if (!legal) {
    return InvalidArgument(absl::StrFormat(
        "\"%s\" is not a UUID like b8945908-d6a6-41a9-611d-74a6ab80b83d", Printable(text)));
  }
  return uuid;
}

}  // namespace pxe
