#include "clients/pxeadm/output.h"

#include <google/protobuf/util/json_util.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "base/status.h"

namespace pxe::adm {
namespace {

constexpr size_t kGap = 2;  // between columns

std::vector<size_t> WidthsOf(const Row& headline, const std::vector<Row>& rows) {
  std::vector<size_t> widths(headline.size(), 0);
  for (size_t column = 0; column < headline.size(); ++column) {
    widths[column] = headline[column].size();
    for (const Row& row : rows) widths[column] = std::max(widths[column], row[column].size());
  }
  return widths;
}

std::string RenderRow(const Row& row, const std::vector<size_t>& widths) {
  std::string line;
  for (size_t column = 0; column < row.size(); ++column) {
    const std::string cell = row[column].empty() ? "-" : row[column];
    line += cell;
    if (column + 1 < row.size()) line.append(widths[column] - cell.size() + kGap, ' ');
  }
  return line + "\n";
}

// Whether YAML would read the plain text as text. What is not surely so is quoted.
bool IsPlainText(const std::string& text) {
  if (text.empty()) return false;
  const YAML::Node read = YAML::Load("[" + text + "]");
  bool as_bool = false;
  double as_number = 0;
  return read.size() == 1 && read[0].IsScalar() && read[0].Scalar() == text &&
         !YAML::convert<bool>::decode(read[0], as_bool) &&
         !YAML::convert<double>::decode(read[0], as_number);
}

bool NeedsQuotes(const std::string& text) {
  try {
    return !IsPlainText(text);
  } catch (const YAML::Exception&) {
    return true;
  }
}

// In JSON quotes alone make a text; yaml-cpp marks what was quoted with the tag "!".
void Emit(const YAML::Node& node, YAML::Emitter& out) {
  if (node.IsMap()) {
    out << YAML::BeginMap;
    for (const auto& pair : node) {
      out << YAML::Key;
      Emit(pair.first, out);
      out << YAML::Value;
      Emit(pair.second, out);
    }
    out << YAML::EndMap;
  } else if (node.IsSequence()) {
    out << YAML::BeginSeq;
    for (const YAML::Node& item : node) Emit(item, out);
    out << YAML::EndSeq;
  } else {
    const std::string& text = node.Scalar();
    if (node.Tag() == "!" && NeedsQuotes(text)) out << YAML::DoubleQuoted;
    out << text;
  }
}

}  // namespace

std::optional<Format> ParseFormat(std::string_view text) {
  if (text == "table") return Format::kTable;
  if (text == "json") return Format::kJson;
  if (text == "yaml") return Format::kYaml;
  if (text == "name") return Format::kName;
  return std::nullopt;
}

std::string RenderTable(const Row& headline, const std::vector<Row>& rows) {
  const std::vector<size_t> widths = WidthsOf(headline, rows);
  std::string table = RenderRow(headline, widths);
  for (const Row& row : rows) table += RenderRow(row, widths);
  return table;
}

absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) return Internal("the answer has no JSON form: " + status.ToString());
  return json;
}

absl::StatusOr<std::string> ToJsonArray(
    const std::vector<const google::protobuf::Message*>& messages) {
  std::string array;
  for (const auto* message : messages) {
    PXE_ASSIGN_OR_RETURN(std::string json, ToJson(*message));
    while (json.ends_with('\n')) json.pop_back();
    array += (array.empty() ? "" : ",\n") + json;
  }
  return array.empty() ? "[]\n" : "[\n" + array + "\n]\n";
}

std::string JsonToYaml(const std::string& json) {
  YAML::Emitter out;
  Emit(YAML::Load(json), out);
  return std::string(out.c_str()) + "\n";
}

}  // namespace pxe::adm
