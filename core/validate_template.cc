#include <algorithm>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "core/text_rules.h"
#include "core/validate.h"

namespace pxe::core {
namespace {

constexpr size_t kMaxContentTypeLength = 127;

// Beside these and line feeds no text file has control characters; one with a zero is none.
bool IsForeign(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7f;
}

// "type/subtype" of RFC 9110, and perhaps "; charset=utf-8".
bool IsContentType(std::string_view text) {
  const std::string_view type = text.substr(0, text.find(';'));
  const size_t slash = type.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == type.size()) return false;
  if (type.find('/', slash + 1) != std::string_view::npos) return false;
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; }) &&
         std::ranges::none_of(type, [](char c) { return c == ' '; });
}

}  // namespace

absl::Status Validate(const Template& text) {
  PXE_RETURN_IF_ERROR(ValidateId("template_id", text.id));
  PXE_RETURN_IF_ERROR(
      ValidateLine("template.content_type", text.content_type, kMaxContentTypeLength));
  if (!text.content_type.empty() && !IsContentType(text.content_type)) {
    return RefuseText("template.content_type", text.content_type,
                      "is no content type such as text/plain");
  }
  if (text.text.empty()) return Refuse("template.text", "is required");
  if (text.text.size() > kMaxTemplateLength) {
    return Refuse("template.text", absl::StrFormat("%d bytes are too many; at most %d",
                                                   text.text.size(), kMaxTemplateLength));
  }
  const auto foreign = std::ranges::find_if(text.text, IsForeign);
  if (foreign == text.text.end()) return absl::OkStatus();
  const auto line = 1 + std::count(text.text.begin(), foreign, '\n');
  return Refuse("template.text", absl::StrFormat("line %d has a control character, 0x%02x", line,
                                                 static_cast<unsigned char>(*foreign)));
}

}  // namespace pxe::core
