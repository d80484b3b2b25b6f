// Which machines a rule is about, and which of its conditions the others fail.
#include "core/rule_match.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace pxe::core {
namespace {

constexpr const char* kUuidText = "b8945908-d6a6-41a9-611d-74a6ab80b83d";

struct Row {
  std::string name;
  RuleMatch match;
  std::optional<RuleCondition> fails;
};

std::string NameOfRow(const testing::TestParamInfo<Row>& row) {
  return row.param.name;
}

Host RackHost() {
  Host host;
  host.labels = {{"rack", "a"}, {"role", "web"}};
  return host;
}

RuleFacts FactsOf(const Host& host) {
  return {.host = &host,
          .subnet = "lab",
          .kind = "uefi-x64",
          .vendor_class = "PXEClient:Arch:00007:UNDI:003016",
          .circuit_id = "sw1/7",
          .mac = "52:54:00:aa:bb:cc",
          .uuid = *ParseUuid(kUuidText)};
}

class FirstMismatchTest : public testing::TestWithParam<Row> {};

TEST_P(FirstMismatchTest, IsTheConditionOfTheRow) {
  const Host host = RackHost();
  EXPECT_EQ(FirstMismatch(GetParam().match, FactsOf(host)), GetParam().fails);
  const Rule rule{.match = GetParam().match};
  const RankedRule ranked = RankRules({&rule}).front();
  EXPECT_EQ(FirstMismatch(ranked, FactsOf(host), LabelBits(host.labels)), GetParam().fails);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, FirstMismatchTest,
    testing::Values(
        Row{"OneLabelFits", {.labels = {{"rack", "a"}}}, {}},
        Row{"AllLabelsMustFit",
            {.labels = {{"rack", "a"}, {"role", "db"}}},
            RuleCondition::kLabels},
        Row{"ALabelTheHostHasNot", {.labels = {{"row", ""}}}, RuleCondition::kLabels},
        Row{"MacOfThatMaker", {.mac_prefix = "52:54:00"}, {}},
        Row{"WholeMac", {.mac_prefix = "52:54:00:aa:bb:cc"}, {}},
        Row{"MacOfAnotherMaker", {.mac_prefix = "52:54:01"}, RuleCondition::kMacPrefix},
        Row{"Uuid", {.uuid = *ParseUuid(kUuidText)}, {}},
        Row{"UuidInTheOtherByteOrder", {.uuid = ParseUuid(kUuidText)->Swapped()}, {}},
        Row{"AnotherUuid",
            {.uuid = *ParseUuid("00000000-0000-0000-0000-000000000001")},
            RuleCondition::kUuid},
        Row{"OneOfSeveralKinds", {.kinds = {"bios", "uefi-x64"}}, {}},
        Row{"NoneOfTheKinds", {.kinds = {"bios", "ipxe-uefi-x64"}}, RuleCondition::kKinds},
        Row{"VendorClass", {.vendor_class_prefix = "PXEClient:Arch:00007"}, {}},
        Row{"AnotherVendorClass",
            {.vendor_class_prefix = "HTTPClient"},
            RuleCondition::kVendorClassPrefix},
        Row{"Subnet", {.subnet = "lab"}, {}},
        Row{"AnotherSubnet", {.subnet = "la"}, RuleCondition::kSubnet},
        Row{"CircuitId", {.circuit_id = "sw1/7"}, {}},
        Row{"CircuitIdIsComparedWhole", {.circuit_id = "sw1"}, RuleCondition::kCircuitId},
        Row{"AllConditionsAtOnce",
            {.labels = {{"role", "web"}},
             .mac_prefix = "52",
             .uuid = *ParseUuid(kUuidText),
             .kinds = {"uefi-x64"},
             .vendor_class_prefix = "PXEClient",
             .subnet = "lab",
             .circuit_id = "sw1/7"},
            {}},
        Row{"TheCheapestOfSeveralIsNamed",
            {.labels = {{"rack", "b"}}, .kinds = {"bios"}, .subnet = "lab"},
            RuleCondition::kKinds}),
    NameOfRow);

class UnknownFactTest : public testing::TestWithParam<Row> {};

TEST_P(UnknownFactTest, FitsNoConditionOnIt) {
  EXPECT_EQ(FirstMismatch(GetParam().match, {}), GetParam().fails);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, UnknownFactTest,
    testing::Values(
        Row{"Labels", {.labels = {{"rack", "a"}}}, RuleCondition::kLabels},
        Row{"MacPrefix", {.mac_prefix = "52"}, RuleCondition::kMacPrefix},
        Row{"Uuid", {.uuid = *ParseUuid(kUuidText)}, RuleCondition::kUuid},
        Row{"Kinds", {.kinds = {"bios"}}, RuleCondition::kKinds},
        Row{"VendorClass", {.vendor_class_prefix = "P"}, RuleCondition::kVendorClassPrefix},
        Row{"Subnet", {.subnet = "lab"}, RuleCondition::kSubnet},
        Row{"CircuitId", {.circuit_id = "x"}, RuleCondition::kCircuitId}),
    NameOfRow);

TEST(RankRulesTest, TheHighestPriorityIsFirst) {
  const Rule low{.priority = 1};
  const Rule middle{.priority = 5};
  const Rule high{.priority = 4'000'000'000};
  const auto ranked = RankRules({&middle, &low, &high});
  ASSERT_EQ(ranked.size(), 3U);
  EXPECT_EQ(ranked[0].rule, &high);
  EXPECT_EQ(ranked[1].rule, &middle);
  EXPECT_EQ(ranked[2].rule, &low);
}

// Forty labels leave hardly a bit unset, so the texts must be looked at as well.
TEST(RankRulesTest, LabelsThatShareABitAreStillToldApart) {
  Host host;
  for (int i = 0; i < 40; ++i) host.labels["key" + std::to_string(i)] = "yes";
  const RuleFacts facts{.host = &host};
  const uint64_t bits = LabelBits(host.labels);
  for (int i = 0; i < 1000; ++i) {
    const Rule rule{.match = {.labels = {{"key" + std::to_string(i), "yes"}}}};
    const auto failed = FirstMismatch(RankRules({&rule}).front(), facts, bits);
    EXPECT_EQ(failed.has_value(), i >= 40) << i;
  }
}

TEST(RuleConditionTest, EachHasTheNameOfItsField) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(RuleCondition::kLabels); ++i) {
    names.insert(NameOf(static_cast<RuleCondition>(i)));
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"circuit_id", "kinds", "labels", "mac_prefix",
                                               "subnet", "uuid", "vendor_class_prefix"}));
}

}  // namespace
}  // namespace pxe::core
