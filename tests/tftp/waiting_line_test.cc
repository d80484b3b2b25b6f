#include "tftp/waiting_line.h"

#include <gtest/gtest.h>

namespace pxe::tftp {
namespace {

using std::chrono::seconds;

net::Endpoint Client(uint16_t port) {
  return {.address = {0x0a000001}, .port = port};
}

TEST(WaitingLine, T106_WhoHasWaitedLongestGetsThePlaceThatComesFree) {
  WaitingLine line;
  const TimePoint now{};
  EXPECT_FALSE(line.Admits(Client(1), 0, now));
  EXPECT_FALSE(line.Admits(Client(2), 0, now));
  EXPECT_FALSE(line.Admits(Client(3), 1, now)) << "a newcomer, while two wait for one place";
  EXPECT_FALSE(line.Admits(Client(2), 1, now));
  EXPECT_TRUE(line.Admits(Client(1), 1, now));
  EXPECT_TRUE(line.Admits(Client(2), 1, now));
  EXPECT_TRUE(line.Admits(Client(3), 1, now));
  EXPECT_TRUE(line.Admits(Client(4), 1, now)) << "nobody waits any more";
  EXPECT_EQ(line.size(), 0u);
}

TEST(WaitingLine, T106_SeveralPlacesAreForAsManyOfTheFirst) {
  WaitingLine line;
  const TimePoint now{};
  for (uint16_t port = 1; port <= 4; ++port) line.Admits(Client(port), 0, now);
  EXPECT_FALSE(line.Admits(Client(4), 3, now));
  EXPECT_TRUE(line.Admits(Client(3), 3, now));
}

TEST(WaitingLine, T106_WhoDoesNotAskAgainHoldsNobodyUp) {
  WaitingLine line;
  TimePoint now{};
  EXPECT_FALSE(line.Admits(Client(1), 0, now));
  now += seconds(4);
  EXPECT_FALSE(line.Admits(Client(2), 0, now));
  now += seconds(4);
  EXPECT_TRUE(line.Admits(Client(2), 1, now));
  EXPECT_EQ(line.size(), 0u);
}

TEST(WaitingLine, T106_WhoAsksEveryFiveSecondsKeepsItsPlaceAlsoWhenItIsLate) {
  WaitingLine line;
  TimePoint now{};
  EXPECT_FALSE(line.Admits(Client(1), 0, now));
  EXPECT_FALSE(line.Admits(Client(2), 0, now));
  now += seconds(5) + std::chrono::milliseconds(200);
  EXPECT_TRUE(line.Admits(Client(1), 1, now));
}

TEST(WaitingLine, T106_TheLineHasAnEnd) {
  WaitingLine line;
  const TimePoint now{};
  for (uint32_t i = 0; i < WaitingLine::kMaxWaiting + 10; ++i) {
    line.Admits({.address = {i}, .port = 1}, 0, now);
  }
  EXPECT_EQ(line.size(), WaitingLine::kMaxWaiting);
}

}  // namespace
}  // namespace pxe::tftp
