#include "server/host_batch.h"

#include "tests/server/services_fixture.h"

namespace pxe::server {
namespace {

using testing::SizeIs;

class HostBatchTest : public ServicesTest {
 protected:
  HostBatchTest() { CreateLab(); }

  static std::string Node(const std::string& id, const std::string& nic,
                          const std::string& more = "") {
    return "hosts { name: \"hosts/" + id + "\" nics { " + nic + " } " + more + " } ";
  }
  int Changes() { return ListChanges("")->changes_size(); }
};

TEST_F(HostBatchTest, HostsAreCreatedAndReplacedAtOnce) {
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" }
                                  labels { key: "rack" value: "a" })"),
              IsOk());
  const std::string uid = GetHost("n1")->uid();
  const auto done = UpsertHosts(Node("n2", R"(mac: "52:54:00:00:00:02" address: "10.0.0.22")") +
                                Node("n1", R"(mac: "52:54:00:00:00:11")"));
  ASSERT_THAT(done, IsOk());
  ASSERT_THAT(done->hosts(), SizeIs(2));
  EXPECT_EQ(done->hosts(0).DebugString(), GetHost("n2")->DebugString());
  EXPECT_EQ(done->hosts(1).DebugString(), GetHost("n1")->DebugString());
  EXPECT_EQ(done->hosts(1).uid(), uid);
  EXPECT_NE(done->hosts(0).uid(), "");
  EXPECT_TRUE(done->hosts(1).labels().empty()) << "replaced, not merged";
  EXPECT_EQ(KnownAs("52:54:00:00:00:02"), "n2");
  EXPECT_EQ(KnownAs("52:54:00:00:00:11"), "n1");
  EXPECT_EQ(KnownAs("52:54:00:00:00:01"), "");
  const auto log = ListChanges("page_size: 2");
  EXPECT_EQ(log->changes(0).action(), v1::CHANGE_ACTION_UPDATED);
  EXPECT_EQ(log->changes(1).action(), v1::CHANGE_ACTION_CREATED);
}

TEST_F(HostBatchTest, OneBadHostStopsAllNamingItsPlace) {
  ASSERT_THAT(CreateHost("n9", R"(nics { mac: "52:54:00:00:00:09" })"), IsOk());
  const int logged = Changes();
  const std::string good = Node("n1", R"(mac: "52:54:00:00:00:01")");
  EXPECT_THAT(UpsertHosts(good + Node("n2", R"(mac: "zz")")),
              StatusIs(kInvalid, "hosts[1].nics[0].mac: "));
  EXPECT_THAT(UpsertHosts(good + Node("n2", R"(mac: "52:54:00:00:00:09")")),
              StatusIs(kTaken, "hosts[1].nics[0].mac: 52:54:00:00:00:09 belongs to hosts/n9"));
  EXPECT_THAT(UpsertHosts(good + Node("n2", R"(mac: "52:54:00:00:00:02" address: "10.7.0.1")")),
              StatusIs(kRefused, "hosts[1].nics[0].address: 10.7.0.1 lies in no subnet"));
  EXPECT_THAT(
      UpsertHosts(good + Node("n2", R"(mac: "52:54:00:00:00:02")", R"(profile: "profiles/no")")),
      StatusIs(kRefused, "hosts[1].profile: "));
  EXPECT_THAT(UpsertHosts(good + Node("N2", R"(mac: "52:54:00:00:00:02")")),
              StatusIs(kInvalid, "hosts[1].name: "));
  EXPECT_THAT(UpsertHosts(good + R"(hosts { name: "n2" })"), StatusIs(kInvalid, "hosts[1].name: "));
  EXPECT_EQ(KnownAs("52:54:00:00:00:01"), "");
  EXPECT_THAT(GetHost("n1"), StatusIs(kMissing, "hosts/n1"));
  EXPECT_EQ(Changes(), logged);
}

TEST_F(HostBatchTest, WhatIsTwiceInABatchIsRefused) {
  EXPECT_THAT(UpsertHosts(Node("n1", R"(mac: "52:54:00:00:00:01")") +
                          Node("n1", R"(mac: "52:54:00:00:00:02")")),
              StatusIs(kInvalid, "hosts[1].name: hosts/n1 is also that of hosts[0]"));
  EXPECT_THAT(UpsertHosts(Node("n1", R"(mac: "52:54:00:00:00:01")") +
                          Node("n2", R"(mac: "52:54:00:00:00:01")")),
              StatusIs(kTaken, "hosts[1].nics[0].mac: 52:54:00:00:00:01 belongs to hosts/n1"));
}

TEST_F(HostBatchTest, ABatchHasALimitAndSomethingInIt) {
  EXPECT_THAT(UpsertHosts(""), StatusIs(kInvalid, "hosts: at least one"));
  std::string many;
  for (int i = 0; i <= kMaxBatch; ++i) many += "hosts { } ";
  EXPECT_THAT(UpsertHosts(many), StatusIs(kInvalid, "hosts: 1001 are too many; at most 1000"));
}

TEST_F(HostBatchTest, HostsTradeMacsAddressesAndUuids) {
  const auto node = [](const std::string& id, int number) {
    const std::string n = std::to_string(number);
    return Node(id, "mac: \"52:54:00:00:00:0" + n + "\" address: \"10.0.0.2" + n + "\"",
                "uuid: \"b8945908-d6a6-41a9-611d-74a6ab80b83" + n + "\"");
  };
  ASSERT_THAT(UpsertHosts(node("n1", 1) + node("n2", 2) + node("n3", 3)), IsOk());
  ASSERT_THAT(UpsertHosts(node("n1", 2) + node("n2", 3) + node("n3", 1)), IsOk());
  EXPECT_EQ(KnownAs("52:54:00:00:00:02"), "n1");
  EXPECT_EQ(KnownAs("52:54:00:00:00:03"), "n2");
  EXPECT_EQ(KnownAs("52:54:00:00:00:01"), "n3");
  const std::lock_guard lock(server.state.mutex);
  for (const auto& [address, id] : {std::pair{"10.0.0.22", "n1"}, {"10.0.0.21", "n3"}}) {
    const core::Host* owner = server.state.catalog.FindByReservedAddress(*ParseIpv4(address)).host;
    ASSERT_NE(owner, nullptr);
    EXPECT_EQ(owner->id, id);
  }
  EXPECT_EQ(server.state.catalog.FindByUuid(*ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b831"))->id,
            "n3");
}

TEST_F(HostBatchTest, AnEtagHoldsForItsHost) {
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" })"), IsOk());
  const std::string right = "etag: \"" + GetHost("n1")->etag() + "\"";
  const std::string other = Node("n2", R"(mac: "52:54:00:00:00:02")");
  const std::string nic = R"(mac: "52:54:00:00:00:01")";
  EXPECT_THAT(UpsertHosts(other + Node("n1", nic, R"(etag: "99")")),
              StatusIs(kAborted, "hosts[1].etag: hosts/n1 has changed since"));
  EXPECT_THAT(UpsertHosts(other + Node("n3", R"(mac: "52:54:00:00:00:03")", right)),
              StatusIs(kAborted, "hosts[1].etag: hosts/n3"))
      << "it is not there any more";
  EXPECT_THAT(UpsertHosts(other + Node("n1", nic, right)), IsOk());
}

TEST_F(HostBatchTest, ABatchCanBeTriedAndRepeated) {
  const std::string batch = Node("n1", R"(mac: "52:54:00:00:00:01")");
  ASSERT_THAT(UpsertHosts(batch + "validate_only: true"), IsOk());
  EXPECT_EQ(KnownAs("52:54:00:00:00:01"), "");
  const auto first = UpsertHosts(batch + R"(request_id: "once")");
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(UpsertHosts(batch + R"(request_id: "once")")->DebugString(), first->DebugString());
  EXPECT_EQ(GetHost("n1")->revision(), first->hosts(0).revision());
}

}  // namespace
}  // namespace pxe::server
