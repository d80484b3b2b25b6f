#include "boot/template.h"

#include <kainjow/mustache.hpp>
#include <optional>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe::boot {
namespace {

namespace mustache = kainjow::mustache;

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kBlanks = " \t\r\n\v\f";

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// What stands between the braces, judged before the library sees it: it would take a malformed
// delimiter change as far as a failed assertion, and render an unknown partial as nothing.
absl::Status CheckTag(std::string_view contents) {
  const std::string_view tag = Trimmed(contents);
  const char sigil = tag.empty() ? '\0' : tag.front();
  if (tag.empty()) return InvalidArgument("a tag \"{{}}\" names no variable");
  if (std::string_view("#^/").find(sigil) != std::string_view::npos) {
    return InvalidArgument(
        absl::StrFormat("\"{{%s}}\" is a section; only variables are allowed", Printable(tag)));
  }
  if (sigil == '>') {
    return InvalidArgument(
        absl::StrFormat("\"{{%s}}\" is a partial; only variables are allowed", Printable(tag)));
  }
  if (sigil == '=') return InvalidArgument("\"{{=\" would change the delimiters; not allowed");
  return absl::OkStatus();
}

absl::Status CheckTags(std::string_view text) {
  size_t position = 0;
  while ((position = text.find(kOpen, position)) != std::string_view::npos) {
    const bool triple = text.substr(position).starts_with("{{{");
    const std::string_view close = triple ? "}}}" : "}}";
    const size_t begin = position + close.size();
    const size_t end = text.find(close, begin);
    if (end == std::string_view::npos) {
      return InvalidArgument(absl::StrFormat("the tag at character %d has no \"%s\"",
                                             static_cast<int>(position) + 1, close));
    }
    PXE_RETURN_IF_ERROR(CheckTag(text.substr(begin, end - begin)));
    position = end + close.size();
  }
  return absl::OkStatus();
}

// Sees every name the library looks up, however it is spelled in the text.
class StrictContext final : public mustache::basic_context<std::string> {
 public:
  explicit StrictContext(const VariableLookup& lookup) : lookup_(lookup) {}

  const mustache::data* get(const std::string& name) const override {
    const std::string* value = lookup_(name);
    if (value == nullptr) {
      if (!unknown_) unknown_ = name;
      return nullptr;
    }
    current_ = mustache::data(*value);
    return &current_;
  }

  const mustache::data* get_partial(const std::string& /*name*/) const override { return nullptr; }
  void push(const mustache::data* /*data*/) override {}
  void pop() override {}

  const std::optional<std::string>& unknown() const { return unknown_; }

 private:
  const VariableLookup& lookup_;
  mutable mustache::data current_;  // the library reads it before it looks up the next name
  mutable std::optional<std::string> unknown_;
};

}  // namespace

absl::StatusOr<std::string> RenderTemplate(const std::string& text, const VariableLookup& lookup) {
  if (text.find(kOpen) == std::string::npos) return text;
  PXE_RETURN_IF_ERROR(CheckTags(text));
  mustache::mustache parsed(text);
  if (!parsed.is_valid()) return InvalidArgument(Printable(parsed.error_message()));
  parsed.set_custom_escape([](const std::string& value) { return value; });
  StrictContext context(lookup);
  std::string rendered = parsed.render(context);
  if (context.unknown()) {
    return InvalidArgument(
        absl::StrFormat("unknown variable \"%s\"", Printable(*context.unknown())));
  }
  return rendered;
}

}  // namespace pxe::boot
