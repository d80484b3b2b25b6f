#include <algorithm>
#include <functional>
#include <map>

#include "api/resource_name.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/editable.h"
#include "pxe/v1/rule.grpc.pb.h"

namespace pxe::adm {
namespace {

using google::protobuf::FieldMask;
using Texts = std::vector<std::string>;

class RuleFlags {
 public:
  void Declare(CLI::App& verb) {
    verb.add_option("--priority", priority_, "Of two rules that match, the higher one wins");
    AddRepeatable(verb, "--label", labels_, "KEY=VALUE that the host has, or KEY-");
    verb.add_option("--mac-prefix", mac_prefix_, "Bytes that the MAC address begins with");
    verb.add_option("--uuid", uuid_, "SMBIOS UUID");
    AddRepeatable(verb, "--kind", kinds_, "Kind of client, any of them: uefi-x64");
    verb.add_option("--vendor-class", vendor_class_, "What DHCP option 60 begins with");
    verb.add_option("--subnet", subnet_, "Where the machine is");
    verb.add_option("--circuit-id", circuit_id_, "What its relay calls its port");
    verb.add_option("--profile", profile_, "They boot this profile");
    auto* local = verb.add_flag("--local", local_, "They boot their local disk");
    auto* ignore = verb.add_flag("--ignore", ignore_, "They are not answered");
    verb.add_flag("--discover", discover_, "They become hosts, and boot --profile if it is given")
        ->excludes(local)
        ->excludes(ignore);
    local->excludes(ignore);
  }

  bool NeedsStored() const { return false; }

  absl::Status Apply(v1::Rule& rule, FieldMask& mask) const {
    if (Named(priority_, "priority", mask)) rule.set_priority(*priority_);
    v1::RuleMatch& match = *rule.mutable_match();
    if (Named(mac_prefix_, "match.mac_prefix", mask)) match.set_mac_prefix(*mac_prefix_);
    if (Named(uuid_, "match.uuid", mask)) match.set_uuid(*uuid_);
    if (Named(vendor_class_, "match.vendor_class_prefix", mask)) {
      match.set_vendor_class_prefix(*vendor_class_);
    }
    if (Named(subnet_, "match.subnet", mask)) {
      match.set_subnet(FullName(api::kSubnets, *subnet_));
    }
    if (Named(circuit_id_, "match.circuit_id", mask)) match.set_circuit_id(*circuit_id_);
    ApplyList(kinds_, "match.kinds", match.mutable_kinds(), mask);
    ApplyAction(rule, mask);
    return ApplyPairs("--label", "match.labels", labels_, match.mutable_labels(), mask);
  }

 private:
  // Always names both fields: what the rule did before must not linger.
  void ApplyAction(v1::Rule& rule, FieldMask& mask) const {
    if (!profile_ && !local_ && !ignore_ && !discover_) return;
    mask.add_paths("action");
    mask.add_paths("profile");
    rule.set_profile(FullName(api::kProfiles, profile_.value_or("")));
    rule.set_action(v1::RULE_ACTION_PROFILE);
    if (local_) rule.set_action(v1::RULE_ACTION_LOCAL);
    if (ignore_) rule.set_action(v1::RULE_ACTION_IGNORE);
    if (discover_) rule.set_action(v1::RULE_ACTION_DISCOVER);
  }

  std::optional<uint32_t> priority_;
  std::optional<std::string> mac_prefix_, uuid_, vendor_class_, subnet_, circuit_id_, profile_;
  bool local_ = false;
  bool ignore_ = false;
  bool discover_ = false;
  Texts labels_, kinds_;
};

std::string MatchCell(const v1::RuleMatch& match) {
  Texts parts;
  const auto add = [&parts](std::string_view what, const std::string& value) {
    if (!value.empty()) parts.push_back(absl::StrFormat("%s=%s", what, value));
  };
  const std::map<std::string, std::string> sorted(match.labels().begin(), match.labels().end());
  for (const auto& [key, value] : sorted) parts.push_back(key + "=" + value);
  add("mac", match.mac_prefix());
  add("uuid", match.uuid());
  for (const std::string& kind : match.kinds()) add("kind", kind);
  add("vendor-class", match.vendor_class_prefix());
  add("subnet", ShortName(match.subnet()));
  add("circuit-id", match.circuit_id());
  return Joined(parts);
}

std::string ActionCell(const v1::Rule& rule) {
  if (rule.action() == v1::RULE_ACTION_LOCAL) return "local";
  if (rule.action() == v1::RULE_ACTION_IGNORE) return "ignore";
  const std::string profile = ShortName(rule.profile());
  if (rule.action() == v1::RULE_ACTION_PROFILE) return "profile=" + profile;
  return profile.empty() ? "discover" : "discover=" + profile;
}

struct RuleApi {
  using Service = v1::RuleService;
  using Resource = v1::Rule;
  using GetRequest = v1::GetRuleRequest;
  using DeleteRequest = v1::DeleteRuleRequest;
  using ListRequest = v1::ListRulesRequest;
  using ListResponse = v1::ListRulesResponse;
  using Flags = RuleFlags;
  static constexpr std::string_view kNoun = "rule";
  static constexpr std::string_view kHelp = "Which machines boot what";
  static constexpr std::string_view kFilterHelp = "Conditions: profile = profiles/deb";
  static constexpr std::string_view kCollection = api::kRules;

  static grpc::Status Get(Service::Stub& stub, grpc::ClientContext* context,
                          const GetRequest& request, v1::Rule* out) {
    return stub.GetRule(context, request, out);
  }
  static grpc::Status List(Service::Stub& stub, grpc::ClientContext* context,
                           const ListRequest& request, ListResponse* out) {
    return stub.ListRules(context, request, out);
  }
  static auto Items(ListResponse& page) { return page.mutable_rules(); }
  static v1::CreateRuleRequest CreateRequestOf(const std::string& id, const v1::Rule& rule) {
    v1::CreateRuleRequest request;
    request.set_rule_id(id);
    *request.mutable_rule() = rule;
    return request;
  }
  static grpc::Status Create(Service::Stub& stub, grpc::ClientContext* context,
                             const v1::CreateRuleRequest& request, v1::Rule* out) {
    return stub.CreateRule(context, request, out);
  }
  static v1::UpdateRuleRequest UpdateRequestOf(const v1::Rule& rule, const FieldMask& mask) {
    v1::UpdateRuleRequest request;
    *request.mutable_rule() = rule;
    *request.mutable_update_mask() = mask;
    return request;
  }
  static grpc::Status Update(Service::Stub& stub, grpc::ClientContext* context,
                             const v1::UpdateRuleRequest& request, v1::Rule* out) {
    return stub.UpdateRule(context, request, out);
  }
  static grpc::Status Delete(Service::Stub& stub, grpc::ClientContext* context,
                             const DeleteRequest& request, google::protobuf::Empty* out) {
    return stub.DeleteRule(context, request, out);
  }
  // As they are asked.
  static void Sort(std::vector<v1::Rule>& rules) {
    std::ranges::stable_sort(rules, std::greater<>(), &v1::Rule::priority);
  }
  static Row Headline() { return {"ID", "PRIORITY", "MATCH", "ACTION"}; }
  static Row Cells(const v1::Rule& rule) {
    return {ShortName(rule.name()), std::to_string(rule.priority()), MatchCell(rule.match()),
            ActionCell(rule)};
  }
};

}  // namespace

void AddRuleCommands(CommandLine& line) {
  AddEditableNoun<RuleApi>(line);
}

}  // namespace pxe::adm
