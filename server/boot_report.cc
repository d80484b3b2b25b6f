#include "server/boot_report.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "absl/strings/str_format.h"
#include "core/quirks.h"

namespace pxe::server {
namespace {

using core::BootReason;
using core::TraceCode;

// The names that words are made with.
struct Names {
  std::string host;     // "hosts/n1"
  std::string profile;  // "profiles/deb"
  std::string rule;     // "rules/rack-a"
  std::string subnet;   // "subnets/lab"
  std::string kind;     // "uefi-x64"
};

std::string Name(std::string_view collection, std::string_view id) {
  return id.empty() ? "" : absl::StrFormat("%s/%s", collection, id);
}

Names NamesOf(const AskingMachine& asking) {
  const Machine& machine = asking.machine;
  Names names{.kind = std::string(machine.kind)};
  if (machine.host != nullptr) names.host = Name("hosts", machine.host->id);
  if (machine.subnet != nullptr) names.subnet = Name("subnets", machine.subnet->id);
  if (asking.boot.profile != nullptr) names.profile = Name("profiles", asking.boot.profile->id);
  if (asking.boot.rule != nullptr) names.rule = Name("rules", asking.boot.rule->id);
  return names;
}

// Who of the two keeps the machine from being answered fully.
std::string WhoAnswersLess(const Machine& machine, const Names& names) {
  const bool nic = machine.nic != nullptr && machine.nic->answers > machine.host->answers;
  return nic ? absl::StrFormat("NIC %s of %s", machine.nic->mac.ToString(), names.host)
             : names.host;
}

constexpr std::string_view kNobody = "no host has this MAC address or UUID";
constexpr std::string_view kNothing = "an address and nothing to boot";

std::string Boots(const Names& names, std::string_view why) {
  return absl::StrFormat("boots %s: %s", names.profile, why);
}

// For a machine that is being discovered, or was and waits to be judged.
std::string Discovered(const AskingMachine& asking, const Names& names, std::string_view by) {
  const std::string what = asking.boot.discover
                               ? absl::StrFormat("becomes a host by %s", by)
                               : absl::StrFormat("%s was discovered and not approved", names.host);
  const bool boots = !names.profile.empty();
  return boots ? absl::StrFormat("boots %s: %s", names.profile, what)
               : absl::StrFormat("%s: %s", kNothing, what);
}

std::string Unknown(const Names& names, std::string_view gets) {
  return absl::StrFormat("%s, and %s %s", kNobody, names.subnet, gets);
}

std::string WordsFor(const AskingMachine& asking, const Names& names) {
  const Machine& machine = asking.machine;
  const std::string by_rule =
      absl::StrFormat("%s matches, with priority %d", names.rule,
                      asking.boot.rule != nullptr ? asking.boot.rule->priority : 0);
  switch (asking.boot.reason) {
    case BootReason::kRejected:
      return absl::StrFormat("no answer: %s was rejected", names.host);
    case BootReason::kDoNotAnswer:
      return absl::StrFormat("no answer: %s is not to be answered", WhoAnswersLess(machine, names));
    case BootReason::kAnswersAddressOnly:
      return absl::StrFormat("%s: %s says so", kNothing, WhoAnswersLess(machine, names));
    case BootReason::kHostLocal:
      return absl::StrFormat("boots its local disk: %s says so", names.host);
    case BootReason::kHostProfile:
      return Boots(names, absl::StrFormat("%s names it", names.host));
    case BootReason::kRuleProfile:
      return Boots(names, by_rule);
    case BootReason::kRuleLocal:
      return "boots its local disk: " + by_rule;
    case BootReason::kRuleIgnore:
      return "no answer: " + by_rule;
    case BootReason::kRuleDiscover:
      return Discovered(asking, names, names.rule);
    case BootReason::kSubnetDefault:
      return Boots(names, absl::StrFormat("it is the default of %s, and neither %s nor a rule "
                                          "names another",
                                          names.subnet, names.host));
    case BootReason::kLocalDisk:
      return absl::StrFormat(
          "boots its local disk: %s has no profile, no rule matches, and %s", names.host,
          names.subnet.empty() ? "its link is in no subnet" : names.subnet + " has no default");
    case BootReason::kDiscovered:
      return Discovered(asking, names, names.subnet);
    case BootReason::kIgnored:
      return "no answer: " + Unknown(names, "ignores unknown machines");
    case BootReason::kAddressOnly:
      return absl::StrFormat("%s: %s", kNothing, Unknown(names, "gives unknown machines no more"));
    case BootReason::kUnknownProfile:
      return Boots(names, Unknown(names, "boots unknown machines with it"));
    case BootReason::kUnknownLocal:
      return "boots its local disk: " + Unknown(names, "sends unknown machines there");
    case BootReason::kNoSubnet:
      return "no answer: its link is in no subnet";
    case BootReason::kProfileMissing:
      return absl::StrFormat("%s: the profile that is named does not exist", kNothing);
    case BootReason::kNoLoader:
      return names.profile.empty()
                 ? absl::StrFormat("%s: there is no boot file that leads %s to the local disk",
                                   kNothing, names.kind)
                 : absl::StrFormat("%s: %s has no boot file for %s", kNothing, names.profile,
                                   names.kind);
    case BootReason::kOperatingSystem:
      return absl::StrFormat("%s: an operating system does not ask for it", kNothing);
    case BootReason::kPlainFile:
      return absl::StrFormat("is given the plain boot file of %s: its kind, %s, is none that boots",
                             names.subnet, names.kind);
  }
  return "";
}

// A reserved address that is of no use here.
std::string Elsewhere(const Machine& machine, const Catalog& catalog) {
  if (machine.nic == nullptr || !machine.nic->address || machine.subnet == nullptr) return "";
  if (machine.subnet->cidr.Contains(*machine.nic->address)) return "";
  const core::Subnet* home = catalog.SubnetContaining(*machine.nic->address);
  return absl::StrFormat(
      "; its reserved address %s lies in %s, not in subnets/%s", machine.nic->address->ToString(),
      home == nullptr ? "no subnet" : Name("subnets", home->id), machine.subnet->id);
}

struct Subject {
  std::string resource;
  std::string text;
};

std::string_view WordOf(TraceCode code) {
  switch (code) {
    case TraceCode::kHostByMac:
      return "host_by_mac";
    case TraceCode::kHostByUuid:
      return "host_by_uuid";
    case TraceCode::kNoHost:
      return "no_host";
    case TraceCode::kHostDecides:
      return "host_decides";
    case TraceCode::kHostLeavesOpen:
      return "host_leaves_open";
    case TraceCode::kRuleDecides:
      return "rule_decides";
    case TraceCode::kRuleFails:
      return "rule_fails";
    case TraceCode::kRuleForNewcomers:
      return "rule_for_newcomers";
    case TraceCode::kSubnetDecides:
      return "subnet_decides";
    case TraceCode::kSubnetLeavesOpen:
      return "subnet_leaves_open";
    case TraceCode::kNoSubnet:
      return "no_subnet";
    case TraceCode::kProfileFound:
      return "profile_found";
    case TraceCode::kProfileMissing:
      return "profile_missing";
    case TraceCode::kIpxeLacksBzImage:
      return "ipxe_lacks_bzimage";
  }
  return "unknown";
}

// What the step is about. Rules are known by their priority, the rest is what the machine has.
std::string ResourceOf(const core::TraceStep& step, const Names& names, const Catalog& catalog) {
  switch (step.code) {
    case TraceCode::kHostByMac:
    case TraceCode::kHostByUuid:
    case TraceCode::kHostDecides:
    case TraceCode::kHostLeavesOpen:
      return names.host;
    case TraceCode::kRuleDecides:
    case TraceCode::kRuleFails:
    case TraceCode::kRuleForNewcomers: {
      const auto rules = catalog.ranked_rules();
      const auto found = std::ranges::find(
          rules, step.priority, [](const core::RankedRule& one) { return one.rule->priority; });
      return found == rules.end() ? "" : Name("rules", found->rule->id);
    }
    case TraceCode::kSubnetDecides:
    case TraceCode::kSubnetLeavesOpen:
      return names.subnet;
    case TraceCode::kProfileFound:
      return names.profile;
    case TraceCode::kNoHost:
    case TraceCode::kNoSubnet:
    case TraceCode::kProfileMissing:
    case TraceCode::kIpxeLacksBzImage:
      break;
  }
  return "";
}

std::string TextOf(const core::TraceStep& step, const std::string& resource) {
  switch (step.code) {
    case TraceCode::kHostByMac:
      return resource + " has this MAC address";
    case TraceCode::kHostByUuid:
      return resource + " has this UUID";
    case TraceCode::kNoHost:
      return std::string(kNobody);
    case TraceCode::kHostDecides:
      return resource + " decides";
    case TraceCode::kHostLeavesOpen:
      return resource + " leaves it open";
    case TraceCode::kRuleDecides:
      return absl::StrFormat("%s (priority %d) matches and decides", resource, step.priority);
    case TraceCode::kRuleFails:
      return absl::StrFormat("%s (priority %d) does not match: %s differs", resource, step.priority,
                             core::NameOf(step.failed));
    case TraceCode::kRuleForNewcomers:
      return absl::StrFormat("%s (priority %d) discovers machines; this one is a host", resource,
                             step.priority);
    case TraceCode::kSubnetDecides:
      return resource + " decides";
    case TraceCode::kSubnetLeavesOpen:
      return resource + " has no default profile";
    case TraceCode::kNoSubnet:
      return "its link is in no subnet";
    case TraceCode::kProfileFound:
      return resource + " is there";
    case TraceCode::kProfileMissing:
      return "the profile that is named does not exist";
    case TraceCode::kIpxeLacksBzImage:
      return "its iPXE says that it cannot start Linux kernels (option 175 without bzImage): no "
             "script, but the boot file of BIOS firmware";
  }
  return "";
}

// A row that had a say in what the reply is: an operator's, or one that is built in.
ReportStep StepOf(const core::Quirk& quirk, const Catalog& catalog) {
  const bool built_in = catalog.FindQuirk(quirk.id) != &quirk;
  const std::string name = Name("quirks", built_in ? "" : quirk.id);
  std::string text = built_in ? absl::StrFormat("the built-in quirk %s", quirk.id) : name;
  text += " says how it is told";
  if (!quirk.why.empty()) text += ": " + quirk.why;
  return {
      .code = "quirk", .resource = name, .revision = quirk.stamp.revision, .text = std::move(text)};
}

std::vector<ReportStep> StepsOf(const AskingMachine& asking, const Names& names,
                                const Catalog& catalog) {
  std::vector<ReportStep> steps;
  for (const core::TraceStep& step : asking.boot.trace.steps()) {
    const std::string resource = ResourceOf(step, names, catalog);
    const bool fails = step.code == TraceCode::kRuleFails;
    steps.push_back({.code = fails ? absl::StrFormat("rule_%s_differs", core::NameOf(step.failed))
                                   : std::string(WordOf(step.code)),
                     .resource = resource,
                     .revision = step.revision,
                     .text = TextOf(step, resource)});
  }
  const size_t more = asking.boot.trace.left_out();
  if (more > 0) {
    steps.push_back(
        {.code = "rules_left_out", .text = absl::StrFormat("%d more rules do not match", more)});
  }
  for (const core::Quirk* quirk : asking.facts.quirks.rows)
    steps.push_back(StepOf(*quirk, catalog));
  return steps;
}

// Why DHCP says nothing although something was decided; empty: it does answer.
std::string SilenceWords(const core::DhcpAnswer& answer, const Names& names) {
  const auto* silence = std::get_if<core::DhcpSilence>(&answer);
  if (silence == nullptr) return "";
  if (silence->reason == core::SilenceReason::kNoSubnet) {
    return "no answer: its link is in no subnet";
  }
  constexpr std::pair<core::SilenceReason, std::string_view> kOfSubnets[] = {
      {core::SilenceReason::kNoAddress, "has no free address"},
      {core::SilenceReason::kSubnetOff, "is off"},
      {core::SilenceReason::kNotReserved, "serves reserved addresses only"},
      {core::SilenceReason::kProxyOnly, "only tells where to boot from, and this asks for no file"},
      {core::SilenceReason::kNothingToBoot, "only tells where to boot from, and has nothing"},
  };
  for (const auto& [reason, words] : kOfSubnets) {
    if (reason == silence->reason) {
      return absl::StrFormat("no answer: %s %s", names.subnet, words);
    }
  }
  return absl::StrFormat("no answer: %s", core::ToString(silence->reason));
}

}  // namespace

DecisionReport ReportOf(const AskingMachine& asking, const core::DhcpAnswer& answer,
                        const Catalog& catalog) {
  const Machine& machine = asking.machine;
  const Names names = NamesOf(asking);
  DecisionReport report{.reason = WordsFor(asking, names) + Elsewhere(machine, catalog),
                        .code = std::string(core::ToString(asking.boot.reason)),
                        .action = asking.boot.action,
                        .kind = names.kind,
                        .loader = asking.boot.loader,
                        .discovers = asking.boot.discover,
                        .steps = StepsOf(asking, names, catalog)};
  if (machine.host != nullptr) report.host = machine.host->id;
  if (machine.subnet != nullptr) report.subnet = machine.subnet->id;
  if (asking.boot.profile != nullptr) report.profile = asking.boot.profile->id;
  if (asking.boot.rule != nullptr) report.rule = asking.boot.rule->id;
  if (const auto* grant = std::get_if<core::DhcpGrant>(&answer)) {
    report.address = grant->address;
    report.next_server = grant->boot.next_server;
    report.server_source = asking.server_source;
  } else if (asking.boot.action != core::BootAction::kSilence) {
    report.reason = SilenceWords(answer, names);
    report.code = core::ToString(std::get<core::DhcpSilence>(answer).reason);
    report.action = core::BootAction::kSilence;
  }
  return report;
}

}  // namespace pxe::server
