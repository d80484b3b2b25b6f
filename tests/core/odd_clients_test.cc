// What odd clients need that everybody is given: nothing of it is a row of the quirk table.
#include <gtest/gtest.h>

#include "core/client_kind.h"
#include "tests/core/dhcp_desk.h"

namespace pxe::core {
namespace {

using std::chrono::seconds;

class OddClientsTest : public testing::Test {
 protected:
  static std::string Said(const DhcpVerdict& verdict) { return DhcpDesk::Said(verdict); }

  DhcpDesk desk;  // three addresses
};

// Dell's UEFI leaves network boot upon a NAK, and iPXE before 2021 has no notion of one.
TEST_F(OddClientsTest, Rule2_Q23_Q48_WhoTakesOurOfferIsNotRefusedHoweverManyAskMeanwhile) {
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.10");
  for (int other = 2; other < 9; ++other) desk.Discover(other, "10.0.0.10");
  desk.now += seconds{30};
  for (int other = 2; other < 9; ++other) desk.Discover(other, "10.0.0.10");
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.10")), "ack 10.0.0.10");
}

TEST_F(OddClientsTest, Q29_NoLeaseIsUnderAMinuteWhateverTheClientAsksFor) {
  DhcpQuestion question = desk.Question(DhcpMessage::kDiscover, 1);
  question.lease_seconds = 10;
  const DhcpVerdict verdict = desk.Decide(question);
  EXPECT_GE(std::get<DhcpGrant>(verdict.answer).lease, seconds{60});
}

// It ignores a NAK to its renewal, and other addresses until its REQUEST is refused.
TEST_F(OddClientsTest, C65_Q47_NetworkManagerIsMovedByAShortLeaseAndANakWhenItAsksAgain) {
  desk.Select(1, "10.0.0.10");
  desk.now += seconds{1800};
  desk.ReserveForClient("10.0.0.50");
  EXPECT_EQ(Said(desk.Renew(1, "10.0.0.10")), "ack 10.0.0.10");
  desk.now += kReservationMoveLease + seconds{1};
  EXPECT_EQ(Said(desk.InitReboot(1, "10.0.0.10")), "nak");
  EXPECT_EQ(Said(desk.Discover(1, "10.0.0.10")), "offer 10.0.0.50");
}

// A port that learns its place in the spanning tree loses what was sent for half a minute.
TEST_F(OddClientsTest, Q49_EachRetryIsAnsweredAlikeAndTheOfferOutlastsTheGap) {
  EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.10");
  for (int retry = 0; retry < 4; ++retry) {
    desk.now += seconds{15};
    desk.Discover(2);
    EXPECT_EQ(Said(desk.Discover(1)), "offer 10.0.0.10");
  }
  desk.now += seconds{60};
  desk.Discover(3);
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.10")), "ack 10.0.0.10");
  EXPECT_EQ(Said(desk.Select(1, "10.0.0.10")), "ack 10.0.0.10");
}

// VirtualBox's own iPXE, a BIOS ROM, knows neither HTTP nor bzImage and says iPXE all the same. The
// loader that iPXE is given on BIOS needs neither, unless a profile says otherwise.
TEST_F(OddClientsTest, C109_Q33_WhatIpxeIsGivenOnBiosNeedsNeitherHttpNorBzImage) {
  const ClientKind kind = KindOf({.vendor_class = "PXEClient:Arch:00000:UNDI:002001",
                                  .user_class = {"iPXE"},
                                  .architectures = {0},
                                  .mac = MacAddress{{0x08, 0x00, 0x27, 0, 0, 1}}});
  EXPECT_EQ(ToString(kind), "ipxe-bios");
  EXPECT_EQ(BuiltInLoader(kind), "pxelinux.0");
}

}  // namespace
}  // namespace pxe::core
