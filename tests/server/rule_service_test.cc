// Rules: what the services add to core/rule_order.h and store/rules.h.
#include "tests/server/services_fixture.h"

namespace pxe::server {
namespace {

using testing::ElementsAre;

class RuleServiceTest : public ServicesTest {
 protected:
  void SetUp() override { CreateLab(); }

  auto List(const std::string& request) {
    return Call(*rules, &v1::RuleService::Stub::ListRules, request);
  }
  auto Get(const std::string& request) {
    return Call(*rules, &v1::RuleService::Stub::GetRule, request);
  }

  // As decisions ask them.
  std::vector<std::string> InOrder() {
    const std::lock_guard lock(server.state.mutex);
    std::vector<std::string> ids;
    for (const auto& ranked : server.state.catalog.ranked_rules()) ids.push_back(ranked.rule->id);
    return ids;
  }
};

TEST_F(RuleServiceTest, ARuleComesBackAsItWasSaid) {
  const auto made = CreateRule("a", R"(priority: 10 profile: "profiles/deb"
      match { labels { key: "rack" value: "a" } mac_prefix: "52-54-00" kinds: "uefi-x64"
              kinds: "bios" vendor_class_prefix: "PXEClient" subnet: "subnets/lab"
              circuit_id: "eth0" })");
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->name(), "rules/a");
  EXPECT_EQ(made->action(), v1::RULE_ACTION_PROFILE);
  EXPECT_EQ(made->match().mac_prefix(), "52:54:00");
  EXPECT_THAT(made->match().kinds(), ElementsAre("bios", "uefi-x64"));
  const auto got = Get(R"(name: "rules/a")");
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->SerializeAsString(), made->SerializeAsString());
}

TEST_F(RuleServiceTest, TheHighestPriorityIsAskedFirst) {
  ASSERT_THAT(CreateRule("low", R"(priority: 1 action: 2 match { kinds: "bios" })"), IsOk());
  ASSERT_THAT(CreateRule("high", R"(priority: 9 action: 3 match { mac_prefix: "52" })"), IsOk());
  ASSERT_THAT(CreateRule("mid", R"(priority: 5 action: 2 match { mac_prefix: "54" })"), IsOk());
  EXPECT_THAT(InOrder(), ElementsAre("high", "mid", "low"));
  ASSERT_THAT(UpdateRule(R"(rule { name: "rules/low" priority: 20 })"), IsOk());
  EXPECT_THAT(InOrder(), ElementsAre("low", "high", "mid"));
  ASSERT_THAT(DeleteRule("high"), IsOk());
  EXPECT_THAT(InOrder(), ElementsAre("low", "mid"));
}

TEST_F(RuleServiceTest, RefusalsNameTheOtherObject) {
  ASSERT_THAT(CreateRule("all", R"(priority: 9 action: 2 match { mac_prefix: "52" })"), IsOk());
  EXPECT_THAT(CreateRule("all", R"(priority: 8 action: 2 match { kinds: "bios" })"),
              StatusIs(kTaken, "rules/all"));
  EXPECT_THAT(CreateRule("same", R"(priority: 9 action: 2 match { kinds: "bios" })"),
              StatusIs(kTaken, "rules/all"));
  EXPECT_THAT(CreateRule("hidden", R"(priority: 5 action: 2 match { mac_prefix: "52:54" })"),
              StatusIs(kRefused, "rules/all"));
  EXPECT_THAT(CreateRule("none", R"(priority: 5 action: 2)"), StatusIs(kInvalid, "rule.match"));
  EXPECT_THAT(CreateRule("p", R"(priority: 5 profile: "profiles/x" match { kinds: "bios" })"),
              StatusIs(kRefused, "profiles/x does not exist"));
  EXPECT_THAT(DeleteRule("nobody"), StatusIs(kMissing, "rules/nobody"));
  EXPECT_THAT(InOrder(), ElementsAre("all"));
}

TEST_F(RuleServiceTest, AProfileThatARuleBootsStays) {
  ASSERT_THAT(CreateRule("r", R"(priority: 1 profile: "profiles/deb" match { kinds: "bios" })"),
              IsOk());
  EXPECT_THAT(DeleteProfile("deb"), StatusIs(kRefused, "rules/r"));
}

TEST_F(RuleServiceTest, OneLabelCanBeChanged) {
  ASSERT_THAT(CreateRule("r", R"(priority: 1 action: 2 match {
                labels { key: "rack" value: "a" } labels { key: "row" value: "1" } })"),
              IsOk());
  const auto updated = UpdateRule(R"(rule { name: "rules/r"
      match { labels { key: "rack" value: "b" } } } update_mask { paths: "match.labels.rack" })");
  ASSERT_THAT(updated, IsOk());
  EXPECT_EQ(updated->match().labels().at("rack"), "b");
  EXPECT_EQ(updated->match().labels().at("row"), "1");
}

TEST_F(RuleServiceTest, ListsHaveFiltersAndHistoryHasRules) {
  ASSERT_THAT(CreateRule("a", R"(priority: 1 action: 2 match { kinds: "bios" })"), IsOk());
  ASSERT_THAT(CreateRule("b", R"(priority: 2 profile: "profiles/deb"
                                 match { subnet: "subnets/lab" kinds: "uefi-x64" })"),
              IsOk());
  const auto found = List(R"(filter: "profile = profiles/deb")");
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->rules_size(), 1);
  EXPECT_EQ(found->rules(0).name(), "rules/b");
  const auto history = ListChanges(R"(resource: "rules/b")");
  ASSERT_THAT(history, IsOk());
  ASSERT_EQ(history->changes_size(), 1);
  EXPECT_EQ(history->changes(0).after().rule().priority(), 2u);
  ASSERT_THAT(DeleteRule("b"), IsOk());
  EXPECT_THAT(Revert(absl::StrFormat(R"(resource: "rules/b" to_revision: %d)",
                                     history->changes(0).revision())),
              IsOk());
  EXPECT_THAT(InOrder(), ElementsAre("b", "a"));
}

}  // namespace
}  // namespace pxe::server
