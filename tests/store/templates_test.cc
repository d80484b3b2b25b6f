// Template rows: every field, who includes whom, and who keeps one from being erased.
#include "store/templates.h"

#include <gtest/gtest.h>

#include "store/revision.h"
#include "store/rows.h"
#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

using Partials = std::vector<std::string>;

core::Template Text(std::string_view id) {
  return {.id = std::string(id), .content_type = "text/x-kickstart", .text = "{{host.id}}\n"};
}

class TemplatesTest : public StoreTest {
 protected:
  absl::Status Add(std::string_view id, const Partials& partials = {}) {
    return InsertTemplate(db(), Text(id), partials, At(1)).status();
  }
  absl::Status Change(std::string_view id, const Partials& partials) {
    return UpdateTemplate(db(), Text(id), partials, At(2)).status();
  }
  // t0 includes t1, which includes t2, and so on.
  void AddChain(size_t partials) {
    auto transaction = Transaction::Begin(db());  // one sync instead of many
    ASSERT_THAT(Add("t" + std::to_string(partials)), IsOk());
    for (size_t i = partials; i-- > 0;) {
      ASSERT_THAT(Add("t" + std::to_string(i), {"t" + std::to_string(i + 1)}), IsOk());
    }
    ASSERT_THAT(transaction->Commit(), IsOk());
  }
};

TEST_F(TemplatesTest, EveryFieldSurvivesARestart) {
  const auto stored = InsertTemplate(db(), Text("ks"), {}, At(77));
  ASSERT_THAT(stored, IsOk());
  core::Template expected = Text("ks");
  expected.stamp = {.revision = 1, .created = At(77), .updated = At(77)};
  EXPECT_EQ(*stored, expected);
  Reopen();
  EXPECT_THAT(GetTemplate(db(), "ks"), IsOkAndHolds(expected));
  EXPECT_THAT(ListTemplates(db()), IsOkAndHolds(std::vector{expected}));
}

TEST_F(TemplatesTest, AnUpdateReplacesAllButTheBeginning) {
  ASSERT_THAT(InsertTemplate(db(), Text("ks"), {}, At(77)), IsOk());
  core::Template changed{.id = "ks", .text = "other"};
  const auto updated = UpdateTemplate(db(), changed, {}, At(99));
  changed.stamp = {.revision = 2, .created = At(77), .updated = At(99)};
  EXPECT_THAT(updated, IsOkAndHolds(changed));
  EXPECT_THAT(GetTemplate(db(), "ks"), IsOkAndHolds(changed));
}

TEST_F(TemplatesTest, AnIdIsTakenOnceAndWhatIsMissingIsNamed) {
  ASSERT_THAT(Add("ks"), IsOk());
  EXPECT_THAT(Add("ks"), StatusIs(kTaken, "templates/ks already exists"));
  EXPECT_THAT(GetTemplate(db(), "x"), StatusIs(kMissing, "templates/x does not exist"));
  EXPECT_THAT(Change("x", {}), StatusIs(kMissing, "templates/x does not exist"));
  EXPECT_THAT(EraseTemplate(db(), "x"), StatusIs(kMissing, "templates/x does not exist"));
  EXPECT_THAT(CurrentRevision(db()), IsOkAndHolds(1u));
}

TEST_F(TemplatesTest, PartialsMustExist) {
  EXPECT_THAT(Add("ks", {"disk"}),
              StatusIs(kRefused, "template.text: {{> disk}}: templates/disk does not exist"));
}

TEST_F(TemplatesTest, APartialCanBeIncludedTwice) {
  ASSERT_THAT(Add("disk"), IsOk());
  EXPECT_THAT(Add("ks", {"disk", "disk"}), IsOk());
}

TEST_F(TemplatesTest, ATemplateIncludesNotItself) {
  EXPECT_THAT(Add("ks", {"ks"}), StatusIs(kRefused, "{{> ks}}: is this template itself"));
}

TEST_F(TemplatesTest, PartialsGoInNoCircle) {
  AddChain(3);
  EXPECT_THAT(Change("t3", {"t1"}),
              StatusIs(kRefused, "template.text: {{> t1}}: includes this template in the end"));
  EXPECT_THAT(Change("t3", {"t2"}),
              StatusIs(kRefused, "template.text: {{> t2}}: includes this template in the end"));
}

TEST_F(TemplatesTest, PartialsAreSixteenDeepAndNoDeeper) {
  AddChain(kMaxPartialDepth);
  EXPECT_THAT(Add("top", {"t0"}),
              StatusIs(kRefused,
                       "template.text: {{> t0}}: partials of templates/top would be 17 deep; at "
                       "most 16"));
  ASSERT_THAT(Add("leaf"), IsOk());
  EXPECT_THAT(Change("t16", {"leaf"}),
              StatusIs(kRefused,
                       "template.text: {{> leaf}}: partials of templates/t0 would be 17 deep; at "
                       "most 16"));
  EXPECT_THAT(Change("t15", {"leaf"}), IsOk());
}

// Each template includes the next two: as many ways through as 2 to the 15th.
TEST_F(TemplatesTest, ManyWaysToOnePartialAreWalkedOnce) {
  auto transaction = Transaction::Begin(db());
  ASSERT_THAT(Add("t16"), IsOk());
  ASSERT_THAT(Add("t15", {"t16"}), IsOk());
  for (size_t i = 15; i-- > 0;) {
    ASSERT_THAT(
        Add("t" + std::to_string(i), {"t" + std::to_string(i + 1), "t" + std::to_string(i + 2)}),
        IsOk());
  }
  EXPECT_THAT(Add("top", {"t0"}), StatusIs(kRefused, "would be 17 deep"));
}

TEST_F(TemplatesTest, AnUpdateForgetsThePartialsOfBefore) {
  ASSERT_THAT(Add("disk"), IsOk());
  ASSERT_THAT(Add("ks", {"disk"}), IsOk());
  EXPECT_THAT(EraseTemplate(db(), "disk"),
              StatusIs(kRefused, "templates/disk is used by templates/ks (text)"));
  ASSERT_THAT(Change("ks", {}), IsOk());
  EXPECT_THAT(EraseTemplate(db(), "disk"), IsOk());
}

TEST_F(TemplatesTest, OneInUseIsNotErasedAndItsUsersAreNamed) {
  ASSERT_THAT(Add("disk"), IsOk());
  ASSERT_THAT(Add("ks", {"disk"}), IsOk());
  core::Profile profile = DebProfile();
  profile.configs = {{"grub", "disk"}};
  profile.files = {{"ks.cfg", "disk"}, {"z.cfg", "ks"}};
  ASSERT_THAT(InsertProfile(db(), profile, At(1)), IsOk());
  EXPECT_THAT(EraseTemplate(db(), "disk"),
              StatusIs(kRefused,
                       "templates/disk is used by profiles/deb (configs.grub), profiles/deb "
                       "(files.ks.cfg), templates/ks (text)"));
  EXPECT_THAT(EraseTemplate(db(), "ks"),
              StatusIs(kRefused, "templates/ks is used by profiles/deb (files.z.cfg)"));
  ASSERT_THAT(EraseProfile(db(), "deb"), IsOk());
  EXPECT_THAT(EraseTemplate(db(), "ks"), IsOk());
  EXPECT_THAT(EraseTemplate(db(), "disk"), IsOk());
}

TEST_F(TemplatesTest, UsersAreFoundThroughPartialsToo) {
  ASSERT_THAT(Add("part"), IsOk());
  ASSERT_THAT(Add("other"), IsOk());
  ASSERT_THAT(Add("inner", {"part"}), IsOk());
  ASSERT_THAT(Add("outer", {"inner", "part"}), IsOk());
  const auto add_profile = [&](std::string id, Pairs configs, Pairs files) {
    core::Profile profile{.id = std::move(id), .entries = {{.name = "x", .local_boot = true}}};
    profile.configs = std::move(configs);
    profile.files = std::move(files);
    ASSERT_THAT(InsertProfile(db(), profile, At(1)), IsOk());
  };
  add_profile("direct", {{"grub", "part"}}, {});
  add_profile("far", {}, {{"a", "outer"}, {"b", "inner"}});
  add_profile("foreign", {{"grub", "other"}}, {{"a", "other"}});
  using Ids = std::vector<std::string>;
  EXPECT_THAT(TemplatesIncluding(db(), "part"), IsOkAndHolds(Ids{"inner", "outer"}));
  EXPECT_THAT(ProfilesUsingTemplate(db(), "part"), IsOkAndHolds(Ids{"direct", "far"}));
  EXPECT_THAT(ProfilesUsingTemplate(db(), "outer"), IsOkAndHolds(Ids{"far"}));
}

}  // namespace
}  // namespace pxe::store
