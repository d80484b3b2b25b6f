// Quirk rows: every field, and that priorities are their own.
#include "store/quirks.h"

#include <gtest/gtest.h>

#include "core/validate.h"
#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

core::Quirk WholeQuirk() {
  return {.id = "q1",
          .priority = 4'294'967'295,
          .match = {.mac_prefix = {0, 0x30, 0x18},
                    .vendor_class_prefix = "PXEClient",
                    .kinds = {"bios", "uefi-x64"}},
          .actions = {.vendor_options = core::VendorOptions::kGiven,
                      .vendor_bytes = {6, 1, 0, 255},
                      .vendor_class = "Acme",
                      .omit_boot_option = true,
                      .nul_in_length = false,
                      .broadcast = true,
                      .pad_to = 1472,
                      .delay = std::chrono::milliseconds{10'000}},
          .why = "reads it past its end"};
}

core::Quirk Small(std::string id, uint32_t priority) {
  return {.id = std::move(id),
          .priority = priority,
          .match = {.mac_prefix = {0, 0, 0, 0, 0, 0}},
          .actions = {.broadcast = false}};
}

class QuirksTest : public StoreTest {
 protected:
  absl::Status Add(const core::Quirk& quirk) { return InsertQuirk(db(), quirk, At(1)).status(); }
  absl::Status Change(const core::Quirk& quirk) { return UpdateQuirk(db(), quirk, At(2)).status(); }
};

TEST_F(QuirksTest, EveryFieldSurvivesARestart) {
  ASSERT_THAT(core::Validate(WholeQuirk()), IsOk());
  const auto stored = InsertQuirk(db(), WholeQuirk(), At(77));
  ASSERT_THAT(stored, IsOk());
  core::Quirk expected = WholeQuirk();
  expected.stamp = {.revision = stored->stamp.revision, .created = At(77), .updated = At(77)};
  EXPECT_EQ(*stored, expected);
  Reopen();
  EXPECT_THAT(GetQuirk(db(), "q1"), IsOkAndHolds(expected));
  EXPECT_THAT(ListQuirks(db()), IsOkAndHolds(std::vector{expected}));
}

TEST_F(QuirksTest, WhatIsNotSpokenOfIsNotSaidToBeUsual) {
  ASSERT_THAT(Add(Small("unsaid", 1)), IsOk());
  core::Quirk usual = Small("usual", 2);
  usual.actions = {.vendor_options = core::VendorOptions::kUsual,
                   .vendor_class = "",
                   .pad_to = 0,
                   .delay = std::chrono::milliseconds{0}};
  ASSERT_THAT(Add(usual), IsOk());
  EXPECT_EQ(GetQuirk(db(), "unsaid")->actions, Small("", 0).actions);
  EXPECT_EQ(GetQuirk(db(), "usual")->actions, usual.actions);
}

TEST_F(QuirksTest, AnUpdateReplacesAllButTheTimeOfCreation) {
  ASSERT_THAT(Add(WholeQuirk()), IsOk());
  const core::Quirk smaller = Small("q1", 5);
  const auto changed = UpdateQuirk(db(), smaller, At(9));
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->stamp.created, At(1));
  EXPECT_EQ(changed->stamp.updated, At(9));
  EXPECT_EQ(GetQuirk(db(), "q1")->match, smaller.match);
  EXPECT_EQ(GetQuirk(db(), "q1")->actions, smaller.actions);
}

TEST_F(QuirksTest, IdsAndPrioritiesAreTheirOwn) {
  ASSERT_THAT(Add(Small("a", 1)), IsOk());
  ASSERT_THAT(Add(Small("b", 2)), IsOk());
  EXPECT_THAT(Add(Small("a", 3)),
              StatusIs(absl::StatusCode::kAlreadyExists, "quirks/a already exists"));
  EXPECT_THAT(Add(Small("c", 2)),
              StatusIs(absl::StatusCode::kAlreadyExists, "quirk.priority: 2 is that of quirks/b"));
  EXPECT_THAT(Change(Small("a", 2)), StatusIs(absl::StatusCode::kAlreadyExists, "quirks/b"));
  EXPECT_THAT(Change(Small("a", 1)), IsOk());
  EXPECT_THAT(Change(Small("n", 7)), StatusIs(absl::StatusCode::kNotFound, "quirks/n"));
}

TEST_F(QuirksTest, ThereAreNotMoreThanAPacketCanTry) {
  for (uint32_t i = 0; i < core::kMaxQuirks; ++i) {
    ASSERT_THAT(Add(Small("q" + std::to_string(i), i)), IsOk());
  }
  EXPECT_THAT(Add(Small("more", 9999)),
              StatusIs(absl::StatusCode::kFailedPrecondition, "quirks: there are 256"));
  ASSERT_THAT(EraseQuirk(db(), "q7"), IsOk());
  EXPECT_THAT(Add(Small("more", 9999)), IsOk());
  EXPECT_THAT(EraseQuirk(db(), "q7"), StatusIs(absl::StatusCode::kNotFound, "quirks/q7"));
}

}  // namespace
}  // namespace pxe::store
