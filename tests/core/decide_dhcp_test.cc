// RFC 2131 section 4.3, situation by situation. Names carry the number of the rule they prove.
#include "core/decide_dhcp.h"

#include <gtest/gtest.h>

#include "tests/core/dhcp_desk.h"

namespace pxe::core {
namespace {

using std::chrono::seconds;

class DecideDhcpTest : public testing::Test {
 protected:
  static std::string Said(const DhcpVerdict& verdict) { return DhcpDesk::Said(verdict); }
  static DhcpGrant Granted(const DhcpVerdict& verdict) {
    return std::get<DhcpGrant>(verdict.answer);
  }

  DhcpDesk desk;
};

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

// --- REQUEST, SELECTING ---

TEST_F(DecideDhcpTest, C56_TheHeldOfferIsAcknowledged) {
  desk.Discover(1);
  const DhcpVerdict verdict = desk.Select(1, "10.0.0.10");
  EXPECT_EQ(Said(verdict), "ack 10.0.0.10");
  ASSERT_EQ(verdict.changes.size(), 1u);
  EXPECT_EQ(verdict.changes[0].ends, desk.now + seconds{3600});
}

TEST_F(DecideDhcpTest, C56_AFreeAddressIsAcknowledgedThoughTheOfferWasForgotten) {
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.11")), "ack 10.0.0.11");
}

TEST_F(DecideDhcpTest, C56_AnAddressTheClientCannotHaveIsRefused) {
  desk.Select(9, "10.0.0.10");
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.10")), "nak") << "another's";
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.99")), "nak") << "outside the pools";
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.1")), "nak") << "the router's";
  EXPECT_EQ(Said(desk.Select(1, "192.168.0.10")), "nak") << "another network's";
  EXPECT_EQ(Said(desk.Select(1, "0.0.0.0")), "nak") << "M27";
  desk.book.SetReserved(Ip("10.0.0.11"), true);
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.11")), "nak") << "reserved for another";
}

TEST_F(DecideDhcpTest, C57_AnotherServersClientLosesItsOfferAndHearsNothing) {
  desk.Discover(1);
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.10", "10.0.0.3")), "silence: other_server");
  EXPECT_EQ(Said(desk.Discover(2)), "offer 10.0.0.11");
  EXPECT_EQ(Said(desk.Discover(3)), "offer 10.0.0.12");
  EXPECT_EQ(Said(desk.Discover(4)), "offer 10.0.0.10");
}

TEST_F(DecideDhcpTest, C57_AnExistingLeaseIsNotTouched) {
  desk.Select(1, "10.0.0.10");
  EXPECT_TRUE(desk.Select(1, "10.0.0.10", "10.0.0.3").changes.empty());
  EXPECT_EQ(Said(desk.Renew(1, "10.0.0.10")), "ack 10.0.0.10");
}

TEST_F(DecideDhcpTest, C58_AnotherAddressThanOfferedIsFineWhenFree) {
  desk.Discover(1);
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.12")), "ack 10.0.0.12");
}

TEST_F(DecideDhcpTest, C74_AnAckSaysWhatItsOfferSaid) {
  desk.facts.boot = {Ip("10.0.0.2"), "pxelinux.0"};
  desk.facts.options = {{.code = 13, .value = {0, 4}}};
  DhcpGrant offer = Granted(desk.Discover(1));
  const DhcpGrant ack = Granted(desk.Select(1, "10.0.0.10"));
  offer.kind = GrantKind::kAck;
  EXPECT_EQ(ack, offer);
}

TEST_F(DecideDhcpTest, C60_AnyAddressOfOursNamesUs) {
  DhcpQuestion question = desk.Question(DhcpMessage::kRequest, 1);
  question.local_addresses = {Ip("10.0.0.2"), Ip("192.168.7.1")};
  question.requested = Ip("10.0.0.10");
  question.server_id = Ip("192.168.7.1");
  EXPECT_EQ(Said(desk.Decide(question)), "ack 10.0.0.10");
  question.server_id = Ip("192.168.7.2");
  EXPECT_EQ(Said(desk.Decide(question)), "silence: other_server");
}

TEST_F(DecideDhcpTest, M27_AnAddressNobodyCanHaveIsRefusedWhoSaysThatWeOfferedIt) {
  for (const char* address : {"0.0.0.0", "255.255.255.255", "224.0.0.1", "127.0.0.1"}) {
    EXPECT_EQ(Said(desk.Select(1, address)), "nak") << address;
  }
}

TEST_F(DecideDhcpTest, C59_CiaddrIsIgnoredWhenSelecting) {
  DhcpQuestion question = desk.Question(DhcpMessage::kRequest, 1);
  question.server_id = Ip("10.0.0.2");
  question.requested = Ip("10.0.0.10");
  question.ciaddr = Ip("10.0.0.77");
  EXPECT_EQ(Said(desk.Decide(question)), "ack 10.0.0.10");
}

TEST_F(DecideDhcpTest, M26_ARequestThatNamesNothingIsSilence) {
  EXPECT_EQ(Said(desk.Decide(desk.Question(DhcpMessage::kRequest, 1))), "silence: bad_request");
}

TEST_F(DecideDhcpTest, C58_AMovedClientGivesUpItsOldAddressInTheSameCommit) {
  desk.Select(1, "10.0.0.10");
  desk.ReserveForClient("10.0.0.50");
  const DhcpVerdict verdict = desk.Select(1, "10.0.0.50");
  EXPECT_EQ(Said(verdict), "ack 10.0.0.50");
  ASSERT_EQ(verdict.changes.size(), 2u);
  EXPECT_EQ(verdict.changes[1].address, Ip("10.0.0.10"));
  EXPECT_EQ(verdict.changes[1].state, LeaseState::kReleased);
}

TEST_F(DecideDhcpTest, C76_ARepeatedRequestIsAnsweredWithoutASecondWrite) {
  EXPECT_EQ(desk.Select(1, "10.0.0.10").changes.size(), 1u);
  desk.now += seconds{4};
  const DhcpVerdict again = desk.Select(1, "10.0.0.10");
  EXPECT_EQ(Said(again), "ack 10.0.0.10");
  EXPECT_TRUE(again.changes.empty());
  EXPECT_EQ(Granted(again).lease, seconds{3596});
}

TEST_F(DecideDhcpTest, C76_AfterAMomentAShortLeaseIsWrittenAgain) {
  desk.subnet.default_lease = seconds{300};
  desk.Select(1, "10.0.0.10");
  desk.now += seconds{9};
  EXPECT_TRUE(desk.Select(1, "10.0.0.10").changes.empty());
  desk.now += seconds{1};
  EXPECT_EQ(desk.Select(1, "10.0.0.10").changes.size(), 1u);
}

TEST_F(DecideDhcpTest, L10_ARenewalInTheFirstQuarterIsNotWritten) {
  desk.Select(1, "10.0.0.10");
  desk.now += seconds{899};
  const DhcpVerdict early = desk.Renew(1, "10.0.0.10");
  EXPECT_EQ(Said(early), "ack 10.0.0.10");
  EXPECT_TRUE(early.changes.empty());
  EXPECT_EQ(Granted(early).lease, seconds{3600 - 899});
  desk.now += seconds{1};
  EXPECT_EQ(desk.Renew(1, "10.0.0.10").changes.size(), 1u);
}

TEST_F(DecideDhcpTest, L10_WhatIsNewAboutTheClientIsWrittenAtOnce) {
  desk.Select(1, "10.0.0.10");
  desk.now += seconds{60};
  DhcpQuestion question = desk.Question(DhcpMessage::kRequest, 1);
  question.ciaddr = Ip("10.0.0.10");
  question.host_name = "n1";
  EXPECT_EQ(desk.Decide(question).changes.size(), 1u) << "a host name";
  desk.now += seconds{60};
  question.lease_seconds = 900;
  EXPECT_EQ(desk.Decide(question).changes.size(), 1u) << "a shorter time";
}

TEST_F(DecideDhcpTest, L9_ALeaseForEverEndsNeverAndStaysOne) {
  desk.subnet.max_lease = kForever;
  DhcpQuestion question = desk.Question(DhcpMessage::kRequest, 1);
  question.server_id = Ip("10.0.0.2");
  question.requested = Ip("10.0.0.10");
  question.lease_seconds = 0xffffffff;
  const DhcpVerdict verdict = desk.Decide(question);
  EXPECT_EQ(Granted(verdict).lease, kForever);
  EXPECT_EQ(verdict.changes.at(0).ends, kNever);
  desk.now += std::chrono::hours{24 * 365 * 10};
  EXPECT_EQ(Said(desk.Discover(2, "10.0.0.10")), "offer 10.0.0.11");
  const DhcpVerdict later = desk.Decide(question);
  EXPECT_EQ(Granted(later).lease, kForever);
  EXPECT_TRUE(later.changes.empty());
}

TEST_F(DecideDhcpTest, L8_AnExpiredAddressIsOthersOnlyAfterItsGrace) {
  desk.Select(1, "10.0.0.10");
  desk.now += desk.subnet.default_lease + kExpiryGrace - seconds{1};
  desk.book.Expire(desk.now, 10);
  EXPECT_EQ(Said(desk.Select(2, "10.0.0.10")), "nak");
  desk.now += seconds{1};
  desk.book.Expire(desk.now, 10);
  EXPECT_EQ(Said(desk.Select(2, "10.0.0.10")), "ack 10.0.0.10");
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

// --- REQUEST, INIT-REBOOT ---

TEST_F(DecideDhcpTest, C61_TheRememberedAddressIsAcknowledged) {
  desk.Select(1, "10.0.0.10");
  EXPECT_EQ(Said(desk.InitReboot(1, "10.0.0.10")), "ack 10.0.0.10");
}

TEST_F(DecideDhcpTest, C62_AnotherAddressThanItsLeaseIsRefused) {
  desk.Select(1, "10.0.0.10");
  EXPECT_EQ(Said(desk.InitReboot(1, "10.0.0.11")), "nak");
}

TEST_F(DecideDhcpTest, C63_AnAddressOfAnotherNetworkIsRefusedByTheAuthority) {
  EXPECT_EQ(Said(desk.InitReboot(1, "192.168.0.10")), "nak");
  desk.subnet.authoritative = false;
  EXPECT_EQ(Said(desk.InitReboot(1, "192.168.0.10")), "silence: not_ours");
}

TEST_F(DecideDhcpTest, C64_AnUnknownClientGetsAFreeAddressBackOnlyFromTheAuthority) {
  EXPECT_EQ(Said(desk.InitReboot(1, "10.0.0.10")), "ack 10.0.0.10");
  EXPECT_EQ(Said(desk.InitReboot(2, "10.0.0.10")), "nak");
  desk.subnet.authoritative = false;
  EXPECT_EQ(Said(desk.InitReboot(2, "10.0.0.11")), "silence: not_ours");
}

TEST_F(DecideDhcpTest, C65_AMovedReservationIsANakOnlyWhenItCanBeHad) {
  desk.Select(1, "10.0.0.10");
  desk.ReserveForClient("10.0.0.12");
  EXPECT_EQ(Said(desk.InitReboot(1, "10.0.0.10")), "nak");
  desk.book.SetReserved(Ip("10.0.0.12"), false);
  desk.facts.nic = nullptr;
  desk.Select(9, "10.0.0.12");
  desk.ReserveForClient("10.0.0.12");
  EXPECT_EQ(Said(desk.InitReboot(1, "10.0.0.10")), "ack 10.0.0.10");
}

// --- REQUEST, RENEWING and REBINDING ---

TEST_F(DecideDhcpTest, C66_ARenewalExtendsTheLease) {
  desk.Select(1, "10.0.0.10");
  desk.now += seconds{1800};
  const DhcpVerdict verdict = desk.Renew(1, "10.0.0.10");
  EXPECT_EQ(Said(verdict), "ack 10.0.0.10");
  EXPECT_EQ(verdict.changes[0].ends, desk.now + seconds{3600});
}

TEST_F(DecideDhcpTest, C65_ARenewalAfterTheReservationMovedIsShort) {
  desk.Select(1, "10.0.0.10");
  desk.now += seconds{1800};
  desk.ReserveForClient("10.0.0.50");
  const DhcpVerdict verdict = desk.Renew(1, "10.0.0.10");
  EXPECT_EQ(Said(verdict), "ack 10.0.0.10");
  EXPECT_EQ(Granted(verdict).lease, kReservationMoveLease);
}

TEST_F(DecideDhcpTest, C70_ARelayedRenewalIsOfTheRelaysNetwork) {
  desk.Select(1, "10.0.0.10");
  DhcpQuestion question = desk.Question(DhcpMessage::kRequest, 1);
  question.ciaddr = Ip("10.0.0.10");
  question.giaddr = Ip("10.0.0.1");
  EXPECT_EQ(Said(desk.Decide(question)), "ack 10.0.0.10");
  question.ciaddr = Ip("10.7.0.10");
  EXPECT_EQ(Said(desk.Decide(question)), "nak");
}

TEST_F(DecideDhcpTest, C67_ALostDatabaseIsHealedByRenewalsAtTheAuthority) {
  EXPECT_EQ(Said(desk.Renew(1, "10.0.0.10")), "ack 10.0.0.10");
  desk.subnet.authoritative = false;
  EXPECT_EQ(Said(desk.Renew(2, "10.0.0.11")), "silence: not_ours") << "C69";
}

TEST_F(DecideDhcpTest, C68_AnAddressBoundToSomebodyElseIsRefused) {
  desk.Select(9, "10.0.0.10");
  desk.subnet.authoritative = false;
  EXPECT_EQ(Said(desk.Renew(1, "10.0.0.10")), "nak");
}

TEST_F(DecideDhcpTest, C69_AKnownClientWithAnotherAddressIsRefused) {
  desk.Select(1, "10.0.0.10");
  EXPECT_EQ(Said(desk.Renew(1, "10.0.0.11")), "nak");
}

TEST_F(DecideDhcpTest, M28_AnAddressNobodyCanHaveIsSilence) {
  EXPECT_EQ(Said(desk.Renew(1, "224.0.0.1")), "silence: bad_request");
  EXPECT_EQ(Said(desk.InitReboot(1, "255.255.255.255")), "silence: bad_request");
}

// --- RELEASE ---

TEST_F(DecideDhcpTest, C82_ReleaseEndsTheLeaseAndIsNeverAnswered) {
  desk.Select(1, "10.0.0.10");
  const DhcpVerdict verdict = desk.Release(1, "10.0.0.10");
  EXPECT_EQ(Said(verdict), "silence: released");
  ASSERT_EQ(verdict.changes.size(), 1u);
  EXPECT_EQ(verdict.changes[0].state, LeaseState::kReleased);
}

TEST_F(DecideDhcpTest, C83_AReservedAddressThatIsReleasedStaysReserved) {
  desk.ReserveForClient("10.0.0.50");
  desk.Select(1, "10.0.0.50");
  EXPECT_EQ(Said(desk.Release(1, "10.0.0.50")), "silence: released");
  EXPECT_TRUE(desk.book.IsReserved(Ip("10.0.0.50")));
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.50");
}

TEST_F(DecideDhcpTest, C84_AnInformIsAnsweredWithoutAddressAndLease) {
  DhcpQuestion question = desk.Question(DhcpMessage::kInform, 1);
  question.ciaddr = Ip("10.0.0.77");
  const DhcpVerdict verdict = desk.Decide(question);
  EXPECT_EQ(Said(verdict), "informed 0.0.0.0");
  EXPECT_EQ(Granted(verdict).routers, desk.subnet.routers);
  EXPECT_TRUE(verdict.changes.empty());
  EXPECT_EQ(desk.book.LeaseAt(Ip("10.0.0.77")), nullptr);
}

TEST_F(DecideDhcpTest, C82_AnothersLeaseCannotBeReleased) {
  desk.Select(9, "10.0.0.10");
  EXPECT_EQ(Said(desk.Release(1, "10.0.0.10")), "silence: nothing_to_release");
  EXPECT_EQ(Said(desk.Release(1, "10.0.0.11")), "silence: nothing_to_release");
}

TEST_F(DecideDhcpTest, C82_AReleaseToAnotherServerIsIgnored) {
  desk.Select(1, "10.0.0.10");
  DhcpQuestion question = desk.Question(DhcpMessage::kRelease, 1);
  question.ciaddr = Ip("10.0.0.10");
  question.server_id = Ip("10.0.0.3");
  EXPECT_EQ(Said(desk.Decide(question)), "silence: nothing_to_release");
}

// --- DECLINE ---

TEST_F(DecideDhcpTest, C78_C79_ADeclinedAddressIsNobodysAndIsNeverAnswered) {
  desk.Select(1, "10.0.0.10");
  const DhcpVerdict verdict = desk.Decline(1, "10.0.0.10");
  EXPECT_EQ(Said(verdict), "silence: declined");
  ASSERT_EQ(verdict.changes.size(), 1u);
  EXPECT_EQ(verdict.changes[0].state, LeaseState::kDeclined);
  EXPECT_EQ(verdict.changes[0].starts, desk.now);
  EXPECT_EQ(verdict.changes[0].ends, desk.now + seconds{86'400});
  EXPECT_EQ(Said(desk.Discover(1, "10.0.0.10")), "offer 10.0.0.11");
  EXPECT_EQ(Said(desk.InitReboot(1, "10.0.0.10")), "nak");
  EXPECT_EQ(Said(desk.Renew(1, "10.0.0.10")), "nak");
  EXPECT_EQ(Said(desk.Select(2, "10.0.0.10")), "nak");
}

TEST_F(DecideDhcpTest, C78_AnAddressThatWasOnlyOfferedCanBeDeclined) {
  desk.Discover(1);
  EXPECT_EQ(Said(desk.Decline(1, "10.0.0.10")), "silence: declined");
  EXPECT_EQ(desk.book.LeaseAt(Ip("10.0.0.10"))->client, Client(1));
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.11");
}

TEST_F(DecideDhcpTest, C78_OnlyWhoseAddressItIsAndWhileItIsCanDecline) {
  desk.Select(9, "10.0.0.10");
  desk.Discover(8);
  const char* ignored = "silence: nothing_to_decline";
  EXPECT_EQ(Said(desk.Decline(1, "10.0.0.10")), ignored) << "another's lease";
  EXPECT_EQ(Said(desk.Decline(1, "10.0.0.11")), ignored) << "another's offer";
  EXPECT_EQ(Said(desk.Decline(1, "10.0.0.12")), ignored) << "free";
  EXPECT_EQ(Said(desk.Decline(1, "10.9.9.9")), ignored);
  desk.now += kOfferHold;
  EXPECT_EQ(Said(desk.Decline(8, "10.0.0.11")), ignored) << "the offer has lapsed";
  desk.now += desk.subnet.default_lease;
  EXPECT_EQ(Said(desk.Decline(9, "10.0.0.10")), ignored) << "the lease has ended";
}

TEST_F(DecideDhcpTest, C78_ADeclineToAnotherServerIsIgnored) {
  desk.Select(1, "10.0.0.10");
  DhcpQuestion question = desk.Question(DhcpMessage::kDecline, 1);
  question.requested = Ip("10.0.0.10");
  question.server_id = Ip("10.0.0.3");
  EXPECT_EQ(Said(desk.Decide(question)), "silence: nothing_to_decline");
  question.server_id = Ip("10.0.0.2");
  EXPECT_EQ(Said(desk.Decide(question)), "silence: declined") << "it is us";
}

TEST_F(DecideDhcpTest, C79_ARepeatedDeclineChangesNothing) {
  desk.Select(1, "10.0.0.10");
  desk.Decline(1, "10.0.0.10");
  EXPECT_EQ(Said(desk.Decline(1, "10.0.0.10")), "silence: nothing_to_decline");
}

TEST_F(DecideDhcpTest, C80_AHostIsGivenAnotherAddressUntilItsOwnIsTriedAgain) {
  desk.ReserveForClient("10.0.0.50");
  desk.Select(1, "10.0.0.50");
  const DhcpVerdict declined = desk.Decline(1, "10.0.0.50");
  ASSERT_EQ(declined.changes.size(), 1u);
  EXPECT_EQ(declined.changes[0].ends, desk.now + seconds{600});
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.10");
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.10")), "ack 10.0.0.10");
  EXPECT_EQ(Granted(desk.Renew(1, "10.0.0.10")).lease, desk.subnet.default_lease);
  desk.now += seconds{600};
  EXPECT_EQ(Granted(desk.Renew(1, "10.0.0.10")).lease, kReservationMoveLease);
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.50");
}

TEST_F(DecideDhcpTest, C80_AGuestKeepsAReservedAddressFromItsHostNoLongerThanThat) {
  desk.Select(1, "10.0.0.10");
  desk.book.SetReserved(Ip("10.0.0.10"), true);  // for a host, while a guest has it (A6)
  EXPECT_EQ(desk.Decline(1, "10.0.0.10").changes.at(0).ends, desk.now + kDeclineStaticBackoff);
}

TEST_F(DecideDhcpTest, C81_WhoDeclinesEverythingKeepsTheFourthAddress) {
  desk.subnet.pools = {*ParseIpv4Range("10.0.0.10-10.0.0.29")};
  desk.book.PutSubnet(desk.subnet);
  for (const char* address : {"10.0.0.10", "10.0.0.11", "10.0.0.12"}) {
    EXPECT_EQ(Said(desk.Select(1, address)), std::string("ack ") + address);
    EXPECT_EQ(Said(desk.Decline(1, address)), "silence: declined");
    desk.now += seconds{60};
  }
  desk.Select(1, "10.0.0.13");
  EXPECT_EQ(Said(desk.Decline(1, "10.0.0.13")), "silence: declined_too_often");
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.13");
  desk.Select(2, "10.0.0.14");
  EXPECT_EQ(Said(desk.Decline(2, "10.0.0.14")), "silence: declined") << "another machine";
  desk.now += kDeclineWindow - seconds{180};
  EXPECT_EQ(Said(desk.Decline(1, "10.0.0.13")), "silence: declined") << "the first is long ago";
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
