// Quirks: what the service adds to core/quirks.h and store/quirks.h.
#include "tests/server/services_fixture.h"

namespace pxe::server {
namespace {

using testing::ElementsAre;

class QuirkServiceTest : public ServicesTest {
 protected:
  auto List(const std::string& request) {
    return Call(*quirks, &v1::QuirkService::Stub::ListQuirks, request);
  }
  auto Get(const std::string& request) {
    return Call(*quirks, &v1::QuirkService::Stub::GetQuirk, request);
  }
  auto Delete(const std::string& request) {
    return Call(*quirks, &v1::QuirkService::Stub::DeleteQuirk, request);
  }

  // As packets meet them.
  std::vector<std::string> InOrder() {
    const std::lock_guard lock(server.state.mutex);
    std::vector<std::string> ids;
    for (const auto* quirk : server.state.catalog.ranked_quirks()) ids.push_back(quirk->id);
    return ids;
  }
};

TEST_F(QuirkServiceTest, AQuirkComesBackAsItWasSaid) {
  const auto made = CreateQuirk("jetway", R"(priority: 10 why: "asks for name\\xff"
      match { mac_prefix: "00-30-18" kinds: "uefi-x64" kinds: "bios" vendor_class_prefix: "PXE" }
      actions { vendor_options: QUIRK_VENDOR_OPTIONS_GIVEN vendor_bytes: "\006\001\010\377"
                vendor_class: "" omit_boot_option: true broadcast: false pad_to: 576
                delay { nanos: 500000000 } })");
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->name(), "quirks/jetway");
  EXPECT_EQ(made->match().mac_prefix(), "00:30:18");
  EXPECT_THAT(made->match().kinds(), ElementsAre("bios", "uefi-x64"));
  EXPECT_TRUE(made->actions().has_vendor_class());
  EXPECT_TRUE(made->actions().has_broadcast());
  EXPECT_FALSE(made->actions().has_nul_in_length());
  const auto got = Get(R"(name: "quirks/jetway")");
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->SerializeAsString(), made->SerializeAsString());
}

TEST_F(QuirkServiceTest, TheHighestPriorityIsAskedFirstFromTheNextPacketOn) {
  const std::string row = R"( match { kinds: "bios" } actions { broadcast: true })";
  ASSERT_THAT(CreateQuirk("low", "priority: 1" + row), IsOk());
  ASSERT_THAT(CreateQuirk("high", "priority: 9" + row), IsOk());
  EXPECT_THAT(InOrder(), ElementsAre("high", "low"));
  ASSERT_THAT(UpdateQuirk(R"(quirk { name: "quirks/low" priority: 20 })"), IsOk());
  EXPECT_THAT(InOrder(), ElementsAre("low", "high"));
  ASSERT_THAT(Delete(R"(name: "quirks/low")"), IsOk());
  EXPECT_THAT(InOrder(), ElementsAre("high"));
}

TEST_F(QuirkServiceTest, AnActionThatIsNamedAndNotSetIsNotSpokenOfAnyMore) {
  ASSERT_THAT(CreateQuirk("q", R"(match { kinds: "bios" }
                                  actions { broadcast: true pad_to: 576 })"),
              IsOk());
  const auto updated =
      UpdateQuirk(R"(quirk { name: "quirks/q" } update_mask { paths: "actions.broadcast" })");
  ASSERT_THAT(updated, IsOk());
  EXPECT_FALSE(updated->actions().has_broadcast());
  EXPECT_EQ(updated->actions().pad_to(), 576u);
}

TEST_F(QuirkServiceTest, WritesKeepTheManners) {
  const std::string row = R"(match { kinds: "bios" } actions { broadcast: true })";
  const auto create = [&](const std::string& terms) {
    return Call(*quirks, &v1::QuirkService::Stub::CreateQuirk,
                R"(quirk_id: "q" quirk { )" + row + " } " + terms);
  };
  ASSERT_THAT(create("validate_only: true"), IsOk());
  EXPECT_THAT(InOrder(), ElementsAre());
  const auto once = create(R"(request_id: "word")");
  ASSERT_THAT(once, IsOk());
  const auto twice = create(R"(request_id: "word")");
  ASSERT_THAT(twice, IsOk());
  EXPECT_EQ(twice->etag(), once->etag());
  EXPECT_THAT(create(""), StatusIs(kTaken, "quirks/q"));
  EXPECT_THAT(Delete(R"(name: "quirks/q" etag: "1000")"), StatusIs(kAborted, "quirks/q"));
  EXPECT_THAT(CreateQuirk("none", "match { kinds: \"bios\" }"),
              StatusIs(kInvalid, "quirk.actions"));
  EXPECT_THAT(Get(R"(name: "quirks/nobody")"), StatusIs(kMissing, "quirks/nobody"));
}

TEST_F(QuirkServiceTest, ListsHaveFiltersAndHistoryHasQuirks) {
  ASSERT_THAT(CreateQuirk("a", R"(priority: 1 match { kinds: "bios" } actions { pad_to: 576 })"),
              IsOk());
  const auto made =
      CreateQuirk("b", R"(priority: 2 match { mac_prefix: "52:54" } actions { pad_to: 400 })");
  ASSERT_THAT(made, IsOk());
  const auto found = List(R"(filter: "match.mac_prefix = 52:54")");
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->quirks_size(), 1);
  EXPECT_EQ(found->quirks(0).name(), "quirks/b");
  ASSERT_THAT(UpdateQuirk(R"(quirk { name: "quirks/b" actions { pad_to: 500 } })"), IsOk());
  const auto then = Get(absl::StrFormat(R"(name: "quirks/b" at_revision: %d)", made->revision()));
  ASSERT_THAT(then, IsOk());
  EXPECT_EQ(then->actions().pad_to(), 400u);
  ASSERT_THAT(Delete(R"(name: "quirks/b")"), IsOk());
  const auto history = ListChanges(R"(resource: "quirks/b")");
  ASSERT_THAT(history, IsOk());
  ASSERT_EQ(history->changes_size(), 3);
  EXPECT_EQ(history->changes(0).before().quirk().actions().pad_to(), 500u);
  EXPECT_THAT(Revert(absl::StrFormat(R"(resource: "quirks/b" to_revision: %d)", made->revision())),
              IsOk());
  EXPECT_EQ(Get(R"(name: "quirks/b")")->actions().pad_to(), 400u);
  EXPECT_THAT(InOrder(), ElementsAre("b", "a"));
}

}  // namespace
}  // namespace pxe::server
