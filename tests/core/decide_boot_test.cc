// Which profile and loader each machine gets, in the order of precedence.
#include "core/decide_boot.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace pxe::core {
namespace {

constexpr ClientKind kBios{Platform::kBios, Agent::kFirmware};
constexpr ClientKind kUefi{Platform::kUefiX64, Agent::kFirmware};
constexpr ClientKind kHttpUefi{Platform::kUefiX64, Agent::kHttp};
constexpr ClientKind kArm{Platform::kUefiArm64, Agent::kFirmware};
constexpr ClientKind kUnknownKind{Platform::kUnknown, Agent::kFirmware};
constexpr ClientKind kOs{};

// A subnet, a host and three profiles; each test names what it takes away or adds.
class DecideBootTest : public testing::Test {
 protected:
  DecideBootTest() {
    host_.id = "n1";
    host_.profile = "own";
    subnet_.id = "lab";
    subnet_.default_profile = "default";
  }

  static Profile Named(const std::string& id) {
    Profile profile;
    profile.id = id;
    return profile;
  }

  BootFacts KnownHost() { return {&subnet_, &host_, &own_, &default_, &everybody_}; }
  BootFacts UnknownMachine() { return {&subnet_, nullptr, nullptr, &default_, &everybody_}; }

  Profile own_ = Named("own");
  Profile default_ = Named("default");
  Profile everybody_ = Named("everybody");
  Host host_;
  Subnet subnet_;
};

TEST_F(DecideBootTest, HostsOwnProfileComesFirst) {
  EXPECT_EQ(DecideBoot(KnownHost(), kBios),
            (BootVerdict{&own_, "pxelinux.0", BootReason::kHostProfile}));
}

TEST_F(DecideBootTest, KnownHostWithoutProfileGetsTheSubnetsDefault) {
  host_.profile = "";
  EXPECT_EQ(DecideBoot(KnownHost(), kUefi),
            (BootVerdict{&default_, "syslinux.efi", BootReason::kSubnetDefault}));
}

TEST_F(DecideBootTest, KnownHostWithoutAnyProfileBootsItsDisk) {
  host_.profile = "";
  subnet_.default_profile = "";
  EXPECT_EQ(DecideBoot(KnownHost(), kBios), (BootVerdict{nullptr, "", BootReason::kLocalDisk}));
}

TEST_F(DecideBootTest, KnownHostIsNeverTreatedAsUnknown) {
  host_.profile = "";
  subnet_.default_profile = "";
  subnet_.unknown_machines = UnknownMachines::kProfile;
  subnet_.unknown_profile = "everybody";
  EXPECT_EQ(DecideBoot(KnownHost(), kBios).reason, BootReason::kLocalDisk);
  subnet_.unknown_machines = UnknownMachines::kIgnore;
  EXPECT_FALSE(DecideBoot(KnownHost(), kBios).Silent());
}

TEST_F(DecideBootTest, AHostsProfileCountsOutsideEverySubnet) {
  BootFacts facts = KnownHost();
  facts.subnet = nullptr;
  EXPECT_EQ(DecideBoot(facts, kBios).reason, BootReason::kHostProfile);
  host_.profile = "";
  EXPECT_EQ(DecideBoot(facts, kBios).reason, BootReason::kLocalDisk);
}

TEST_F(DecideBootTest, UnknownMachineGetsAnAddressByDefault) {
  EXPECT_EQ(DecideBoot(UnknownMachine(), kBios),
            (BootVerdict{nullptr, "", BootReason::kAddressOnly}));
}

TEST_F(DecideBootTest, UnknownMachineMayBeIgnored) {
  subnet_.unknown_machines = UnknownMachines::kIgnore;
  for (const ClientKind kind : {kBios, kUefi, kOs, kHttpUefi}) {
    const BootVerdict verdict = DecideBoot(UnknownMachine(), kind);
    EXPECT_TRUE(verdict.Silent()) << ToString(kind);
    EXPECT_EQ(verdict.loader, "") << ToString(kind);
  }
}

TEST_F(DecideBootTest, UnknownMachineMayGetTheProfileForEverybody) {
  subnet_.unknown_machines = UnknownMachines::kProfile;
  subnet_.unknown_profile = "everybody";
  EXPECT_EQ(DecideBoot(UnknownMachine(), kUefi),
            (BootVerdict{&everybody_, "syslinux.efi", BootReason::kUnknownProfile}));
}

TEST_F(DecideBootTest, UnknownMachineOutsideEverySubnetGetsNothing) {
  EXPECT_EQ(DecideBoot({}, kBios), (BootVerdict{nullptr, "", BootReason::kNoSubnet}));
}

TEST_F(DecideBootTest, AMissingProfileIsNotReplacedByAnother) {
  BootFacts facts = KnownHost();
  facts.host_profile = nullptr;
  EXPECT_EQ(DecideBoot(facts, kBios), (BootVerdict{nullptr, "", BootReason::kProfileMissing}));
}

TEST_F(DecideBootTest, TheProfilesLoaderForExactlyThisKindBeatsTheBuiltInOne) {
  own_.loaders = {{"uefi-x64", "efi64/syslinux.efi"}, {"ipxe-uefi-x64", "other.efi"}};
  EXPECT_EQ(DecideBoot(KnownHost(), kUefi).loader, "efi64/syslinux.efi");
  EXPECT_EQ(DecideBoot(KnownHost(), kBios).loader, "pxelinux.0");
}

TEST_F(DecideBootTest, AKindWithoutLoaderGetsAnAddressOnly) {
  EXPECT_EQ(DecideBoot(KnownHost(), kArm), (BootVerdict{&own_, "", BootReason::kNoLoader}));
  own_.loaders = {{"uefi-arm64", "grubaa64.efi"}};
  EXPECT_EQ(DecideBoot(KnownHost(), kArm).loader, "grubaa64.efi");
}

TEST_F(DecideBootTest, C114_AnUnknownPlatformGetsTheProfilesLoaderForUnknownOrNone) {
  EXPECT_EQ(DecideBoot(KnownHost(), kUnknownKind).reason, BootReason::kNoLoader);
  own_.loaders = {{"unknown", "any.img"}};
  EXPECT_EQ(DecideBoot(KnownHost(), kUnknownKind).loader, "any.img");
}

TEST_F(DecideBootTest, C117_ATftpFileIsNeverHandedToAnHttpClientOfTheSameHost) {
  own_.loaders = {{"uefi-x64", "syslinux.efi"}, {"http-uefi-x64", "syslinux.efi"}};
  EXPECT_EQ(DecideBoot(KnownHost(), kHttpUefi), (BootVerdict{&own_, "", BootReason::kNoLoader}));
}

TEST_F(DecideBootTest, C108_AnOsGetsNoBootFields) {
  EXPECT_EQ(DecideBoot(KnownHost(), kOs), (BootVerdict{&own_, "", BootReason::kOperatingSystem}));
}

TEST_F(DecideBootTest, EveryReasonHasAWordOfItsOwn) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(BootReason::kOperatingSystem); ++i) {
    words.insert(ToString(static_cast<BootReason>(i)));
  }
  EXPECT_EQ(words.size(), 10U);
  EXPECT_FALSE(words.contains("unknown"));
}

}  // namespace
}  // namespace pxe::core
