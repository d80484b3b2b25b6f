#include "boot/template.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"
#include "boot/variables.h"

namespace pxe::boot {
namespace {

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kBlanks = " \t\r\n\v\f";

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

enum class TagKind { kVariable, kComment, kPartial, kRefused };

struct Tag {
  TagKind kind = TagKind::kVariable;
  std::string_view name;  // without the sigil
  size_t begin = 0;       // in the text, braces included
  size_t end = 0;
};

Tag Classify(std::string_view contents, bool triple) {
  const std::string_view tag = Trimmed(contents);
  if (tag.empty()) return {.kind = TagKind::kRefused, .name = tag};
  switch (tag.front()) {
    case '#':
    case '^':
    case '/':
    case '=':
      return {.kind = TagKind::kRefused, .name = tag};
    default:
      break;
  }
  if (triple) return {.kind = TagKind::kVariable, .name = tag};
  const std::string_view rest = Trimmed(tag.substr(1));
  if (tag.front() == '!') return {.kind = TagKind::kComment, .name = rest};
  if (tag.front() == '>') return {.kind = TagKind::kPartial, .name = rest};
  return {.kind = TagKind::kVariable, .name = tag.front() == '&' ? rest : tag};
}

// The next tag from `position` on: none is left, or one, or one without an end (end == npos).
std::optional<Tag> NextTag(std::string_view text, size_t position) {
  const size_t begin = text.find(kOpen, position);
  if (begin == std::string_view::npos) return std::nullopt;
  const bool triple = text.substr(begin).starts_with("{{{");
  const std::string_view close = triple ? "}}}" : "}}";
  const size_t inside = begin + close.size();
  const size_t end = text.find(close, inside);
  Tag tag;
  if (end == std::string_view::npos) {
    tag.name = close;
    tag.end = end;
  } else {
    tag = Classify(text.substr(inside, end - inside), triple);
    tag.end = end + close.size();
  }
  tag.begin = begin;
  return tag;
}

// Widens a tag that is alone on its line to the whole line, and returns the blanks before it.
std::string_view TakeLine(std::string_view text, Tag& tag) {
  const size_t before = text.find_last_not_of(" \t", tag.begin == 0 ? 0 : tag.begin - 1);
  size_t line = 0;
  if (tag.begin > 0 && before != std::string_view::npos) {
    if (text[before] != '\n') return {};
    line = before + 1;
  }
  const size_t after = text.find_first_not_of(" \t\r", tag.end);
  if (after != std::string_view::npos && text[after] != '\n') return {};
  const std::string_view blanks = text.substr(line, tag.begin - line);
  tag.begin = line;
  tag.end = after == std::string_view::npos ? text.size() : after + 1;
  return blanks;
}

std::string Indented(std::string_view text, std::string_view blanks) {
  std::string indented;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n') + 1);
    const std::string_view whole = line.empty() ? text : line;  // the last may have no line end
    if (!Trimmed(whole).empty()) indented += blanks;
    indented += whole;
    text.remove_prefix(whole.size());
  }
  return indented;
}

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

absl::Status RefuseTag(std::string_view name) {
  if (name.empty()) return InvalidArgument("a tag \"{{}}\" names no variable");
  if (name.front() == '=') {
    return InvalidArgument("\"{{=\" would change the delimiters; not allowed");
  }
  return InvalidArgument(absl::StrFormat(
      "\"{{%s}}\" is a section; only variables and partials are allowed", Printable(name)));
}

// One text on its way out. Errors get their place where they arise: a partial's text has lines of
// its own.
class Rendering {
 public:
  Rendering(const VariableLookup& lookup, const PartialLookup* templates)
      : lookup_(lookup), templates_(templates) {}

  absl::Status AppendText(std::string_view text) {
    size_t position = 0;
    while (auto tag = NextTag(text, position)) {
      const size_t braces = tag->begin;
      const absl::Status status = AppendTag(text, position, *tag);
      if (!status.ok()) return At(status, text, braces);
      position = tag->end;
    }
    return Append(text.substr(position));
  }

  absl::Status AppendTemplate(std::string_view id, std::string_view blanks) {
    const std::string* text = templates_ == nullptr ? nullptr : (*templates_)(id);
    if (text == nullptr) {
      return InvalidArgument(absl::StrFormat("unknown template \"%s\"", Printable(id)));
    }
    PXE_RETURN_IF_ERROR(Enter(id));
    const absl::Status status =
        blanks.empty() ? AppendText(*text) : AppendText(Indented(*text, blanks));
    path_.pop_back();
    return status;
  }

  std::string Take() { return std::move(text_); }

 private:
  // The literal text up to the tag, then what the tag stands for.
  absl::Status AppendTag(std::string_view text, size_t position, Tag& tag) {
    if (tag.end == std::string_view::npos) {
      return InvalidArgument(absl::StrFormat("the tag at character %d has no \"%s\"",
                                             ColumnOf(text, tag.begin), tag.name));
    }
    const bool vanishes = tag.kind == TagKind::kComment || tag.kind == TagKind::kPartial;
    const std::string_view blanks =
        vanishes && !path_.empty() ? TakeLine(text, tag) : std::string_view{};
    PXE_RETURN_IF_ERROR(Append(text.substr(position, tag.begin - position)));
    switch (tag.kind) {
      case TagKind::kVariable:
        return AppendVariable(tag.name);
      case TagKind::kPartial:
        return AppendPartial(tag.name, blanks);
      case TagKind::kRefused:
        return RefuseTag(tag.name);
      case TagKind::kComment:
        break;
    }
    return absl::OkStatus();
  }

  absl::Status AppendVariable(std::string_view name) {
    const std::string* value = lookup_(name);
    if (value == nullptr) {
      return InvalidArgument(absl::StrFormat("unknown variable \"%s\"", Printable(name)));
    }
    if (std::ranges::any_of(*value, IsControl)) {
      return InvalidArgument(absl::StrFormat("the value \"%s\" of \"%s\" has a control character",
                                             Printable(*value), Printable(name)));
    }
    return Append(*value);
  }

  absl::Status AppendPartial(std::string_view id, std::string_view blanks) {
    if (templates_ != nullptr) return AppendTemplate(id, blanks);
    return InvalidArgument(
        absl::StrFormat("\"{{> %s}}\" is a partial; only templates may have them", Printable(id)));
  }

  absl::Status Append(std::string_view text) {
    if (text.size() > kMaxRenderedBytes - text_.size()) {
      return InvalidArgument(
          absl::StrFormat("the text grows over %d bytes", static_cast<int>(kMaxRenderedBytes)));
    }
    text_ += text;
    return absl::OkStatus();
  }

  absl::Status Enter(std::string_view id) {
    if (std::ranges::find(path_, id) != path_.end()) {
      std::string circle;
      for (const std::string_view outer : path_) circle += std::string(outer) + " > ";
      return InvalidArgument(absl::StrFormat("partials in a circle: %s%s", circle, id));
    }
    if (path_.size() == kMaxPartialDepth) {
      return InvalidArgument(absl::StrFormat("partials are nested more than %d deep",
                                             static_cast<int>(kMaxPartialDepth)));
    }
    if (++partials_ > kMaxPartials) {
      return InvalidArgument(
          absl::StrFormat("more than %d partials", static_cast<int>(kMaxPartials)));
    }
    path_.push_back(id);
    return absl::OkStatus();
  }

  // Of what is being rendered, the innermost template; a field's own text has no name and no lines.
  absl::Status At(const absl::Status& status, std::string_view text, size_t offset) {
    if (path_.empty() || placed_) return status;
    placed_ = true;
    const auto line = 1 + std::ranges::count(text.substr(0, offset), '\n');
    return Annotate(status, absl::StrFormat("templates/%s line %d", path_.back(), line));
  }

  static int ColumnOf(std::string_view text, size_t offset) {
    const size_t line_end = text.substr(0, offset).rfind('\n');  // npos + 1 is the text's beginning
    return static_cast<int>(offset - (line_end + 1)) + 1;
  }

  const VariableLookup& lookup_;
  const PartialLookup* templates_;      // null: no partials
  std::vector<std::string_view> path_;  // of the templates being rendered, outermost first
  size_t partials_ = 0;
  bool placed_ = false;  // the error that ends this has its place
  std::string text_;
};

}  // namespace

absl::StatusOr<std::string> RenderText(std::string_view text, const VariableLookup& lookup) {
  Rendering rendering(lookup, nullptr);
  PXE_RETURN_IF_ERROR(rendering.AppendText(text));
  return rendering.Take();
}

absl::StatusOr<std::string> RenderTemplate(std::string_view id, const VariableLookup& lookup,
                                           const PartialLookup& templates) {
  Rendering rendering(lookup, &templates);
  PXE_RETURN_IF_ERROR(rendering.AppendTemplate(id, {}));
  return rendering.Take();
}

absl::Status CheckTemplate(std::string_view id, const PartialLookup& templates) {
  return RenderTemplate(id, KnowableVariables(), templates).status();
}

std::vector<std::string> PartialsOf(std::string_view text) {
  std::vector<std::string> partials;
  size_t position = 0;
  while (const auto tag = NextTag(text, position)) {
    if (tag->end == std::string_view::npos) break;
    if (tag->kind == TagKind::kPartial) partials.emplace_back(tag->name);
    position = tag->end;
  }
  std::ranges::sort(partials);
  partials.erase(std::unique(partials.begin(), partials.end()), partials.end());
  return partials;
}

}  // namespace pxe::boot
