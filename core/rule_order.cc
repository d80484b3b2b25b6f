#include "core/rule_order.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "base/status.h"

namespace pxe::core {
namespace {

bool SameUuid(const Uuid& a, const Uuid& b) {
  return a == b || a == b.Swapped();
}

// Whether a machine that fits `narrow` always fits `wide`.
bool Covers(const RuleMatch& wide, const RuleMatch& narrow) {
  const auto among_kinds = [&](const std::string& kind) {
    return std::ranges::find(wide.kinds, kind) != wide.kinds.end();
  };
  if (!wide.subnet.empty() && wide.subnet != narrow.subnet) return false;
  if (!wide.circuit_id.empty() && wide.circuit_id != narrow.circuit_id) return false;
  if (wide.uuid && !(narrow.uuid && SameUuid(*wide.uuid, *narrow.uuid))) return false;
  if (!narrow.mac_prefix.starts_with(wide.mac_prefix)) return false;
  if (!narrow.vendor_class_prefix.starts_with(wide.vendor_class_prefix)) return false;
  const bool kinds_covered = wide.kinds.empty() || (!narrow.kinds.empty() &&
                                                    std::ranges::all_of(narrow.kinds, among_kinds));
  return kinds_covered && std::ranges::includes(narrow.labels, wide.labels);
}

absl::Status CheckPair(const Rule& rule, const Rule& other) {
  if (rule.priority == other.priority) {
    return AlreadyExists(
        absl::StrFormat("rule.priority: %d is that of rules/%s", rule.priority, other.id));
  }
  if (rule.priority < other.priority && Hides(other, rule)) {
    return FailedPrecondition(absl::StrFormat(
        "rule.match: it would never apply: rules/%s, of priority %d, takes every machine that fits",
        other.id, other.priority));
  }
  if (rule.priority > other.priority && Hides(rule, other)) {
    return FailedPrecondition(absl::StrFormat(
        "rule.match: rules/%s, of priority %d, would never apply any more: this one would take "
        "every machine that fits it",
        other.id, other.priority));
  }
  return absl::OkStatus();
}

}  // namespace

bool Hides(const Rule& higher, const Rule& lower) {
  const bool leaves_hosts =
      higher.action == RuleAction::kDiscover && lower.action != RuleAction::kDiscover;
  return !leaves_hosts && Covers(higher.match, lower.match);
}

absl::Status CheckRuleOrder(const Rule& rule, std::span<const Rule> others) {
  for (const Rule& other : others) {
    if (other.id == rule.id) continue;
    PXE_RETURN_IF_ERROR(CheckPair(rule, other));
  }
  return absl::OkStatus();
}

}  // namespace pxe::core
