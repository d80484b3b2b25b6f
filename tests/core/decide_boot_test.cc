// What each machine boots and by which loader, in the order of precedence.
#include "core/decide_boot.h"

#include <gmock/gmock.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace pxe::core {
namespace {

using testing::ElementsAre;
using testing::Field;

constexpr ClientKind kBios{Platform::kBios, Agent::kFirmware};
constexpr ClientKind kUefi{Platform::kUefiX64, Agent::kFirmware};
constexpr ClientKind kIpxeBios{Platform::kBios, Agent::kIpxe};
constexpr ClientKind kIpxeUefi{Platform::kUefiX64, Agent::kIpxe};
constexpr ClientKind kHttpUefi{Platform::kUefiX64, Agent::kHttp};
constexpr ClientKind kArm{Platform::kUefiArm64, Agent::kFirmware};
constexpr ClientKind kUnknownKind{Platform::kUnknown, Agent::kFirmware};
constexpr ClientKind kOs{};

// A subnet, a host with a NIC, and a profile for each reason to boot one; each test names what it
// takes away or adds.
class DecideBootTest : public testing::Test {
 protected:
  DecideBootTest() {
    for (const std::string id : {"own", "default", "everybody", "ruled"}) profiles_[id].id = id;
    host_.id = "n1";
    host_.nics = {{.mac = *ParseMacAddress("52:54:00:00:00:01")}};
    host_.labels = {{"rack", "a"}};
    host_.stamp.revision = 11;
    subnet_.id = "lab";
    subnet_.default_profile = "default";
    subnet_.stamp.revision = 12;
    profiles_["default"].stamp.revision = 13;
    profiles_["ruled"].stamp.revision = 14;
  }

  BootFacts UnknownMachine() {
    std::vector<const Rule*> rules;
    for (const Rule& rule : rules_) rules.push_back(&rule);
    ranked_ = RankRules(rules);
    return {.subnet = &subnet_,
            .mac = *ParseMacAddress("52:54:00:00:00:01"),
            .rules = ranked_,
            .profiles = [this](std::string_view id) -> const Profile* {
              const auto found = profiles_.find(std::string(id));
              return found == profiles_.end() ? nullptr : &found->second;
            }};
  }

  BootFacts KnownHost() {
    BootFacts facts = UnknownMachine();
    facts.host = &host_;
    facts.nic = &host_.nics.front();
    return facts;
  }

  // A rule for the subnet, below those there are.
  Rule& AddRule(RuleAction action, const std::string& profile = "") {
    const auto number = static_cast<uint32_t>(rules_.size());
    rules_.push_back({.id = "r" + std::to_string(number),
                      .priority = 100 - number,
                      .match = {.subnet = "lab"},
                      .action = action,
                      .profile = profile});
    rules_.back().stamp.revision = 20 + number;
    return rules_.back();
  }

  // That it came to this, with this profile ("": none).
  static void ExpectVerdict(const BootVerdict& verdict, BootAction action, BootReason reason,
                            const std::string& profile = "") {
    EXPECT_EQ(verdict.action, action);
    EXPECT_EQ(ToString(verdict.reason), ToString(reason));
    EXPECT_EQ(verdict.profile == nullptr ? "" : verdict.profile->id, profile);
  }

  std::map<std::string, Profile> profiles_;
  Host host_;
  Subnet subnet_;
  std::vector<Rule> rules_;
  std::vector<RankedRule> ranked_;
};

TEST_F(DecideBootTest, ARejectedHostIsNotAnswered) {
  host_.state = HostState::kRejected;
  host_.profile = "own";
  ExpectVerdict(DecideBoot(KnownHost(), kBios), BootAction::kSilence, BootReason::kRejected);
}

TEST_F(DecideBootTest, AHostThatIsNotToBeAnsweredIsNot) {
  host_.answers = Answers::kNothing;
  host_.profile = "own";
  ExpectVerdict(DecideBoot(KnownHost(), kOs), BootAction::kSilence, BootReason::kDoNotAnswer);
}

TEST_F(DecideBootTest, TheStricterOfHostAndNicCounts) {
  host_.profile = "own";
  host_.nics[0].answers = Answers::kAddressOnly;
  ExpectVerdict(DecideBoot(KnownHost(), kBios), BootAction::kAddressOnly,
                BootReason::kAnswersAddressOnly);
  host_.answers = Answers::kNothing;
  ExpectVerdict(DecideBoot(KnownHost(), kBios), BootAction::kSilence, BootReason::kDoNotAnswer);
  host_.answers = Answers::kAddressOnly;
  host_.nics[0].answers = Answers::kNothing;
  ExpectVerdict(DecideBoot(KnownHost(), kBios), BootAction::kSilence, BootReason::kDoNotAnswer);
}

TEST_F(DecideBootTest, ANicThatIsNotAnsweredDoesNotSilenceTheOthers) {
  host_.profile = "own";
  host_.nics.push_back({.mac = *ParseMacAddress("52:54:00:00:00:02")});
  host_.nics[1].answers = Answers::kNothing;
  EXPECT_EQ(DecideBoot(KnownHost(), kBios).action, BootAction::kProfile);
}

TEST_F(DecideBootTest, WhatTheHostSaysItselfBeatsRules) {
  AddRule(RuleAction::kIgnore);
  host_.profile = "own";
  const BootVerdict verdict = DecideBoot(KnownHost(), kBios);
  ExpectVerdict(verdict, BootAction::kProfile, BootReason::kHostProfile, "own");
  EXPECT_EQ(verdict.loader, "pxelinux.0");
  EXPECT_EQ(verdict.rule, nullptr);
}

TEST_F(DecideBootTest, LocalBootBeatsTheHostsProfileForAsLongAsItIsSet) {
  AddRule(RuleAction::kIgnore);
  host_.profile = "own";
  host_.local_boot = true;
  ExpectVerdict(DecideBoot(KnownHost(), kBios), BootAction::kLocal, BootReason::kHostLocal);
  host_.local_boot = false;
  ExpectVerdict(DecideBoot(KnownHost(), kBios), BootAction::kProfile, BootReason::kHostProfile,
                "own");
}

TEST_F(DecideBootTest, ARuleBeatsTheSubnetsDefault) {
  AddRule(RuleAction::kProfile, "ruled");
  const BootVerdict verdict = DecideBoot(KnownHost(), kUefi);
  ExpectVerdict(verdict, BootAction::kProfile, BootReason::kRuleProfile, "ruled");
  EXPECT_EQ(verdict.rule, &rules_[0]);
  EXPECT_EQ(verdict.loader, "syslinux.efi");
}

TEST_F(DecideBootTest, OfTwoRulesThatMatchTheHigherWins) {
  AddRule(RuleAction::kLocal);
  AddRule(RuleAction::kProfile, "ruled");
  const BootVerdict verdict = DecideBoot(KnownHost(), kBios);
  ExpectVerdict(verdict, BootAction::kLocal, BootReason::kRuleLocal);
  EXPECT_EQ(verdict.rule, &rules_[0]);
}

TEST_F(DecideBootTest, ARuleThatDoesNotMatchIsPassedOver) {
  AddRule(RuleAction::kIgnore).match = {.labels = {{"rack", "b"}}};
  AddRule(RuleAction::kProfile, "ruled").match = {.labels = {{"rack", "a"}}};
  ExpectVerdict(DecideBoot(KnownHost(), kBios), BootAction::kProfile, BootReason::kRuleProfile,
                "ruled");
  ExpectVerdict(DecideBoot(UnknownMachine(), kBios), BootAction::kAddressOnly,
                BootReason::kAddressOnly);
}

TEST_F(DecideBootTest, RulesSeeTheKindThatAsks) {
  AddRule(RuleAction::kProfile, "ruled").match = {.kinds = {"uefi-x64"}};
  EXPECT_EQ(DecideBoot(KnownHost(), kUefi).reason, BootReason::kRuleProfile);
  EXPECT_EQ(DecideBoot(KnownHost(), kBios).reason, BootReason::kSubnetDefault);
}

TEST_F(DecideBootTest, RulesSeeWhatThePacketSays) {
  AddRule(RuleAction::kLocal).match = {.mac_prefix = "52:54",
                                       .vendor_class_prefix = "PXEClient",
                                       .subnet = "lab",
                                       .circuit_id = "sw1/7"};
  BootFacts facts = UnknownMachine();
  facts.vendor_class = "PXEClient:Arch:00000";
  facts.circuit_id = "sw1/7";
  EXPECT_EQ(DecideBoot(facts, kBios).reason, BootReason::kRuleLocal);
  facts.mac.reset();
  EXPECT_EQ(DecideBoot(facts, kBios).reason, BootReason::kAddressOnly);
}

TEST_F(DecideBootTest, AHostIsKnownByItsRecordWhereTheRequestDoesNotSay) {
  const Uuid uuid = *ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b83d");
  AddRule(RuleAction::kLocal).match = {.mac_prefix = "52:54:00:00:00:01", .uuid = uuid};
  host_.uuid = uuid;
  BootFacts facts = KnownHost();
  facts.mac.reset();
  EXPECT_EQ(ChooseProfile(facts).reason, BootReason::kRuleLocal);
}

TEST_F(DecideBootTest, ARuleMayIgnoreAHost) {
  AddRule(RuleAction::kIgnore);
  ExpectVerdict(DecideBoot(KnownHost(), kBios), BootAction::kSilence, BootReason::kRuleIgnore);
}

TEST_F(DecideBootTest, ARuleMayDiscoverAMachineThatIsNoHost) {
  AddRule(RuleAction::kDiscover, "ruled");
  BootVerdict verdict = DecideBoot(UnknownMachine(), kBios);
  ExpectVerdict(verdict, BootAction::kProfile, BootReason::kRuleDiscover, "ruled");
  EXPECT_TRUE(verdict.discover);
  rules_[0].profile = "";
  verdict = DecideBoot(UnknownMachine(), kBios);
  ExpectVerdict(verdict, BootAction::kAddressOnly, BootReason::kRuleDiscover);
  EXPECT_TRUE(verdict.discover);
}

TEST_F(DecideBootTest, ARuleThatDiscoversIsNoneForAnApprovedHost) {
  AddRule(RuleAction::kDiscover, "ruled");
  AddRule(RuleAction::kLocal);
  const BootVerdict verdict = DecideBoot(KnownHost(), kBios);
  ExpectVerdict(verdict, BootAction::kLocal, BootReason::kRuleLocal);
  EXPECT_FALSE(verdict.discover);
}

TEST_F(DecideBootTest, ADiscoveredHostGoesOnWithWhatDiscoveredIt) {
  host_.state = HostState::kDiscovered;
  AddRule(RuleAction::kDiscover, "ruled");
  BootVerdict verdict = DecideBoot(KnownHost(), kBios);
  ExpectVerdict(verdict, BootAction::kProfile, BootReason::kRuleDiscover, "ruled");
  EXPECT_FALSE(verdict.discover);
  rules_.clear();
  subnet_.unknown_machines = UnknownMachines::kDiscover;
  subnet_.unknown_profile = "everybody";
  ExpectVerdict(DecideBoot(KnownHost(), kBios), BootAction::kProfile, BootReason::kDiscovered,
                "everybody");
  subnet_.unknown_profile = "";
  ExpectVerdict(DecideBoot(KnownHost(), kBios), BootAction::kAddressOnly, BootReason::kDiscovered);
}

TEST_F(DecideBootTest, ADiscoveredHostNeverGetsWhatIsForHosts) {
  host_.state = HostState::kDiscovered;
  subnet_.unknown_machines = UnknownMachines::kProfile;
  subnet_.unknown_profile = "everybody";
  ExpectVerdict(DecideBoot(KnownHost(), kBios), BootAction::kAddressOnly, BootReason::kDiscovered);
}

TEST_F(DecideBootTest, KnownHostWithoutProfileGetsTheSubnetsDefault) {
  const BootVerdict verdict = DecideBoot(KnownHost(), kUefi);
  ExpectVerdict(verdict, BootAction::kProfile, BootReason::kSubnetDefault, "default");
  EXPECT_EQ(verdict.loader, "syslinux.efi");
}

TEST_F(DecideBootTest, KnownHostWithoutAnyProfileBootsItsDisk) {
  subnet_.default_profile = "";
  const BootVerdict verdict = DecideBoot(KnownHost(), kBios);
  ExpectVerdict(verdict, BootAction::kLocal, BootReason::kLocalDisk);
  EXPECT_EQ(verdict.loader, "pxelinux.0");
}

TEST_F(DecideBootTest, KnownHostIsNeverTreatedAsUnknown) {
  subnet_.default_profile = "";
  subnet_.unknown_machines = UnknownMachines::kProfile;
  subnet_.unknown_profile = "everybody";
  EXPECT_EQ(DecideBoot(KnownHost(), kBios).reason, BootReason::kLocalDisk);
  subnet_.unknown_machines = UnknownMachines::kIgnore;
  EXPECT_EQ(DecideBoot(KnownHost(), kBios).action, BootAction::kLocal);
}

TEST_F(DecideBootTest, AHostsProfileCountsOutsideEverySubnet) {
  AddRule(RuleAction::kLocal).match = {.labels = {{"rack", "a"}}};
  BootFacts facts = KnownHost();
  facts.subnet = nullptr;
  EXPECT_EQ(DecideBoot(facts, kBios).reason, BootReason::kRuleLocal);
  host_.profile = "own";
  EXPECT_EQ(DecideBoot(facts, kBios).reason, BootReason::kHostProfile);
  host_.profile = "";
  facts.rules = {};
  EXPECT_EQ(DecideBoot(facts, kBios).reason, BootReason::kLocalDisk);
}

TEST_F(DecideBootTest, UnknownMachineGetsAnAddressByDefault) {
  const BootVerdict verdict = DecideBoot(UnknownMachine(), kBios);
  ExpectVerdict(verdict, BootAction::kAddressOnly, BootReason::kAddressOnly);
  EXPECT_EQ(verdict.loader, "");
}

TEST_F(DecideBootTest, UnknownMachineMayBeIgnoredWhateverItsKind) {
  subnet_.unknown_machines = UnknownMachines::kIgnore;
  for (const ClientKind kind : {kBios, kUefi, kOs, kHttpUefi}) {
    const BootVerdict verdict = DecideBoot(UnknownMachine(), kind);
    ExpectVerdict(verdict, BootAction::kSilence, BootReason::kIgnored);
    EXPECT_EQ(verdict.loader, "") << ToString(kind);
  }
}

TEST_F(DecideBootTest, UnknownMachineMayGetTheProfileForEverybody) {
  subnet_.unknown_machines = UnknownMachines::kProfile;
  subnet_.unknown_profile = "everybody";
  const BootVerdict verdict = DecideBoot(UnknownMachine(), kUefi);
  ExpectVerdict(verdict, BootAction::kProfile, BootReason::kUnknownProfile, "everybody");
  EXPECT_EQ(verdict.loader, "syslinux.efi");
}

TEST_F(DecideBootTest, UnknownMachineMayBeLedToItsDisk) {
  subnet_.unknown_machines = UnknownMachines::kLocal;
  ExpectVerdict(DecideBoot(UnknownMachine(), kUefi), BootAction::kLocal, BootReason::kUnknownLocal);
}

TEST_F(DecideBootTest, UnknownMachineMayBeDiscoveredBySubnet) {
  subnet_.unknown_machines = UnknownMachines::kDiscover;
  BootVerdict verdict = DecideBoot(UnknownMachine(), kUefi);
  ExpectVerdict(verdict, BootAction::kAddressOnly, BootReason::kDiscovered);
  EXPECT_TRUE(verdict.discover);
  subnet_.unknown_profile = "everybody";
  verdict = DecideBoot(UnknownMachine(), kUefi);
  ExpectVerdict(verdict, BootAction::kProfile, BootReason::kDiscovered, "everybody");
  EXPECT_TRUE(verdict.discover);
}

TEST_F(DecideBootTest, UnknownMachineOutsideEverySubnetGetsNothingWhateverTheRules) {
  AddRule(RuleAction::kProfile, "ruled").match = {.mac_prefix = "52"};
  BootFacts facts = UnknownMachine();
  facts.subnet = nullptr;
  ExpectVerdict(DecideBoot(facts, kBios), BootAction::kSilence, BootReason::kNoSubnet);
}

TEST_F(DecideBootTest, AMissingProfileIsNotReplacedByAnother) {
  host_.profile = "gone";
  ExpectVerdict(DecideBoot(KnownHost(), kBios), BootAction::kAddressOnly,
                BootReason::kProfileMissing);
}

TEST_F(DecideBootTest, TheProfilesLoaderForExactlyThisKindBeatsTheBuiltInOne) {
  profiles_["default"].loaders = {{"uefi-x64", "efi64/syslinux.efi"},
                                  {"ipxe-uefi-x64", "other.efi"}};
  EXPECT_EQ(DecideBoot(KnownHost(), kUefi).loader, "efi64/syslinux.efi");
  EXPECT_EQ(DecideBoot(KnownHost(), kBios).loader, "pxelinux.0");
}

TEST_F(DecideBootTest, TheLoaderOfLocalBootIsNoProfilesToChoose) {
  profiles_["own"].loaders = {{"uefi-x64", "snponly.efi"}};
  host_.local_boot = true;
  EXPECT_EQ(DecideBoot(KnownHost(), kUefi).loader, "grubnetx64.efi");
  const BootVerdict verdict = DecideBoot(KnownHost(), kArm);
  ExpectVerdict(verdict, BootAction::kAddressOnly, BootReason::kNoLoader);
}

TEST_F(DecideBootTest, AKindWithoutLoaderGetsAnAddressOnly) {
  const BootVerdict verdict = DecideBoot(KnownHost(), kArm);
  ExpectVerdict(verdict, BootAction::kAddressOnly, BootReason::kNoLoader, "default");
  EXPECT_EQ(verdict.loader, "");
  profiles_["default"].loaders = {{"uefi-arm64", "grubaa64.efi"}};
  EXPECT_EQ(DecideBoot(KnownHost(), kArm).loader, "grubaa64.efi");
}

TEST_F(DecideBootTest, C114_AnUnknownPlatformGetsTheProfilesLoaderForUnknownOrNone) {
  EXPECT_EQ(DecideBoot(KnownHost(), kUnknownKind).reason, BootReason::kNoLoader);
  profiles_["default"].loaders = {{"unknown", "any.img"}};
  EXPECT_EQ(DecideBoot(KnownHost(), kUnknownKind).loader, "any.img");
}

TEST_F(DecideBootTest, C117_ATftpFileIsNeverHandedToAnHttpClientOfTheSameHost) {
  profiles_["default"].loaders = {{"uefi-x64", "syslinux.efi"}, {"http-uefi-x64", "syslinux.efi"}};
  const BootVerdict verdict = DecideBoot(KnownHost(), kHttpUefi);
  ExpectVerdict(verdict, BootAction::kAddressOnly, BootReason::kNoLoader, "default");
  EXPECT_EQ(verdict.loader, "");
}

// VirtualBox's own iPXE, in its BIOS machines.
TEST_F(DecideBootTest, C109_Q33_AnIpxeThatCannotStartKernelsGetsTheWholeOneAndThatTheScript) {
  Profile& profile = profiles_["default"];
  profile.loaders = {{"bios", "undionly.kpxe"}, {"ipxe-bios", "boot.ipxe"}};
  profile.entries = {{.name = "linux", .kernel = "vmlinuz"}};
  BootFacts facts = KnownHost();
  facts.ipxe_lacks_bzimage = true;
  const BootVerdict verdict = DecideBoot(facts, kIpxeBios);
  ExpectVerdict(verdict, BootAction::kProfile, BootReason::kSubnetDefault, "default");
  EXPECT_EQ(verdict.loader, "undionly.kpxe");
  EXPECT_EQ(verdict.trace.steps().back().code, TraceCode::kIpxeLacksBzImage);
  facts.ipxe_lacks_bzimage = false;
  EXPECT_EQ(DecideBoot(facts, kIpxeBios).loader, "boot.ipxe");
}

TEST_F(DecideBootTest, C109_WithoutAWholeIpxeItGetsPxelinuxWhichStartsKernelsItself) {
  Profile& profile = profiles_["default"];
  profile.loaders = {{"ipxe-bios", "boot.ipxe"}};
  profile.entries = {{.name = "dos", .disk_image = "dos.img"}};
  BootFacts facts = KnownHost();
  facts.ipxe_lacks_bzimage = true;
  EXPECT_EQ(DecideBoot(facts, kIpxeBios).loader, "pxelinux.0");
}

TEST_F(DecideBootTest, C109_AScriptThatIsATemplatesIsTakenToStartAKernel) {
  Profile& profile = profiles_["default"];
  profile.loaders = {{"bios", "undionly.kpxe"}, {"ipxe-bios", "boot.ipxe"}};
  profile.configs = {{"ipxe", "menu"}};
  BootFacts facts = KnownHost();
  facts.ipxe_lacks_bzimage = true;
  EXPECT_EQ(DecideBoot(facts, kIpxeBios).loader, "undionly.kpxe");
}

// Or a site whose iPXE was built without bzImage would go in circles.
TEST_F(DecideBootTest, C109_WhatNeedsNoBzImageIsGivenAsItIs) {
  Profile& profile = profiles_["default"];
  profile.loaders = {{"bios", "undionly.kpxe"},
                     {"ipxe-bios", "boot.ipxe"},
                     {"ipxe-uefi-x64", "boot.ipxe"}};
  profile.entries = {{.name = "other", .chain = "wdsnbp.com"},
                     {.name = "disk", .local_boot = true}};
  BootFacts facts = KnownHost();
  facts.ipxe_lacks_bzimage = true;
  const BootVerdict verdict = DecideBoot(facts, kIpxeBios);
  EXPECT_EQ(verdict.loader, "boot.ipxe") << "starts no kernel";
  EXPECT_EQ(verdict.trace.steps().back().code, TraceCode::kProfileFound);
  profile.entries = {{.name = "linux", .kernel = "vmlinuz"}};
  EXPECT_EQ(DecideBoot(facts, kIpxeUefi).loader, "boot.ipxe") << "UEFI starts the kernel";
  profile.loaders["ipxe-bios"] = "lpxelinux.0";
  EXPECT_EQ(DecideBoot(facts, kIpxeBios).loader, "lpxelinux.0") << "no script";
  host_.local_boot = true;
  EXPECT_EQ(DecideBoot(facts, kIpxeBios).loader, "pxelinux.0") << "of the local disk";
}

TEST_F(DecideBootTest, C108_AnOsGetsNoBootFields) {
  const BootVerdict verdict = DecideBoot(KnownHost(), kOs);
  ExpectVerdict(verdict, BootAction::kAddressOnly, BootReason::kOperatingSystem, "default");
  EXPECT_EQ(verdict.loader, "");
}

TEST_F(DecideBootTest, Q38_AClientWithoutABootKindIsGivenThePlainFile) {
  subnet_.plain_boot_file = "phone.cfg";
  for (const ClientKind& kind : {kOs, kUnknownKind}) {
    for (const BootFacts& facts : {KnownHost(), UnknownMachine()}) {
      const BootVerdict verdict = DecideBoot(facts, kind);
      EXPECT_EQ(verdict.action, BootAction::kPlainFile);
      EXPECT_EQ(verdict.reason, BootReason::kPlainFile);
      EXPECT_EQ(verdict.loader, "phone.cfg");
    }
  }
  for (const ClientKind& kind : {kBios, kArm, kHttpUefi}) {
    EXPECT_NE(DecideBoot(KnownHost(), kind).loader, "phone.cfg") << NameOf(kind);
  }
}

TEST_F(DecideBootTest, ThePlainFileIsForNobodyWhoIsGivenLessOrKnownToBootSomethingElse) {
  subnet_.plain_boot_file = "phone.cfg";
  profiles_["default"].loaders = {{"unknown", "any.img"}};
  EXPECT_EQ(DecideBoot(KnownHost(), kUnknownKind).loader, "any.img");
  subnet_.unknown_machines = UnknownMachines::kIgnore;
  ExpectVerdict(DecideBoot(UnknownMachine(), kOs), BootAction::kSilence, BootReason::kIgnored);
  host_.answers = Answers::kAddressOnly;
  ExpectVerdict(DecideBoot(KnownHost(), kOs), BootAction::kAddressOnly,
                BootReason::kAnswersAddressOnly);
  host_.answers = Answers::kAll;
  host_.local_boot = true;
  ExpectVerdict(DecideBoot(KnownHost(), kUnknownKind), BootAction::kAddressOnly,
                BootReason::kNoLoader);
  EXPECT_EQ(DecideBoot(KnownHost(), kOs).action, BootAction::kPlainFile);
}

TEST_F(DecideBootTest, TheChoiceIsTheDecisionWithoutItsLoader) {
  AddRule(RuleAction::kProfile, "ruled").match = {.kinds = {"uefi-arm64"}};
  BootFacts facts = KnownHost();
  facts.kind = "uefi-arm64";
  const BootVerdict verdict = ChooseProfile(facts);
  ExpectVerdict(verdict, BootAction::kProfile, BootReason::kRuleProfile, "ruled");
  EXPECT_EQ(verdict.loader, "");
}

auto Step(TraceCode code, uint64_t revision) {
  return testing::AllOf(Field("code", &TraceStep::code, code),
                        Field("revision", &TraceStep::revision, revision));
}

TEST_F(DecideBootTest, TheTraceNamesWhoWasAskedAndWhoWon) {
  AddRule(RuleAction::kIgnore).match = {.kinds = {"bios"}, .subnet = "lab"};
  AddRule(RuleAction::kDiscover);
  AddRule(RuleAction::kProfile, "ruled");
  const BootVerdict verdict = DecideBoot(KnownHost(), kUefi);
  EXPECT_THAT(
      verdict.trace.steps(),
      ElementsAre(Step(TraceCode::kHostByMac, 11), Step(TraceCode::kHostLeavesOpen, 11),
                  TraceStep{20, 100, TraceCode::kRuleFails, RuleCondition::kKinds},
                  TraceStep{21, 99, TraceCode::kRuleForNewcomers},
                  TraceStep{22, 98, TraceCode::kRuleDecides}, Step(TraceCode::kProfileFound, 14)));
  EXPECT_EQ(verdict.trace.left_out(), 0U);
}

TEST_F(DecideBootTest, TheTraceGoesOnToTheSubnetWhenNobodyElseDecides) {
  BootFacts facts = KnownHost();
  facts.nic = nullptr;
  EXPECT_THAT(ChooseProfile(facts).trace.steps(),
              ElementsAre(Step(TraceCode::kHostByUuid, 11), Step(TraceCode::kHostLeavesOpen, 11),
                          Step(TraceCode::kSubnetDecides, 12), Step(TraceCode::kProfileFound, 13)));
  subnet_.default_profile = "";
  EXPECT_THAT(ChooseProfile(facts).trace.steps(),
              ElementsAre(Step(TraceCode::kHostByUuid, 11), Step(TraceCode::kHostLeavesOpen, 11),
                          Step(TraceCode::kSubnetLeavesOpen, 12)));
  EXPECT_THAT(ChooseProfile({}).trace.steps(),
              ElementsAre(Step(TraceCode::kNoHost, 0), Step(TraceCode::kNoSubnet, 0)));
}

TEST_F(DecideBootTest, AFullTraceCountsWhatItLeavesOutAndStillNamesTheWinner) {
  for (int i = 0; i < 90; ++i) AddRule(RuleAction::kIgnore).match = {.subnet = "elsewhere"};
  host_.profile = "";
  subnet_.default_profile = "gone";
  const BootVerdict verdict = DecideBoot(KnownHost(), kBios);
  const auto steps = verdict.trace.steps();
  ASSERT_EQ(steps.size(), BootTrace::kMaxFailed + 2);
  EXPECT_EQ(verdict.trace.left_out(), 90 - (BootTrace::kMaxFailed - 2));
  EXPECT_EQ(steps[steps.size() - 2].code, TraceCode::kSubnetDecides);
  EXPECT_EQ(steps.back().code, TraceCode::kProfileMissing);
}

TEST_F(DecideBootTest, EveryReasonHasAWordOfItsOwn) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(BootReason::kPlainFile); ++i) {
    words.insert(ToString(static_cast<BootReason>(i)));
  }
  EXPECT_EQ(words.size(), 21U);
  EXPECT_FALSE(words.contains("unknown"));
}

}  // namespace
}  // namespace pxe::core
