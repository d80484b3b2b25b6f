// What questions and answers of the seam have in common: addresses as numbers, texts as bytes.
// For api/dataplane_*.cc.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "api/enum_table.h"
#include "base/ipv4.h"
#include "base/status.h"

namespace pxe::api {

template <typename Addresses>
std::vector<Ipv4> FromNumbers(const Addresses& numbers) {
  std::vector<Ipv4> addresses;
  addresses.reserve(static_cast<size_t>(numbers.size()));
  for (const uint32_t number : numbers) addresses.push_back({number});
  return addresses;
}

template <typename Addresses>
void PutNumbers(const std::vector<Ipv4>& addresses, Addresses* out) {
  out->Reserve(static_cast<int>(addresses.size()));
  for (const Ipv4 address : addresses) out->Add(address.value);
}

inline std::vector<uint8_t> FromBytes(const std::string& bytes) {
  return {bytes.begin(), bytes.end()};
}

inline std::string ToBytes(std::span<const uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

inline bool IsPrintable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

// Converts every message of a repeated field; an error names the field and the place in it.
template <typename Value, typename Messages, typename Convert>
absl::StatusOr<std::vector<Value>> FromAll(std::string_view field, const Messages& messages,
                                           Convert convert) {
  std::vector<Value> values;
  values.reserve(static_cast<size_t>(messages.size()));
  for (int i = 0; i < messages.size(); ++i) {
    absl::StatusOr<Value> value = convert(messages[i]);
    if (!value.ok()) {
      return InvalidArgument(absl::StrFormat("%s[%d].%s", field, i, MessageOf(value.status())));
    }
    values.push_back(*std::move(value));
  }
  return values;
}

}  // namespace pxe::api
