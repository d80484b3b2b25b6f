// File names as loaders ask for them: the pxelinux search chain, for hosts, strangers and nobody.
#include "server/boot_files.h"

#include <gtest/gtest.h>

#include "tests/server/resolver/test_plane.h"
#include "tests/support/status_matchers.h"

namespace pxe::server {
namespace {

constexpr const char* kUuid = "b8945908-d6a6-41a9-611d-74a6ab80b83d";
constexpr const char* kUuidOfPxelinux = "085994b8-a6d6-a941-611d-74a6ab80b83d";

class BootFilesTest : public testing::Test {
 protected:
  BootFilesTest() {
    plane_.Add(LinuxProfile("deb"));
    plane_.Add(LinuxProfile("stranger"));
    core::Subnet subnet = LabSubnet();
    subnet.unknown_machines = core::UnknownMachines::kAddressOnly;
    plane_.Add(subnet);
    plane_.Add(core::Host{.id = "n1",
                          .uid = "u1",
                          .nics = {{.mac = Mac(1), .address = Ip("10.0.0.20")}},
                          .uuid = *ParseUuid(kUuid),
                          .profile = "deb"});
  }

  core::BootAnswer Ask(const std::string& path, const char* client = "10.0.0.20") {
    return AnswerBoot({path, Ip(client), Ip("10.0.0.1")}, plane_.state, plane_.clock.Now());
  }
  // The kernel's address argument in the text that was rendered; "" when none was.
  std::string AddressIn(const core::BootAnswer& answer) {
    const auto* file = std::get_if<core::RenderedFile>(&answer);
    if (file == nullptr) return "";
    const size_t at = file->text.find("ip=");
    return file->text.substr(at + 3, file->text.find(' ', at) - at - 3);
  }
  void Lease(int client, const char* address) {
    const std::lock_guard lock(plane_.state.mutex);
    plane_.state.leases.Load({.address = Ip(address),
                              .client = HardwareAddress::Of(Mac(client)),
                              .ends = plane_.clock.Now() + std::chrono::hours{1}},
                             plane_.clock.Now());
  }
  void BootStrangers() {
    core::Subnet subnet = LabSubnet();
    subnet.unknown_machines = core::UnknownMachines::kProfile;
    subnet.unknown_profile = "stranger";
    plane_.state.Apply(subnet);
  }
  static bool IsNoFile(const core::BootAnswer& answer) {
    return std::holds_alternative<core::NoFile>(answer);
  }

  TempDir folder_;
  TestPlane plane_{folder_.path()};
};

TEST_F(BootFilesTest, EveryNameOfTheSearchIsAnsweredForTheHostItMeans) {
  for (const std::string& name :
       {std::string("pxelinux.cfg/") + kUuid, std::string("pxelinux.cfg/") + kUuidOfPxelinux,
        std::string("pxelinux.cfg/01-52-54-00-00-00-01"), std::string("pxelinux.cfg/0A000014"),
        std::string("pxelinux.cfg/0A0000"), std::string("pxelinux.cfg/0"),
        std::string("pxelinux.cfg/default"), std::string("/bios//pxelinux.cfg/default"),
        std::string("efi64\\pxelinux.cfg\\01-52-54-00-00-00-01")}) {
    EXPECT_EQ(AddressIn(Ask(name)), "10.0.0.20") << name;
  }
}

TEST_F(BootFilesTest, NamesThatMeanNobodyAreNoFile) {
  for (const char* name :
       {"pxelinux.cfg/00000000-0000-0000-0000-000000000001", "pxelinux.cfg/01-52-54-00-00-00-09",
        "pxelinux.cfg/20-52-54-00-00-00-01", "pxelinux.cfg/0A000099", "pxelinux.cfg/C0A8"}) {
    EXPECT_TRUE(IsNoFile(Ask(name))) << name;
  }
}

TEST_F(BootFilesTest, ARequesterInNoNetworkOfOursIsStillServedByItsMac) {
  EXPECT_EQ(AddressIn(Ask("pxelinux.cfg/01-52-54-00-00-00-01", "192.168.9.9")), "192.168.9.9");
  EXPECT_TRUE(IsNoFile(Ask("pxelinux.cfg/default", "192.168.9.9")));
}

TEST_F(BootFilesTest, DefaultIsTheConfigOfWhoeverHoldsTheRequestersLease) {
  EXPECT_TRUE(IsNoFile(Ask("pxelinux.cfg/default", "10.0.0.77")));
  Lease(1, "10.0.0.77");
  EXPECT_EQ(AddressIn(Ask("pxelinux.cfg/default", "10.0.0.77")), "10.0.0.77");
}

TEST_F(BootFilesTest, StrangersGetTheSubnetsProfileUnderEveryNameOfTheirs) {
  BootStrangers();
  EXPECT_EQ(AddressIn(Ask("pxelinux.cfg/default", "10.0.0.77")), "10.0.0.77");
  EXPECT_EQ(AddressIn(Ask("pxelinux.cfg/01-52-54-00-00-00-09", "10.0.0.77")), "10.0.0.77");
  EXPECT_EQ(AddressIn(Ask("pxelinux.cfg/0A00004D", "10.0.0.77")), "10.0.0.77");
}

TEST_F(BootFilesTest, AnyOtherNameIsAFileBelowTheRoot) {
  EXPECT_EQ(Ask("/boot\\vmlinuz"), core::BootAnswer(core::StaticFile{"boot/vmlinuz"}));
}

TEST_F(BootFilesTest, ANameThatLeavesTheRootIsRefused) {
  EXPECT_TRUE(std::holds_alternative<core::RefusedFile>(Ask("../etc/shadow")));
  EXPECT_TRUE(std::holds_alternative<core::RefusedFile>(Ask("a\nb")));
}

TEST_F(BootFilesTest, AConfigThatCannotBeRenderedIsNoFileAndSaysWhy) {
  core::Profile profile = LinuxProfile("deb");
  profile.entries[0].arguments = "x={{vars.missing}}";
  plane_.state.Apply(profile);
  const auto answer = Ask("pxelinux.cfg/01-52-54-00-00-00-01");
  ASSERT_TRUE(IsNoFile(answer));
  EXPECT_NE(std::get<core::NoFile>(answer).reason.find("vars.missing"), std::string::npos);
}

TEST_F(BootFilesTest, APreviewIsTheVeryTextThatIsServed) {
  const auto served = Ask("pxelinux.cfg/01-52-54-00-00-00-01");
  EXPECT_THAT(plane_.resolver().PreviewMac(Mac(1)),
              IsOkAndHolds(std::get<core::RenderedFile>(served).text));
  EXPECT_THAT(plane_.resolver().PreviewHost("n1"),
              IsOkAndHolds(std::get<core::RenderedFile>(served).text));
}

TEST_F(BootFilesTest, APreviewSaysWhyThereIsNothingToShow) {
  EXPECT_THAT(plane_.resolver().PreviewHost("n9"),
              StatusIs(absl::StatusCode::kNotFound, "hosts/n9"));
  EXPECT_THAT(plane_.resolver().PreviewMac(Mac(9)),
              StatusIs(absl::StatusCode::kFailedPrecondition, "no_subnet"));
}

}  // namespace
}  // namespace pxe::server
