#include "net/icmp_socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "tests/support/hex.h"
#include "tests/support/status_matchers.h"

namespace pxe::net {
namespace {

constexpr uint16_t kOurs = 0x1234;
constexpr Ipv4 kAddress{0x0a000010};

// From 10.0.0.16 to 10.0.0.1.
const char* const kReply =
    "45 00 00 1c 00 00 00 00 40 01 00 00 0a 00 00 10 0a 00 00 01 00 00 00 00 12 34 00 07";
// From a router, about an echo request to 10.0.0.16.
const char* const kUnreachable =
    "45 00 00 38 00 00 00 00 40 01 00 00 0a 00 00 fe 0a 00 00 01 03 01 00 00 00 00 00 00 "
    "45 00 00 1c 00 00 00 00 40 01 00 00 0a 00 00 01 0a 00 00 10 08 00 00 00 12 34 00 07";

TEST(EchoOutcome, C144_AReplySaysThatTheAddressIsInUse) {
  EXPECT_EQ(ReadEchoOutcome(BytesOf(kReply), kOurs), (EchoOutcome{kAddress, 7, true}));
}

TEST(EchoOutcome, C144_OptionsOfItsIpHeaderArePassedOver) {
  auto bytes = BytesOf(kReply);
  bytes[0] = 0x46;
  bytes.insert(bytes.begin() + 20, {1, 1, 1, 1});
  EXPECT_EQ(ReadEchoOutcome(bytes, kOurs), (EchoOutcome{kAddress, 7, true}));
}

TEST(EchoOutcome, C145_AnUnreachableIsAboutTheAddressThatWasAsked) {
  EXPECT_EQ(ReadEchoOutcome(BytesOf(kUnreachable), kOurs), (EchoOutcome{kAddress, 7, false}));
}

TEST(EchoOutcome, WhatIsNotAboutARequestOfOursIsNothing) {
  EXPECT_FALSE(ReadEchoOutcome(BytesOf(kReply), kOurs + 1));
  EXPECT_FALSE(ReadEchoOutcome(BytesOf(kUnreachable), kOurs + 1));
  auto request = BytesOf(kReply);
  request[20] = 8;
  EXPECT_FALSE(ReadEchoOutcome(request, kOurs));
  auto about_udp = BytesOf(kUnreachable);
  about_udp[37] = 17;
  EXPECT_FALSE(ReadEchoOutcome(about_udp, kOurs));
}

TEST(EchoOutcome, WhatEndsEarlyIsNothing) {
  for (const char* whole : {kReply, kUnreachable}) {
    const auto bytes = BytesOf(whole);
    for (size_t length = 0; length < bytes.size(); ++length) {
      EXPECT_FALSE(ReadEchoOutcome(std::span(bytes).first(length), kOurs)) << length;
    }
  }
}

TEST(IcmpSocket, C144_HearsAMachineThatIsThere) {
  const auto socket = IcmpSocket::Open();
  ASSERT_THAT(socket, IsOk());
  constexpr Ipv4 kLoopback{0x7f000001};
  ASSERT_EQ(socket->SendEcho(kLoopback, 77), SendResult::kSent);
  pollfd waiting{socket->fd(), POLLIN, 0};
  ASSERT_EQ(::poll(&waiting, 1, 20'000), 1);
  EXPECT_THAT(socket->Receive(), testing::ElementsAre(EchoOutcome{kLoopback, 77, true}));
  EXPECT_TRUE(socket->Receive().empty());
}

TEST(IcmpSocket, C145_ASendErrorIsSaid) {
  const auto socket = IcmpSocket::Open();
  ASSERT_THAT(socket, IsOk());
  EXPECT_EQ(socket->SendEcho({0xffffffff}, 1), SendResult::kFailed) << "broadcast";
}

}  // namespace
}  // namespace pxe::net
