#include "absl/strings/str_format.h"
#include "api/convert.h"
#include "api/fields.h"
#include "api/resource_name.h"
#include "base/status.h"

namespace pxe::api {
namespace {

v1::RuleAction ToProto(core::RuleAction action) {
  switch (action) {
    case core::RuleAction::kProfile:
      return v1::RULE_ACTION_PROFILE;
    case core::RuleAction::kLocal:
      return v1::RULE_ACTION_LOCAL;
    case core::RuleAction::kIgnore:
      return v1::RULE_ACTION_IGNORE;
    case core::RuleAction::kDiscover:
      return v1::RULE_ACTION_DISCOVER;
  }
  return v1::RULE_ACTION_UNSPECIFIED;
}

absl::StatusOr<core::RuleAction> FromProto(v1::RuleAction action) {
  if (action == v1::RULE_ACTION_LOCAL) return core::RuleAction::kLocal;
  if (action == v1::RULE_ACTION_IGNORE) return core::RuleAction::kIgnore;
  if (action == v1::RULE_ACTION_DISCOVER) return core::RuleAction::kDiscover;
  if (action == v1::RULE_ACTION_PROFILE || action == v1::RULE_ACTION_UNSPECIFIED) {
    return core::RuleAction::kProfile;
  }
  return InvalidArgument(
      absl::StrFormat("rule.action: %d is no known value", static_cast<int>(action)));
}

v1::RuleMatch ToProto(const core::RuleMatch& match) {
  v1::RuleMatch out;
  PutMap(match.labels, out.mutable_labels());
  out.set_mac_prefix(match.mac_prefix);
  if (match.uuid) out.set_uuid(match.uuid->ToString());
  for (const std::string& kind : match.kinds) out.add_kinds(kind);
  out.set_vendor_class_prefix(match.vendor_class_prefix);
  out.set_subnet(Reference(kSubnets, match.subnet));
  out.set_circuit_id(match.circuit_id);
  return out;
}

absl::StatusOr<core::RuleMatch> FromProto(const v1::RuleMatch& match) {
  core::RuleMatch out{.labels = FromMap(match.labels()),
                      .kinds = KindsOf(match.kinds()),
                      .vendor_class_prefix = match.vendor_class_prefix(),
                      .circuit_id = match.circuit_id()};
  if (!match.mac_prefix().empty()) {
    PXE_ASSIGN_OR_RETURN(const auto bytes,
                         ParseMacPrefix("rule.match.mac_prefix", match.mac_prefix()));
    out.mac_prefix = MacPrefixText(bytes);
  }
  PXE_ASSIGN_OR_RETURN(out.uuid, ParseOptionalUuid("rule.match.uuid", match.uuid()));
  PXE_ASSIGN_OR_RETURN(out.subnet, ParseReference("rule.match.subnet", kSubnets, match.subnet()));
  return out;
}

}  // namespace

v1::Rule ToProto(const core::Rule& rule) {
  v1::Rule out;
  out.set_name(NameOf(kRules, rule.id));
  out.set_priority(rule.priority);
  *out.mutable_match() = ToProto(rule.match);
  out.set_action(ToProto(rule.action));
  out.set_profile(Reference(kProfiles, rule.profile));
  out.set_revision(rule.stamp.revision);
  out.set_etag(EtagOf(rule.stamp));
  *out.mutable_create_time() = ToTimestamp(rule.stamp.created);
  *out.mutable_update_time() = ToTimestamp(rule.stamp.updated);
  return out;
}

absl::StatusOr<core::Rule> FromProto(std::string_view id, const v1::Rule& rule) {
  core::Rule out;
  out.id = id;
  out.priority = rule.priority();
  PXE_ASSIGN_OR_RETURN(out.match, FromProto(rule.match()));
  PXE_ASSIGN_OR_RETURN(out.action, FromProto(rule.action()));
  PXE_ASSIGN_OR_RETURN(out.profile, ParseReference("rule.profile", kProfiles, rule.profile()));
  return out;
}

}  // namespace pxe::api
