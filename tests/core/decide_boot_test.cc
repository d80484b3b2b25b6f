// What each machine boots, in the order of precedence.
#include "core/decide_boot.h"

#include <gtest/gtest.h>

#include "tests/core/decide_boot_fixture.h"

namespace pxe::core {
namespace {

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

}  // namespace
}  // namespace pxe::core
