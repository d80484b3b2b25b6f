// Which port a transfer is given.
#include "tftp/transfer_ports.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/status_matchers.h"

namespace pxe::tftp {
namespace {

using Urgency = TransferPorts::Urgency;

class TransferPortsTest : public testing::Test {
 protected:
  uint16_t Next(Urgency urgency, bool v6 = false) {
    const auto port = ports_.Next(v6, urgency);
    EXPECT_THAT(port, IsOk());
    return port.ok() ? (*port)->socket.local().port : uint16_t{0};
  }

  std::unique_ptr<net::EventLoop> loop_ = *net::EventLoop::Create();
  TransferPorts ports_{*loop_, [](TransferPort&, net::Readiness) {}, /*priority_mark=*/0};
};

TEST_F(TransferPortsTest, T82_TheyTakeTurnsSoThatTransfersInARowHaveDifferentOnes) {
  std::set<uint16_t> first;
  for (size_t i = 0; i < TransferPorts::kPerUrgency; ++i) first.insert(Next(Urgency::kFirst));
  EXPECT_EQ(first.size(), TransferPorts::kPerUrgency);
  uint16_t last = 0;
  for (size_t i = 0; i < 3 * TransferPorts::kPerUrgency; ++i) {
    const uint16_t next = Next(Urgency::kFirst);
    EXPECT_TRUE(first.contains(next)) << "no more are opened";
    EXPECT_NE(next, last);
    last = next;
  }
}

TEST_F(TransferPortsTest, T82_SmallFilesAndBulkShareNone) {
  std::set<uint16_t> small;
  std::set<uint16_t> bulk;
  for (size_t i = 0; i < TransferPorts::kPerUrgency; ++i) {
    small.insert(Next(Urgency::kFirst));
    bulk.insert(Next(Urgency::kNormal));
  }
  for (const uint16_t port : small) EXPECT_FALSE(bulk.contains(port));
}

TEST_F(TransferPortsTest, T82_T88_EachFamilyOfAddressesHasItsOwn) {
  const auto four = ports_.Next(false, Urgency::kFirst);
  const auto six = ports_.Next(true, Urgency::kFirst);
  ASSERT_THAT(four, IsOk());
  ASSERT_THAT(six, IsOk());
  EXPECT_NE((*four)->socket.fd(), (*six)->socket.fd());
}

}  // namespace
}  // namespace pxe::tftp
