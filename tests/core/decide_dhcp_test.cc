// RFC 2131 section 4.3, situation by situation: DISCOVER and INFORM, who answers, and what waits.
// Names carry the number of the rule they prove.
#include "core/decide_dhcp.h"

#include <gtest/gtest.h>

#include "tests/core/decide_dhcp_fixture.h"

namespace pxe::core {
namespace {

using std::chrono::seconds;

// --- DISCOVER ---

TEST_F(DecideDhcpTest, C44_DiscoverIsOfferedTheFirstFreeAddress) {
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.10");
}

TEST_F(DecideDhcpTest, Rule2_TwoClientsAreNeverOfferedOneAddress) {
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.10");
  EXPECT_EQ(Said(desk.Discover(2)), "offer 10.0.0.11");
}

TEST_F(DecideDhcpTest, C46_CiaddrOfADiscoverIsIgnored) {
  DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 1);
  question.ciaddr = Ip("10.0.0.12");
  EXPECT_EQ(Said(desk.Decide(question)), "offer 10.0.0.10");
}

TEST_F(DecideDhcpTest, C47_TheReservationComesFirst) {
  desk.Discover(1);
  desk.Select(1, "10.0.0.10");
  desk.ReserveForClient("10.0.0.50");
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.50");
}

TEST_F(DecideDhcpTest, C47_ThenTheCurrentLease) {
  desk.Select(1, "10.0.0.12");
  EXPECT_EQ(Said(desk.Discover(1, "10.0.0.11")), "offer 10.0.0.12");
}

TEST_F(DecideDhcpTest, C47_ThenTheAddressItHadBefore) {
  desk.Select(1, "10.0.0.12");
  desk.Release(1, "10.0.0.12");
  EXPECT_EQ(Said(desk.Discover(1, "10.0.0.11")), "offer 10.0.0.12");
}

TEST_F(DecideDhcpTest, C47_ThenTheAddressItAsksFor) {
  EXPECT_EQ(Said(desk.Discover(1, "10.0.0.11")), "offer 10.0.0.11");
  EXPECT_EQ(Said(desk.Discover(2, "10.0.0.99")), "offer 10.0.0.10") << "outside the pool";
}

TEST_F(DecideDhcpTest, C49_AReservedAddressHeldByAnotherIsNotOffered) {
  desk.Select(9, "10.0.0.12");
  desk.ReserveForClient("10.0.0.12");
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.10");
}

TEST_F(DecideDhcpTest, C49_IsWorthARemarkThatNamesTheOther) {
  desk.Select(9, "10.0.0.12");
  desk.ReserveForClient("10.0.0.12");
  EXPECT_EQ(ToString(desk.Discover(1).remarks.at(0)),
            "reservation_taken: 52:54:00:00:00:09 has its address 10.0.0.12");
}

TEST_F(DecideDhcpTest, N6_OurOwnTheRelaysAndTheBootServersAddressAreNobodys) {
  desk.subnet.next_server = Ip("10.0.0.12");
  desk.book.PutSubnet(desk.subnet);
  desk.book.Withhold(Ip("10.0.0.10"));
  DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 1);
  question.giaddr = Ip("10.0.0.11");
  EXPECT_EQ(Said(desk.Decide(question)), "silence: no_address");
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.10")), "nak");
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.12")), "nak");
  question.giaddr = {};
  EXPECT_EQ(Said(desk.Decide(question)), "offer 10.0.0.11");
}

TEST_F(DecideDhcpTest, A6_AReservedAddressInsideThePoolIsNobodyElses) {
  desk.book.SetReserved(Ip("10.0.0.10"), true);
  EXPECT_EQ(Said(desk.Discover(1, "10.0.0.10")), "offer 10.0.0.11");
}

TEST_F(DecideDhcpTest, C51_ARepeatedDiscoverGetsTheSameOffer) {
  desk.Discover(1);
  desk.now += seconds{90};
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.10");
  desk.now += seconds{90};  // the hold was renewed
  EXPECT_EQ(Said(desk.Discover(2)), "offer 10.0.0.11");
}

TEST_F(DecideDhcpTest, C53_TheLeaseTimeIsTheClientsWishWithinBounds) {
  DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 1);
  EXPECT_EQ(Granted(desk.Decide(question)).lease, seconds{3600});
  question.lease_seconds = 600;
  EXPECT_EQ(Granted(desk.Decide(question)).lease, seconds{600});
  question.lease_seconds = 1;
  EXPECT_EQ(Granted(desk.Decide(question)).lease, seconds{120});
  question.lease_seconds = 0xffffffff;
  EXPECT_EQ(Granted(desk.Decide(question)).lease, seconds{86400});
}

TEST_F(DecideDhcpTest, C54_AFullPoolIsSilence) {
  for (const int client : {1, 2, 3}) desk.Discover(client);
  EXPECT_EQ(Said(desk.Discover(4)), "silence: no_address");
}

TEST_F(DecideDhcpTest, C10_ALinkWithoutSubnetIsSilence) {
  desk.facts.subnet = nullptr;
  EXPECT_EQ(Said(desk.Discover(1)), "silence: no_subnet");
}

TEST_F(DecideDhcpTest, AnIgnoredMachineHearsNothing) {
  desk.facts.ignored = true;
  EXPECT_EQ(Said(desk.Discover(1)), "silence: unknown_machine");
  EXPECT_EQ(Said(desk.InitReboot(1, "10.0.0.10")), "silence: unknown_machine");
}

TEST_F(DecideDhcpTest, C55_RapidCommitIsGrantedOnlyWhereItIsOn) {
  DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 1);
  question.rapid_commit = true;
  EXPECT_EQ(Said(desk.Decide(question)), "offer 10.0.0.10");
  desk.subnet.rapid_commit = true;
  EXPECT_EQ(Said(desk.Discover(2)), "offer 10.0.0.11") << "it was not asked for";
  const DhcpVerdict verdict = desk.Decide(question);
  EXPECT_EQ(Said(verdict), "rapid ack 10.0.0.10");
  EXPECT_EQ(verdict.changes.size(), 1u) << "durable before the ACK";
}

// --- INFORM ---

TEST_F(DecideDhcpTest, C84_AnInformIsAnsweredWithoutAddressAndLease) {
  DhcpQuestion question = desk.Question(DhcpMessage::kInform, 1);
  question.ciaddr = Ip("10.0.0.77");
  const DhcpVerdict verdict = desk.Decide(question);
  EXPECT_EQ(Said(verdict), "informed 0.0.0.0");
  EXPECT_EQ(Granted(verdict).routers, desk.subnet.routers);
  EXPECT_TRUE(verdict.changes.empty());
  EXPECT_EQ(desk.book.LeaseAt(Ip("10.0.0.77")), nullptr);
}

// --- who answers, and what waits ---

TEST_F(DecideDhcpTest, C4_ServerIdIsOurAddressInTheClientsNetwork) {
  DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 1);
  question.local_addresses = {Ip("192.168.7.1"), Ip("10.0.0.2")};
  EXPECT_EQ(Granted(desk.Decide(question)).server_id, Ip("10.0.0.2"));
}

TEST_F(DecideDhcpTest, C4_RelayedClientsAreToldTheAddressTheyCanReach) {
  DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 1);
  question.local_addresses = {Ip("192.168.7.1")};
  question.giaddr = Ip("10.0.0.1");
  question.route_source = Ip("172.16.0.1");
  EXPECT_EQ(Granted(desk.Decide(question)).server_id, Ip("172.16.0.1"));
  question.message = DhcpMessage::kRequest;
  question.requested = Ip("10.0.0.10");
  question.server_id = Ip("172.16.0.1");
  EXPECT_EQ(Said(desk.Decide(question)), "ack 10.0.0.10") << "C60";
}

TEST_F(DecideDhcpTest, C77_NothingIsDecidedOnAPendingChange) {
  desk.hold_commits = true;
  desk.Select(1, "10.0.0.10");
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.10")), "waits for 10.0.0.10") << "the same client";
  EXPECT_EQ(Said(desk.Discover(1)), "waits for 10.0.0.10");
  EXPECT_EQ(Said(desk.Select(2, "10.0.0.10")), "waits for 10.0.0.10") << "another, same address";
  EXPECT_EQ(Said(desk.Discover(2)), "offer 10.0.0.11") << "nothing in the way";
}

TEST_F(DecideDhcpTest, AnOfferIsNotRepeatedWhileTheLeaseBeforeItIsTakenBack) {
  desk.Select(1, "10.0.0.10");
  desk.now += desk.subnet.default_lease + kExpiryGrace;
  desk.book.Expire(desk.now, 10);
  EXPECT_EQ(Said(desk.Discover(2, "10.0.0.10")), "offer 10.0.0.10");
  desk.book.Begin(Released(*desk.book.LeaseAt(Ip("10.0.0.10")), desk.now));
  EXPECT_EQ(Said(desk.Discover(2)), "waits for 10.0.0.10");
  desk.book.Commit(Ip("10.0.0.10"), desk.now);
  EXPECT_EQ(Said(desk.Discover(2)), "offer 10.0.0.10");
}

TEST_F(DecideDhcpTest, L3_AfterALostChangeTheOfferStillHolds) {
  desk.Discover(1);
  desk.hold_commits = true;
  desk.Select(1, "10.0.0.10");
  desk.book.Drop(Ip("10.0.0.10"));
  EXPECT_EQ(desk.book.LeaseAt(Ip("10.0.0.10")), nullptr);
  EXPECT_EQ(Said(desk.Discover(2)), "offer 10.0.0.11");
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.10")), "ack 10.0.0.10");
}

}  // namespace
}  // namespace pxe::core
