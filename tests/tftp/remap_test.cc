#include "tftp/remap.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace pxe::tftp {
namespace {

std::vector<RemapRule> Rules(const std::vector<std::string>& texts) {
  std::vector<RemapRule> rules;
  for (const std::string& text : texts) {
    const auto rule = ParseRemapRule(text);
    EXPECT_THAT(rule, IsOk()) << text;
    if (rule.ok()) rules.push_back(*rule);
  }
  return rules;
}

TEST(Remap, T93_AFolderIsCutOffOrReplaced) {
  const auto rules = Rules({"/tftpboot/=", "/srv/tftp/=boot"});
  EXPECT_EQ(Remap(rules, "/tftpboot/pxelinux.0"), "pxelinux.0");
  EXPECT_EQ(Remap(rules, "tftpboot//pxelinux.cfg/default"), "pxelinux.cfg/default");
  EXPECT_EQ(Remap(rules, "\\srv\\tftp\\grub\\x"), "boot/grub/x");
  EXPECT_EQ(Remap(rules, "/tftpbootx/f"), "/tftpbootx/f");
  EXPECT_EQ(Remap(rules, "/other/tftpboot/f"), "/other/tftpboot/f");
}

TEST(Remap, T93_AWholeNameIsReplacedInWhateverCaseItIsAskedFor) {
  const auto rules = Rules({"startrom.n12=ris/startrom.n12", "BOOTMGR.EXE=win/bootmgr.exe"});
  EXPECT_EQ(Remap(rules, "STARTROM.N12"), "ris/startrom.n12");
  EXPECT_EQ(Remap(rules, "\\bootmgr.exe"), "win/bootmgr.exe");
  EXPECT_EQ(Remap(rules, "startrom.n12x"), "startrom.n12x");
  EXPECT_EQ(Remap(rules, "ris/startrom.n12"), "ris/startrom.n12");
}

TEST(Remap, T93_TheFirstRuleThatFitsCountsAndOneAlone) {
  const auto rules = Rules({"a/=b/", "a/x/=never/", "b/=c/"});
  EXPECT_EQ(Remap(rules, "a/x/f"), "b/x/f");
}

TEST(Remap, T93_AnOddRuleIsRefused) {
  EXPECT_THAT(ParseRemapRule("tftpboot"), StatusIs(absl::StatusCode::kInvalidArgument, "FROM=TO"));
  EXPECT_THAT(ParseRemapRule("=x"), StatusIs(absl::StatusCode::kInvalidArgument, "nothing before"));
  EXPECT_THAT(ParseRemapRule("f="), StatusIs(absl::StatusCode::kInvalidArgument, "to nothing"));
}

}  // namespace
}  // namespace pxe::tftp
