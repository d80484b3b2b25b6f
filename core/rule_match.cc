#include "core/rule_match.h"

#include <algorithm>
#include <functional>

#include "absl/hash/hash.h"

namespace pxe::core {
namespace {

bool HasLabels(const Host* host, const std::map<std::string, std::string>& labels) {
  if (host == nullptr) return labels.empty();
  return std::ranges::all_of(labels, [&](const auto& label) {
    const auto found = host->labels.find(label.first);
    return found != host->labels.end() && found->second == label.second;
  });
}

bool HasUuid(const RuleFacts& facts, const Uuid& uuid) {
  return facts.uuid && (*facts.uuid == uuid || *facts.uuid == uuid.Swapped());
}

// All conditions but the labels.
std::optional<RuleCondition> FirstMismatchElsewhere(const RuleMatch& match,
                                                    const RuleFacts& facts) {
  using enum RuleCondition;
  if (!match.subnet.empty() && match.subnet != facts.subnet) return kSubnet;
  if (!match.kinds.empty() && std::ranges::find(match.kinds, facts.kind) == match.kinds.end()) {
    return kKinds;
  }
  if (!facts.mac.starts_with(match.mac_prefix)) return kMacPrefix;
  if (!match.circuit_id.empty() && match.circuit_id != facts.circuit_id) return kCircuitId;
  if (!facts.vendor_class.starts_with(match.vendor_class_prefix)) return kVendorClassPrefix;
  if (match.uuid && !HasUuid(facts, *match.uuid)) return kUuid;
  return std::nullopt;
}

}  // namespace

std::string_view NameOf(RuleCondition condition) {
  switch (condition) {
    case RuleCondition::kSubnet:
      return "subnet";
    case RuleCondition::kKinds:
      return "kinds";
    case RuleCondition::kMacPrefix:
      return "mac_prefix";
    case RuleCondition::kCircuitId:
      return "circuit_id";
    case RuleCondition::kVendorClassPrefix:
      return "vendor_class_prefix";
    case RuleCondition::kUuid:
      return "uuid";
    case RuleCondition::kLabels:
      return "labels";
  }
  return "unknown";
}

std::optional<RuleCondition> FirstMismatch(const RuleMatch& match, const RuleFacts& facts) {
  if (const auto failed = FirstMismatchElsewhere(match, facts)) return failed;
  if (!HasLabels(facts.host, match.labels)) return RuleCondition::kLabels;
  return std::nullopt;
}

uint64_t LabelBits(const std::map<std::string, std::string>& labels) {
  uint64_t bits = 0;
  for (const auto& [key, value] : labels) bits |= uint64_t{1} << (absl::HashOf(key, value) % 64);
  return bits;
}

std::vector<RankedRule> RankRules(const std::vector<const Rule*>& rules) {
  std::vector<RankedRule> ranked;
  ranked.reserve(rules.size());
  for (const Rule* rule : rules) ranked.push_back({rule, LabelBits(rule->match.labels)});
  std::ranges::sort(ranked, std::greater(),
                    [](const RankedRule& ranked_rule) { return ranked_rule.rule->priority; });
  return ranked;
}

std::optional<RuleCondition> FirstMismatch(const RankedRule& rule, const RuleFacts& facts,
                                           uint64_t label_bits) {
  const RuleMatch& match = rule.rule->match;
  if (const auto failed = FirstMismatchElsewhere(match, facts)) return failed;
  const bool lacks_one = (rule.label_bits & ~label_bits) != 0;
  if (lacks_one || !HasLabels(facts.host, match.labels)) return RuleCondition::kLabels;
  return std::nullopt;
}

}  // namespace pxe::core
