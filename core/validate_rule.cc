#include <algorithm>
#include <string>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"
#include "core/text_rules.h"
#include "core/validate.h"

namespace pxe::core {
namespace {

constexpr size_t kMacLength = 17;  // 52:54:00:aa:bb:cc

// Whole bytes in lower case, as MacAddress::ToString begins: rules compare texts.
bool IsMacPrefix(std::string_view text) {
  if (text.size() > kMacLength || text.size() % 3 != 2) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool fits = i % 3 == 2 ? c == ':' : HexDigitValue(c) >= 0 && !(c >= 'A' && c <= 'F');
    if (!fits) return false;
  }
  return true;
}

absl::Status ValidateMatch(const RuleMatch& match) {
  if (match == RuleMatch{}) return Refuse("rule.match", "says nothing; a rule needs a condition");
  PXE_RETURN_IF_ERROR(ValidateMap("rule.match.labels", match.labels));
  if (!match.mac_prefix.empty() && !IsMacPrefix(match.mac_prefix)) {
    return RefuseText("rule.match.mac_prefix", match.mac_prefix,
                      "is no beginning of a MAC address: 1 to 6 bytes such as 52:54:00");
  }
  if (match.uuid && !match.uuid->IsIdentity()) {
    return Refuse("rule.match.uuid", "all zeros and all ones identify no machine");
  }
  PXE_RETURN_IF_ERROR(ValidateKinds("rule.match.kinds", match.kinds));
  PXE_RETURN_IF_ERROR(
      ValidateLine("rule.match.vendor_class_prefix", match.vendor_class_prefix, kMaxTextLength));
  PXE_RETURN_IF_ERROR(ValidateOptionalId("rule.match.subnet", match.subnet));
  return ValidateLine("rule.match.circuit_id", match.circuit_id, kMaxCircuitIdLength);
}

absl::Status ValidateAction(const Rule& rule) {
  const bool required = rule.action == RuleAction::kProfile;
  const bool discovers = rule.action == RuleAction::kDiscover;
  if (required && rule.profile.empty()) {
    return Refuse("rule.profile", "is required with action = PROFILE");
  }
  if (!required && !discovers && !rule.profile.empty()) {
    return Refuse("rule.profile", "is only for action = PROFILE or DISCOVER");
  }
  if (discovers && !rule.match.labels.empty()) {
    return Refuse("rule.match.labels",
                  "do not go with action = DISCOVER: a machine that is no host has none");
  }
  return ValidateOptionalId("rule.profile", rule.profile);
}

}  // namespace

absl::Status Validate(const Rule& rule) {
  PXE_RETURN_IF_ERROR(ValidateId("rule_id", rule.id));
  PXE_RETURN_IF_ERROR(ValidateMatch(rule.match));
  return ValidateAction(rule);
}

}  // namespace pxe::core
