// Profiles and their parents: what a write would break is refused, also far below.
#include "store/profile_lines.h"

#include <gtest/gtest.h>

#include "core/effective_profile.h"
#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

core::Profile Child(std::string_view id, std::string_view parent) {
  return {.id = std::string(id), .parent = std::string(parent)};
}

core::Profile WithEntries(std::string_view id, const std::vector<std::string>& names) {
  core::Profile profile{.id = std::string(id)};
  for (const std::string& name : names) {
    profile.entries.push_back({.name = name, .kernel = "vmlinuz"});
  }
  return profile;
}

class ProfileLinesTest : public StoreTest {
 protected:
  absl::Status Add(const core::Profile& profile) {
    return InsertProfile(db(), profile, At(1)).status();
  }
  absl::Status Change(const core::Profile& profile) {
    return UpdateProfile(db(), profile, At(2)).status();
  }
  // p1 is the parent of p2, and so on; p1 has entries.
  void AddChain(size_t profiles) {
    auto transaction = Transaction::Begin(db());  // one sync instead of many
    ASSERT_THAT(Add(WithEntries("p1", {"linux", "rescue"})), IsOk());
    for (size_t i = 2; i <= profiles; ++i) {
      ASSERT_THAT(Add(Child("p" + std::to_string(i), "p" + std::to_string(i - 1))), IsOk());
    }
    ASSERT_THAT(transaction->Commit(), IsOk());
  }
};

TEST_F(ProfileLinesTest, AParentMustExistAndIsNotErased) {
  EXPECT_THAT(Add(Child("kid", "base")),
              StatusIs(kRefused, "profile.parent: profiles/base does not exist"));
  ASSERT_THAT(Add(WithEntries("base", {"linux"})), IsOk());
  ASSERT_THAT(Add(Child("kid", "base")), IsOk());
  EXPECT_EQ(GetProfile(db(), "kid")->parent, "base");
  EXPECT_THAT(EraseProfile(db(), "base"),
              StatusIs(kRefused, "profiles/base is used by profiles/kid (parent)"));
  ASSERT_THAT(EraseProfile(db(), "kid"), IsOk());
  EXPECT_THAT(EraseProfile(db(), "base"), IsOk());
}

TEST_F(ProfileLinesTest, ParentsGoInNoCircle) {
  AddChain(3);
  core::Profile first = WithEntries("p1", {"linux"});
  first.parent = "p3";
  EXPECT_THAT(Change(first),
              StatusIs(kRefused,
                       "profile.parent: profiles/p1 would be its own ancestor: profiles/p1, "
                       "profiles/p3, profiles/p2"));
  EXPECT_THAT(Add(Child("self", "self")),
              StatusIs(kRefused, "profile.parent: profiles/self does not exist"));
  first.parent = "p1";
  EXPECT_THAT(Change(first), StatusIs(kRefused, "profiles/p1 would be its own ancestor"));
}

TEST_F(ProfileLinesTest, ParentsAreEightAndNoMore) {
  AddChain(core::kMaxProfileDepth + 1);
  EXPECT_THAT(Add(Child("p10", "p9")),
              StatusIs(kRefused, "profile.parent: more than 8 are above profiles/p10"));
  ASSERT_THAT(Add(WithEntries("root", {"linux"})), IsOk());
  core::Profile first = WithEntries("p1", {"linux"});
  first.parent = "root";
  EXPECT_THAT(Change(first),
              StatusIs(kRefused, "profile.parent: more than 8 are above profiles/p9"));
}

TEST_F(ProfileLinesTest, EntriesAreItsOwnOrAParents) {
  EXPECT_THAT(Add(Child("kid", "")),
              StatusIs(kRefused, "profile.entries: at least one is required, here or in a parent"));
  AddChain(3);
  EXPECT_THAT(Change(Child("p1", "")),
              StatusIs(kRefused, "profile.entries: at least one is required, here or in a parent"));
}

TEST_F(ProfileLinesTest, NoProfileBelowLosesItsEntries) {
  AddChain(4);
  ASSERT_THAT(Add(WithEntries("other", {"a"})), IsOk());
  // Not even a child whose own parent stays as it is.
  core::Profile fourth = Child("p4", "p3");
  fourth.menu.default_entry = "rescue";
  ASSERT_THAT(Change(fourth), IsOk());
  EXPECT_THAT(Change(WithEntries("p1", {"linux"})),
              StatusIs(kRefused,
                       "profile.entries: menu.default_entry of profiles/p4, \"rescue\", would name "
                       "none"));
  EXPECT_THAT(Change(Child("p2", "other")), StatusIs(kRefused, "of profiles/p4, \"rescue\""));
  EXPECT_THAT(Change(WithEntries("p3", {"b"})), StatusIs(kRefused, "of profiles/p4, \"rescue\""));
  EXPECT_THAT(Change(WithEntries("p1", {"rescue", "more"})), IsOk());
}

TEST_F(ProfileLinesTest, AMenuNamesEntriesOfTheParentToo) {
  AddChain(1);
  core::Profile kid = Child("kid", "p1");
  kid.menu.default_entry = "rescue";
  kid.menu.on_timeout = "gone";
  EXPECT_THAT(Add(kid), StatusIs(kRefused,
                                 "profile.menu.on_timeout: \"gone\" names no entry of this profile "
                                 "or its parents"));
  kid.menu.on_timeout = "linux";
  EXPECT_THAT(Add(kid), IsOk());
  kid.menu.default_entry = "gone";
  EXPECT_THAT(Change(kid), StatusIs(kRefused, "profile.menu.default_entry: \"gone\" names no"));
}

TEST_F(ProfileLinesTest, AChildWithEntriesOfItsOwnOwesNothingToTheMenuAbove) {
  core::Profile base = WithEntries("base", {"linux"});
  base.menu.default_entry = "linux";
  ASSERT_THAT(Add(base), IsOk());
  core::Profile kid = WithEntries("kid", {"other"});
  kid.parent = "base";
  ASSERT_THAT(Add(kid), IsOk());
  base = WithEntries("base", {"linux", "more"});
  base.menu.default_entry = "more";
  EXPECT_THAT(Change(base), IsOk());
}

}  // namespace
}  // namespace pxe::store
