// The pool of a subnet gets smaller while clients have addresses outside of the new one (F13).
#include <gtest/gtest.h>

#include <string>

#include "tests/core/dhcp_desk.h"

namespace pxe::core {
namespace {

using std::chrono::seconds;

class PoolShrinksTest : public testing::Test {
 protected:
  PoolShrinksTest() {
    for (int client = 1; client <= 3; ++client) {
      const std::string address = "10.0.0." + std::to_string(9 + client);
      desk_.Discover(client);
      EXPECT_EQ(DhcpDesk::Said(desk_.Select(client, address.c_str())), "ack " + address);
    }
    desk_.subnet.pools = {*ParseIpv4Range("10.0.0.10-10.0.0.11")};
    desk_.book.PutSubnet(desk_.subnet);
  }
  uint32_t CountOf(AddressUse use) { return desk_.book.StatisticsOf("lab")[use]; }
  void LetAllEnd() {
    desk_.now += desk_.subnet.default_lease + kExpiryGrace;
    desk_.book.Expire(desk_.now, 100);
  }

  DhcpDesk desk_;
};

TEST_F(PoolShrinksTest, F13_WhoHasAnAddressOutsideKeepsItWhileItRenews) {
  EXPECT_EQ(CountOf(AddressUse::kBound), 2u) << "those of the pool";
  for (int round = 0; round < 3; ++round) {
    desk_.now += desk_.subnet.default_lease / 2;
    EXPECT_EQ(DhcpDesk::Said(desk_.Renew(3, "10.0.0.12")), "ack 10.0.0.12");
  }
  EXPECT_EQ(DhcpDesk::Said(desk_.InitReboot(3, "10.0.0.12")), "ack 10.0.0.12");
}

TEST_F(PoolShrinksTest, F13_NobodyElseIsGivenAnAddressOutside) {
  EXPECT_EQ(DhcpDesk::Said(desk_.Discover(4, "10.0.0.12")), "silence: no_address");
  desk_.Release(3, "10.0.0.12");
  EXPECT_EQ(DhcpDesk::Said(desk_.Discover(4, "10.0.0.12")), "silence: no_address");
  EXPECT_EQ(DhcpDesk::Said(desk_.Select(4, "10.0.0.12")), "nak");
}

TEST_F(PoolShrinksTest, F13_WhatHasEndedOutsideIsOver) {
  LetAllEnd();
  EXPECT_EQ(CountOf(AddressUse::kFree), 2u);
  EXPECT_EQ(DhcpDesk::Said(desk_.InitReboot(3, "10.0.0.12")), "nak");
  EXPECT_EQ(DhcpDesk::Said(desk_.Renew(3, "10.0.0.12")), "nak");
  EXPECT_EQ(DhcpDesk::Said(desk_.Discover(3)), "offer 10.0.0.10");
}

TEST_F(PoolShrinksTest, F13_ItGrowsAgainAndWhatIsBoundCounts) {
  desk_.subnet.pools = {*ParseIpv4Range("10.0.0.10-10.0.0.13")};
  desk_.book.PutSubnet(desk_.subnet);
  EXPECT_EQ(CountOf(AddressUse::kBound), 3u);
  EXPECT_EQ(DhcpDesk::Said(desk_.Discover(4)), "offer 10.0.0.13");
}

}  // namespace
}  // namespace pxe::core
