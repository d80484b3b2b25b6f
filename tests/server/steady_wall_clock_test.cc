#include "server/steady_wall_clock.h"

#include <gtest/gtest.h>

namespace pxe {
namespace {

using std::chrono::seconds;

TEST(SteadyWallClockTest, L8_ItBeginsWithTheWallClock) {
  const Seconds before = SystemClock().Now();
  const SteadyWallClock clock;
  const Seconds now = clock.Now();
  EXPECT_LE(before, now);
  EXPECT_LE(now, SystemClock().Now() + seconds{1});
}

}  // namespace
}  // namespace pxe
