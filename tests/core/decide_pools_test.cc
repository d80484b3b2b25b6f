// Which address of which pool a client gets: guards, edges, the order when a pool is full, and the
// address that NICs of one host share.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/place_on_link.h"
#include "core/pool_guard.h"
#include "tests/core/dhcp_desk.h"
#include "tests/support/status_matchers.h"

namespace pxe::core {
namespace {

using std::chrono::seconds;

class DecidePoolsTest : public testing::Test {
 protected:
  // A second pool, and a guard of the first.
  void Guard(PoolGuard guard) {
    desk.subnet.pools = {*ParseIpv4Range("10.0.0.10-10.0.0.12"),
                         *ParseIpv4Range("10.0.0.20-10.0.0.22")};
    guard.pool = desk.subnet.pools[0];
    desk.subnet.pool_guards = {guard};
    desk.book.PutSubnet(desk.subnet);
  }
  void BeKnown(HostState state = HostState::kApproved) {
    host.state = state;
    desk.facts.host = &host;
  }
  static std::string Said(const DhcpVerdict& verdict) { return DhcpDesk::Said(verdict); }

  // Gives each address of the usual pool to a client of its last digit plus one.
  void FillPool() {
    for (int client = 1; client <= 3; ++client) {
      desk.Select(client, Said(desk.Discover(client)).c_str() + 6);
    }
  }

  DhcpDesk desk;
  Host host{.id = "n1"};
};

// --- Guards ---

TEST_F(DecidePoolsTest, N4_APoolForHostsGivesNothingToStrangers) {
  Guard({.clients = PoolClients::kKnown});
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.20");
  BeKnown();
  EXPECT_EQ(Said(desk.Discover(2)), "offer 10.0.0.10");
  BeKnown(HostState::kDiscovered);
  EXPECT_EQ(Said(desk.Discover(3)), "offer 10.0.0.21") << "it has made itself a host";
}

TEST_F(DecidePoolsTest, N4_APoolForStrangersGivesNothingToHosts) {
  Guard({.clients = PoolClients::kUnknown});
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.10");
  BeKnown();
  EXPECT_EQ(Said(desk.Discover(2)), "offer 10.0.0.20");
}

TEST_F(DecidePoolsTest, N4_APoolMayBeForKindsOfClientAndForVendorClasses) {
  const auto offered = [this](int client, const char* vendor_class, uint16_t architecture) {
    DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, client);
    question.facts = {.vendor_class = vendor_class, .architectures = {architecture}};
    return Said(desk.Decide(question));
  };
  Guard({.kinds = {"bios", "uefi-x64"}});
  EXPECT_EQ(offered(1, "PXEClient:Arch:00007", 7), "offer 10.0.0.10");
  EXPECT_EQ(offered(2, "PXEClient:Arch:00011", 11), "offer 10.0.0.20");
  EXPECT_EQ(offered(3, "MSFT 5.0", 7), "offer 10.0.0.21") << "a system";
  Guard({.vendor_class_prefix = "onie_vendor:"});
  EXPECT_EQ(offered(4, "onie_vendor:x86_64", 0), "offer 10.0.0.11");
  EXPECT_EQ(offered(5, "onie", 0), "offer 10.0.0.22");
}

TEST_F(DecidePoolsTest, N4_AllThatAGuardSaysMustBeTrue) {
  const PoolGuard guard{.clients = PoolClients::kKnown, .vendor_class_prefix = "PXE"};
  const ClientFacts pxe{.vendor_class = "PXEClient"};
  const ClientFacts other{.vendor_class = "udhcp"};
  EXPECT_TRUE(Admits(guard, {.known = true, .facts = &pxe}));
  EXPECT_FALSE(Admits(guard, {.known = false, .facts = &pxe}));
  EXPECT_FALSE(Admits(guard, {.known = true, .facts = &other}));
  EXPECT_FALSE(Admits(guard, {.known = true})) << "nothing is told";
  EXPECT_TRUE(Admits(PoolGuard{}, {}));
}

TEST_F(DecidePoolsTest, N4_WhoIsNotAdmittedCannotAskForAnAddressEither) {
  Guard({.clients = PoolClients::kKnown});
  EXPECT_EQ(Said(desk.Discover(1, "10.0.0.12")), "offer 10.0.0.20");
  EXPECT_EQ(Said(desk.Select(2, "10.0.0.12")), "nak");
  EXPECT_EQ(Said(desk.InitReboot(3, "10.0.0.12")), "nak");
  EXPECT_EQ(Said(desk.Renew(4, "10.0.0.12")), "nak") << "nor keep what no lease is known of";
}

TEST_F(DecidePoolsTest, N4_AClientKeepsWhatItHasWhateverItsPoolBecomes) {
  desk.Select(1, "10.0.0.10");
  Said(desk.Discover(2));
  Guard({.clients = PoolClients::kKnown});
  EXPECT_EQ(Said(desk.Renew(1, "10.0.0.10")), "ack 10.0.0.10");
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.10");
  EXPECT_EQ(Said(desk.Select(2, "10.0.0.11")), "ack 10.0.0.11") << "it was offered that";
}

TEST_F(DecidePoolsTest, N4_OtherGuardsLeaveTheQueuesAlone) {
  Guard({});
  desk.Discover(1);
  desk.now += kOfferHold;
  desk.book.Expire(desk.now, 10);
  Guard({.clients = PoolClients::kUnknown});
  EXPECT_EQ(Said(desk.Discover(2)), "offer 10.0.0.11") << "10.0.0.10 is at the back";
  Guard({.clients = PoolClients::kKnown});
  EXPECT_EQ(Said(desk.Discover(3)), "offer 10.0.0.20");
  EXPECT_THAT(desk.book.Verify(), IsOk());
}

TEST_F(DecidePoolsTest, N4_WhoIsAdmittedNowhereGetsNothing) {
  Guard({.clients = PoolClients::kKnown});
  for (const int client : {1, 2, 3}) desk.Discover(client);
  EXPECT_EQ(Said(desk.Discover(4)), "silence: no_address");
  EXPECT_EQ(desk.book.StatisticsOf("lab")[AddressUse::kFree], 3u);
}

TEST_F(DecidePoolsTest, N4_N3_AMachineIsPlacedWhereAPoolIsForIt) {
  desk.Share();
  Guard({.clients = PoolClients::kKnown});
  desk.subnet.pools.pop_back();
  desk.book.PutSubnet(desk.subnet);
  const auto placed = [this] {
    return PlaceOnLink(desk.Question(DhcpMessage::kDiscover, 1), desk.subnet, desk.both,
                       desk.facts.host, nullptr, desk.book, desk.now)
        .id;
  };
  EXPECT_EQ(placed(), "second");
  BeKnown();
  EXPECT_EQ(placed(), "lab");
}

// --- Edges ---

class EdgesTest : public DecidePoolsTest {
 protected:
  void Put(const char* cidr, const char* pool, bool edges) {
    desk.subnet.cidr = *ParseIpv4Prefix(cidr);
    desk.subnet.pools = {*ParseIpv4Range(pool)};
    desk.subnet.edge_addresses = edges;
    desk.book.PutSubnet(desk.subnet);
  }
};

TEST_F(EdgesTest, N6_AddressesThatLookLikeANetworksOwnAreSkipped) {
  Put("10.0.0.0/22", "10.0.0.254-10.0.1.1", false);
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.254");
  EXPECT_EQ(Said(desk.Discover(2, "10.0.1.0")), "offer 10.0.1.1") << "nor if it is asked for";
  EXPECT_EQ(Said(desk.Discover(3)), "silence: no_address");
  EXPECT_EQ(desk.book.StatisticsOf("lab")[AddressUse::kExcluded], 2u);
}

TEST_F(EdgesTest, N6_UnlessTheSubnetHasThemGiven) {
  Put("10.0.0.0/22", "10.0.0.255-10.0.1.0", true);
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.255");
  EXPECT_EQ(Said(desk.Discover(2)), "offer 10.0.1.0");
}

TEST_F(EdgesTest, N6_InASmallNetworkNoneLooksLikeThat) {
  EXPECT_FALSE(IsEdgeAddress(Ip("10.0.0.255"), *ParseIpv4Prefix("10.0.0.0/24")));
  EXPECT_TRUE(IsEdgeAddress(Ip("10.0.0.255"), *ParseIpv4Prefix("10.0.0.0/23")));
  EXPECT_FALSE(IsEdgeAddress(Ip("10.0.0.254"), *ParseIpv4Prefix("10.0.0.0/23")));
}

TEST_F(EdgesTest, N6_WhoHasSuchAnAddressOrReservedItKeepsIt) {
  Put("10.0.0.0/22", "10.0.0.250-10.0.1.9", true);
  desk.Select(1, "10.0.1.0");
  Put("10.0.0.0/22", "10.0.0.250-10.0.1.9", false);
  EXPECT_EQ(Said(desk.Renew(1, "10.0.1.0")), "ack 10.0.1.0");
  desk.ReserveForClient("10.0.0.255");
  EXPECT_EQ(Said(desk.Discover(2)), "offer 10.0.0.255");
  EXPECT_THAT(desk.book.Verify(), IsOk());
}

// --- A full pool ---

TEST_F(DecidePoolsTest, A3_AClientThatReturnsGetsItsOldAddressUnlessItIsAnothersByNow) {
  FillPool();
  desk.now += seconds{3600} + kExpiryGrace;
  desk.book.Expire(desk.now, 10);
  EXPECT_EQ(Said(desk.Discover(2)), "offer 10.0.0.11") << "10.0.0.10 is free for longer";
  desk.Release(2, "10.0.0.11");
  EXPECT_EQ(Said(desk.Discover(4)), "offer 10.0.0.10");
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.12") << "its own has been offered to 4";
}

TEST_F(DecidePoolsTest, A3_AReleasedAddressWaitsForItsClientToo) {
  FillPool();
  desk.Release(3, "10.0.0.12");
  desk.Release(1, "10.0.0.10");
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.10");
  EXPECT_EQ(Said(desk.Discover(3)), "offer 10.0.0.12");
}

TEST_F(DecidePoolsTest, A4_ExpiredAddressesAreTakenBeforeReleasedOnes) {
  FillPool();
  desk.Release(1, "10.0.0.10");
  desk.Release(3, "10.0.0.12");
  desk.now += seconds{3600} + kExpiryGrace;
  desk.book.Expire(desk.now, 10);
  EXPECT_EQ(Said(desk.Discover(7)), "offer 10.0.0.11") << "expired long after those were released";
  EXPECT_EQ(Said(desk.Discover(8)), "offer 10.0.0.10") << "released first";
  EXPECT_EQ(Said(desk.Discover(9)), "offer 10.0.0.12");
  EXPECT_THAT(desk.book.Verify(), IsOk());
}

TEST_F(DecidePoolsTest, A4_SoItIsAfterARestart) {
  FillPool();
  desk.Release(1, "10.0.0.10");
  desk.now += seconds{3600} + kExpiryGrace;
  LeaseBook book;
  for (const Lease& lease : desk.book.All()) book.Load(lease, desk.now);
  book.PutSubnet(desk.subnet);
  EXPECT_EQ(book.NextFree("lab"), Ip("10.0.0.11"));
  EXPECT_EQ(book.NextFree("lab", Ip("10.0.0.11")), Ip("10.0.0.12"));
}

TEST_F(DecidePoolsTest, A4_DeclinedAddressesAreLeftAloneUnlessTheSubnetReusesThem) {
  FillPool();
  desk.Decline(2, "10.0.0.11");
  desk.now += seconds{1};
  desk.Decline(1, "10.0.0.10");
  EXPECT_EQ(Said(desk.Discover(7)), "silence: no_address");
  desk.subnet.reuse_declined = true;
  const DhcpVerdict offered = desk.Discover(7);
  EXPECT_EQ(Said(offered), "offer 10.0.0.11") << "declined first";
  EXPECT_TRUE(std::get<DhcpGrant>(offered.answer).ping_first);
  EXPECT_EQ(Said(desk.Discover(7)), "offer 10.0.0.11") << "C51";
  EXPECT_EQ(Said(desk.Discover(8)), "offer 10.0.0.10");
  EXPECT_EQ(Said(desk.Discover(9)), "silence: no_address");
  EXPECT_EQ(Said(desk.Select(9, "10.0.0.11")), "nak") << "offered to 7";
  EXPECT_EQ(Said(desk.Select(7, "10.0.0.11")), "ack 10.0.0.11");
  EXPECT_EQ(desk.book.StatisticsOf("lab")[AddressUse::kBound], 2u);
  EXPECT_THAT(desk.book.Verify(), IsOk());
}

TEST_F(DecidePoolsTest, A4_AReusedAddressThatIsDeclinedAgainIsTheLastOne) {
  FillPool();
  desk.Decline(1, "10.0.0.10");
  desk.now += seconds{1};
  desk.Decline(2, "10.0.0.11");
  desk.subnet.reuse_declined = true;
  EXPECT_EQ(Said(desk.Discover(7)), "offer 10.0.0.10");
  EXPECT_EQ(Said(desk.Decline(7, "10.0.0.10")), "silence: declined");
  EXPECT_EQ(Said(desk.Discover(7)), "offer 10.0.0.11");
  EXPECT_EQ(Said(desk.Discover(8)), "offer 10.0.0.10");
}

TEST_F(DecidePoolsTest, A4_AnOfferOfADeclinedAddressLapsesIntoItsProbation) {
  FillPool();
  desk.Decline(1, "10.0.0.10");
  desk.subnet.reuse_declined = true;
  desk.Discover(7);
  EXPECT_EQ(desk.book.StatisticsOf("lab")[AddressUse::kOffered], 1u);
  desk.now += kOfferHold;
  desk.book.Expire(desk.now, 10);
  EXPECT_EQ(desk.book.StatisticsOf("lab")[AddressUse::kDeclined], 1u);
  EXPECT_EQ(desk.book.StandingOf(Ip("10.0.0.10"), Client(7), desk.now), Standing::kDeclined);
  EXPECT_THAT(desk.book.Verify(), IsOk());
}

TEST_F(DecidePoolsTest, A4_WhatIsSetAsideForAHostIsNotReused) {
  FillPool();
  desk.Decline(1, "10.0.0.10");
  desk.book.SetReserved(Ip("10.0.0.10"), true);
  desk.subnet.reuse_declined = true;
  EXPECT_EQ(Said(desk.Discover(7)), "silence: no_address");
  desk.book.SetReserved(Ip("10.0.0.10"), false);
  EXPECT_EQ(Said(desk.Discover(7)), "offer 10.0.0.10");
}

TEST_F(DecidePoolsTest, A4_ADeclinedAddressIsOfferedAndNotGivenAtOnce) {
  FillPool();
  desk.Decline(1, "10.0.0.10");
  desk.subnet.reuse_declined = desk.subnet.rapid_commit = true;
  DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 7);
  question.rapid_commit = true;
  EXPECT_EQ(Said(desk.Decide(question)), "offer 10.0.0.10") << "it is to be pinged first";
}

TEST_F(DecidePoolsTest, A4_N3_EveryPoolOfALinkIsTriedBeforeADeclinedAddress) {
  desk.Share();
  desk.subnet.reuse_declined = true;
  FillPool();
  desk.Decline(1, "10.0.0.10");
  EXPECT_EQ(Said(desk.Discover(7)), "offer 10.1.0.10");
}

TEST(LeaseBookTurnsTest, A4_FindingTheOldestOfManyDeclinedIsNotASearch) {
  LeaseBook book;
  book.PutSubnet({.id = "big",
                  .cidr = *ParseIpv4Prefix("10.0.0.0/15"),
                  .pools = {*ParseIpv4Range("10.0.1.0-10.1.0.255")},
                  .edge_addresses = true});
  const Seconds now{seconds{1'000'000}};
  const Lease lease{.client = Client(1)};
  for (uint32_t value = Ip("10.1.0.255").value; value >= Ip("10.0.1.0").value; --value) {
    Lease declined = Declined(lease, now, kDeclineProbation);
    declined.address = {value};
    book.Load(declined, now);
  }
  for (int i = 0; i < 1'000'000; ++i) {
    ASSERT_EQ(book.NextFree("big"), std::nullopt);
    ASSERT_EQ(book.NextDeclined("big", {}, {}), Ip("10.1.0.255"));
  }
}

// --- One address, several NICs ---

class SharedAddressTest : public DecidePoolsTest {
 protected:
  SharedAddressTest() {
    for (const int n : {1, 2}) {
      host.nics.push_back({.mac = *Client(n).Mac(), .address = Ip("10.0.0.50")});
    }
    desk.book.SetReserved(Ip("10.0.0.50"), true);
  }
  // The packets that follow are from that NIC, or from a stranger.
  void From(int nic) {
    desk.facts.host = nic == 0 ? nullptr : &host;
    desk.facts.nic = nic == 0 ? nullptr : &host.nics[static_cast<size_t>(nic - 1)];
  }
};

TEST_F(SharedAddressTest, C106_ANicTakesOverTheLeaseOfAnotherOfItsHost) {
  From(1);
  EXPECT_EQ(Said(desk.Select(1, Said(desk.Discover(1)).c_str() + 6)), "ack 10.0.0.50");
  From(2);
  const DhcpVerdict offered = desk.Discover(2);
  EXPECT_EQ(Said(offered), "offer 10.0.0.50");
  EXPECT_TRUE(offered.remarks.empty()) << "C49 is about others";
  EXPECT_EQ(Said(desk.Select(2, "10.0.0.50")), "ack 10.0.0.50");
  EXPECT_EQ(desk.book.LeaseAt(Ip("10.0.0.50"))->client, Client(2));
  EXPECT_EQ(desk.book.LeaseOf(Client(1), desk.subnet.cidr), nullptr) << "one at a time";
  From(1);
  EXPECT_EQ(Said(desk.Renew(1, "10.0.0.50")), "nak") << "it is the other's now";
  EXPECT_EQ(Said(desk.InitReboot(1, "10.0.0.50")), "ack 10.0.0.50") << "it boots again";
  EXPECT_THAT(desk.book.Verify(), IsOk());
}

TEST_F(SharedAddressTest, C106_AnOfferIsTakenOverLikewise) {
  From(1);
  desk.Discover(1);
  From(2);
  EXPECT_EQ(Said(desk.Discover(2)), "offer 10.0.0.50");
  From(1);
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.50")), "ack 10.0.0.50");
}

TEST_F(SharedAddressTest, C106_WhatTheNicHadBeforeIsGivenBack) {
  From(2);
  desk.book.SetReserved(Ip("10.0.0.50"), false);
  desk.facts.nic = nullptr;
  desk.Select(2, "10.0.0.11");
  desk.book.SetReserved(Ip("10.0.0.50"), true);
  From(1);
  desk.Select(1, "10.0.0.50");
  From(2);
  const DhcpVerdict moved = desk.Select(2, "10.0.0.50");
  ASSERT_EQ(moved.changes.size(), 2u);
  EXPECT_EQ(moved.changes[1].address, Ip("10.0.0.11"));
  EXPECT_EQ(moved.changes[1].state, LeaseState::kReleased);
}

TEST_F(SharedAddressTest, C106_C49_NobodyElseIsDrivenOut) {
  desk.book.SetReserved(Ip("10.0.0.50"), false);
  desk.subnet.pools.push_back(*ParseIpv4Range("10.0.0.50-10.0.0.50"));
  desk.book.PutSubnet(desk.subnet);
  From(0);
  desk.Select(9, "10.0.0.50");
  desk.book.SetReserved(Ip("10.0.0.50"), true);
  From(1);
  const DhcpVerdict offered = desk.Discover(1);
  EXPECT_EQ(Said(offered), "offer 10.0.0.10");
  EXPECT_EQ(offered.remarks.at(0).kind, EventKind::kReservationTaken);
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.50")), "nak");
}

}  // namespace
}  // namespace pxe::core
