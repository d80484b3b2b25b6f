// Templates, rules, and what profiles, hosts and subnets say since there are such.
#include <fstream>

#include "tests/clients/pxeadm/run_fixture.h"

namespace pxe::adm {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class BootNounsTest : public RunTest {
 protected:
  void SetUp() override { CreateLab(); }

  std::string File(const std::string& name, const std::string& text) {
    const std::string path = server.dir.Path(name);
    std::ofstream(path) << text;
    return path;
  }
};

TEST_F(BootNounsTest, ATemplateIsMadeOfAFile) {
  const std::string file = File("ks.cfg", "url {{host.mac}}\n");
  EXPECT_EQ(Done("template create ks --content-type text/x-ks --file " + file),
            "ID  TYPE       BYTES  REVISION\n"
            "ks  text/x-ks  17     4\n");
  EXPECT_THAT(Done("template get ks -o json"), HasSubstr("url {{host.mac}}\\n"));
  Done("template update ks --file " + File("other", "b\n"));
  EXPECT_EQ(Done("template list -o name"), "templates/ks\n");
  EXPECT_THAT(Done("diff template/ks --from 4"), HasSubstr("text"));
  Done("template delete ks");
  const Ended none = Pxeadm("template create ks --file /nowhere/ks.cfg");
  EXPECT_EQ(none.code, ExitCode::kUsage);
  EXPECT_THAT(none.err, HasSubstr("/nowhere/ks.cfg"));
}

TEST_F(BootNounsTest, RulesAreShownAsTheyAreAsked) {
  Done("rule create low --priority 1 --kind bios --local");
  Done("rule create high --priority 9 --label rack=a --mac-prefix 52:54 --profile deb");
  Done("rule create mid --priority 5 --subnet lab --vendor-class PXEClient --discover");
  EXPECT_EQ(Done("rule list"),
            "ID    PRIORITY  MATCH                              ACTION\n"
            "high  9         rack=a,mac=52:54                   profile=deb\n"
            "mid   5         vendor-class=PXEClient,subnet=lab  discover\n"
            "low   1         kind=bios                          local\n");
  EXPECT_THAT(Done("rule update mid --discover --profile deb"), HasSubstr("discover=deb"));
  EXPECT_THAT(Done("rule update mid --ignore"), HasSubstr(" ignore\n"));
  EXPECT_THAT(Done("rule update high --label rack=b"), HasSubstr("rack=b,mac=52:54"));
  EXPECT_EQ(Pxeadm("rule update mid --ignore --local").code, ExitCode::kUsage);
  Done("rule delete low mid");
}

TEST_F(BootNounsTest, QuirksAreShownAsTheyAreAsked) {
  Done("quirk create old --priority 1 --kind bios --nul-in-length yes --broadcast no");
  Done(
      "quirk create jetway --priority 9 --mac-prefix 00:30:18 --omit-boot-option yes --pad-to 576 "
      "--delay 1.5s --vendor-options hex:060108ff --vendor-class usual --why odd");
  EXPECT_EQ(Done("quirk list"),
            "ID      PRIORITY  MATCH         ACTIONS                                        WHY\n"
            "jetway  9         mac=00:30:18  43=060108ff,60=usual,no-67,pad=576,delay=1.5s  odd\n"
            "old     1         kind=bios     nul,no-broadcast                               -\n");
  EXPECT_THAT(Done("quirk update jetway --vendor-options omit --delay unsaid"),
              HasSubstr(" no-43,60=usual,no-67,pad=576 "));
  EXPECT_THAT(Done("quirk update jetway --vendor-options unsaid --pad-to usual"),
              HasSubstr(" 60=usual,no-67,pad=0 "));
  EXPECT_EQ(Pxeadm("quirk update old --broadcast maybe").code, ExitCode::kUsage);
  EXPECT_EQ(Pxeadm("quirk update old --vendor-options 0608").code, ExitCode::kUsage);
  EXPECT_EQ(Pxeadm("quirk update old --pad-to many").code, ExitCode::kUsage);
  Done("quirk delete old jetway");
}

TEST_F(BootNounsTest, AProfileInheritsAndSaysWhatIsItsOwn) {
  Done("template create menu --file " + File("menu", "default x\n"));
  Done(
      "profile create child --parent deb --loader uefi-x64=grub.efi --config grub=menu "
      "--file debian/ks.cfg=menu --option 211=300 --option 150=10.0.0.1,10.0.0.2 "
      "--option 224=hex:0aff --option 209=menu.cfg");
  const std::string child = Done("profile get child -o yaml");
  EXPECT_THAT(child, HasSubstr("grub: templates/menu"));
  EXPECT_THAT(child, HasSubstr("debian/ks.cfg: templates/menu"));
  EXPECT_THAT(child, HasSubstr("u32: 300"));
  EXPECT_THAT(child, HasSubstr("text: menu.cfg"));
  const std::string effective = Done("profile get child --effective");
  EXPECT_THAT(effective, StartsWith("ID     PARENT  ENTRIES  DEFAULT  BOOTS    TIMEOUT\n"
                                    "child  deb     linux    linux    vmlinuz  -\n"));
  EXPECT_THAT(effective, HasSubstr("entries              deb\n"));
  EXPECT_THAT(effective, HasSubstr("files.debian/ks.cfg  child\n"));
  EXPECT_THAT(Done("profile get child --effective -o json"), HasSubstr("\"sources\": {"));
  Done("profile update child --option 211=600 --option 224- --file debian/ks.cfg-");
  const std::string changed = Done("profile get child -o yaml");
  EXPECT_THAT(changed, HasSubstr("u32: 600"));
  EXPECT_THAT(changed, HasSubstr("text: menu.cfg")) << "the other options stay";
  EXPECT_THAT(changed, testing::Not(HasSubstr("224")));
  EXPECT_THAT(changed, testing::Not(HasSubstr("ks.cfg")));
}

TEST_F(BootNounsTest, OptionsThatCannotBeAreWrongUsage) {
  for (const char* option : {"x=1", "211", "211=soon", "19=maybe", "224=abc", "224=hex:0",
                             "121=10.0.0.0/8", "43=6", "43=x:08", "43=6:8"}) {
    const Ended ended = Pxeadm(std::string("profile create p --kernel k --option ") + option);
    EXPECT_EQ(ended.code, ExitCode::kUsage) << option;
    EXPECT_THAT(ended.err, HasSubstr("--option: ")) << option;
  }
}

TEST_F(BootNounsTest, OptionsOfEachFormAreWrittenOnOneLine) {
  Done("host update n1 --option 119=a.example,b.example --option 43=1:00000000");
  Done("host update n1 --option 121=10.1.0.0/16=10.0.0.1,0.0.0.0/0=10.0.0.2");
  const std::string host = Done("host get n1 -o yaml");
  EXPECT_THAT(host, HasSubstr("b.example"));
  EXPECT_THAT(host, HasSubstr("destination: 10.1.0.0/16"));
  EXPECT_THAT(host, HasSubstr("router: 10.0.0.2"));
  EXPECT_THAT(host, HasSubstr("bytes: AAAAAA=="));
}

TEST_F(BootNounsTest, HostsSayHowTheyAreAnswered) {
  Done("host update n1 --serial CZ1 --profile \"\" --local-boot true --answers address-only");
  const std::string host = Done("host get n1 -o yaml");
  EXPECT_THAT(host, HasSubstr("serial: CZ1"));
  EXPECT_THAT(host, HasSubstr("localBoot: true"));
  EXPECT_THAT(host, HasSubstr("answers: ANSWERS_ADDRESS_ONLY"));
  EXPECT_THAT(Done("host get n1"), HasSubstr("(local disk)"));
  EXPECT_EQ(Pxeadm("host update n1 --answers some").code, ExitCode::kUsage);
  const Ended approved = Pxeadm("host approve n1");
  EXPECT_EQ(approved.code, ExitCode::kRefused);
  EXPECT_THAT(approved.err, HasSubstr("approved already"));
  EXPECT_EQ(Pxeadm("host reject nobody").code, ExitCode::kNotFound);
}

TEST_F(BootNounsTest, LocalBootSetAndTakenBackLeavesTheProfile) {
  Done("host update n1 --profile deb");
  EXPECT_THAT(Done("host update n1 --local-boot true"), HasSubstr("(local disk)"));
  EXPECT_THAT(Done("host get n1 -o yaml"), HasSubstr("profile: profiles/deb"));
  EXPECT_THAT(Done("host update n1 --local-boot false"), HasSubstr("  deb  "));
}

TEST_F(BootNounsTest, BootServersAreNamedByHostProfileAndSubnet) {
  Done("host update n1 --next-server 10.0.0.6");
  EXPECT_THAT(Done("host get n1 -o yaml"), HasSubstr("nextServer: 10.0.0.6"));
  Done("profile update deb --next-server 10.0.0.7");
  Done("profile create child --parent deb");
  EXPECT_THAT(Done("profile get child --effective"), HasSubstr("next_server  deb\n"));
  Done("subnet update lab --plain-boot-file phone.cfg --plain-next-server 10.0.0.5");
  const std::string subnet = Done("subnet get lab -o yaml");
  EXPECT_THAT(subnet, HasSubstr("plainBootFile: phone.cfg"));
  EXPECT_THAT(subnet, HasSubstr("plainNextServer: 10.0.0.5"));
  EXPECT_THAT(Pxeadm("subnet update lab --plain-boot-file \"\"").err,
              HasSubstr("subnet.plain_next_server: goes with a plain_boot_file only"));
  Done("subnet update lab --plain-boot-file \"\" --plain-next-server \"\"");
}

TEST_F(BootNounsTest, EveryPolicyForUnknownMachinesHasAWord) {
  for (const char* word :
       {"ignore", "address-only", "local", "profile=deb", "discover", "discover=deb"}) {
    EXPECT_THAT(Done(std::string("subnet update lab --unknown ") + word),
                HasSubstr(std::string("  ") + word + "\n"));
  }
  for (const char* word : {"profile", "local=deb", "ignore=deb", "all"}) {
    EXPECT_EQ(Pxeadm(std::string("subnet update lab --unknown ") + word).code, ExitCode::kUsage)
        << word;
  }
}

TEST_F(BootNounsTest, APreviewIsOfOneFlavour) {
  Done("preview --mac 52:54:00:00:00:01 --flavour grub");
  ASSERT_TRUE(server.previewed.has_value());
  EXPECT_EQ(server.previewed->flavour, core::Flavour::kGrub);
  EXPECT_EQ(Pxeadm("preview --mac 52:54:00:00:00:01 --flavour lilo").code, ExitCode::kRefused);
}

}  // namespace
}  // namespace pxe::adm
