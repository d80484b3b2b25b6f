// Host rows: every field, and what belongs to one host only.
#include "store/hosts.h"

#include <gtest/gtest.h>

#include "store/revision.h"
#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

class HostsTest : public StoreTest {
 protected:
  void SetUp() override {
    ASSERT_THAT(InsertSubnet(db(), LabSubnet(), At(1)), IsOk());
    ASSERT_THAT(InsertProfile(db(), DebProfile(), At(1)), IsOk());
  }
  void AddNode() { ASSERT_THAT(InsertHost(db(), NodeHost(), At(77)), IsOk()); }

  absl::Status InsertAt(std::string_view address) {
    core::Host host = PlainHost("n2", 2);
    host.nics[0].address = Ip(address);
    return InsertHost(db(), host, At(1)).status();
  }
};

TEST_F(HostsTest, EveryFieldSurvivesARestart) {
  const auto stored = InsertHost(db(), NodeHost(), At(77));
  ASSERT_THAT(stored, IsOk());
  core::Host expected = NodeHost();
  expected.stamp = {.revision = 3, .created = At(77), .updated = At(77)};
  EXPECT_EQ(*stored, expected);
  Reopen();
  EXPECT_THAT(GetHost(db(), "n1"), IsOkAndHolds(expected));
}

TEST_F(HostsTest, LocalBootAndEveryStateSurviveToo) {
  std::vector<core::Host> hosts;
  for (const auto state :
       {core::HostState::kApproved, core::HostState::kDiscovered, core::HostState::kRejected}) {
    const auto number = static_cast<int>(hosts.size());
    core::Host host = PlainHost("n" + std::to_string(number), number);
    host.local_boot = true;
    host.state = state;
    host.answers = core::Answers::kNothing;
    hosts.push_back(*InsertHost(db(), host, At(1)));
  }
  EXPECT_THAT(ListHosts(db()), IsOkAndHolds(hosts));
}

TEST_F(HostsTest, AnUpdateOfAnySingleFieldIsStored) {
  AddNode();
  core::Host host = NodeHost();
  const auto expect_stored = [&] {
    const auto updated = UpdateHost(db(), host, At(99));
    ASSERT_THAT(updated, IsOk());
    EXPECT_THAT(GetHost(db(), "n1"), IsOkAndHolds(*updated));
    EXPECT_NE(updated->stamp.revision, host.stamp.revision);
    host.stamp = updated->stamp;
    EXPECT_EQ(*updated, host);
  };
  host.serial = "other";
  expect_stored();
  host.answers = core::Answers::kAll;
  expect_stored();
  host.state = core::HostState::kApproved;
  expect_stored();
  host.discovery->circuit_id = "eth2";
  expect_stored();
  host.nics[0].answers = core::Answers::kAddressOnly;
  expect_stored();
  host.discovery.reset();
  expect_stored();
  host.local_boot = false;
  expect_stored();
  host.next_server = Ip("10.0.0.9");
  expect_stored();
  host.next_server.reset();
  expect_stored();
  host.profile.clear();
  expect_stored();
  host.client_ids.pop_back();
  expect_stored();
  host.circuit_id = "eth1/8";
  expect_stored();
  host.remote_id.clear();
  expect_stored();
}

TEST_F(HostsTest, OnlyTheUnjudgedCountAsDiscovered) {
  const auto add = [&](int number, std::string_view subnet, core::HostState state) {
    core::Host host = PlainHost("n" + std::to_string(number), number);
    host.state = state;
    host.discovery = {.subnet = std::string(subnet), .kind = "bios", .first_seen = At(1)};
    ASSERT_THAT(InsertHost(db(), host, At(1)), IsOk());
  };
  add(1, "lab", core::HostState::kDiscovered);
  add(2, "lab", core::HostState::kDiscovered);
  add(3, "lab", core::HostState::kRejected);
  add(4, "lab", core::HostState::kApproved);
  add(5, "gone", core::HostState::kDiscovered);
  EXPECT_THAT(CountDiscoveredHosts(db(), "lab"), IsOkAndHolds(2u));
  EXPECT_THAT(CountDiscoveredHosts(db(), "gone"), IsOkAndHolds(1u));
  EXPECT_THAT(CountDiscoveredHosts(db(), "other"), IsOkAndHolds(0u));
  core::Host judged = *GetHost(db(), "n1");
  judged.state = core::HostState::kApproved;
  ASSERT_THAT(UpdateHost(db(), judged, At(2)), IsOk());
  EXPECT_THAT(CountDiscoveredHosts(db(), "lab"), IsOkAndHolds(1u));
}

TEST_F(HostsTest, TheyComeByIdEachWithItsOwnParts) {
  const auto b = InsertHost(db(), PlainHost("b", 2), At(1));
  const auto node = InsertHost(db(), NodeHost(), At(1));
  const auto a = InsertHost(db(), PlainHost("a", 1), At(1));
  const auto a_b = InsertHost(db(), PlainHost("a-b", 3), At(1));
  EXPECT_THAT(ListHosts(db()), IsOkAndHolds(std::vector{*a, *a_b, *b, *node}));
  EXPECT_THAT(GetHost(db(), "a"), IsOkAndHolds(*a));
}

TEST_F(HostsTest, AnUpdateReplacesAllButUidAndTheBeginning) {
  AddNode();
  core::Host changed = PlainHost("n1", 9);
  changed.uid = "another";
  const auto updated = UpdateHost(db(), changed, At(99));
  ASSERT_THAT(updated, IsOk());
  changed.uid = "uid-1";
  changed.stamp = {.revision = 4, .created = At(77), .updated = At(99)};
  EXPECT_EQ(*updated, changed);
  EXPECT_THAT(GetHost(db(), "n1"), IsOkAndHolds(changed));
}

TEST_F(HostsTest, AnUpdateMayKeepWhatTheHostHas) {
  AddNode();
  EXPECT_THAT(UpdateHost(db(), NodeHost(), At(2)), IsOk());
}

TEST_F(HostsTest, AnIdIsTakenOnceAndWhatIsMissingIsNamed) {
  AddNode();
  EXPECT_THAT(InsertHost(db(), PlainHost("n1", 9), At(1)),
              StatusIs(kTaken, "hosts/n1 already exists"));
  EXPECT_THAT(GetHost(db(), "n9"), StatusIs(kMissing, "hosts/n9 does not exist"));
  EXPECT_THAT(UpdateHost(db(), PlainHost("n9", 9), At(1)),
              StatusIs(kMissing, "hosts/n9 does not exist"));
  EXPECT_THAT(EraseHost(db(), "n9"), StatusIs(kMissing, "hosts/n9 does not exist"));
  EXPECT_THAT(CurrentRevision(db()), IsOkAndHolds(3u));
}

TEST_F(HostsTest, AMacBelongsToOneHost) {
  AddNode();
  core::Host other = PlainHost("n2", 2);
  other.nics.push_back({.mac = Mac("52-54-00-00-00-01")});
  EXPECT_THAT(InsertHost(db(), other, At(1)),
              StatusIs(kTaken, "host.nics[1].mac: 52:54:00:00:00:01 belongs to hosts/n1"));
  ASSERT_THAT(InsertHost(db(), PlainHost("n2", 2), At(1)), IsOk());
  EXPECT_THAT(UpdateHost(db(), other, At(1)),
              StatusIs(kTaken, "host.nics[1].mac: 52:54:00:00:00:01 belongs to hosts/n1"));
}

TEST_F(HostsTest, TwoNicsOfOneHostMayNotShareAMacEither) {
  core::Host host = PlainHost("n2", 2);
  host.nics.push_back(host.nics[0]);
  EXPECT_THAT(InsertHost(db(), host, At(1)), StatusIs(kTaken, "nic.mac"));
}

TEST_F(HostsTest, AnAddressBelongsToOneHost) {
  AddNode();
  EXPECT_THAT(InsertAt("10.0.0.20"),
              StatusIs(kTaken, "host.nics[0].address: 10.0.0.20 belongs to hosts/n1"));
}

TEST_F(HostsTest, AUuidBelongsToOneHostInEitherByteOrder) {
  AddNode();
  core::Host other = PlainHost("n2", 2);
  other.uuid = NodeHost().uuid;
  EXPECT_THAT(
      InsertHost(db(), other, At(1)),
      StatusIs(kTaken, "host.uuid: b8945908-d6a6-41a9-611d-74a6ab80b83d belongs to hosts/n1"));
  other.uuid = NodeHost().uuid->Swapped();
  EXPECT_THAT(
      InsertHost(db(), other, At(1)),
      StatusIs(kTaken, "host.uuid: 085994b8-a6d6-a941-611d-74a6ab80b83d belongs to hosts/n1"));
}

TEST_F(HostsTest, C105_WhatAHostIsFoundByBelongsToOneHost) {
  AddNode();
  const auto refused = [this](const char* says, auto change) {
    core::Host other = PlainHost("n2", 2);
    change(other);
    EXPECT_THAT(InsertHost(db(), other, At(1)), StatusIs(kTaken, says));
  };
  refused("host.client_ids[1]: 00534e belongs to hosts/n1", [](core::Host& host) {
    host.client_ids = {{7, 7}, {0, 'S', 'N'}};
  });
  refused("host.circuit_id: eth1/7 belongs to hosts/n1",
          [](core::Host& host) { host.circuit_id = "eth1/7"; });
  refused("host.remote_id: 0x0006aabb belongs to hosts/n1",
          [](core::Host& host) { host.remote_id = "0x0006aabb"; });
}

TEST_F(HostsTest, C105_TheDatabaseItselfKeepsThemApart) {
  AddNode();
  ASSERT_THAT(InsertHost(db(), PlainHost("n2", 2), At(1)), IsOk());
  EXPECT_THAT(db().Run("UPDATE host SET circuit_id = 'eth1/7' WHERE id = 'n2'"),
              StatusIs(kTaken, ""));
  EXPECT_THAT(db().Run("UPDATE host SET remote_id = '0x0006aabb' WHERE id = 'n2'"),
              StatusIs(kTaken, ""));
  EXPECT_THAT(db().Run("INSERT INTO host_client_id VALUES (x'00534e', 'n2', 0)"),
              StatusIs(kTaken, ""));
}

TEST_F(HostsTest, C105_HostsCanTradeWhatTheyAreFoundBy) {
  AddNode();
  core::Host heir = PlainHost("n2", 2);
  ASSERT_THAT(InsertHost(db(), heir, At(1)), IsOk());
  ASSERT_THAT(FreeIdentity(db(), "n1"), IsOk());
  heir.client_ids = NodeHost().client_ids;
  heir.circuit_id = NodeHost().circuit_id;
  heir.remote_id = NodeHost().remote_id;
  EXPECT_THAT(UpdateHost(db(), heir, At(2)), IsOk());
}

TEST_F(HostsTest, C106_NicsOfOneHostMayShareAnAddress) {
  core::Host host = PlainHost("n2", 2);
  host.nics[0].address = Ip("10.0.0.20");
  host.nics.push_back({.mac = Mac("52:54:00:01:00:03"), .address = Ip("10.0.0.20")});
  const auto stored = InsertHost(db(), host, At(1));
  ASSERT_THAT(stored, IsOk());
  EXPECT_THAT(GetHost(db(), "n2"), IsOkAndHolds(*stored));
  core::Host other = PlainHost("n3", 4);
  other.nics[0].address = Ip("10.0.0.20");
  EXPECT_THAT(InsertHost(db(), other, At(1)),
              StatusIs(kTaken, "host.nics[0].address: 10.0.0.20 belongs to hosts/n2"));
}

TEST_F(HostsTest, C48_AnAddressMayLieOutsideEveryPoolButNotOutsideEverySubnet) {
  EXPECT_THAT(InsertAt("10.9.0.1"),
              StatusIs(kRefused, "host.nics[0].address: 10.9.0.1 lies in no subnet"));
  EXPECT_THAT(InsertAt("9.255.255.255"), StatusIs(kRefused, "lies in no subnet"));
  EXPECT_THAT(InsertAt("10.0.0.250"), IsOk());
}

TEST_F(HostsTest, AddressesOfTheNetworkItselfAreRefused) {
  EXPECT_THAT(InsertAt("10.0.0.0"),
              StatusIs(kInvalid,
                       "10.0.0.0 cannot be given to a host: subnets/lab has it as its "
                       "network address"));
  EXPECT_THAT(InsertAt("10.0.0.255"), StatusIs(kInvalid, "as its broadcast address"));
  EXPECT_THAT(InsertAt("10.0.0.2"), StatusIs(kInvalid, "host.nics[0].address: 10.0.0.2 cannot"));
}

TEST_F(HostsTest, BothAddressesOfAPointToPointLinkAreHosts) {
  core::Subnet link;
  link.id = "link";
  link.cidr = Net("10.1.0.0/31");
  ASSERT_THAT(InsertSubnet(db(), link, At(1)), IsOk());
  core::Host host = PlainHost("n2", 2);
  host.nics[0].address = Ip("10.1.0.0");
  host.nics.push_back({.mac = Mac("52:54:00:01:00:03"), .address = Ip("10.1.0.1")});
  EXPECT_THAT(InsertHost(db(), host, At(1)), IsOk());
}

TEST_F(HostsTest, AProfileItNamesMustExist) {
  core::Host host = PlainHost("n2", 2);
  host.profile = "x";
  EXPECT_THAT(InsertHost(db(), host, At(1)),
              StatusIs(kRefused, "host.profile: profiles/x does not exist"));
}

TEST_F(HostsTest, WhatAnErasedHostHadIsFree) {
  AddNode();
  ASSERT_THAT(EraseHost(db(), "n1"), IsOk());
  core::Host heir = NodeHost();
  heir.id = "n2";
  EXPECT_THAT(InsertHost(db(), heir, At(1)), IsOk());
  EXPECT_THAT(CurrentRevision(db()), IsOkAndHolds(5u));
}

TEST_F(HostsTest, ANicMayMoveToAnotherHost) {
  AddNode();
  core::Host rest = NodeHost();
  rest.nics.erase(rest.nics.begin());
  ASSERT_THAT(UpdateHost(db(), rest, At(2)), IsOk());
  core::Host heir = PlainHost("n2", 2);
  heir.nics = {NodeHost().nics[0]};
  EXPECT_THAT(InsertHost(db(), heir, At(3)), IsOk());
}

}  // namespace
}  // namespace pxe::store
