#include "tftp/request_rate.h"

#include <gtest/gtest.h>

namespace pxe::tftp {
namespace {

using std::chrono::milliseconds;

net::Endpoint Client(uint32_t address, uint16_t port) {
  return {.address = {address}, .port = port};
}

TEST(RequestRate, T106_AnAddressHasSoManyRequestsInASecondWhateverItsPort) {
  RequestRate rate(2);
  TimePoint now{milliseconds(5000)};
  EXPECT_TRUE(rate.Admits(Client(1, 1), now));
  EXPECT_TRUE(rate.Admits(Client(1, 2), now));
  EXPECT_FALSE(rate.Admits(Client(1, 3), now));
  EXPECT_TRUE(rate.Admits(Client(2, 1), now)) << "another address";
  now += milliseconds(999);
  EXPECT_FALSE(rate.Admits(Client(1, 4), now));
  now += milliseconds(1);
  EXPECT_TRUE(rate.Admits(Client(1, 5), now));
}

TEST(RequestRate, T81_WithoutALimitEverybodyMayAsk) {
  RequestRate rate(0);
  for (int i = 0; i < 10000; ++i) EXPECT_TRUE(rate.Admits(Client(1, 1), TimePoint()));
}

}  // namespace
}  // namespace pxe::tftp
