// Profile rows: every field, and who keeps one from being erased.
#include "store/profiles.h"

#include <gtest/gtest.h>

#include "store/hosts.h"
#include "store/revision.h"
#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

class ProfilesTest : public StoreTest {};

TEST_F(ProfilesTest, EveryFieldSurvivesARestart) {
  const auto stored = InsertProfile(db(), DebProfile(), At(77));
  ASSERT_THAT(stored, IsOk());
  core::Profile expected = DebProfile();
  expected.stamp = {.revision = 1, .created = At(77), .updated = At(77)};
  EXPECT_EQ(*stored, expected);
  Reopen();
  EXPECT_THAT(GetProfile(db(), "deb"), IsOkAndHolds(expected));
  EXPECT_THAT(ListProfiles(db()), IsOkAndHolds(std::vector{expected}));
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
  core::Profile changed{.id = "deb"};
  changed.entries = {{.name = "x", .local_boot = true}};
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
  core::Profile bare{.id = "deb"};
  ASSERT_THAT(InsertProfile(db(), bare, At(2)), IsOk());
  EXPECT_TRUE(GetProfile(db(), "deb")->entries.empty());
  EXPECT_TRUE(GetProfile(db(), "deb")->loaders.empty());
}

TEST_F(ProfilesTest, OneInUseIsNotErasedAndItsUsersAreNamed) {
  ASSERT_THAT(InsertProfile(db(), DebProfile(), At(1)), IsOk());
  core::Subnet subnet = LabSubnet();
  subnet.default_profile = "deb";
  ASSERT_THAT(InsertSubnet(db(), subnet, At(1)), IsOk());
  EXPECT_THAT(EraseProfile(db(), "deb"), StatusIs(kRefused, "profiles/deb is used by subnets/lab"));
  for (int i = 1; i <= 4; ++i) {
    core::Host host = PlainHost("n" + std::to_string(i), i);
    host.profile = "deb";
    ASSERT_THAT(InsertHost(db(), host, At(1)), IsOk());
  }
  EXPECT_THAT(EraseProfile(db(), "deb"),
              StatusIs(kRefused, "is used by hosts/n1, hosts/n2, hosts/n3 and 2 more"));
}

TEST_F(ProfilesTest, AnEntryIsEitherAKernelOrLocalBoot) {
  for (const core::Entry& entry : {core::Entry{.name = "both", .kernel = "k", .local_boot = true},
                                   core::Entry{.name = "no"}}) {
    core::Profile profile{.id = "bad", .entries = {entry}};
    auto transaction = Transaction::Begin(db());
    EXPECT_THAT(InsertProfile(db(), profile, At(1)), StatusIs(kInvalid, "kernel")) << entry.name;
  }
}

}  // namespace
}  // namespace pxe::store
