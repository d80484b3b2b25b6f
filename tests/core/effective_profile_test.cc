// What a profile has from its parents, and what is said of where it comes from.
#include "core/effective_profile.h"

#include <gmock/gmock.h>

#include <map>
#include <string>

#include "tests/support/status_matchers.h"

namespace pxe::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr auto kRefused = absl::StatusCode::kFailedPrecondition;

// Profiles by id, and what one of them comes to.
struct Family {
  Profile& Add(const std::string& id, const std::string& parent) {
    Profile& profile = profiles[id];
    profile.id = id;
    profile.parent = parent;
    return profile;
  }

  absl::StatusOr<EffectiveProfile> Of(const std::string& id) const {
    return EffectiveProfileOf(profiles.at(id), [this](std::string_view wanted) -> const Profile* {
      const auto found = profiles.find(std::string(wanted));
      return found == profiles.end() ? nullptr : &found->second;
    });
  }

  std::map<std::string, Profile> profiles;
};

Entry Kernel(const std::string& name, const std::string& kernel) {
  Entry entry;
  entry.name = name;
  entry.kernel = kernel;
  return entry;
}

// "base", which says something in every field, and "child", which says nothing.
Family Two() {
  Family family;
  Profile& base = family.Add("base", "");
  base.loaders = {{"bios", "pxelinux.0"}, {"uefi-x64", "shimx64.efi"}};
  base.next_server = *ParseIpv4("10.0.0.9");
  base.entries = {Kernel("linux", "vmlinuz"), Kernel("rescue", "rescue")};
  base.menu = {.default_entry = "linux",
               .prompt = true,
               .timeout_ds = 50,
               .on_timeout = "rescue",
               .display = "boot.msg",
               .function_keys = {"", "help.txt"},
               .ui = "menu.c32",
               .title = "Base"};
  base.variables = {{"console", "ttyS0"}, {"site", "a"}};
  base.options = {{.code = 209, .value = {'x'}}, {.code = 42, .value = {10, 0, 0, 1}}};
  base.configs = {{"grub", "grub-base"}};
  base.files = {{"debian/ks.cfg", "ks-base"}};
  Profile& child = family.Add("child", "base");
  child.stamp.revision = 7;
  return family;
}

TEST(EffectiveProfileTest, WithoutParentAProfileIsWhatItSays) {
  Family family = Two();
  const auto effective = family.Of("base");
  ASSERT_THAT(effective, IsOk());
  EXPECT_EQ(effective->profile.entries, family.profiles["base"].entries);
  EXPECT_EQ(effective->profile.menu, family.profiles["base"].menu);
  EXPECT_THAT(
      effective->sources,
      UnorderedElementsAre(Pair("entries", "base"), Pair("menu.default_entry", "base"),
                           Pair("menu.prompt", "base"), Pair("menu.timeout", "base"),
                           Pair("menu.on_timeout", "base"), Pair("menu.display", "base"),
                           Pair("menu.function_keys[1]", "base"), Pair("menu.ui", "base"),
                           Pair("menu.title", "base"), Pair("loaders.bios", "base"),
                           Pair("loaders.uefi-x64", "base"), Pair("next_server", "base"),
                           Pair("variables.console", "base"), Pair("variables.site", "base"),
                           Pair("options.42", "base"), Pair("options.209", "base"),
                           Pair("configs.grub", "base"), Pair("files.debian/ks.cfg", "base")));
}

TEST(EffectiveProfileTest, AProfileThatSaysNothingIsItsParentUnderItsOwnName) {
  Family family = Two();
  const EffectiveProfile base = *family.Of("base");
  EffectiveProfile child = *family.Of("child");
  EXPECT_EQ(child.profile.id, "child");
  EXPECT_EQ(child.profile.parent, "base");
  EXPECT_EQ(child.profile.stamp.revision, 7U);
  EXPECT_EQ(child.sources, base.sources);
  child.profile.id = "base";
  child.profile.parent = "";
  child.profile.stamp = {};
  EXPECT_EQ(child.profile, base.profile);
}

TEST(EffectiveProfileTest, EachFieldAndKeyIsInheritedForItself) {
  Family family = Two();
  Profile& profile = family.profiles["child"];
  profile.loaders = {{"uefi-x64", "grubnetx64.efi"}, {"rpi", "bootcode.bin"}};
  profile.menu = {.timeout_ds = 10, .function_keys = {"f1.txt"}, .title = "Child"};
  profile.variables = {{"site", "b"}};
  profile.options = {{.code = 209, .value = {'y'}}, {.code = 66, .value = {'z'}}};
  profile.configs = {{"ipxe", "ipxe-child"}};
  profile.files = {{"debian/ks.cfg", "ks-child"}};
  const EffectiveProfile child = *family.Of("child");
  EXPECT_THAT(child.profile.loaders,
              ElementsAre(Pair("bios", "pxelinux.0"), Pair("rpi", "bootcode.bin"),
                          Pair("uefi-x64", "grubnetx64.efi")));
  EXPECT_EQ(child.profile.menu.timeout_ds, 10U);
  EXPECT_EQ(child.profile.menu.title, "Child");
  EXPECT_EQ(child.profile.menu.display, "boot.msg");
  EXPECT_TRUE(child.profile.menu.prompt);
  EXPECT_EQ(child.profile.menu.function_keys[0], "f1.txt");
  EXPECT_EQ(child.profile.menu.function_keys[1], "help.txt");
  EXPECT_THAT(child.profile.variables, ElementsAre(Pair("console", "ttyS0"), Pair("site", "b")));
  EXPECT_THAT(child.profile.options,
              ElementsAre(DhcpOption{42, {10, 0, 0, 1}, false}, DhcpOption{66, {'z'}, false},
                          DhcpOption{209, {'y'}, false}));
  EXPECT_THAT(child.profile.configs,
              ElementsAre(Pair("grub", "grub-base"), Pair("ipxe", "ipxe-child")));
  EXPECT_THAT(child.profile.files, ElementsAre(Pair("debian/ks.cfg", "ks-child")));
  EXPECT_EQ(child.sources.at("menu.timeout"), "child");
  EXPECT_EQ(child.sources.at("menu.display"), "base");
  EXPECT_EQ(child.sources.at("loaders.bios"), "base");
  EXPECT_EQ(child.sources.at("options.209"), "child");
  EXPECT_EQ(child.sources.at("files.debian/ks.cfg"), "child");
}

TEST(EffectiveProfileTest, EntriesAreInheritedAllOrNone) {
  Family family = Two();
  family.profiles["child"].entries = {Kernel("linux", "other/vmlinuz")};
  const EffectiveProfile child = *family.Of("child");
  EXPECT_THAT(child.profile.entries, ElementsAre(Kernel("linux", "other/vmlinuz")));
  EXPECT_EQ(child.sources.at("entries"), "child");
}

TEST(EffectiveProfileTest, AnInheritedNameOfAnEntryThatIsGoneIsLeftOut) {
  Family family = Two();
  family.profiles["child"].entries = {Kernel("linux", "other/vmlinuz")};
  const EffectiveProfile child = *family.Of("child");
  EXPECT_EQ(child.profile.menu.default_entry, "linux");
  EXPECT_EQ(child.profile.menu.on_timeout, "");
  EXPECT_EQ(child.sources.at("menu.default_entry"), "base");
  EXPECT_FALSE(child.sources.contains("menu.on_timeout"));
}

TEST(EffectiveProfileTest, TheNearestOfSeveralAncestorsWins) {
  Family family = Two();
  family.profiles["child"].menu.title = "Child";
  family.Add("grandchild", "child").variables = {{"site", "c"}};
  const EffectiveProfile effective = *family.Of("grandchild");
  EXPECT_EQ(effective.profile.menu.title, "Child");
  EXPECT_EQ(effective.sources.at("menu.title"), "child");
  EXPECT_EQ(effective.sources.at("variables.site"), "grandchild");
  EXPECT_EQ(effective.sources.at("entries"), "base");
}

TEST(EffectiveProfileTest, AMissingParentIsNamedWithItsChild) {
  Family family = Two();
  family.profiles["base"].parent = "gone";
  EXPECT_THAT(family.Of("child"),
              StatusIs(kRefused, "profiles/gone, parent of profiles/base, does not exist"));
}

TEST(EffectiveProfileTest, ACycleIsNamedWholly) {
  Family family = Two();
  family.profiles["base"].parent = "child";
  EXPECT_THAT(family.Of("child"),
              StatusIs(kRefused,
                       "profiles/child would be its own ancestor: profiles/child, "
                       "profiles/base"));
  family.profiles["base"].parent = "base";
  EXPECT_THAT(family.Of("base"), StatusIs(kRefused, "profiles/base would be its own ancestor"));
}

TEST(EffectiveProfileTest, EightMayBeAboveAProfileAndNoMore) {
  Family family;
  family.Add("p0", "");
  for (int i = 1; i <= 9; ++i) family.Add("p" + std::to_string(i), "p" + std::to_string(i - 1));
  EXPECT_THAT(family.Of("p8"), IsOk());
  EXPECT_THAT(family.Of("p9"), StatusIs(kRefused, "more than 8 are above profiles/p9"));
}

TEST(EffectiveProfileTest, WhatNobodySaysHasNoSource) {
  Family family;
  family.Add("empty", "");
  EXPECT_THAT(family.Of("empty")->sources, IsEmpty());
}

}  // namespace
}  // namespace pxe::core
