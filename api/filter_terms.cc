#include "api/filter_terms.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe::api {
namespace {

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool IsFieldCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

// Reads a filter from left to right, and knows its column.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool AtEnd() const { return at_ == text_.size(); }
  size_t column() const { return at_ + 1; }
  void SkipBlanks() {
    while (!AtEnd() && IsBlank(text_[at_])) ++at_;
  }

  absl::StatusOr<FilterTerm> Term() {
    FilterTerm term{.column = column()};
    term.field = Word(&IsFieldCharacter);
    if (term.field.empty()) return RefuseFilter(column(), "a field is expected here");
    if (term.field == "NOT") return RefuseFilter(term.column, "NOT is not known here");
    SkipBlanks();
    PXE_ASSIGN_OR_RETURN(term.operation, Operation());
    SkipBlanks();
    term.value_column = column();
    term.quoted = !AtEnd() && text_[at_] == '"';
    PXE_ASSIGN_OR_RETURN(term.value, term.quoted ? Quoted() : Bare());
    return term;
  }

  // Between two terms.
  absl::Status And() {
    const size_t at = column();
    const std::string word = Word([](char c) { return !IsBlank(c); });
    if (word == "AND" && !AtEnd()) return absl::OkStatus();
    return RefuseFilter(at, "conditions are joined by AND, and by nothing else");
  }

 private:
  std::string Word(bool (*belongs)(char)) {
    const size_t first = at_;
    while (!AtEnd() && belongs(text_[at_])) ++at_;
    return std::string(text_.substr(first, at_ - first));
  }

  absl::StatusOr<std::string> Operation() {
    for (const std::string_view known : {"<=", ">=", "=", ":", "<", ">"}) {
      if (!text_.substr(at_).starts_with(known)) continue;
      at_ += known.size();
      return std::string(known);
    }
    return RefuseFilter(column(), "one of = : < <= > >= is expected here");
  }

  absl::StatusOr<std::string> Bare() {
    const size_t first = at_;
    for (; !AtEnd() && !IsBlank(text_[at_]); ++at_) {
      if (std::string_view("\"()=<>,\\").find(text_[at_]) == std::string_view::npos) continue;
      return RefuseFilter(column(), "a value with this character goes in double quotes");
    }
    if (at_ == first) return RefuseFilter(column(), "a value is expected here");
    return std::string(text_.substr(first, at_ - first));
  }

  absl::StatusOr<std::string> Quoted() {
    const size_t first = column();
    std::string value;
    for (++at_; !AtEnd(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return value;
      }
      if (text_[at_] == '\\') {
        ++at_;
        if (AtEnd() || (text_[at_] != '"' && text_[at_] != '\\')) {
          return RefuseFilter(at_, "in quotes a backslash stands before \" or \\ only");
        }
      }
      value += text_[at_];
    }
    return RefuseFilter(first, "the quotes are not closed");
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<FilterTerm>> ParseFilterTerms(std::string_view text) {
  if (text.size() > kMaxFilterBytes) {
    return InvalidArgument(absl::StrFormat("filter: is longer than %d bytes", kMaxFilterBytes));
  }
  std::vector<FilterTerm> terms;
  Reader reader(text);
  reader.SkipBlanks();
  while (!reader.AtEnd()) {
    if (!terms.empty()) {
      PXE_RETURN_IF_ERROR(reader.And());
      reader.SkipBlanks();
    }
    if (terms.size() == kMaxFilterTerms) {
      return RefuseFilter(reader.column(),
                          absl::StrFormat("has more than %d conditions", kMaxFilterTerms));
    }
    PXE_ASSIGN_OR_RETURN(FilterTerm term, reader.Term());
    terms.push_back(std::move(term));
    reader.SkipBlanks();
  }
  return terms;
}

absl::Status RefuseFilter(size_t column, std::string_view reason) {
  return InvalidArgument(absl::StrFormat("filter: column %d: %s", column, reason));
}

}  // namespace pxe::api
