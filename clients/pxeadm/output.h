// Results on stdout: tables for people; JSON, YAML and names for scripts.
#pragma once

#include <google/protobuf/message.h>

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pxe::adm {

enum class Format { kTable, kJson, kYaml, kName };

std::optional<Format> ParseFormat(std::string_view text);

// Rows of cells under a headline, each column as wide as its widest cell. An empty cell is "-", so
// that columns can be counted.
using Row = std::vector<std::string>;
std::string RenderTable(const Row& headline, const std::vector<Row>& rows);

// "a,b,c"
template <typename Texts>
std::string Joined(const Texts& texts) {
  std::string joined;
  for (const auto& text : texts) {
    if (!joined.empty()) joined += ',';
    joined += text;
  }
  return joined;
}

// The proto's JSON form, on several lines. INTERNAL if the message has none.
absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message);

// The same as YAML; text that YAML would read as something else is quoted.
std::string JsonToYaml(const std::string& json);

// A list as one JSON array.
absl::StatusOr<std::string> ToJsonArray(
    const std::vector<const google::protobuf::Message*>& messages);

}  // namespace pxe::adm
