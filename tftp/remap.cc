#include "tftp/remap.h"

#include "base/status.h"
#include "tftp/wire/packet.h"

namespace pxe::tftp {
namespace {

std::string WithPlainSlashes(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c != '/' && c != '\\') {
      plain += c;
    } else if (!plain.empty() && plain.back() != '/') {
      plain += '/';
    }
  }
  return plain;
}

}  // namespace

absl::StatusOr<RemapRule> ParseRemapRule(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) return InvalidArgument("is not FROM=TO");
  RemapRule rule{.from = WithPlainSlashes(text.substr(0, equals)),
                 .to = std::string(text.substr(equals + 1))};
  if (rule.from.empty()) return InvalidArgument("has nothing before its \"=\"");
  const bool folder = rule.from.ends_with('/');
  if (folder && !rule.to.empty() && !rule.to.ends_with('/')) rule.to += '/';
  if (!folder && rule.to.empty()) return InvalidArgument("maps a file to nothing");
  return rule;
}

std::string Remap(const std::vector<RemapRule>& rules, std::string_view name) {
  if (rules.empty()) return std::string(name);
  const std::string plain = WithPlainSlashes(name);
  for (const RemapRule& rule : rules) {
    const bool folder = rule.from.ends_with('/');
    const std::string_view head = std::string_view(plain).substr(0, rule.from.size());
    if (!wire::EqualsIgnoringCase(head, rule.from)) continue;
    if (folder) return rule.to + plain.substr(rule.from.size());
    if (plain.size() == rule.from.size()) return rule.to;
  }
  return std::string(name);
}

}  // namespace pxe::tftp
