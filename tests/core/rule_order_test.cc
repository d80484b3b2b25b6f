// Which rules stand in the way of which.
#include "core/rule_order.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/status_matchers.h"

namespace pxe::core {
namespace {

struct Row {
  std::string name;
  RuleMatch higher;
  RuleMatch lower;
  bool hidden;
};

std::string NameOfRow(const testing::TestParamInfo<Row>& row) {
  return row.param.name;
}

class HidesTest : public testing::TestWithParam<Row> {};

TEST_P(HidesTest, IsAsTheRowSays) {
  const Rule higher{.id = "higher", .priority = 2, .match = GetParam().higher};
  const Rule lower{.id = "lower", .priority = 1, .match = GetParam().lower};
  EXPECT_EQ(Hides(higher, lower), GetParam().hidden);
}

const Uuid kUuid = *ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b83d");

INSTANTIATE_TEST_SUITE_P(
    Matches, HidesTest,
    testing::Values(
        Row{"TheSameLabels", {.labels = {{"a", "1"}}}, {.labels = {{"a", "1"}}}, true},
        Row{"FewerLabels", {.labels = {{"b", "2"}}}, {.labels = {{"a", "1"}, {"b", "2"}}}, true},
        Row{"MoreLabels", {.labels = {{"a", "1"}, {"b", "2"}}}, {.labels = {{"a", "1"}}}, false},
        Row{"AnotherValue", {.labels = {{"a", "2"}}}, {.labels = {{"a", "1"}}}, false},
        Row{"ShorterMac", {.mac_prefix = "52:54"}, {.mac_prefix = "52:54:00"}, true},
        Row{"LongerMac", {.mac_prefix = "52:54:00"}, {.mac_prefix = "52:54"}, false},
        Row{"TheSameUuid", {.uuid = kUuid}, {.uuid = kUuid}, true},
        Row{"TheSameUuidInTheOtherByteOrder", {.uuid = kUuid}, {.uuid = kUuid.Swapped()}, true},
        Row{"AnotherUuid", {.uuid = kUuid}, {.uuid = Uuid{}}, false},
        Row{"MoreKinds", {.kinds = {"bios", "uefi-x64"}}, {.kinds = {"uefi-x64"}}, true},
        Row{"FewerKinds", {.kinds = {"uefi-x64"}}, {.kinds = {"bios", "uefi-x64"}}, false},
        Row{"SomeKindsOfAll", {.kinds = {"uefi-x64"}}, {.subnet = "lab"}, false},
        Row{"ShorterVendorClass",
            {.vendor_class_prefix = "PXE"},
            {.vendor_class_prefix = "PXEClient"},
            true},
        Row{"LongerVendorClass",
            {.vendor_class_prefix = "PXEClient"},
            {.vendor_class_prefix = "PXE"},
            false},
        Row{"TheSameSubnet", {.subnet = "lab"}, {.kinds = {"bios"}, .subnet = "lab"}, true},
        Row{"AnotherSubnet", {.subnet = "lab"}, {.subnet = "lab2"}, false},
        Row{"TheSameCircuit", {.circuit_id = "x"}, {.circuit_id = "x"}, true},
        Row{"AnotherCircuit", {.circuit_id = "x"}, {.circuit_id = "xy"}, false},
        Row{"ADifferentCondition", {.subnet = "lab"}, {.circuit_id = "x"}, false},
        Row{"OneConditionMore", {.kinds = {"bios"}, .subnet = "lab"}, {.kinds = {"bios"}}, false}),
    NameOfRow);

TEST(RuleOrderTest, ARuleThatDiscoversLeavesTheHostsToOthers) {
  Rule higher{.id = "h", .priority = 2, .match = {.subnet = "lab"}};
  Rule lower{.id = "l", .priority = 1, .match = {.subnet = "lab"}};
  higher.action = RuleAction::kDiscover;
  EXPECT_FALSE(Hides(higher, lower));
  lower.action = RuleAction::kDiscover;
  EXPECT_TRUE(Hides(higher, lower));
  higher.action = RuleAction::kIgnore;
  EXPECT_TRUE(Hides(higher, lower));
}

TEST(RuleOrderTest, RulesThatAllCanWinAreAccepted) {
  const std::vector<Rule> others = {
      {.id = "a", .priority = 10, .match = {.kinds = {"bios"}, .subnet = "lab"}},
      {.id = "b", .priority = 5, .match = {.subnet = "lab"}}};
  EXPECT_THAT(CheckRuleOrder({.id = "c", .priority = 7, .match = {.kinds = {"uefi-x64"}}}, others),
              IsOk());
}

TEST(RuleOrderTest, ATakenPriorityIsRefusedWithItsOwner) {
  const std::vector<Rule> others = {{.id = "a", .priority = 10, .match = {.subnet = "lab"}}};
  EXPECT_THAT(CheckRuleOrder({.id = "b", .priority = 10, .match = {.subnet = "x"}}, others),
              StatusIs(absl::StatusCode::kAlreadyExists, "rule.priority: 10 is that of rules/a"));
}

TEST(RuleOrderTest, ARuleThatCouldNeverWinIsRefusedWithTheOneThatHidesIt) {
  const std::vector<Rule> others = {{.id = "a", .priority = 10, .match = {.subnet = "lab"}}};
  const Rule rule{.id = "b", .priority = 9, .match = {.kinds = {"bios"}, .subnet = "lab"}};
  EXPECT_THAT(CheckRuleOrder(rule, others),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "rule.match: it would never apply: rules/a, of priority 10"));
}

TEST(RuleOrderTest, ARuleThatWouldHideAnotherIsRefusedWithItsName) {
  const std::vector<Rule> others = {
      {.id = "a", .priority = 10, .match = {.kinds = {"bios"}, .subnet = "lab"}}};
  EXPECT_THAT(CheckRuleOrder({.id = "b", .priority = 11, .match = {.subnet = "lab"}}, others),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "rule.match: rules/a, of priority 10, would never apply any more"));
}

TEST(RuleOrderTest, ARuleMayBeReplaced) {
  const std::vector<Rule> others = {{.id = "a", .priority = 10, .match = {.subnet = "lab"}}};
  EXPECT_THAT(CheckRuleOrder(others.front(), others), IsOk());
}

}  // namespace
}  // namespace pxe::core
