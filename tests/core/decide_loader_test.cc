// By which boot file each kind of client boots what was decided for it.
#include "core/decide_boot.h"

#include <gtest/gtest.h>

#include "tests/core/decide_boot_fixture.h"

namespace pxe::core {
namespace {

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
  profile.loaders = {
      {"bios", "undionly.kpxe"}, {"ipxe-bios", "boot.ipxe"}, {"ipxe-uefi-x64", "boot.ipxe"}};
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

}  // namespace
}  // namespace pxe::core
