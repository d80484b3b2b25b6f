// Which offers are pinged first and what a ping that is answered leads to, who is made to wait for
// another server, and how many offers there may be at a time.
#include "core/decide_discover.h"

#include <gtest/gtest.h>

#include "core/offer_limits.h"
#include "tests/core/dhcp_desk.h"
#include "tests/support/status_matchers.h"

namespace pxe::core {
namespace {

using std::chrono::seconds;

class DecideDiscoverTest : public testing::Test {
 protected:
  DecideDiscoverTest() { desk.subnet.ping_check = true; }

  static std::string Said(const DhcpVerdict& verdict) { return DhcpDesk::Said(verdict); }
  static bool Pings(const DhcpVerdict& verdict) {
    return std::get<DhcpGrant>(verdict.answer).ping_first;
  }
  DhcpVerdict Found(int client, const char* in_use) {
    DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, client);
    question.in_use = Ip(in_use);
    return desk.Decide(question);
  }

  DhcpDesk desk;
};

// --- ping check ---

TEST_F(DecideDiscoverTest, C142_AFreeAddressIsPingedWhereTheSubnetSaysSo) {
  EXPECT_TRUE(Pings(desk.Discover(1)));
  EXPECT_TRUE(Pings(desk.Discover(2, "10.0.0.12")));
  desk.subnet.ping_check = false;
  EXPECT_FALSE(Pings(desk.Discover(3)));
}

TEST_F(DecideDiscoverTest, C142_OnlyAnOfferIsPinged) {
  EXPECT_FALSE(Pings(desk.Select(1, "10.0.0.10")));
  EXPECT_FALSE(Pings(desk.InitReboot(2, "10.0.0.11")));
  desk.subnet.bootp = Bootp::kDynamic;
  EXPECT_FALSE(Pings(desk.Decide(desk.Question(DhcpMessage::kBootp, 3))));
}

TEST_F(DecideDiscoverTest, C143_AReservedAddressIsNot) {
  desk.ReserveForClient("10.0.0.11");
  EXPECT_FALSE(Pings(desk.Discover(1)));
}

TEST_F(DecideDiscoverTest, C143_AnAddressThatItWasOfferedIsNot) {
  desk.Discover(1);
  EXPECT_FALSE(Pings(desk.Discover(1)));
}

TEST_F(DecideDiscoverTest, C143_Q32_ItsOwnLeaseIsNotWhileItLivesAndAMinuteAfterwards) {
  desk.Select(1, "10.0.0.11");
  EXPECT_FALSE(Pings(desk.Discover(1)));
  desk.Release(1, "10.0.0.11");
  desk.now += kPingOwnGrace - seconds{1};
  EXPECT_FALSE(Pings(desk.Discover(1)));
  desk.book.DropOffers(Client(1));
  desk.now += seconds{1};
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.11");
  desk.book.DropOffers(Client(1));
  EXPECT_TRUE(Pings(desk.Discover(1)));
}

TEST_F(DecideDiscoverTest, C55_C142_NoLeaseAtOnceOfAnAddressThatIsPingedFirst) {
  desk.subnet.rapid_commit = true;
  DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 1);
  question.rapid_commit = true;
  EXPECT_EQ(Said(desk.Decide(question)), "offer 10.0.0.10");
  EXPECT_EQ(Said(desk.Decide(question)), "rapid ack 10.0.0.10") << "pinged meanwhile";
}

TEST_F(DecideDiscoverTest, C144_AnAddressThatAnsweredIsDeclinedAndAnotherOffered) {
  desk.Discover(1);
  const DhcpVerdict verdict = Found(1, "10.0.0.10");
  EXPECT_EQ(Said(verdict), "offer 10.0.0.11");
  EXPECT_TRUE(Pings(verdict));
  EXPECT_EQ(ToString(verdict.remarks.at(0)), "declined_address: 10.0.0.10 answers a ping");
  ASSERT_EQ(verdict.changes.size(), 1u);
  EXPECT_EQ(verdict.changes[0].kind, kKindOfPing);
  EXPECT_EQ(desk.book.StandingOf(Ip("10.0.0.10"), Client(1), desk.now), Standing::kDeclined);
  EXPECT_THAT(desk.book.Verify(), IsOk());
  desk.now += kDeclineProbation;
  EXPECT_EQ(desk.book.StandingOf(Ip("10.0.0.10"), Client(1), desk.now), Standing::kFree);
}

TEST_F(DecideDiscoverTest, C144_EvenTheOneThatItAsksFor) {
  desk.Discover(1, "10.0.0.11");
  DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 1);
  question.requested = question.in_use = Ip("10.0.0.11");
  EXPECT_EQ(Said(desk.Decide(question)), "offer 10.0.0.10");
}

TEST_F(DecideDiscoverTest, C81_C144_TheClientIsNotBlamed) {
  desk.subnet.pools = {*ParseIpv4Range("10.0.0.10-10.0.0.20")};
  desk.book.PutSubnet(desk.subnet);
  desk.Discover(1);
  for (const char* address : {"10.0.0.10", "10.0.0.11", "10.0.0.12", "10.0.0.13"}) {
    Found(1, address);
  }
  desk.Select(1, "10.0.0.14");
  EXPECT_EQ(Said(desk.Decline(1, "10.0.0.14")), "silence: declined");
}

TEST_F(DecideDiscoverTest, C144_WhenNothingIsLeftItIsDeclinedAllTheSame) {
  desk.Discover(1);
  desk.Discover(2);
  desk.Discover(3);
  const DhcpVerdict verdict = Found(1, "10.0.0.10");
  EXPECT_EQ(Said(verdict), "silence: no_address");
  EXPECT_EQ(verdict.changes.size(), 1u);
}

TEST_F(DecideDiscoverTest, C144_AnOfferThatIsForgottenIsDeclinedToo) {
  const DhcpVerdict verdict = Found(1, "10.0.0.10");
  EXPECT_EQ(Said(verdict), "silence: no_address");
  EXPECT_EQ(verdict.changes.size(), 1u);
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.11");
}

TEST_F(DecideDiscoverTest, C144_WhatTheClientOrAnotherHasTakenMeanwhileIsLeftAlone) {
  desk.Select(1, "10.0.0.10");
  desk.Select(2, "10.0.0.11");
  EXPECT_EQ(Said(Found(1, "10.0.0.10")), "offer 10.0.0.10");
  const DhcpVerdict verdict = Found(3, "10.0.0.11");
  EXPECT_EQ(Said(verdict), "offer 10.0.0.12");
  EXPECT_TRUE(verdict.changes.empty());
  EXPECT_TRUE(Found(3, "192.0.2.1").changes.empty()) << "of no subnet here";
}

TEST_F(DecideDiscoverTest, C144_C146_ASecondDiscoverWaitsForTheDeclineOfTheFirst) {
  desk.Discover(1);
  desk.hold_commits = true;
  Found(1, "10.0.0.10");
  EXPECT_EQ(Said(Found(1, "10.0.0.10")), "waits for 10.0.0.10");
  desk.book.Commit(Ip("10.0.0.10"), desk.now);
  const DhcpVerdict again = Found(1, "10.0.0.10");
  EXPECT_EQ(Said(again), "offer 10.0.0.11");
  EXPECT_TRUE(again.changes.empty());
}

// --- for the benefit of another server ---

TEST_F(DecideDiscoverTest, P2_ADiscoverIsTooEarlyUntilItsClientHasWaited) {
  desk.subnet.min_secs = seconds{4};
  DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 1);
  question.secs = seconds{3};
  EXPECT_EQ(Said(desk.Decide(question)), "silence: too_early");
  question.secs = seconds{4};
  EXPECT_EQ(Said(desk.Decide(question)), "offer 10.0.0.10");
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.10")), "ack 10.0.0.10") << "only a DISCOVER waits";
}

TEST_F(DecideDiscoverTest, P2_IpxeWhichCannotSayHowLongItHasWaitedIsServed) {
  desk.subnet.min_secs = seconds{4};
  DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 1);
  question.facts.user_class = {"iPXE"};
  EXPECT_EQ(Said(desk.Decide(question)), "offer 10.0.0.10");
}

// --- relays ---

TEST_F(DecideDiscoverTest, C133_Option82OfADirectPacketIsSilenceWhereItIsNotTrusted) {
  DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 1);
  question.relay_agent = {1, 1, 'x'};
  EXPECT_EQ(Said(desk.Decide(question)), "offer 10.0.0.10");
  desk.subnet.trust_direct_relay_agent = false;
  EXPECT_EQ(Said(desk.Decide(question)), "silence: untrusted_relay");
  question.giaddr = Ip("10.0.0.1");
  EXPECT_EQ(Said(desk.Decide(question)), "offer 10.0.0.10");
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.10");
}

TEST_F(DecideDiscoverTest, C136_ALeaseKeepsTheOption82OfItsRelayThroughRenewals) {
  DhcpQuestion question = desk.Question(DhcpMessage::kRequest, 1);
  question.server_id = Ip("10.0.0.2");
  question.requested = Ip("10.0.0.10");
  question.giaddr = Ip("10.0.0.1");
  question.relay_agent = {1, 1, 'x'};
  desk.Decide(question);
  desk.now += seconds{3000};
  ASSERT_EQ(desk.Renew(1, "10.0.0.10").changes.size(), 1u);
  EXPECT_EQ(desk.book.LeaseAt(Ip("10.0.0.10"))->relay_agent, question.relay_agent);
  desk.now += seconds{100};
  desk.Select(1, "10.0.0.10");
  EXPECT_TRUE(desk.book.LeaseAt(Ip("10.0.0.10"))->relay_agent.empty()) << "it has moved";
}

TEST_F(DecideDiscoverTest, C95_RepliesSayWhetherTheClientsSubnetSelectionCounted) {
  EXPECT_FALSE(std::get<DhcpGrant>(desk.Discover(1).answer).echo_subnet_selection);
  desk.facts.selected = true;
  EXPECT_TRUE(std::get<DhcpGrant>(desk.Discover(1).answer).echo_subnet_selection);
  EXPECT_TRUE(std::get<DhcpGrant>(desk.Select(1, "10.0.0.10").answer).echo_subnet_selection);
  EXPECT_TRUE(std::get<DhcpNak>(desk.Select(1, "192.0.2.1").answer).echo_subnet_selection);
}

// --- starvation ---

class OfferLimitsTest : public DecideDiscoverTest {
 protected:
  OfferLimitsTest() {
    desk.subnet.cidr = *ParseIpv4Prefix("10.0.0.0/22");
    desk.subnet.pools = {*ParseIpv4Range("10.0.0.10-10.0.2.9")};  // 512
    desk.book.PutSubnet(desk.subnet);
  }

  static HardwareAddress MadeUp(uint32_t n) {
    HardwareAddress client = Client(0);
    client.bytes[2] = 1;
    client.bytes[4] = static_cast<uint8_t>(n >> 8);
    client.bytes[5] = static_cast<uint8_t>(n);
    return client;
  }
  // As many clients that never take what they are offered; how many got an offer.
  int Flood(uint32_t first, uint32_t count, std::string circuit = "") {
    int offers = 0;
    for (uint32_t n = first; n < first + count; ++n) {
      DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 0);
      question.client = MadeUp(n);
      question.circuit_id = circuit;
      if (std::holds_alternative<DhcpGrant>(desk.Decide(question).answer)) ++offers;
    }
    return offers;
  }
};

TEST_F(OfferLimitsTest, C153_AFloodGetsThreeQuartersOfALink) {
  EXPECT_EQ(Flood(0, 600), 384);
  EXPECT_EQ(Said(desk.Discover(1)), "silence: too_many_offers");
  EXPECT_EQ(Flood(0, 10), 10) << "who was offered one is offered it again";
}

TEST_F(OfferLimitsTest, C153_OnePortOfASwitchGetsHalfOfALink) {
  EXPECT_EQ(Flood(0, 600, "Gi1/0/7"), 256);
  EXPECT_EQ(Flood(600, 10, "Gi1/0/8"), 10);
  EXPECT_THAT(desk.book.Verify(), IsOk());
}

TEST_F(OfferLimitsTest, C153_AHostWithAReservedAddressAlwaysGetsIt) {
  Flood(0, 600);
  desk.ReserveForClient("10.0.0.5");
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.5");
}

TEST_F(OfferLimitsTest, C153_WhoComesBackToItsAddressIsNotCounted) {
  desk.Select(1, "10.0.0.10");
  desk.Release(1, "10.0.0.10");
  Flood(0, 600);
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.10");
}

TEST_F(OfferLimitsTest, C153_AFloodIsOverWhenItsOffersEnd) {
  Flood(0, 600, "Gi1/0/7");
  desk.now += kOfferHold;
  ASSERT_FALSE(desk.book.Expire(desk.now, 1000));
  EXPECT_EQ(Flood(600, 600, "Gi1/0/7"), 256);
}

TEST(OfferLimits, C153_ASmallLinkMayBeOfferedToItsLastAddress) {
  EXPECT_FALSE(HasTooManyOffers({.addresses = 100, .offered = 99}));
  EXPECT_TRUE(HasTooManyOffers({.addresses = 100, .offered = 64, .from_origin = 64}));
}

}  // namespace
}  // namespace pxe::core
