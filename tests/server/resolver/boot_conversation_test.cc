// Files asked for across the seam: every kind of answer, as the loader's side gets it.
#include <gtest/gtest.h>

#include <future>

#include "tests/server/resolver/seam.h"

namespace pxe::server {
namespace {

class BootConversationTest : public testing::Test {
 protected:
  BootConversationTest() {
    plane_.Add(LinuxProfile("deb"));
    plane_.Add(LabSubnet());
    plane_.Add(core::Host{.id = "n1",
                          .uid = "u1",
                          .nics = {{.mac = Mac(1), .address = Ip("10.0.0.20")}},
                          .profile = "deb"});
  }

  core::BootAnswer Ask(const std::string& path) {
    std::promise<core::BootAnswer> answered;
    seam_.resolver().ResolveBoot(
        {path, Ip("10.0.0.20"), Ip("10.0.0.1")},
        [&](core::BootAnswer answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
  }

  TempDir folder_;
  TestPlane plane_{folder_.path()};
  Seam seam_{plane_};
};

TEST_F(BootConversationTest, AConfigIsTheTextThatAPreviewShows) {
  EXPECT_EQ(Ask("pxelinux.cfg/01-52-54-00-00-00-01"),
            core::BootAnswer(core::RenderedFile{*plane_.resolver().PreviewMac(Mac(1))}));
}

TEST_F(BootConversationTest, AChangeIsInForceWithTheNextQuestion) {
  const core::BootAnswer before = Ask("pxelinux.cfg/01-52-54-00-00-00-01");
  core::Profile profile = LinuxProfile("deb");
  profile.entries[0].arguments = "changed";
  plane_.state.Apply(profile);
  const core::BootAnswer after = Ask("pxelinux.cfg/01-52-54-00-00-00-01");
  EXPECT_NE(before, after);
  EXPECT_NE(std::get<core::RenderedFile>(after).text.find("changed"), std::string::npos);
}

TEST_F(BootConversationTest, AFileBeneathTheRootIsNamedPlainly) {
  EXPECT_EQ(Ask("\\boot//vmlinuz"), core::BootAnswer(core::StaticFile{"boot/vmlinuz"}));
}

TEST_F(BootConversationTest, AConfigOfNobodyIsNoFileAndSaysWhy) {
  const core::BootAnswer answer = Ask("pxelinux.cfg/01-52-54-00-00-00-09");
  ASSERT_TRUE(std::holds_alternative<core::NoFile>(answer));
  EXPECT_NE(std::get<core::NoFile>(answer).reason, "");
}

TEST_F(BootConversationTest, ANameThatIsNeverServedIsRefused) {
  for (const std::string& name : {std::string("../etc/shadow"), std::string("a\nb"),
                                  std::string(5000, 'x'), std::string("\xff\xfe\x01")}) {
    EXPECT_TRUE(std::holds_alternative<core::RefusedFile>(Ask(name)));
  }
}

TEST_F(BootConversationTest, ManyLoadersAskAtOnceAndEachGetsItsOwn) {
  constexpr size_t kLoaders = 500;
  std::vector<std::promise<core::BootAnswer>> answers(kLoaders);
  for (size_t i = 0; i < kLoaders; ++i) {
    seam_.resolver().ResolveBoot(
        {"file-" + std::to_string(i), Ip("10.0.0.20"), Ip("10.0.0.1")},
        [&answers, i](core::BootAnswer answer) { answers[i].set_value(std::move(answer)); });
  }
  for (size_t i = 0; i < kLoaders; ++i) {
    EXPECT_EQ(answers[i].get_future().get(),
              core::BootAnswer(core::StaticFile{"file-" + std::to_string(i)}));
  }
}

}  // namespace
}  // namespace pxe::server
