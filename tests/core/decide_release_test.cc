// RFC 2131 sections 4.3.3 and 4.3.4: what clients give back, because they need it no more or
// because somebody else has it.
#include "core/decide_dhcp.h"

#include <gtest/gtest.h>

#include "tests/core/decide_dhcp_fixture.h"

namespace pxe::core {
namespace {

using std::chrono::seconds;

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

}  // namespace
}  // namespace pxe::core
