// The text of a list's filter, cut into terms: a small part of AIP-160.
//
// FIELD OPERATOR VALUE, joined by AND. A value is bare or in double quotes, there with \" and \\.
// What a field means is not known here (api/filter.h). INVALID_ARGUMENT: "filter: column N: ...".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pxe::api {

inline constexpr size_t kMaxFilterBytes = 4096;
inline constexpr size_t kMaxFilterTerms = 32;

struct FilterTerm {
  std::string field;      // "labels.rack"
  std::string key;        // "rack"; not set here, where nobody knows which fields are maps
  std::string operation;  // "=", ":", "<", "<=", ">" or ">="
  std::string value;
  bool quoted = false;  // `:"*"` asks for a star, `:*` for anything
  size_t column = 0;    // of the field, from 1
  size_t value_column = 0;
};

absl::StatusOr<std::vector<FilterTerm>> ParseFilterTerms(std::string_view text);

absl::Status RefuseFilter(size_t column, std::string_view reason);

}  // namespace pxe::api
