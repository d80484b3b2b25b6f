// What a renewal, which no relay sees, is known by.
#include "core/relay_agent.h"

#include <gtest/gtest.h>

#include "tests/core/dhcp_desk.h"

namespace pxe::core {
namespace {

using std::chrono::seconds;

class RelayAgentTest : public testing::Test {
 protected:
  RelayAgentTest() {
    Lease lease;
    lease.address = Ip("10.0.0.10");
    lease.client = Client(1);
    lease.ends = desk.now + seconds{100};
    lease.relay_agent = {1, 2, 'g', '1', 2, 3, 0, 4, 0x7f};
    desk.book.Load(lease, desk.now);
    renewal = desk.Question(DhcpMessage::kRequest, 1);
    renewal.ciaddr = Ip("10.0.0.10");
  }

  DhcpDesk desk;
  DhcpQuestion renewal;
};

TEST_F(RelayAgentTest, C136_ARenewalIsKnownByWhatTheRelaySaidOfItsClient) {
  RecallRelay(renewal, desk.book, desk.now);
  EXPECT_EQ(renewal.circuit_id, "g1");
  EXPECT_EQ(renewal.remote_id, "0x00047f");
  EXPECT_TRUE(renewal.relay_agent.empty()) << "it is not in the packet, and not sent back";
}

TEST_F(RelayAgentTest, C136_WhatAPacketSaysItselfCounts) {
  renewal.circuit_id = "g2";
  renewal.relay_agent = {1, 2, 'g', '2'};
  RecallRelay(renewal, desk.book, desk.now);
  EXPECT_EQ(renewal.circuit_id, "g2");
  renewal.relay_agent.clear();
  renewal.circuit_id.clear();
  renewal.giaddr = Ip("10.0.0.1");
  RecallRelay(renewal, desk.book, desk.now);
  EXPECT_EQ(renewal.circuit_id, "");
}

TEST_F(RelayAgentTest, C136_AnothersLeaseOrOneThatHasEndedSaysNothing) {
  DhcpQuestion other = renewal;
  other.client = Client(2);
  RecallRelay(other, desk.book, desk.now);
  EXPECT_EQ(other.circuit_id, "");
  RecallRelay(renewal, desk.book, desk.now + seconds{100});
  EXPECT_EQ(renewal.circuit_id, "");
}

}  // namespace
}  // namespace pxe::core
