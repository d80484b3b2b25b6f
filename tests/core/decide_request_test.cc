// RFC 2131 section 4.3.2: a REQUEST in each of the states that a client can be in.
#include "core/decide_dhcp.h"

#include <gtest/gtest.h>

#include "tests/core/decide_dhcp_fixture.h"

namespace pxe::core {
namespace {

using std::chrono::seconds;

// --- SELECTING ---

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

// --- INIT-REBOOT ---

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

// --- RENEWING and REBINDING ---

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

}  // namespace
}  // namespace pxe::core
