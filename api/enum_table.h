// Enums of ours and of the contract, side by side in a table.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "base/status.h"

namespace pxe::api {

// Pairs of our value and the contract's, each of both once.
template <typename Ours, typename Theirs, size_t kSize>
using EnumTable = std::array<std::pair<Ours, Theirs>, kSize>;

template <typename Ours, typename Theirs, size_t kSize>
Theirs Translate(const EnumTable<Ours, Theirs, kSize>& table, Ours value) {
  for (const auto& [ours, theirs] : table) {
    if (ours == value) return theirs;
  }
  return Theirs{};  // unspecified: refused by whoever reads it
}

template <typename Ours, typename Theirs, size_t kSize>
absl::StatusOr<Ours> Translate(const EnumTable<Ours, Theirs, kSize>& table, std::string_view field,
                               Theirs value) {
  for (const auto& [ours, theirs] : table) {
    if (theirs == value) return ours;
  }
  return InvalidArgument(
      absl::StrFormat("%s: %d has no meaning here", field, static_cast<int>(value)));
}

}  // namespace pxe::api
