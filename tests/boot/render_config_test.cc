// One profile in each flavour as whole texts, then what each flavour refuses, templates that take
// the place of configs, files, and what is refused before a profile is stored.
#include "boot/render_config.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_format.h"
#include "boot/variables.h"
#include "tests/support/golden.h"
#include "tests/support/status_matchers.h"

namespace pxe::boot {
namespace {

using core::Flavour;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

core::Entry Kernel(const std::string& name, const std::string& kernel,
                   std::vector<std::string> initrds = {}, const std::string& arguments = "") {
  core::Entry entry;
  entry.name = name;
  entry.kernel = kernel;
  entry.initrds = std::move(initrds);
  entry.arguments = arguments;
  return entry;
}

core::Entry Chain(const std::string& name, const std::string& path) {
  core::Entry entry;
  entry.name = name;
  entry.chain = path;
  return entry;
}

class RenderConfigTest : public testing::Test {
 protected:
  RenderConfigTest() {
    core::Nic nic;
    nic.mac = *ParseMacAddress("52:54:00:00:00:01");
    host_.id = "n1";
    host_.nics = {nic};
    host_.labels = {{"rack", "a"}};
    profile_.id = "deb";
    profile_.entries = {Kernel("deb", "debian/vmlinuz", {"debian/initrd.img"}, "quiet")};
  }

  absl::StatusOr<std::string> Render(Flavour flavour) {
    const Variables variables(profile_, machine());
    return RenderConfig(flavour, profile_, variables.Lookup(), Templates());
  }

  absl::StatusOr<std::string> File(const std::string& path) {
    const Variables variables(profile_, machine());
    return RenderFile(profile_, path, variables.Lookup(), Templates());
  }

  Machine machine() {
    return {.host = &host_,
            .nic = host_.nics[0].mac,
            .address = *ParseIpv4("10.0.0.20"),
            .server = *ParseIpv4("10.0.0.1")};
  }

  PartialLookup Templates() {
    return [this](std::string_view id) {
      const auto found = templates_.find(std::string(id));
      return found == templates_.end() ? nullptr : &found->second;
    };
  }

  void ExpectGoldens(const std::string& name) {
    for (const Flavour flavour : core::kFlavours) {
      const auto config = Render(flavour);
      ASSERT_THAT(config, IsOk());
      ExpectGolden(absl::StrFormat("boot/%s.%s.golden", name, core::NameOf(flavour)), *config);
    }
  }

  core::Entry& entry() { return profile_.entries[0]; }

  core::Host host_;
  core::Profile profile_;
  std::map<std::string, std::string> templates_;
};

TEST_F(RenderConfigTest, OneKernelBootsAtOnce) {
  entry().arguments =
      "console=ttyS0 hostname={{host.id}} rack={{host.labels.rack}} opts=\"a b\" -- quiet";
  entry().initrds.push_back("firmware.cpio");
  ExpectGoldens("single");
}

TEST_F(RenderConfigTest, AMenuOfEverything) {
  profile_.menu = {.default_entry = "disk", .timeout_ds = 305, .on_timeout = "1"};
  profile_.menu.ui = "menu.c32";
  profile_.menu.title = "Boot {{host.id}} # rack || row";
  core::Entry disk;
  disk.name = "disk";
  disk.title = "^Local disk";
  disk.local_boot = true;
  core::Entry dos;
  dos.name = "dos";
  dos.disk_image = "images/dos.img";
  dos.arguments = "raw";
  core::Entry appended = Kernel("1", "debian/vmlinuz-5.10.0", {"debian/initrd.img"}, "quiet");
  appended.title = "Install Bob's {{host.labels.rack}}";
  appended.sysappend = 3;
  profile_.entries = {disk,
                      appended,
                      Kernel("hdt", "hdt.c32"),
                      Chain("ipxe", "undionly.kpxe"),
                      Chain("shim", "efi64/shimx64.efi.signed"),
                      dos};
  ExpectGoldens("menu");
}

TEST_F(RenderConfigTest, WithoutAReasonToAskTheDefaultBootsAtOnce) {
  profile_.entries.push_back(Kernel("rescue", "rescue/vmlinuz"));
  profile_.menu.default_entry = "rescue";
  ExpectGoldens("unasked");
}

TEST_F(RenderConfigTest, LocalBoot) {
  for (const Flavour flavour : core::kFlavours) {
    ExpectGolden(absl::StrFormat("boot/local.%s.golden", core::NameOf(flavour)),
                 LocalBootConfig(flavour));
  }
}

TEST_F(RenderConfigTest, WhatALoaderCannotBootMustNotBeTheDefault) {
  profile_.entries = {Kernel("hdt", "hdt.c32")};
  EXPECT_THAT(Render(Flavour::kPxelinux), IsOk());
  for (const Flavour flavour : {Flavour::kGrub, Flavour::kIpxe, Flavour::kGrub4dos}) {
    EXPECT_THAT(Render(flavour),
                StatusIs(kPrecondition, "profile.entries[0]: \"hdt\" cannot boot here: COM32"));
  }
  EXPECT_THAT(CheckProfile(profile_, Templates()), IsOk());
}

TEST_F(RenderConfigTest, GrubWouldPutBackslashesIntoArguments) {
  profile_.entries.push_back(Kernel("x", "vmlinuz", {}, "a='b'"));
  const auto config = Render(Flavour::kGrub);
  ASSERT_THAT(config, IsOk());
  EXPECT_NE(config->find("# left out: x: GRUB would put a backslash"), std::string::npos);
}

TEST_F(RenderConfigTest, IpxeExpandsItsSettingsInTheProfilesTextOnly) {
  entry().arguments = "mac=${net0/mac}";
  const auto config = Render(Flavour::kIpxe);
  ASSERT_THAT(config, IsOk());
  EXPECT_NE(config->find("mac=${net0/mac}"), std::string::npos);
  entry().arguments = "rack={{host.labels.rack}}";
  for (const std::string value : {"${net0/mac}", "{x}", "x$"}) {
    host_.labels["rack"] = value;
    EXPECT_THAT(Render(Flavour::kIpxe), StatusIs(kInvalid, "profile.entries[0].arguments: "))
        << value;
  }
  host_.labels["rack"] = "$6$salt$hash";
  EXPECT_THAT(Render(Flavour::kIpxe), IsOk());
}

TEST_F(RenderConfigTest, IpxeNamesTheServerInEveryAddress) {
  const Variables variables(profile_, {.host = &host_, .nic = {}, .address = {}, .server = {}});
  EXPECT_THAT(RenderConfig(Flavour::kIpxe, profile_, variables.Lookup(), Templates()),
              StatusIs(kInvalid, "profile.entries[0].kernel: unknown variable \"server.address\""));
}

TEST_F(RenderConfigTest, ATemplateIsTheWholeConfig) {
  profile_.configs = {{"grub", "grub-main"}};
  templates_ = {{"grub-main", "set timeout=0\n{{> part}}\n"}, {"part", "echo {{host.id}}"}};
  EXPECT_THAT(Render(Flavour::kGrub), IsOkAndHolds("set timeout=0\necho n1\n"));
  const auto pxelinux = Render(Flavour::kPxelinux);
  ASSERT_THAT(pxelinux, IsOk());
  EXPECT_TRUE(pxelinux->starts_with("default deb\n"));
}

TEST_F(RenderConfigTest, T43_ATemplateOfNothingIsNoConfig) {
  profile_.configs = {{"pxelinux", "main"}};
  templates_ = {{"main", "{{! later }}\n"}};
  EXPECT_THAT(Render(Flavour::kPxelinux),
              StatusIs(kInvalid, "profile.configs[\"pxelinux\"]: makes an empty config"));
}

TEST_F(RenderConfigTest, ATemplatesErrorsNameThePlace) {
  profile_.configs = {{"ipxe", "main"}};
  templates_ = {{"main", "#!ipxe\nkernel {{vars.k}}\n"}};
  EXPECT_THAT(Render(Flavour::kIpxe),
              StatusIs(kInvalid,
                       "profile.configs[\"ipxe\"]: templates/main line 2: unknown variable "
                       "\"vars.k\""));
  host_.variables["k"] = "a\nshell";
  EXPECT_THAT(Render(Flavour::kIpxe), StatusIs(kInvalid, "line 2: the value \"a\\x0ashell\""));
  host_.variables["k"] = std::string(4000, 'k');
  EXPECT_THAT(Render(Flavour::kIpxe), StatusIs(kInvalid, "makes a line 2 of 4007 bytes"));
}

TEST_F(RenderConfigTest, AFileIsItsTemplatesText) {
  profile_.files = {{"ks/n.cfg", "ks"}};
  templates_ = {{"ks", "hostname {{host.id}}"}};
  EXPECT_THAT(File("ks/n.cfg"), IsOkAndHolds("hostname n1"));
  EXPECT_THAT(File("other"), StatusIs(absl::StatusCode::kNotFound, "profile.files[\"other\"]"));
  templates_ = {{"ks", "\n{{vars.x}}"}};
  EXPECT_THAT(
      File("ks/n.cfg"),
      StatusIs(kInvalid, "profile.files[\"ks/n.cfg\"]: templates/ks line 2: unknown variable"));
}

TEST_F(RenderConfigTest, CheckAcceptsWhatSomeMachineCouldRender) {
  entry().kernel = "{{vars.kernel}}";
  entry().arguments = "uuid={{host.uuid}} rack={{host.labels.row}} x=${y}";
  EXPECT_THAT(CheckProfile(profile_, Templates()), IsOk());
}

TEST_F(RenderConfigTest, CheckRefusesWhatNoMachineCould) {
  entry().arguments = "a={{foo.bar}}";
  const auto checked = CheckProfile(profile_, Templates());
  EXPECT_EQ(MessageOf(checked), "profile.entries[0].arguments: unknown variable \"foo.bar\"");
  entry().arguments = "a={{host.id";
  EXPECT_THAT(CheckProfile(profile_, Templates()),
              StatusIs(kInvalid, "profile.entries[0].arguments: the tag"));
  profile_.entries.clear();
  EXPECT_THAT(CheckProfile(profile_, Templates()), StatusIs(kInvalid, "profile.entries: at least"));
}

TEST_F(RenderConfigTest, CheckNamesTheFlavourThatIsWrong) {
  entry().arguments = std::string(2010, 'a');
  const auto checked = CheckProfile(profile_, Templates());
  EXPECT_THAT(checked, StatusIs(kInvalid, "profile.entries[0].arguments: kernel, arguments and"));
  EXPECT_TRUE(MessageOf(checked).ends_with(" (pxelinux)")) << checked;
  entry().arguments = "";
  profile_.configs = {{"grub", "main"}};
  templates_ = {{"main", "{{foo.bar}}"}};
  EXPECT_THAT(CheckProfile(profile_, Templates()),
              StatusIs(kInvalid,
                       "profile.configs[\"grub\"]: templates/main line 1: unknown variable "
                       "\"foo.bar\" (grub)"));
}

TEST_F(RenderConfigTest, CheckLooksAtFilesToo) {
  profile_.files = {{"ks.cfg", "ks"}};
  EXPECT_THAT(CheckProfile(profile_, Templates()),
              StatusIs(kInvalid, "profile.files[\"ks.cfg\"]: unknown template \"ks\""));
}

}  // namespace
}  // namespace pxe::boot
