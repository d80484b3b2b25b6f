// Profile rows: every field, and who keeps one from being erased.
#include "store/profiles.h"

#include <gtest/gtest.h>

#include "store/hosts.h"
#include "store/revision.h"
#include "store/templates.h"
#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

class ProfilesTest : public StoreTest {};

core::Profile LocalProfile(std::string_view id) {
  return {.id = std::string(id), .entries = {{.name = "x", .local_boot = true}}};
}

TEST_F(ProfilesTest, EveryFieldSurvivesARestart) {
  ASSERT_THAT(InsertTemplate(db(), {.id = "ks", .text = "x"}, {}, At(1)), IsOk());
  const auto base = InsertProfile(db(), LocalProfile("base"), At(1));
  core::Profile expected = DebProfile();
  expected.parent = "base";
  expected.configs = {{"grub", "ks"}, {"ipxe", "ks"}};
  expected.files = {{"ks.cfg", "ks"}, {"preseed/n1.cfg", "ks"}};
  const auto stored = InsertProfile(db(), expected, At(77));
  ASSERT_THAT(stored, IsOk());
  expected.stamp = {.revision = 3, .created = At(77), .updated = At(77)};
  EXPECT_EQ(*stored, expected);
  Reopen();
  EXPECT_THAT(GetProfile(db(), "deb"), IsOkAndHolds(expected));
  EXPECT_THAT(ListProfiles(db()), IsOkAndHolds(std::vector{*base, expected}));
}

TEST_F(ProfilesTest, MoreThanTenEntriesKeepTheirOrder) {
  core::Profile profile{.id = "many"};
  for (int i = 0; i < 256; ++i) {
    profile.entries.push_back({.name = "e" + std::to_string(i), .local_boot = true});
  }
  profile.entries[200] = {.name = "e200", .kernel = "k"};
  for (int i = 0; i < 16; ++i) profile.entries[200].initrds.push_back("i" + std::to_string(i));
  auto transaction = Transaction::Begin(db());  // one sync instead of hundreds
  ASSERT_THAT(InsertProfile(db(), profile, At(1)), IsOk());
  ASSERT_THAT(transaction->Commit(), IsOk());
  EXPECT_EQ(GetProfile(db(), "many")->entries, profile.entries);
}

TEST_F(ProfilesTest, EachKeepsItsOwnParts) {
  core::Profile other{.id = "arch"};
  other.entries = {{.name = "install", .kernel = "arch/vmlinuz", .initrds = {"arch/initrd"}}};
  const auto deb = InsertProfile(db(), DebProfile(), At(1));
  const auto arch = InsertProfile(db(), other, At(2));
  EXPECT_THAT(ListProfiles(db()), IsOkAndHolds(std::vector{*arch, *deb}));
  EXPECT_THAT(GetProfile(db(), "arch"), IsOkAndHolds(*arch));
}

TEST_F(ProfilesTest, AnUpdateReplacesAllButTheBeginning) {
  ASSERT_THAT(InsertProfile(db(), DebProfile(), At(77)), IsOk());
  core::Profile changed = LocalProfile("deb");
  const auto updated = UpdateProfile(db(), changed, At(99));
  ASSERT_THAT(updated, IsOk());
  changed.stamp = {.revision = 2, .created = At(77), .updated = At(99)};
  EXPECT_EQ(*updated, changed);
  EXPECT_THAT(GetProfile(db(), "deb"), IsOkAndHolds(changed));
}

TEST_F(ProfilesTest, AnUpdateOfOneInUseKeepsItsUsers) {
  ASSERT_THAT(InsertProfile(db(), DebProfile(), At(1)), IsOk());
  core::Host host = PlainHost("n1", 1);
  host.profile = "deb";
  ASSERT_THAT(InsertHost(db(), host, At(1)), IsOk());
  ASSERT_THAT(UpdateProfile(db(), DebProfile(), At(2)), IsOk());
  EXPECT_EQ(GetHost(db(), "n1")->profile, "deb");
}

TEST_F(ProfilesTest, AnIdIsTakenOnce) {
  ASSERT_THAT(InsertProfile(db(), DebProfile(), At(1)), IsOk());
  EXPECT_THAT(InsertProfile(db(), DebProfile(), At(2)),
              StatusIs(kTaken, "profiles/deb already exists"));
}

TEST_F(ProfilesTest, WhatIsMissingIsNamed) {
  EXPECT_THAT(GetProfile(db(), "x"), StatusIs(kMissing, "profiles/x does not exist"));
  EXPECT_THAT(UpdateProfile(db(), {.id = "x"}, At(1)),
              StatusIs(kMissing, "profiles/x does not exist"));
  EXPECT_THAT(EraseProfile(db(), "x"), StatusIs(kMissing, "profiles/x does not exist"));
  EXPECT_THAT(CurrentRevision(db()), IsOkAndHolds(0u));
}

TEST_F(ProfilesTest, AnErasedOneIsGoneWithItsParts) {
  ASSERT_THAT(InsertProfile(db(), DebProfile(), At(1)), IsOk());
  ASSERT_THAT(EraseProfile(db(), "deb"), IsOk());
  EXPECT_THAT(CurrentRevision(db()), IsOkAndHolds(2u));
  const auto bare = InsertProfile(db(), LocalProfile("deb"), At(2));
  EXPECT_THAT(GetProfile(db(), "deb"), IsOkAndHolds(*bare));
}

TEST_F(ProfilesTest, OneInUseIsNotErasedAndItsUsersAreNamed) {
  ASSERT_THAT(InsertProfile(db(), DebProfile(), At(1)), IsOk());
  core::Subnet subnet = LabSubnet();
  subnet.default_profile = "deb";
  ASSERT_THAT(InsertSubnet(db(), subnet, At(1)), IsOk());
  EXPECT_THAT(EraseProfile(db(), "deb"),
              StatusIs(kRefused, "profiles/deb is used by subnets/lab (default_profile)"));
  for (int i = 1; i <= 4; ++i) {
    core::Host host = PlainHost("n" + std::to_string(i), i);
    host.profile = "deb";
    ASSERT_THAT(InsertHost(db(), host, At(1)), IsOk());
  }
  EXPECT_THAT(EraseProfile(db(), "deb"),
              StatusIs(kRefused,
                       "is used by hosts/n1 (profile), hosts/n2 (profile), hosts/n3 (profile) and "
                       "2 more"));
}

TEST_F(ProfilesTest, TemplatesItNamesMustExist) {
  core::Profile profile = DebProfile();
  profile.configs = {{"grub", "x"}};
  EXPECT_THAT(InsertProfile(db(), profile, At(1)),
              StatusIs(kRefused, "profile.configs[\"grub\"]: templates/x does not exist"));
  profile.configs.clear();
  profile.files = {{"ks.cfg", "y"}};
  EXPECT_THAT(InsertProfile(db(), profile, At(1)),
              StatusIs(kRefused, "profile.files[\"ks.cfg\"]: templates/y does not exist"));
}

TEST_F(ProfilesTest, TheSchemaRefusesAnOptionTwice) {
  core::Profile profile = DebProfile();
  profile.options.push_back(profile.options[0]);
  EXPECT_THAT(InsertProfile(db(), profile, At(1)), StatusIs(kTaken, "profile_option.code"));
}

TEST_F(ProfilesTest, AnEntryBootsExactlyOneThing) {
  for (const core::Entry& entry :
       {core::Entry{.name = "both", .kernel = "k", .local_boot = true},
        core::Entry{.name = "two", .chain = "c", .disk_image = "d"}, core::Entry{.name = "no"}}) {
    core::Profile profile{.id = "bad", .entries = {entry}};
    auto transaction = Transaction::Begin(db());
    EXPECT_THAT(InsertProfile(db(), profile, At(1)), StatusIs(kInvalid, "kernel")) << entry.name;
  }
}

}  // namespace
}  // namespace pxe::store
