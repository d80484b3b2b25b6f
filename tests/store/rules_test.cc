// Rule rows: every field, and what holds between rules, profiles and subnets.
#include "store/rules.h"

#include <gtest/gtest.h>

#include "store/revision.h"
#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

core::Rule WholeRule() {
  core::Rule rule;
  rule.id = "r1";
  rule.priority = 4'294'967'295;
  rule.match.labels = {{"rack", "a"}, {"row", ""}};
  rule.match.mac_prefix = "52:54:00";
  rule.match.uuid = *ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b83d");
  rule.match.kinds = {"bios", "uefi-x64"};
  rule.match.vendor_class_prefix = "PXEClient";
  rule.match.subnet = "lab";
  rule.match.circuit_id = "eth1/7";
  rule.profile = "deb";
  return rule;
}

core::Rule ForRack(std::string_view id, uint32_t priority, std::string_view rack) {
  core::Rule rule;
  rule.id = id;
  rule.priority = priority;
  rule.match.labels = {{"rack", std::string(rack)}};
  rule.action = core::RuleAction::kLocal;
  return rule;
}

class RulesTest : public StoreTest {
 protected:
  void SetUp() override {
    ASSERT_THAT(InsertSubnet(db(), LabSubnet(), At(1)), IsOk());
    ASSERT_THAT(InsertProfile(db(), DebProfile(), At(1)), IsOk());
  }
  absl::Status Add(const core::Rule& rule) { return InsertRule(db(), rule, At(1)).status(); }
  absl::Status Change(const core::Rule& rule) { return UpdateRule(db(), rule, At(2)).status(); }
};

TEST_F(RulesTest, EveryFieldSurvivesARestart) {
  const auto stored = InsertRule(db(), WholeRule(), At(77));
  ASSERT_THAT(stored, IsOk());
  core::Rule expected = WholeRule();
  expected.stamp = {.revision = 3, .created = At(77), .updated = At(77)};
  EXPECT_EQ(*stored, expected);
  Reopen();
  EXPECT_THAT(GetRule(db(), "r1"), IsOkAndHolds(expected));
  EXPECT_THAT(ListRules(db()), IsOkAndHolds(std::vector{expected}));
}

TEST_F(RulesTest, EveryActionSurvivesEachWithItsOwnParts) {
  std::vector<core::Rule> rules;
  for (const auto& [id, action] :
       {std::pair{"a", core::RuleAction::kLocal}, std::pair{"b", core::RuleAction::kIgnore},
        std::pair{"c", core::RuleAction::kDiscover}}) {
    core::Rule rule = ForRack(id, static_cast<uint32_t>(rules.size()), id);
    rule.action = action;
    const auto stored = InsertRule(db(), rule, At(1));
    ASSERT_THAT(stored, IsOk());
    rules.push_back(*stored);
  }
  EXPECT_THAT(ListRules(db()), IsOkAndHolds(rules));
}

TEST_F(RulesTest, AnUpdateReplacesAllButTheBeginning) {
  ASSERT_THAT(InsertRule(db(), WholeRule(), At(77)), IsOk());
  core::Rule changed = ForRack("r1", 5, "b");
  const auto updated = UpdateRule(db(), changed, At(99));
  changed.stamp = {.revision = 4, .created = At(77), .updated = At(99)};
  EXPECT_THAT(updated, IsOkAndHolds(changed));
  EXPECT_THAT(GetRule(db(), "r1"), IsOkAndHolds(changed));
}

TEST_F(RulesTest, AnIdIsTakenOnceAndWhatIsMissingIsNamed) {
  ASSERT_THAT(Add(WholeRule()), IsOk());
  EXPECT_THAT(Add(WholeRule()), StatusIs(kTaken, "rules/r1 already exists"));
  EXPECT_THAT(GetRule(db(), "x"), StatusIs(kMissing, "rules/x does not exist"));
  EXPECT_THAT(Change(ForRack("x", 1, "a")), StatusIs(kMissing, "rules/x does not exist"));
  EXPECT_THAT(EraseRule(db(), "x"), StatusIs(kMissing, "rules/x does not exist"));
  EXPECT_THAT(CurrentRevision(db()), IsOkAndHolds(3u));
}

TEST_F(RulesTest, WhatItNamesMustExist) {
  core::Rule rule = WholeRule();
  rule.profile = "x";
  EXPECT_THAT(Add(rule), StatusIs(kRefused, "rule.profile: profiles/x does not exist"));
  rule = WholeRule();
  rule.match.subnet = "y";
  EXPECT_THAT(Add(rule), StatusIs(kRefused, "rule.match.subnet: subnets/y does not exist"));
}

TEST_F(RulesTest, WhatItNamesIsNotErased) {
  ASSERT_THAT(Add(WholeRule()), IsOk());
  EXPECT_THAT(EraseProfile(db(), "deb"),
              StatusIs(kRefused, "profiles/deb is used by rules/r1 (profile)"));
  EXPECT_THAT(EraseSubnet(db(), "lab"),
              StatusIs(kRefused, "subnets/lab is used by rules/r1 (match.subnet)"));
  ASSERT_THAT(EraseRule(db(), "r1"), IsOk());
  EXPECT_THAT(EraseProfile(db(), "deb"), IsOk());
  EXPECT_THAT(EraseSubnet(db(), "lab"), IsOk());
}

TEST_F(RulesTest, AnErasedOneIsGoneWithItsParts) {
  ASSERT_THAT(Add(WholeRule()), IsOk());
  ASSERT_THAT(EraseRule(db(), "r1"), IsOk());
  const auto stored = InsertRule(db(), ForRack("r1", 5, "b"), At(1));
  EXPECT_THAT(GetRule(db(), "r1"), IsOkAndHolds(*stored));
}

TEST_F(RulesTest, APriorityBelongsToOneRule) {
  ASSERT_THAT(Add(ForRack("a", 7, "a")), IsOk());
  ASSERT_THAT(Add(ForRack("b", 8, "b")), IsOk());
  EXPECT_THAT(Add(ForRack("c", 7, "c")), StatusIs(kTaken, "rule.priority: 7 is that of rules/a"));
  EXPECT_THAT(Change(ForRack("b", 7, "b")),
              StatusIs(kTaken, "rule.priority: 7 is that of rules/a"));
  EXPECT_THAT(Change(ForRack("a", 7, "x")), IsOk());
}

TEST_F(RulesTest, ARuleThatCouldNeverWinIsRefused) {
  ASSERT_THAT(Add(ForRack("wide", 9, "a")), IsOk());
  core::Rule narrow = ForRack("narrow", 8, "a");
  narrow.match.kinds = {"bios"};
  EXPECT_THAT(Add(narrow),
              StatusIs(kRefused,
                       "rule.match: it would never apply: rules/wide, of priority 9, takes every "
                       "machine that fits"));
  narrow.priority = 10;
  EXPECT_THAT(Add(narrow), IsOk());
}

TEST_F(RulesTest, ARuleThatWouldTakeAllOfAnotherIsRefused) {
  core::Rule narrow = ForRack("narrow", 8, "a");
  narrow.match.kinds = {"bios"};
  ASSERT_THAT(Add(narrow), IsOk());
  EXPECT_THAT(Add(ForRack("wide", 9, "a")),
              StatusIs(kRefused,
                       "rule.match: rules/narrow, of priority 8, would never apply any more: this "
                       "one would take every machine that fits it"));
  ASSERT_THAT(Add(ForRack("wide", 9, "b")), IsOk());
  EXPECT_THAT(Change(ForRack("wide", 9, "a")),
              StatusIs(kRefused, "rules/narrow, of priority 8, would never apply any more"));
  EXPECT_THAT(Change(ForRack("wide", 7, "a")), IsOk());
}

TEST_F(RulesTest, TheSchemaTiesTheProfileToTheAction) {
  core::Rule rule = WholeRule();
  rule.action = core::RuleAction::kIgnore;
  EXPECT_THAT(Add(rule), StatusIs(kInvalid, "action = 'PROFILE'"));
  rule.action = core::RuleAction::kDiscover;
  rule.id = "r2";
  EXPECT_THAT(Add(rule), IsOk());
  EXPECT_THAT(Change({.id = "r2", .priority = 1}), StatusIs(kInvalid, "action = 'PROFILE'"));
}

}  // namespace
}  // namespace pxe::store
