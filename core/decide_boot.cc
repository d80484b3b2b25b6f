#include "core/decide_boot.h"

#include <algorithm>

#include "core/flavour.h"
#include "core/loader_names.h"

namespace pxe::core {
namespace {

// One decision under way: the stages of precedence in order, each of which may settle it.
class Choice {
 public:
  explicit Choice(const BootFacts& facts) : facts_(facts) {}

  BootVerdict Make() && {
    if (!ByHost() && !ByRules()) BySubnet();
    return std::move(verdict_);
  }

 private:
  bool IsDiscoveredHost() const {
    return facts_.host != nullptr && facts_.host->state == HostState::kDiscovered;
  }
  bool IsApprovedHost() const {
    return facts_.host != nullptr && facts_.host->state == HostState::kApproved;
  }

  void Trace(TraceCode code, uint64_t revision) {
    verdict_.trace.Add({.revision = revision, .code = code});
  }

  void Settle(BootAction action, BootReason reason) {
    verdict_.action = action;
    verdict_.reason = reason;
  }

  void SettleProfile(std::string_view id, BootReason reason) {
    verdict_.profile = facts_.profiles(id);
    if (verdict_.profile == nullptr) {
      Trace(TraceCode::kProfileMissing, 0);
      return Settle(BootAction::kAddressOnly, BootReason::kProfileMissing);
    }
    Trace(TraceCode::kProfileFound, verdict_.profile->stamp.revision);
    Settle(BootAction::kProfile, reason);
  }

  // For a machine that is being discovered, or was and has not been judged.
  void SettleDiscovery(std::string_view profile, BootReason reason) {
    verdict_.discover = facts_.host == nullptr;
    if (profile.empty()) return Settle(BootAction::kAddressOnly, reason);
    SettleProfile(profile, reason);
  }

  bool ByHost();
  bool ByRules();
  void SettleRule(const Rule& rule);
  void BySubnet();
  void SettleHostOfSubnet();
  void SettleUnknownMachine();

  const BootFacts& facts_;
  BootVerdict verdict_;
};

// The stricter of the two.
Answers AnswersOf(const Host& host, const Nic* nic) {
  return nic == nullptr ? host.answers : std::max(host.answers, nic->answers);
}

bool Choice::ByHost() {
  if (facts_.host == nullptr) {
    Trace(TraceCode::kNoHost, 0);
    return false;
  }
  const Host& host = *facts_.host;
  const uint64_t revision = host.stamp.revision;
  Trace(facts_.nic == nullptr ? TraceCode::kHostByUuid : TraceCode::kHostByMac, revision);
  const Answers answers = AnswersOf(host, facts_.nic);
  const bool rejected = host.state == HostState::kRejected;
  const bool open =
      !rejected && answers == Answers::kAll && !host.local_boot && host.profile.empty();
  Trace(open ? TraceCode::kHostLeavesOpen : TraceCode::kHostDecides, revision);
  if (open) return false;
  if (rejected) {
    Settle(BootAction::kSilence, BootReason::kRejected);
  } else if (answers == Answers::kNothing) {
    Settle(BootAction::kSilence, BootReason::kDoNotAnswer);
  } else if (answers == Answers::kAddressOnly) {
    Settle(BootAction::kAddressOnly, BootReason::kAnswersAddressOnly);
  } else if (host.local_boot) {
    Settle(BootAction::kLocal, BootReason::kHostLocal);
  } else {
    SettleProfile(host.profile, BootReason::kHostProfile);
  }
  return true;
}

// What the host is known by goes before what its packet says: a file request says neither.
RuleFacts RuleFactsOf(const BootFacts& facts) {
  const std::optional<MacAddress> mac = facts.nic != nullptr ? facts.nic->mac : facts.mac;
  const bool known_uuid = facts.host != nullptr && facts.host->uuid;
  return {.host = facts.host,
          .subnet = facts.subnet == nullptr ? std::string_view() : facts.subnet->id,
          .kind = facts.kind,
          .vendor_class = facts.vendor_class,
          .circuit_id = facts.circuit_id,
          .mac = mac ? mac->ToString() : "",
          .uuid = known_uuid ? facts.host->uuid : facts.uuid};
}

bool Choice::ByRules() {
  if (facts_.rules.empty()) return false;
  if (facts_.host == nullptr && facts_.subnet == nullptr) return false;
  const RuleFacts rule_facts = RuleFactsOf(facts_);
  const uint64_t label_bits = facts_.host == nullptr ? 0 : LabelBits(facts_.host->labels);
  for (const RankedRule& ranked : facts_.rules) {
    const Rule* rule = ranked.rule;
    TraceStep step{.revision = rule->stamp.revision, .priority = rule->priority};
    if (const auto failed = FirstMismatch(ranked, rule_facts, label_bits)) {
      step.code = TraceCode::kRuleFails;
      step.failed = *failed;
    } else if (rule->action == RuleAction::kDiscover && IsApprovedHost()) {
      step.code = TraceCode::kRuleForNewcomers;
    } else {
      step.code = TraceCode::kRuleDecides;
    }
    verdict_.trace.Add(step);
    if (step.code != TraceCode::kRuleDecides) continue;
    SettleRule(*rule);
    return true;
  }
  return false;
}

void Choice::SettleRule(const Rule& rule) {
  verdict_.rule = &rule;
  switch (rule.action) {
    case RuleAction::kProfile:
      return SettleProfile(rule.profile, BootReason::kRuleProfile);
    case RuleAction::kLocal:
      return Settle(BootAction::kLocal, BootReason::kRuleLocal);
    case RuleAction::kIgnore:
      return Settle(BootAction::kSilence, BootReason::kRuleIgnore);
    case RuleAction::kDiscover:
      return SettleDiscovery(rule.profile, BootReason::kRuleDiscover);
  }
}

void Choice::BySubnet() {
  if (facts_.subnet == nullptr) {
    Trace(TraceCode::kNoSubnet, 0);
  } else {
    const bool open = IsApprovedHost() && facts_.subnet->default_profile.empty();
    Trace(open ? TraceCode::kSubnetLeavesOpen : TraceCode::kSubnetDecides,
          facts_.subnet->stamp.revision);
  }
  if (facts_.host != nullptr) return SettleHostOfSubnet();
  if (facts_.subnet == nullptr) return Settle(BootAction::kSilence, BootReason::kNoSubnet);
  SettleUnknownMachine();
}

void Choice::SettleHostOfSubnet() {
  const Subnet* subnet = facts_.subnet;
  if (IsDiscoveredHost()) {
    const bool discovers =
        subnet != nullptr && subnet->unknown_machines == UnknownMachines::kDiscover;
    return SettleDiscovery(discovers ? subnet->unknown_profile : "", BootReason::kDiscovered);
  }
  if (subnet == nullptr || subnet->default_profile.empty()) {
    return Settle(BootAction::kLocal, BootReason::kLocalDisk);
  }
  SettleProfile(subnet->default_profile, BootReason::kSubnetDefault);
}

void Choice::SettleUnknownMachine() {
  const Subnet& subnet = *facts_.subnet;
  switch (subnet.unknown_machines) {
    case UnknownMachines::kIgnore:
      return Settle(BootAction::kSilence, BootReason::kIgnored);
    case UnknownMachines::kAddressOnly:
      return Settle(BootAction::kAddressOnly, BootReason::kAddressOnly);
    case UnknownMachines::kProfile:
      return SettleProfile(subnet.unknown_profile, BootReason::kUnknownProfile);
    case UnknownMachines::kLocal:
      return Settle(BootAction::kLocal, BootReason::kUnknownLocal);
    case UnknownMachines::kDiscover:
      return SettleDiscovery(subnet.unknown_profile, BootReason::kDiscovered);
  }
}

std::string LoaderOf(const Profile& profile, const ClientKind& kind) {
  const auto own = profile.loaders.find(std::string(NameOf(kind)));
  return own != profile.loaders.end() ? own->second : BuiltInLoader(kind).value_or("");
}

// Whether iPXE must know bzImage to boot by this loader. On UEFI it is the firmware that starts
// kernels. A script that is a template's is taken to start one, as nearly all do.
bool NeedsBzImage(const Profile& profile, const ClientKind& kind, std::string_view loader) {
  constexpr ClientKind kIpxeOnBios{Platform::kBios, Agent::kIpxe};
  if (kind != kIpxeOnBios || FamilyOf(loader) != LoaderFamily::kIpxeScript) return false;
  return profile.configs.contains(std::string(NameOf(Flavour::kIpxe))) ||
         std::ranges::any_of(profile.entries, [](const Entry& entry) {
           return !entry.kernel.empty() || !entry.disk_image.empty();
         });
}

// Of a profile. The whole iPXE that it may be given comes back with a list that has bzImage, and
// gets the script.
std::string LoaderFor(const BootFacts& facts, const ClientKind& kind, BootVerdict& verdict) {
  const Profile& profile = *verdict.profile;
  std::string loader = LoaderOf(profile, kind);
  if (!facts.ipxe_lacks_bzimage || !NeedsBzImage(profile, kind, loader)) return loader;
  verdict.trace.Add({.code = TraceCode::kIpxeLacksBzImage});
  return LoaderOf(profile, {kind.platform, Agent::kFirmware});
}

// For a verdict that boots something.
void FindLoader(const BootFacts& facts, const ClientKind& kind, BootVerdict& verdict) {
  if (kind.BootsFromNetwork() && kind.agent != Agent::kHttp) {
    verdict.loader = verdict.action == BootAction::kLocal ? LocalBootLoader(kind).value_or("")
                                                          : LoaderFor(facts, kind, verdict);
  }
  if (!verdict.loader.empty()) return;
  verdict.action = BootAction::kAddressOnly;
  verdict.reason = kind.BootsFromNetwork() ? BootReason::kNoLoader : BootReason::kOperatingSystem;
}

// `choice`: what was decided before a loader was looked for.
bool IsGivenPlainFile(const BootFacts& facts, const ClientKind& kind, BootAction choice,
                      const BootVerdict& verdict) {
  if (facts.subnet == nullptr || facts.subnet->plain_boot_file.empty() || !kind.IsPlain()) {
    return false;
  }
  const bool left_to_its_disk = choice == BootAction::kLocal && kind.BootsFromNetwork();
  return verdict.action == BootAction::kAddressOnly && !left_to_its_disk &&
         verdict.reason != BootReason::kAnswersAddressOnly;
}

}  // namespace

std::string_view ToString(BootReason reason) {
  switch (reason) {
    case BootReason::kRejected:
      return "rejected";
    case BootReason::kDoNotAnswer:
      return "do_not_answer";
    case BootReason::kAnswersAddressOnly:
      return "answers_address_only";
    case BootReason::kHostLocal:
      return "host_local";
    case BootReason::kHostProfile:
      return "host_profile";
    case BootReason::kRuleProfile:
      return "rule_profile";
    case BootReason::kRuleLocal:
      return "rule_local";
    case BootReason::kRuleIgnore:
      return "rule_ignore";
    case BootReason::kRuleDiscover:
      return "rule_discover";
    case BootReason::kSubnetDefault:
      return "subnet_default";
    case BootReason::kLocalDisk:
      return "local_disk";
    case BootReason::kDiscovered:
      return "discovered";
    case BootReason::kIgnored:
      return "ignored";
    case BootReason::kAddressOnly:
      return "address_only";
    case BootReason::kUnknownProfile:
      return "unknown_profile";
    case BootReason::kUnknownLocal:
      return "unknown_local";
    case BootReason::kNoSubnet:
      return "no_subnet";
    case BootReason::kProfileMissing:
      return "profile_missing";
    case BootReason::kNoLoader:
      return "no_loader";
    case BootReason::kOperatingSystem:
      return "operating_system";
    case BootReason::kPlainFile:
      return "plain_file";
  }
  return "unknown";
}

BootVerdict ChooseProfile(const BootFacts& facts) {
  return Choice(facts).Make();
}

BootVerdict DecideBoot(BootFacts facts, const ClientKind& kind) {
  facts.kind = NameOf(kind);
  BootVerdict verdict = ChooseProfile(facts);
  const BootAction choice = verdict.action;
  if (LeadsOn(choice)) FindLoader(facts, kind, verdict);
  if (!IsGivenPlainFile(facts, kind, choice, verdict)) return verdict;
  verdict.action = BootAction::kPlainFile;
  verdict.reason = BootReason::kPlainFile;
  verdict.loader = facts.subnet->plain_boot_file;
  return verdict;
}

}  // namespace pxe::core
