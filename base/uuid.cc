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
  std::string text = ToHex(bytes);
  for (const size_t place : {8U, 13U, 18U, 23U}) text.insert(place, 1, '-');
  return text;
}

absl::StatusOr<Uuid> ParseUuid(std::string_view text) {
  std::string digits;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!IsHyphenPlace(i)) digits += text[i];
    if (IsHyphenPlace(i) && text[i] != '-') digits += '?';
  }
  const auto bytes = ParseHex(digits);
  Uuid uuid;
  if (text.size() != kTextSize || !bytes || bytes->size() != uuid.bytes.size()) {
    return InvalidArgument(absl::StrFormat(
        "\"%s\" is not a UUID like b8945908-d6a6-41a9-611d-74a6ab80b83d", Printable(text)));
  }
  std::ranges::copy(*bytes, uuid.bytes.begin());
  return uuid;
}

}  // namespace pxe
