// Section 1.18: who is slowed down, and who never is.
#include "dhcp/rate_limit.h"

#include <gtest/gtest.h>

namespace pxe::dhcp {
namespace {

using TimePoint = TokenBucket::TimePoint;
using std::chrono::milliseconds;

constexpr TimePoint kStart{std::chrono::hours(1)};

HardwareAddress Client(uint32_t number) {
  HardwareAddress client{.length = 6};
  for (size_t i = 0; i < 4; ++i) client.bytes[i + 2] = static_cast<uint8_t>(number >> (8 * i));
  return client;
}

int Admitted(RateLimiter& limiter, const Caller& caller, TimePoint now, int packets) {
  int admitted = 0;
  for (int i = 0; i < packets; ++i) admitted += limiter.Admits(caller, now) ? 1 : 0;
  return admitted;
}

TEST(RateLimiter, C152_AClientMaySendTwentyAtOnceAndTenPerSecond) {
  RateLimiter limiter{RateLimits{}};
  const Caller one{.client = Client(1), .interface_index = 2};
  EXPECT_EQ(Admitted(limiter, one, kStart, 50), 20);
  EXPECT_EQ(Admitted(limiter, one, kStart + milliseconds(99), 50), 0);
  EXPECT_EQ(Admitted(limiter, one, kStart + milliseconds(100), 50), 1);
  EXPECT_EQ(Admitted(limiter, one, kStart + milliseconds(1100), 50), 10);
  EXPECT_EQ(Admitted(limiter, one, kStart + std::chrono::seconds(60), 50), 20);
}

TEST(RateLimiter, C152_NobodyPaysForAnother) {
  RateLimiter limiter{RateLimits{}};
  EXPECT_EQ(Admitted(limiter, {.client = Client(1)}, kStart, 50), 20);
  for (uint32_t other = 2; other < 60'000; ++other) {
    ASSERT_EQ(Admitted(limiter, {.client = Client(other), .discover = true}, kStart, 1), 1)
        << other;
  }
}

TEST(RateLimiter, C152_DiscoversOfAnInterfaceAreLimitedButNotItsRequests) {
  RateLimiter limiter{
      {.client = {10, 20}, .interface_discovers = {5, 5}, .relay_discovers = {9, 9}}};
  int admitted = 0;
  for (uint32_t i = 0; i < 100; ++i) {
    admitted +=
        limiter.Admits({.client = Client(i), .interface_index = 2, .discover = true}, kStart);
    EXPECT_TRUE(limiter.Admits({.client = Client(i), .interface_index = 2}, kStart));
  }
  EXPECT_EQ(admitted, 5);
  EXPECT_TRUE(
      limiter.Admits({.client = Client(1), .interface_index = 3, .discover = true}, kStart));
}

TEST(RateLimiter, C152_ARelayIsLimitedApartFromTheOthersOfItsInterface) {
  RateLimiter limiter{
      {.client = {10, 20}, .interface_discovers = {99, 99}, .relay_discovers = {5, 5}}};
  const auto count = [&](Ipv4 relay) {
    int admitted = 0;
    for (uint32_t i = 0; i < 30; ++i) {
      admitted += limiter.Admits(
          {.client = Client(i), .interface_index = 2, .relay = relay, .discover = true}, kStart);
    }
    return admitted;
  };
  EXPECT_EQ(count({0x0a010001}), 5);
  EXPECT_EQ(count({0x0a020001}), 5);
  EXPECT_EQ(count({}), 30);  // directly attached
}

}  // namespace
}  // namespace pxe::dhcp
