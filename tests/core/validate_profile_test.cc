// What makes profiles legal, alone and with what they have from their parents.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "core/validate.h"
#include "tests/core/validate_rows.h"
#include "tests/support/status_matchers.h"

namespace pxe::core {
namespace {

Profile GoodProfile() {
  return {.id = "deb",
          .loaders = {},
          .entries = {{.name = "linux", .kernel = "deb/vmlinuz", .initrds = {"deb/initrd.img"}},
                      {.name = "disk", .local_boot = true}},
          .menu = {.default_entry = "linux", .on_timeout = "disk"}};
}

TEST(ValidateProfileTest, EntriesBootExactlyOneThing) {
  RunRows<Profile>(
      GoodProfile(),
      {
          {"None", [](Profile& p) { p.entries.clear(); }, "profile.entries: at least one"},
          {"Neither", [](Profile& p) { p.entries[0] = {.name = "a"}; },
           "profile.entries[0].kernel: is required, unless chain, disk_image or local_boot is set"},
          {"Chain", [](Profile& p) { p.entries[0] = {.name = "linux", .chain = "x/ipxe.lkrn"}; },
           ""},
          {"DiskImage",
           [](Profile& p) {
             p.entries[0] = {.name = "linux", .arguments = "raw", .disk_image = "dos.img"};
           },
           ""},
          {"KernelAndChain", [](Profile& p) { p.entries[0].chain = "x"; },
           "profile.entries[0].chain: goes with no kernel"},
          {"ChainAndDiskImage",
           [](Profile& p) { p.entries[0] = {.name = "a", .chain = "x", .disk_image = "y"}; },
           "profile.entries[0].disk_image: goes with no chain"},
          {"ChainWithArguments",
           [](Profile& p) { p.entries[0] = {.name = "a", .arguments = "quiet", .chain = "x"}; },
           "profile.entries[0].arguments: go with a kernel or a disk_image only"},
          {"DiskImageWithInitrds",
           [](Profile& p) { p.entries[0] = {.name = "a", .initrds = {"i"}, .disk_image = "y"}; },
           "profile.entries[0].initrds: go with a kernel only"},
          {"ChainOutsideTheRoot", [](Profile& p) { p.entries[0] = {.name = "a", .chain = "../x"}; },
           "profile.entries[0].chain: \"../x\" has a part"},
          {"DiskImageFromTheSlash",
           [](Profile& p) { p.entries[0] = {.name = "a", .disk_image = "/x"}; },
           "profile.entries[0].disk_image: \"/x\" has an empty part"},
          {"Sysappend", [](Profile& p) { p.entries[0].sysappend = 0x7ffff; }, ""},
          {"SysappendUnknownBit", [](Profile& p) { p.entries[0].sysappend = 0x80000; },
           "profile.entries[0].sysappend: 0x80000 has bits beyond 0x7ffff"},
          {"SysappendOfTheDisk", [](Profile& p) { p.entries[1].sysappend = 3; },
           "profile.entries[1].sysappend: goes with a kernel"},
          {"ArgumentsOfAMegabyte",
           [](Profile& p) { p.entries[0].arguments = std::string(1 << 20, 'a'); },
           "profile.entries[0].arguments: 1048576 bytes are too many; at most 2047"},
          {"Both", [](Profile& p) { p.entries[0].local_boot = true; },
           "profile.entries[0].local_boot: goes with no kernel"},
          {"DiskWithArguments", [](Profile& p) { p.entries[1].arguments = "quiet"; },
           "profile.entries[1].arguments: go with a kernel"},
          {"NameTwice", [](Profile& p) { p.entries[1].name = "linux"; },
           "profile.entries[1].name: \"linux\" is also that of another entry"},
          {"NameTwoWords", [](Profile& p) { p.entries[0].name = "a b"; },
           "profile.entries[0].name: \"a b\" is no name"},
          {"NameInjects", [](Profile& p) { p.entries[0].name = "a\nKERNEL x"; },
           "profile.entries[0].name:"},
          {"ArgumentsInject", [](Profile& p) { p.entries[0].arguments = "a\r\nLABEL b"; },
           "profile.entries[0].arguments:"},
          {"ArgumentsLong", [](Profile& p) { p.entries[0].arguments = std::string(2048, 'a'); },
           "profile.entries[0].arguments: 2048 bytes are too many; at most 2047"},
          {"ArgumentsLongest", [](Profile& p) { p.entries[0].arguments = std::string(2047, 'a'); },
           ""},
          {"TooManyInitrds", [](Profile& p) { p.entries[0].initrds.assign(17, "a"); },
           "profile.entries[0].initrds: 17 are too many; at most 16"},
          {"TitleTab", [](Profile& p) { p.entries[0].title = "a\tb"; },
           "profile.entries[0].title:"},
      });
}

TEST(ValidateProfileTest, PathsStayBeneathTheRootAndAreOneWord) {
  for (const char* path :
       {"a", "a/b.c32", "efi64/syslinux.efi", "..a/b..", "{{host.id}}/vmlinuz"}) {
    Profile profile = GoodProfile();
    profile.entries[0].kernel = path;
    EXPECT_THAT(Validate(profile), IsOk()) << path;
  }
  for (const char* path : {"/a", "a//b", "a/", "..", "../a", "a/../b", "./a", "a b", "a\\b", "a\tb",
                           "a\nb", "a\x7f"}) {
    Profile profile = GoodProfile();
    profile.entries[0].initrds[0] = path;
    EXPECT_THAT(Validate(profile),
                StatusIs(absl::StatusCode::kInvalidArgument, "profile.entries[0].initrds[0]: \""))
        << path;
  }
  Profile profile = GoodProfile();
  profile.entries[0].kernel = std::string(kMaxPathLength, 'a');
  EXPECT_THAT(Validate(profile), IsOk());
  profile.entries[0].kernel += 'a';
  EXPECT_THAT(Validate(profile),
              StatusIs(absl::StatusCode::kInvalidArgument, "126 bytes are too many; at most 125"));
}

TEST(ValidateProfileTest, MenusNameWhatExists) {
  RunRows<Profile>(
      GoodProfile(),
      {
          {"Default", [](Profile& p) { p.menu.default_entry = "bsd"; },
           "profile.menu.default_entry: \"bsd\" names no entry of this profile"},
          {"OnTimeout", [](Profile& p) { p.menu.on_timeout = "bsd"; }, "profile.menu.on_timeout:"},
          {"TimeoutLong", [](Profile& p) { p.menu.timeout_ds = 35997; },
           "profile.menu.timeout: 3599.7 s are too long; at most 3599.6 s"},
          {"TimeoutLongest", [](Profile& p) { p.menu.timeout_ds = 35996; }, ""},
          {"Display", [](Profile& p) { p.menu.display = "/boot.msg"; }, "profile.menu.display:"},
          {"FunctionKey", [](Profile& p) { p.menu.function_keys[11] = "../f12"; },
           "profile.menu.function_keys[11]:"},
          {"Ui", [](Profile& p) { p.menu.ui = "menu.c32 extra"; }, "profile.menu.ui:"},
          {"Title", [](Profile& p) { p.menu.title = "a\nb"; }, "profile.menu.title:"},
          {"VariableKey", [](Profile& p) { p.variables["a/b"] = ""; }, "profile.variables:"},
      });
}

TEST(ValidateProfileTest, LoadersAreNamedByKind) {
  RunRows<Profile>(
      GoodProfile(),
      {
          {"Known", [](Profile& p) { p.loaders["uefi-x64"] = "efi/syslinux.efi"; }, ""},
          {"Unknown", [](Profile& p) { p.loaders["amiga"] = "a"; }, "profile.loaders: "},
          {"NextServer", [](Profile& p) { p.next_server = Ipv4{}; },
           "profile.next_server: 0.0.0.0 is no address"},
          {"Path", [](Profile& p) { p.loaders["bios"] = "/pxelinux.0"; },
           "profile.loaders[\"bios\"]: \"/pxelinux.0\" has an empty part"},
      });
}

TEST(ValidateProfileTest, WhatAParentMayHaveIsLeftOpen) {
  RunRows<Profile>(
      GoodProfile(),
      {
          {"NoEntries",
           [](Profile& p) {
             p.parent = "base";
             p.entries.clear();
           },
           ""},
          {"NamesOfInheritedEntries",
           [](Profile& p) {
             p.parent = "base";
             p.entries.clear();
             p.menu.default_entry = "bsd";
           },
           ""},
          {"NamesBesideEntriesOfItsOwn",
           [](Profile& p) {
             p.parent = "base";
             p.menu.default_entry = "bsd";
           },
           "profile.menu.default_entry: \"bsd\" names no entry of this profile"},
          {"NoId", [](Profile& p) { p.parent = "Base"; }, "profile.parent: \"Base\" is no id"},
          {"NameInjects",
           [](Profile& p) {
             p.parent = "base";
             p.entries.clear();
             p.menu.on_timeout = "a\nb";
           },
           "profile.menu.on_timeout: \"a\\x0ab\" has a control character"},
      });
}

TEST(ValidateProfileTest, AnEffectiveProfileHasEntriesAndNamesThem) {
  Profile profile = GoodProfile();
  EXPECT_THAT(ValidateEffective(profile), IsOk());
  profile.menu.on_timeout = "bsd";
  EXPECT_THAT(ValidateEffective(profile), StatusIs(absl::StatusCode::kInvalidArgument,
                                                   "profile.menu.on_timeout: \"bsd\" names no"));
  profile.entries.clear();
  EXPECT_THAT(ValidateEffective(profile),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "profile.entries: at least one is required, here or in a parent"));
}

TEST(ValidateProfileTest, OptionsAreThoseThatTheServiceLeavesOpen) {
  const auto with = [](std::vector<DhcpOption> options) {
    return [options](Profile& p) { p.options = options; };
  };
  RunRows<Profile>(
      GoodProfile(),
      {
          {"C118_Pxelinux", with({{209, {'x'}}, {210, {'/'}}, {211, {0, 0, 0, 9}}}), ""},
          {"Longest", with({{.code = 240, .value = std::vector<uint8_t>(1024)}}), ""},
          {"C92_VendorOptionsAreNotSplit", with({{.code = 43, .value = std::vector<uint8_t>(256)}}),
           "profile.options[0].value: 256 bytes are too many; at most 255"},
          {"TooLong", with({{.code = 240, .value = std::vector<uint8_t>(1025)}}),
           "profile.options[0].value: 1025 bytes are too many; at most 1024"},
          {"Empty", with({{.code = 240}}), "profile.options[0].value: is empty"},
          {"Twice", with({{240, {1}}, {241, {1}}, {240, {2}}}),
           "profile.options[2].code: 240 is also that of another option"},
          {"TooMany", with(std::vector<DhcpOption>(65)),
           "profile.options: 65 are too many; at most 64"},
      });
  const std::vector<uint8_t> own = {0,  1,  3,  12, 28, 50, 51, 52, 53, 54, 55, 56,  57, 58,
                                    59, 60, 61, 66, 67, 77, 80, 82, 93, 94, 97, 118, 255};
  for (const uint8_t code : own) {
    Profile profile = GoodProfile();
    profile.options = {{.code = code, .value = {1}}};
    EXPECT_THAT(Validate(profile), StatusIs(absl::StatusCode::kInvalidArgument,
                                            "profile.options[0].code: " + std::to_string(code)));
  }
}

TEST(ValidateProfileTest, ConfigsAndFilesAreTemplatesByNamesThatCanBeAskedFor) {
  RunRows<Profile>(
      GoodProfile(),
      {
          {"Config", [](Profile& p) { p.configs["grub"] = "grub-site"; }, ""},
          {"ConfigOfNoFlavour", [](Profile& p) { p.configs["lilo"] = "a"; },
           "profile.configs: \"lilo\" is no flavour; known are pxelinux, grub"},
          {"ConfigOfNoTemplate", [](Profile& p) { p.configs["grub"] = ""; },
           "profile.configs[\"grub\"]: \"\" is no id"},
          {"File", [](Profile& p) { p.files["debian/ks.cfg"] = "ks"; }, ""},
          {"FileOutsideTheRoot", [](Profile& p) { p.files["../ks.cfg"] = "ks"; },
           "profile.files: \"../ks.cfg\" has a part"},
          {"FileFromTheSlash", [](Profile& p) { p.files["/ks.cfg"] = "ks"; },
           "profile.files: \"/ks.cfg\" has an empty part"},
          {"FileWithoutName", [](Profile& p) { p.files[""] = "ks"; }, "profile.files: \"\""},
          {"FileWithEscape", [](Profile& p) { p.files["a\x1b[2J"] = "ks"; },
           "profile.files: \"a\\x1b[2J\" has a space or control byte"},
          {"FileOfNoTemplate", [](Profile& p) { p.files["a"] = "KS"; },
           "profile.files[\"a\"]: \"KS\" is no id"},
          {"TooManyFiles",
           [](Profile& p) {
             for (int i = 0; i <= 64; ++i) p.files["f" + std::to_string(i)] = "ks";
           },
           "profile.files: 65 are too many; at most 64"},
      });
}

}  // namespace
}  // namespace pxe::core
