// One boot, one state: what is written while a machine boots is met by its next boot.
#include "server/boots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/typical_facts.h"
#include "server/boot_files.h"
#include "tests/server/resolver/test_plane.h"

namespace pxe::server {
namespace {

using testing::HasSubstr;

constexpr core::ClientKind kBios{core::Platform::kBios, core::Agent::kFirmware};
constexpr core::ClientKind kSystem{};

class BootsTest : public testing::Test {
 protected:
  BootsTest() {
    plane_.state.Apply(core::Template{.id = "ks", .text = "old template\n"});
    plane_.state.Apply(ProfileWith("old"));
    plane_.Add(LabSubnet());
    plane_.state.Apply(core::Host{.id = "n1",
                                  .uid = "u1",
                                  .nics = {{.mac = Mac(1), .address = Ip("10.0.0.20")}},
                                  .profile = "deb"});
  }

  static core::Profile ProfileWith(const std::string& arguments) {
    core::Profile profile = LinuxProfile("deb");
    profile.entries[0].arguments = arguments;
    profile.files = {{"ks.cfg", "ks"}};
    return profile;
  }

  // DISCOVER and REQUEST up to the ACK.
  void TakeLease(const core::ClientKind& kind) {
    core::DhcpQuestion question{.tag = ++tag_,
                                .client = HardwareAddress::Of(Mac(1)),
                                .facts = core::TypicalFacts(kind),
                                .local_addresses = {Ip("10.0.0.1")}};
    plane_.resolver().ResolveDhcp({question}, box_);
    const auto offer = std::get<core::DhcpGrant>(box_.Await(tag_));
    question.tag = ++tag_;
    question.message = core::DhcpMessage::kRequest;
    question.requested = offer.address;
    question.server_id = offer.server_id;
    plane_.resolver().ResolveDhcp({question}, box_);
    ASSERT_TRUE(BindsAddress(std::get<core::DhcpGrant>(box_.Await(tag_)).kind));
  }

  std::string Fetch(const std::string& path) {
    const auto answer =
        AnswerBoot({path, Ip("10.0.0.20"), Ip("10.0.0.1")}, plane_.state, plane_.clock.Now());
    const auto* file = std::get_if<core::RenderedFile>(&answer);
    return file == nullptr ? "(none)" : file->text;
  }
  std::string Config() { return Fetch("pxelinux.cfg/01-52-54-00-00-00-01"); }

  TempDir folder_;
  TestPlane plane_{folder_.path()};
  AnswerBox box_;
  uint64_t tag_ = 0;
};

TEST_F(BootsTest, AChangedProfileIsMetByTheNextBoot) {
  TakeLease(kBios);
  plane_.state.Apply(ProfileWith("new"));
  EXPECT_THAT(Config(), HasSubstr("append old\n"));
  plane_.clock.Advance(std::chrono::seconds{60});
  TakeLease(kBios);
  EXPECT_THAT(Config(), HasSubstr("append new\n"));
}

TEST_F(BootsTest, ATemplateChangedWithItStaysTheOldOne) {
  TakeLease(kBios);
  plane_.state.Apply(core::Template{.id = "ks", .text = "new template\n"});
  EXPECT_EQ(Fetch("ks.cfg"), "old template\n");
  plane_.clock.Advance(std::chrono::seconds{60});
  TakeLease(kBios);
  EXPECT_EQ(Fetch("ks.cfg"), "new template\n");
}

TEST_F(BootsTest, AProfileDeletedWhileItBootsIsBootedToTheEnd) {
  TakeLease(kBios);
  plane_.state.Apply(std::vector<CatalogChange>{Erased<core::Profile>{"deb"}});
  EXPECT_THAT(Config(), HasSubstr("append old\n"));
  EXPECT_EQ(Fetch("ks.cfg"), "old template\n");
}

TEST_F(BootsTest, TheSystemThatWasBootedGoesOnWithItsFiles) {
  TakeLease(kBios);
  plane_.state.Apply(core::Template{.id = "ks", .text = "new template\n"});
  plane_.clock.Advance(std::chrono::seconds{60});
  TakeLease(kSystem);
  EXPECT_EQ(Fetch("ks.cfg"), "old template\n");
}

TEST_F(BootsTest, ABootThatNeverEndedIsForgotten) {
  TakeLease(kBios);
  plane_.state.Apply(ProfileWith("new"));
  plane_.clock.Advance(kBootLasts);
  EXPECT_THAT(Config(), HasSubstr("append new\n"));
}

TEST_F(BootsTest, AMachineThatHasNotAskedDhcpIsToldWhatHoldsNow) {
  plane_.state.Apply(ProfileWith("new"));
  EXPECT_THAT(Config(), HasSubstr("append new\n"));
}

TEST(Boots, HoldNoMoreThanTheirLimit) {
  Boots boots;
  for (size_t n = 0; n <= kMaxBoots; ++n) {
    const auto byte = [n](int shift) { return static_cast<uint8_t>(n >> shift); };
    boots.Begin({{2, 0, byte(24), byte(16), byte(8), byte(0)}}, {});
  }
  EXPECT_EQ(boots.size(), kMaxBoots);
}

}  // namespace
}  // namespace pxe::server
