// Replies that leave together: each arrives as it would have alone, but for zeros after its end.
#include "dhcp/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <map>

#include "tests/support/status_matchers.h"

namespace pxe::dhcp {
namespace {

constexpr Ipv4 kLoopback{0x7f000001};
constexpr Ipv4 kOurAddress{0x7f000102};  // 127.0.1.2: all of 127/8 is ours
constexpr int kHangGuardMs = 20'000;

class OutboxTest : public testing::Test {
 protected:
  static net::UdpSocket Bind(Ipv4 address) {
    auto socket = net::UdpSocket::Bind({address, 0}, {});
    EXPECT_THAT(socket, IsOk());
    return *std::move(socket);
  }

  // Told apart by its first byte.
  void Add(const net::UdpSocket& relay, uint8_t number, size_t length) {
    std::vector<uint8_t> bytes(length, 0xaa);
    bytes[0] = number;
    replies_.push_back(
        {.target = {Delivery::kToRelay, relay.local().address, relay.local().port, std::nullopt},
         .socket = &server_,
         .source = kOurAddress,
         .bytes = std::move(bytes)});
  }

  // The lengths that have come, by the first byte.
  static std::map<int, size_t> Hear(net::UdpSocket& relay, size_t count) {
    std::map<int, size_t> lengths;
    net::ReceiveBatch batch(200, 2000);
    for (size_t heard = 0; heard < count;) {
      pollfd waiting{.fd = relay.fd(), .events = POLLIN, .revents = 0};
      EXPECT_EQ(::poll(&waiting, 1, kHangGuardMs), 1);
      const auto received = relay.Receive(batch);
      for (const auto& datagram : received) {
        lengths[datagram.payload[0]] = datagram.payload.size();
        EXPECT_EQ(datagram.peer.address, kOurAddress);
      }
      heard += received.size();
    }
    return lengths;
  }

  size_t Sent() const {
    return static_cast<size_t>(std::ranges::count(replies_, true, &OutgoingReply::sent));
  }

  net::UdpSocket server_ = Bind({});
  net::UdpSocket relay_ = Bind(kLoopback);
  net::UdpSocket other_relay_ = Bind(kLoopback);
  std::vector<OutgoingReply> replies_;
};

TEST_F(OutboxTest, RepliesToOneRelayGetOneLengthAndAnotherRelayItsOwn) {
  Add(relay_, 1, 300);
  Add(other_relay_, 2, 400);
  Add(relay_, 3, 310);
  Add(relay_, 4, 300);
  SendTogether(replies_, 67, {&server_}, nullptr);
  EXPECT_EQ(Sent(), 4u);
  EXPECT_THAT(Hear(relay_, 3), testing::ElementsAre(testing::Pair(1, 310), testing::Pair(3, 310),
                                                    testing::Pair(4, 310)));
  EXPECT_THAT(Hear(other_relay_, 1), testing::ElementsAre(testing::Pair(2, 400)));
}

// A client that says it takes 576 bytes is not sent more because its neighbour takes 1,500.
TEST_F(OutboxTest, C35_NoReplyGrowsBeyondWhatEveryClientTakes) {
  Add(relay_, 1, 300);
  Add(relay_, 2, 900);
  Add(relay_, 3, 548);
  Add(relay_, 4, 900);
  SendTogether(replies_, 67, {&server_}, nullptr);
  EXPECT_EQ(Sent(), 4u);
  EXPECT_THAT(Hear(relay_, 4), testing::ElementsAre(testing::Pair(1, 548), testing::Pair(2, 900),
                                                    testing::Pair(3, 548), testing::Pair(4, 900)));
}

TEST_F(OutboxTest, MoreThanOneCallTakesAllLeave) {
  for (int i = 0; i < 150; ++i) Add(relay_, static_cast<uint8_t>(i), 300);
  SendTogether(replies_, 67, {&server_}, nullptr);
  EXPECT_EQ(Sent(), 150u);
  EXPECT_EQ(Hear(relay_, 150).size(), 150u);
}

TEST_F(OutboxTest, ARelayThatCannotBeReachedCostsTheOthersNothing) {
  Add(relay_, 1, 300);
  for (const uint8_t lost : {uint8_t{2}, uint8_t{3}}) {
    Add(relay_, lost, 300);
    replies_.back().source = {0x01010101};  // none of ours
  }
  Add(relay_, 4, 300);
  SendTogether(replies_, 67, {&server_}, nullptr);
  EXPECT_EQ(Sent(), 2u);
  EXPECT_THAT(Hear(relay_, 2), testing::ElementsAre(testing::Pair(1, 300), testing::Pair(4, 300)));
}

}  // namespace
}  // namespace pxe::dhcp
