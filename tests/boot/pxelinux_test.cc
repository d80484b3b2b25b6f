// Whole configs as the loader gets them, then every text that is refused.
#include "boot/pxelinux.h"

#include <gtest/gtest.h>

#include <string>

#include "boot/config_text.h"
#include "boot/variables.h"
#include "tests/support/golden.h"
#include "tests/support/status_matchers.h"

namespace pxe::boot {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

core::Entry Kernel(const std::string& name, const std::string& kernel,
                   std::vector<std::string> initrds = {}, const std::string& arguments = "") {
  core::Entry entry;
  entry.name = name;
  entry.kernel = kernel;
  entry.initrds = std::move(initrds);
  entry.arguments = arguments;
  return entry;
}

class PxelinuxTest : public testing::Test {
 protected:
  PxelinuxTest() {
    host_.id = "n1";
    core::Nic nic;
    nic.mac = *ParseMacAddress("52:54:00:00:00:01");
    host_.nics = {nic};
    host_.labels = {{"rack", "a"}};
    profile_.id = "deb";
    profile_.entries = {Kernel("deb", "vmlinuz", {"initrd.img"})};
  }

  absl::StatusOr<std::string> Render() {
    const Machine machine{.host = &host_,
                          .nic = host_.nics[0].mac,
                          .address = *ParseIpv4("10.0.0.20"),
                          .server = *ParseIpv4("10.0.0.1")};
    const Variables variables(profile_, machine);
    return RenderPxelinux(profile_, variables.Lookup());
  }

  core::Entry& entry() { return profile_.entries[0]; }

  core::Host host_;
  core::Profile profile_;
};

TEST_F(PxelinuxTest, TheClassicSixLabelRedHatMenu) {
  const std::string arguments =
      "ramdisk_size=8192 ks=http://install.test.com/conf/ks_module.cfg ksdevice=link";
  profile_.menu.prompt = true;
  profile_.menu.timeout_ds = 60;
  profile_.menu.display = "boot.msg";
  profile_.menu.function_keys = {"boot.msg", "general.msg", "expert.msg", "param.msg",
                                 "rescue.msg"};
  profile_.entries.clear();
  int number = 0;
  for (const std::string release : {"3", "4"}) {
    for (const std::string edition : {"AS", "ES", "WS"}) {
      const std::string folder = "rhel" + release +
                                 (edition == "AS"   ? "as"
                                  : edition == "ES" ? "es"
                                                    : "ws");
      profile_.entries.push_back(Kernel(std::to_string(++number), folder + "/vmlinuz",
                                        {folder + "/initrd.img"}, arguments));
      profile_.entries.back().title = "RHEL " + release + " " + edition;
    }
  }
  const auto config = Render();
  ASSERT_THAT(config, IsOk());
  ExpectGolden("boot/rhel_menu.golden", *config);
}

TEST_F(PxelinuxTest, OneKernelWithTheHostsVariables) {
  host_.variables = {{"console", "ttyS1"}};
  profile_.variables = {{"console", "ttyS0"}, {"release", "bookworm"}};
  profile_.entries = {
      Kernel("deb", "debian/{{vars.release}}/vmlinuz",
             {"debian/{{vars.release}}/initrd.img", "debian/firmware.cpio"},
             "console={{vars.console}} hostname={{host.id}} rack={{host.labels.rack}} "
             "url=tftp://{{server.address}}/preseed/{{nic.mac}} BOOTIF=${net0/mac} "
             "\"quoted words\" # note")};
  const auto config = Render();
  ASSERT_THAT(config, IsOk());
  ExpectGolden("boot/one_kernel.golden", *config);
}

TEST_F(PxelinuxTest, AMenuDrawnByAModuleWithLocalBootAndModules) {
  profile_.menu.default_entry = "disk";
  profile_.menu.on_timeout = "deb";
  profile_.menu.timeout_ds = 300;
  profile_.menu.ui = "menu.c32";
  profile_.menu.title = "Boot {{host.id}} from {{server.address}}";
  profile_.menu.function_keys[11] = "help/{{host.id}}.txt";
  core::Entry disk;
  disk.name = "disk";
  disk.title = "^Local disk";
  disk.local_boot = true;
  profile_.entries = {disk, Kernel("deb", "vmlinuz-5.10.0"),
                      Kernel("inventory", "hdt.c32", {}, "modules_pcimap=modules.pcimap"),
                      Kernel("chain", "bios/chain.c32", {}, "hd0")};
  profile_.entries[1].title = "Install ^{{vars.release}}";
  profile_.variables = {{"release", "bookworm"}};
  const auto config = Render();
  ASSERT_THAT(config, IsOk());
  ExpectGolden("boot/drawn_menu.golden", *config);
}

TEST_F(PxelinuxTest, T43_TheTextIsNeverEmpty) {
  profile_.entries.clear();
  EXPECT_THAT(Render(), StatusIs(kInvalid, "profile.entries: at least one is required"));
}

TEST_F(PxelinuxTest, AnUnknownVariableNamesItsField) {
  entry().arguments = "a={{foo.bar}}";
  EXPECT_THAT(Render(),
              StatusIs(kInvalid, "profile.entries[0].arguments: unknown variable \"foo.bar\""));
  entry().arguments = "";
  entry().initrds = {"a", "{{vars.b}}"};
  EXPECT_THAT(Render(),
              StatusIs(kInvalid, "profile.entries[0].initrds[1]: unknown variable \"vars.b\""));
}

TEST_F(PxelinuxTest, AControlCharacterFromAnywhereIsRefused) {
  host_.labels["rack"] = "a\nlabel evil";
  entry().arguments = "rack={{host.labels.rack}}";
  EXPECT_THAT(Render(),
              StatusIs(kInvalid, "profile.entries[0].arguments: the value \"a\\x0alabel"));
  host_.labels["rack"] = "a\x7f";
  EXPECT_THAT(Render(), StatusIs(kInvalid, "has a control character"));
  entry().arguments = "a\tb";
  EXPECT_THAT(Render(), StatusIs(kInvalid, "\"a\\x09b\" has a control character"));
}

TEST_F(PxelinuxTest, PathsThatTheLoaderWouldMisreadAreRefused) {
  profile_.variables["p"] = "";
  entry().kernel = "{{vars.p}}";
  EXPECT_THAT(Render(), StatusIs(kInvalid, "profile.entries[0].kernel: is empty"));
  profile_.variables["p"] = "a b";
  EXPECT_THAT(Render(), StatusIs(kInvalid, "has a space or control byte"));
  profile_.variables["p"] = "10.9.9.9::vmlinuz";
  EXPECT_THAT(Render(), StatusIs(kInvalid, "names another server"));
  profile_.variables["p"] = "http://x/vmlinuz";
  EXPECT_THAT(Render(), StatusIs(kInvalid, "has an empty part"));
  profile_.variables["p"] = "a/../../vmlinuz";
  EXPECT_THAT(Render(), StatusIs(kInvalid, "has a part"));
  entry().kernel = "vmlinuz";
  entry().initrds = {"a,b"};
  EXPECT_THAT(Render(), StatusIs(kInvalid, "profile.entries[0].initrds[0]: \"a,b\" has a comma"));
}

TEST_F(PxelinuxTest, AFileNameFitsTheLoadersBuffer) {
  entry().kernel = std::string(125, 'k');
  EXPECT_THAT(Render(), IsOk());
  entry().kernel += 'k';
  EXPECT_THAT(Render(), StatusIs(kInvalid, "126 bytes are too many; at most 125"));
}

TEST_F(PxelinuxTest, AnInitrdArgumentDoesNotShadowTheInitrds) {
  entry().arguments = "quiet initrd=other.img";
  EXPECT_THAT(Render(), StatusIs(kInvalid, "would take the place of the initrds"));
  entry().initrds.clear();
  EXPECT_THAT(Render(), IsOk());
}

// BOOT_IMAGE=::vmlinuz <arguments> initrd=::initrd.img
TEST_F(PxelinuxTest, TheKernelCommandLineHoldsAtMost2047Bytes) {
  const size_t around = std::string("BOOT_IMAGE=::vmlinuz  initrd=::initrd.img").size();
  entry().arguments = std::string(kMaxKernelCommandLine - around, 'a');
  EXPECT_THAT(Render(), IsOk());
  entry().arguments += 'a';
  EXPECT_THAT(Render(), StatusIs(kInvalid,
                                 "profile.entries[0].arguments: kernel, arguments and "
                                 "initrds make 2048 bytes; at most 2047"));
}

TEST_F(PxelinuxTest, ALineHoldsAtMost4000Bytes) {
  const size_t keyword = std::string("menu title ").size();
  profile_.menu.title = std::string(kMaxConfigLine - keyword, 't');
  EXPECT_THAT(Render(), IsOk());
  profile_.menu.title += 't';
  EXPECT_THAT(Render(), StatusIs(kInvalid, "profile.menu.title: makes a line of 4001 bytes"));
}

TEST_F(PxelinuxTest, ChainDiskImageAndAppendedFacts) {
  core::Entry ipxe;
  ipxe.name = "ipxe";
  ipxe.title = "^iPXE";
  ipxe.chain = "undionly.kpxe";
  core::Entry dos;
  dos.name = "dos";
  dos.disk_image = "images/{{host.id}}.img";
  dos.arguments = "raw floppy";
  core::Entry grub;
  grub.name = "grub";
  grub.chain = "grubnetx64.efi";
  profile_.entries = {Kernel("deb", "vmlinuz", {"initrd.img"}, "quiet"), ipxe, dos, grub};
  profile_.entries[0].sysappend = 3;
  const auto config = Render();
  ASSERT_THAT(config, IsOk());
  ExpectGolden("boot/chain.golden", *config);
}

TEST_F(PxelinuxTest, AnEfiProgramThatMustBootIsForOtherLoaders) {
  entry() = core::Entry{};
  entry().name = "grub";
  entry().chain = "grubnetx64.efi";
  EXPECT_THAT(Render(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                 "profile.entries[0]: \"grub\" cannot boot here: no loader of"));
  profile_.entries.push_back(Kernel("deb", "vmlinuz"));
  profile_.menu.default_entry = "deb";
  EXPECT_THAT(Render(), IsOk());
  profile_.menu.on_timeout = "grub";
  EXPECT_THAT(Render(), StatusIs(absl::StatusCode::kFailedPrecondition, "profile.menu.on_timeout"));
}

// The loader appends without a look at the room that is left.
TEST_F(PxelinuxTest, WithAppendedFactsTheCommandLineHoldsLess) {
  const size_t around = std::string("BOOT_IMAGE=::vmlinuz  initrd=::initrd.img").size();
  entry().sysappend = 1;
  entry().arguments = std::string(kMaxCommandLineBeforeAppend - around, 'a');
  EXPECT_THAT(Render(), IsOk());
  entry().arguments += 'a';
  EXPECT_THAT(Render(), StatusIs(kInvalid, "make 1501 bytes; at most 1500 with sysappend"));
}

}  // namespace
}  // namespace pxe::boot
