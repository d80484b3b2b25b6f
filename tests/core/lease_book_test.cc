// The lease book's own rules: free lists, offers that lapse, leases that expire, and a long random
// walk after which no address has two owners.
#include "core/lease_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "tests/core/dhcp_desk.h"
#include "tests/support/status_matchers.h"

namespace pxe::core {
namespace {

using std::chrono::seconds;

TEST(FreeListTest, FirstInFirstOutWithRemovalAnywhere) {
  FreeList list(4);
  EXPECT_EQ(list.Front(Turn::kFree), std::nullopt);
  for (const uint32_t i : {2u, 0u, 3u}) list.Put(i, Turn::kFree);
  list.Put(0, Turn::kFree);  // already there
  EXPECT_EQ(list.CountOf(Turn::kFree), 3u);
  EXPECT_EQ(list.Front(Turn::kFree), 2u);
  EXPECT_EQ(list.FrontBut(Turn::kFree, 2), 0u);
  EXPECT_EQ(list.FrontBut(Turn::kFree, 0), 2u);
  list.Put(0, Turn::kNone);
  list.Put(1, Turn::kNone);  // was never there
  list.Put(2, Turn::kNone);
  EXPECT_EQ(list.Front(Turn::kFree), 3u);
  EXPECT_EQ(list.FrontBut(Turn::kFree, 3), std::nullopt);
  EXPECT_EQ(list.TurnOf(0), Turn::kNone);
  EXPECT_EQ(list.CountOf(Turn::kFree), 1u);
}

TEST(FreeListTest, A4_EachTurnIsAQueueOfItsOwn) {
  FreeList list(3);
  list.Put(0, Turn::kReleased);
  list.Put(1, Turn::kDeclined);
  list.Put(2, Turn::kReleased);
  EXPECT_EQ(list.Front(Turn::kFree), std::nullopt);
  EXPECT_EQ(list.Front(Turn::kReleased), 0u);
  EXPECT_EQ(list.Front(Turn::kDeclined), 1u);
  list.Put(0, Turn::kDeclined);
  EXPECT_EQ(list.Front(Turn::kReleased), 2u);
  EXPECT_EQ(list.FrontBut(Turn::kDeclined, 1), 0u);
  EXPECT_EQ(list.CountOf(Turn::kDeclined), 2u);
}

TEST(LeaseBookTest, C50_AnOfferLapsesAfterItsHold) {
  DhcpDesk desk;
  desk.Discover(1);
  desk.now += kOfferHold;
  desk.book.Expire(desk.now, 10);
  EXPECT_EQ(desk.book.OfferTo(Client(1), desk.subnet.cidr, desk.now), nullptr);
  EXPECT_EQ(desk.book.StandingOf(Ip("10.0.0.10"), Client(2), desk.now), Standing::kFree);
}

TEST(LeaseBookTest, C51_RepeatedDiscoversHoldAnOfferTenMinutesAtMost) {
  DhcpDesk desk;
  for (seconds passed{0}; passed < kOfferHoldCap - seconds{60}; passed += seconds{60}) {
    desk.Discover(1);
    desk.now += seconds{60};
  }
  desk.Discover(1);
  const Offer* offer = desk.book.OfferTo(Client(1), desk.subnet.cidr, desk.now);
  ASSERT_NE(offer, nullptr);
  EXPECT_EQ(offer->until, offer->first + kOfferHoldCap);
}

TEST(LeaseBookTest, L8_AnExpiredAddressRestsBeforeAnotherGetsIt) {
  DhcpDesk desk;
  for (const int client : {1, 2, 3})
    desk.Select(client, desk.Said(desk.Discover(client)).c_str() + 6);
  desk.now += seconds{3600};
  desk.book.Expire(desk.now, 10);
  EXPECT_EQ(desk.Said(desk.Discover(4)), "silence: no_address");
  desk.now += kExpiryGrace;
  desk.book.Expire(desk.now, 10);
  EXPECT_EQ(desk.Said(desk.Discover(4)), "offer 10.0.0.10");
}

TEST(LeaseBookTest, L11_ExpiryIsDoneInSlices) {
  DhcpDesk desk;
  for (const int client : {1, 2, 3})
    desk.Select(client, desk.Said(desk.Discover(client)).c_str() + 6);
  desk.now += seconds{3600} + kExpiryGrace;
  desk.book.Expire(desk.now, 1);
  EXPECT_EQ(desk.Said(desk.Discover(4)), "offer 10.0.0.10");
  EXPECT_EQ(desk.Said(desk.Discover(5)), "silence: no_address");
  desk.book.Expire(desk.now, 1);
  EXPECT_EQ(desk.Said(desk.Discover(5)), "offer 10.0.0.11");
}

TEST(LeaseBookTest, A2_ReleasedAddressesGoToTheBackOfTheQueue) {
  DhcpDesk desk;
  desk.Select(1, "10.0.0.10");
  desk.Release(1, "10.0.0.10");
  EXPECT_EQ(desk.Said(desk.Discover(2)), "offer 10.0.0.11");
  EXPECT_EQ(desk.Said(desk.Discover(3)), "offer 10.0.0.12");
  EXPECT_EQ(desk.Said(desk.Discover(4)), "offer 10.0.0.10");
}

TEST(LeaseBookTest, C79_ADeclinedAddressIsFreeAgainAfterItsProbation) {
  DhcpDesk desk;
  for (const int client : {1, 2, 3})
    desk.Select(client, desk.Said(desk.Discover(client)).c_str() + 6);
  desk.Decline(1, "10.0.0.10");
  EXPECT_EQ(desk.book.StandingOf(Ip("10.0.0.10"), Client(1), desk.now), Standing::kDeclined);
  EXPECT_EQ(desk.book.LeaseOf(Client(1), desk.subnet.cidr), nullptr);
  EXPECT_EQ(desk.Said(desk.Discover(1)), "silence: no_address");
  desk.now += kDeclineProbation - seconds{1};
  desk.book.Expire(desk.now, 10);
  EXPECT_EQ(desk.book.StandingOf(Ip("10.0.0.10"), Client(4), desk.now), Standing::kDeclined);
  EXPECT_EQ(desk.book.StatisticsOf("lab")[AddressUse::kDeclined], 1u);
  desk.now += seconds{1};
  EXPECT_EQ(desk.book.StandingOf(Ip("10.0.0.10"), Client(4), desk.now), Standing::kFree);
  desk.book.Expire(desk.now, 10);
  EXPECT_EQ(desk.book.StatisticsOf("lab")[AddressUse::kDeclined], 0u);
  EXPECT_THAT(desk.book.Verify(), IsOk());
  EXPECT_EQ(desk.Said(desk.Discover(4)), "offer 10.0.0.11") << "free for longer";
  EXPECT_EQ(desk.Said(desk.Select(4, "10.0.0.10")), "ack 10.0.0.10");
}

TEST(LeaseBookTest, C79_AProbationGoesOnAfterARestart) {
  DhcpDesk desk;
  Lease lease{.address = Ip("10.0.0.10"), .client = Client(1)};
  desk.book.Load(Declined(lease, desk.now, kDeclineProbation), desk.now);
  lease.address = Ip("10.0.0.11");
  desk.book.Load(Declined(lease, desk.now - seconds{86'400}, kDeclineProbation), desk.now);
  EXPECT_THAT(desk.book.Verify(), IsOk());
  EXPECT_EQ(desk.book.StatisticsOf("lab")[AddressUse::kDeclined], 1u);
  EXPECT_EQ(desk.book.StatisticsOf("lab")[AddressUse::kFree], 2u);
}

TEST(LeaseBookTest, AnOperatorEndsAProbation) {
  DhcpDesk desk;
  desk.Select(1, "10.0.0.10");
  desk.Decline(1, "10.0.0.10");
  desk.book.Begin(Released(*desk.book.LeaseAt(Ip("10.0.0.10")), desk.now));
  desk.book.Commit(Ip("10.0.0.10"), desk.now);
  EXPECT_THAT(desk.book.Verify(), IsOk());
  EXPECT_EQ(desk.Said(desk.Discover(1)), "offer 10.0.0.10");
}

TEST(LeaseBookTest, N6_NetworkBroadcastAndRouterAreNeverGiven) {
  LeaseBook book;
  Subnet subnet;
  subnet.id = "tiny";
  subnet.cidr = *ParseIpv4Prefix("10.0.0.0/30");
  subnet.pools = {*ParseIpv4Range("10.0.0.0-10.0.0.3")};
  subnet.routers = {Ip("10.0.0.1")};
  book.PutSubnet(subnet);
  ASSERT_EQ(book.NextFree("tiny"), Ip("10.0.0.2"));
  book.HoldOffer(Ip("10.0.0.2"), Client(1), subnet.cidr, Seconds{});
  EXPECT_EQ(book.NextFree("tiny"), std::nullopt);
}

TEST(LeaseBookTest, LeasesLoadedAtStartKeepTheirAddresses) {
  DhcpDesk desk;
  Lease lease{.address = Ip("10.0.0.10"), .client = Client(1), .ends = desk.now + seconds{60}};
  desk.book.Load(lease, desk.now);
  lease = {.address = Ip("10.0.0.11"), .client = Client(2), .ends = desk.now - seconds{600}};
  desk.book.Load(lease, desk.now);
  EXPECT_EQ(desk.Said(desk.Discover(1)), "offer 10.0.0.10");
  EXPECT_EQ(desk.Said(desk.Discover(2)), "offer 10.0.0.11") << "expired, but its own";
  EXPECT_EQ(desk.Said(desk.Discover(3)), "offer 10.0.0.12");
}

TEST(LeaseBookTest, APoolThatShrinksKeepsItsLeases) {
  DhcpDesk desk;
  desk.Select(1, "10.0.0.12");
  desk.subnet.pools = {*ParseIpv4Range("10.0.0.10-10.0.0.10")};
  desk.book.PutSubnet(desk.subnet);
  EXPECT_EQ(desk.Said(desk.Renew(1, "10.0.0.12")), "ack 10.0.0.12");
  EXPECT_EQ(desk.Said(desk.Discover(2)), "offer 10.0.0.10");
  EXPECT_EQ(desk.Said(desk.Discover(3)), "silence: no_address");
}

TEST(LeaseBookTest, A1_PickingIsNotASearchAtAnyFill) {
  LeaseBook book;
  const Subnet subnet{.id = "big",
                      .cidr = *ParseIpv4Prefix("10.0.0.0/15"),
                      .pools = {*ParseIpv4Range("10.0.1.0-10.1.0.255")},
                      .edge_addresses = true};
  book.PutSubnet(subnet);
  ASSERT_EQ(book.StatisticsOf("big").size(), 65536u);
  const Lease held{.client = Client(1), .ends = Seconds{seconds{1000}}};
  for (uint32_t value = Ip("10.0.1.0").value; value < Ip("10.1.0.255").value; ++value) {
    Lease lease = held;
    lease.address = {value};
    book.Load(lease, Seconds{});
  }
  ASSERT_EQ(book.StatisticsOf("big")[AddressUse::kFree], 1u);
  // A walk over the pool for each of these would be 65 billion steps.
  for (int i = 0; i < 1'000'000; ++i) ASSERT_EQ(book.NextFree("big"), Ip("10.1.0.255"));
}

TEST(LeaseBookTest, A5_EveryAddressOfAPoolIsCountedOnce) {
  DhcpDesk desk;
  desk.subnet.pools = {*ParseIpv4Range("10.0.0.0-10.0.0.9")};
  desk.book.PutSubnet(desk.subnet);
  desk.book.SetReserved(Ip("10.0.0.9"), true);
  desk.Select(1, "10.0.0.2");
  desk.now += seconds{3600};
  desk.Discover(3);
  desk.Select(4, "10.0.0.4");
  desk.hold_commits = true;
  desk.Select(5, "10.0.0.5");
  desk.book.Expire(desk.now, 100);
  const PoolStatistics counted = desk.book.StatisticsOf("lab");
  EXPECT_EQ(counted[AddressUse::kExcluded], 2u) << "the network's and the router's";
  EXPECT_EQ(counted[AddressUse::kResting], 1u);
  EXPECT_EQ(counted[AddressUse::kOffered], 1u);
  EXPECT_EQ(counted[AddressUse::kBound], 1u);
  EXPECT_EQ(counted[AddressUse::kPending], 1u);
  EXPECT_EQ(counted[AddressUse::kReserved], 1u);
  EXPECT_EQ(counted[AddressUse::kFree], 3u);
  EXPECT_EQ(counted.size(), 10u);
  EXPECT_EQ(desk.book.StatisticsOf("none").size(), 0u);
}

TEST(LeaseBookTest, A2_AfterARestartAddressesQueueByWhenTheyWereLastUsed) {
  LeaseBook book;
  const Seconds now{seconds{1'000'000}};
  book.Load({.address = Ip("10.0.0.10"), .client = Client(1), .ends = now - seconds{1000}}, now);
  book.Load({.address = Ip("10.0.0.11"), .client = Client(2), .ends = now - seconds{2000}}, now);
  DhcpDesk desk;
  book.PutSubnet(desk.subnet);
  for (const char* next : {"10.0.0.12", "10.0.0.11", "10.0.0.10"}) {
    ASSERT_EQ(book.NextFree("lab"), Ip(next));
    book.HoldOffer(Ip(next), Client(9), {}, now);
    book.Begin({.address = Ip(next), .client = Client(9), .ends = now + seconds{60}});
  }
}

TEST(LeaseBookTest, A2_ASubnetPutAgainWithTheSamePoolsKeepsItsQueue) {
  DhcpDesk desk;
  desk.Discover(1);
  desk.now += kOfferHold;
  desk.book.Expire(desk.now, 10);
  ASSERT_EQ(desk.book.NextFree("lab"), Ip("10.0.0.11"));
  desk.subnet.dns_servers = {Ip("10.0.0.1")};
  desk.book.PutSubnet(desk.subnet);
  EXPECT_EQ(desk.book.NextFree("lab"), Ip("10.0.0.11"));
}

TEST(LeaseBookTest, APairOfAddressesHasNoNetworkAndNoBroadcast) {
  LeaseBook book;
  book.PutSubnet({.id = "link",
                  .cidr = *ParseIpv4Prefix("10.0.0.4/31"),
                  .pools = {*ParseIpv4Range("10.0.0.4-10.0.0.5")}});
  EXPECT_EQ(book.StatisticsOf("link")[AddressUse::kFree], 2u);
}

TEST(LeaseBookTest, AMovingClientDoesNotReleaseWhatIsOnItsWayToAnother) {
  DhcpDesk desk;
  desk.Select(1, "10.0.0.10");
  desk.now += seconds{3600} + kExpiryGrace;
  desk.book.Expire(desk.now, 10);
  desk.hold_commits = true;
  EXPECT_EQ(desk.Said(desk.Select(2, "10.0.0.10")), "ack 10.0.0.10");
  const DhcpVerdict moved = desk.Select(1, "10.0.0.11");
  ASSERT_EQ(moved.changes.size(), 1u) << "its old lease has ended, and is another's by now";
  desk.book.Commit(Ip("10.0.0.10"), desk.now);
  EXPECT_EQ(desk.book.LeaseAt(Ip("10.0.0.10"))->client, Client(2));
  EXPECT_THAT(desk.book.Verify(), IsOk());
}

TEST(LeaseBookTest, ALeaseThatHasEndedIsNothingToRelease) {
  DhcpDesk desk;
  desk.Select(1, "10.0.0.10");
  desk.now += seconds{3600};
  EXPECT_EQ(desk.Said(desk.Release(1, "10.0.0.10")), "silence: nothing_to_release");
}

TEST(LeaseBookTest, AnOperatorsReleaseLeavesTheOfferToAnother) {
  DhcpDesk desk;
  desk.Select(1, "10.0.0.10");
  desk.now += seconds{3600} + kExpiryGrace;
  desk.book.HoldOffer(Ip("10.0.0.10"), Client(2), desk.subnet.cidr, desk.now);
  desk.book.Begin(Released(*desk.book.LeaseAt(Ip("10.0.0.10")), desk.now));
  desk.book.Commit(Ip("10.0.0.10"), desk.now);
  EXPECT_EQ(desk.book.StandingOf(Ip("10.0.0.10"), Client(2), desk.now), Standing::kOwn);
}

// A database can hold it: written by hand, or under two subnets that were joined.
TEST(LeaseBookTest, OfTwoLiveLeasesOfAClientTheLaterOneCountsAndTheOtherIsKeptFromOthers) {
  LeaseBook book;
  DhcpDesk desk;
  for (const auto& [address, time] : {std::pair("10.0.0.10", 60), std::pair("10.0.0.11", 90)}) {
    book.Load({.address = Ip(address), .client = Client(1), .ends = desk.now + seconds{time}},
              desk.now);
  }
  EXPECT_TRUE(book.DoubleLeases(desk.now).empty()) << "in no subnet";
  book.PutSubnet(desk.subnet);
  const auto doubles = book.DoubleLeases(desk.now);
  ASSERT_EQ(doubles.size(), 1u);
  EXPECT_EQ(doubles[0].client, Client(1));
  EXPECT_EQ(doubles[0].answered, Ip("10.0.0.11"));
  EXPECT_EQ(doubles[0].other, Ip("10.0.0.10"));
  EXPECT_EQ(book.LeaseOf(Client(1), desk.subnet.cidr)->address, Ip("10.0.0.11"));
  EXPECT_EQ(book.StandingOf(Ip("10.0.0.10"), Client(2), desk.now), Standing::kOthers);
  EXPECT_THAT(book.Verify(), IsOk());
}

TEST(LeaseBookTest, L5_ALeaseWhoseSubnetIsGoneIsKeptAndCountsAgainWithIt) {
  DhcpDesk desk;
  desk.Select(1, "10.0.0.10");
  desk.book.EraseSubnet("lab");
  EXPECT_EQ(desk.book.NextFree("lab"), std::nullopt);
  EXPECT_NE(desk.book.LeaseAt(Ip("10.0.0.10")), nullptr);
  EXPECT_THAT(desk.book.Verify(), IsOk());
  desk.book.PutSubnet(desk.subnet);
  EXPECT_EQ(desk.book.StatisticsOf("lab")[AddressUse::kBound], 1u);
  EXPECT_EQ(desk.Said(desk.Renew(1, "10.0.0.10")), "ack 10.0.0.10");
}

TEST(LeaseTableTest, LeasesAreFoundByTheClientIdentifierTheySentLast) {
  LeaseTable table;
  Lease lease{.address = Ip("10.0.0.10"), .client = Client(1), .client_id = {1, 2}};
  table.Put(lease, AddressUse::kBound);
  lease.address = Ip("10.0.0.9");
  table.Put(lease, AddressUse::kBound);
  EXPECT_THAT(table.WithClientId(lease.client_id),
              testing::ElementsAre(Ip("10.0.0.9"), Ip("10.0.0.10")));
  lease.client_id = {3};
  table.Put(lease, AddressUse::kBound);
  EXPECT_THAT(table.WithClientId(std::vector<uint8_t>{1, 2}),
              testing::ElementsAre(Ip("10.0.0.10")));
  EXPECT_THAT(table.WithClientId({}), testing::IsEmpty());
  EXPECT_THAT(table.Verify(), IsOk());
}

// One that spells the client's hardware address, and the same one sent by somebody else.
TEST(LeaseTableTest, AClientIdentifierThatSpellsAMacIsFoundWhoeverSentIt) {
  const std::vector<uint8_t> spelled = [] {
    const HardwareAddress client = Client(1);
    std::vector<uint8_t> id = {client.type};
    id.insert(id.end(), client.Used().begin(), client.Used().end());
    return id;
  }();
  LeaseTable table;
  Lease lease{.address = Ip("10.0.0.10"), .client = Client(1), .client_id = spelled};
  table.Put(lease, AddressUse::kBound);
  lease.address = Ip("10.0.0.9");
  lease.client = Client(2);
  table.Put(lease, AddressUse::kBound);
  EXPECT_THAT(table.WithClientId(spelled), testing::ElementsAre(Ip("10.0.0.9"), Ip("10.0.0.10")));
  EXPECT_THAT(table.Verify(), IsOk());
  lease.client = Client(1);  // it becomes the spelled one, and stays findable
  table.Put(lease, AddressUse::kBound);
  EXPECT_THAT(table.WithClientId(spelled), testing::ElementsAre(Ip("10.0.0.9"), Ip("10.0.0.10")));
  lease.client_id = {};
  table.Put(lease, AddressUse::kBound);
  EXPECT_THAT(table.WithClientId(spelled), testing::ElementsAre(Ip("10.0.0.10")));
  EXPECT_THAT(table.Verify(), IsOk());
}

// The whole pool is served to its last address, and given back, whatever the order of events.
TEST(LeaseBookTest, F12_AfterARandomWalkNoAddressHasTwoOwners) {
  constexpr int kClients = 60;
  DhcpDesk desk;
  desk.subnet.pools = {*ParseIpv4Range("10.0.0.10-10.0.0.59")};
  desk.book.PutSubnet(desk.subnet);
  std::mt19937 random(20260101);
  for (int step = 0; step < 20000; ++step) {
    const int client = static_cast<int>(random() % kClients);
    const DhcpVerdict offered = desk.Discover(client);
    const auto* grant = std::get_if<DhcpGrant>(&offered.answer);
    if (grant == nullptr) continue;
    const std::string address = grant->address.ToString();
    if (random() % 4 != 0) desk.Select(client, address.c_str());
    if (random() % 5 == 0) desk.Release(client, address.c_str());
    desk.now += seconds{random() % 120};
    desk.book.Expire(desk.now, 4);
    if (step % 50 != 0) continue;
    std::map<HardwareAddress, int> owned;
    for (const Lease& lease : desk.book.All()) {
      if (IsLive(lease, desk.now)) ++owned[lease.client];
      ASSERT_TRUE(desk.subnet.pools[0].Contains(lease.address));
    }
    for (const auto& [owner, count] : owned) ASSERT_EQ(count, 1) << owner.ToString();
  }
  desk.now += seconds{86400};
  desk.book.Expire(desk.now, 1000);
  for (int client = 100; client < 150; ++client) {
    EXPECT_NE(desk.Said(desk.Discover(client)), "silence: no_address");
  }
  EXPECT_EQ(desk.Said(desk.Discover(150)), "silence: no_address");
}

}  // namespace
}  // namespace pxe::core
