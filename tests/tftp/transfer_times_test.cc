// Into which part of the histogram a transfer falls.
#include "tftp/transfer_times.h"

#include <gtest/gtest.h>

namespace pxe::tftp {
namespace {

using namespace std::chrono_literals;

TEST(TransferTimesTest, BoundsBelongToWhatTheyBound) {
  TransferTimes times;
  times.Add(FileClass::kSmall, 0ns);
  times.Add(FileClass::kSmall, 1ms);
  times.Add(FileClass::kSmall, 1ms + 1ns);
  times.Add(FileClass::kSmall, 256ms);
  times.Add(FileClass::kSmall, 1024ms);
  times.Add(FileClass::kSmall, 65'536ms);
  times.Add(FileClass::kSmall, 65'537ms);
  times.Add(FileClass::kSmall, 24h);
  const auto& small = times.of(FileClass::kSmall);
  EXPECT_EQ(small.Get(TransferTime::k1ms), 2u);
  EXPECT_EQ(small.Get(TransferTime::k4ms), 1u);
  EXPECT_EQ(small.Get(TransferTime::k256ms), 1u);
  EXPECT_EQ(small.Get(TransferTime::k1s), 1u);
  EXPECT_EQ(small.Get(TransferTime::k64s), 1u);
  EXPECT_EQ(small.Get(TransferTime::kLonger), 2u);
  EXPECT_EQ(small.Sum(), 8u);
}

TEST(TransferTimesTest, EachClassIsCountedApart) {
  TransferTimes times;
  times.Add(FileClass::kRendered, 1ms);
  times.Add(FileClass::kBulk, 2s);
  EXPECT_EQ(times.of(FileClass::kRendered).Sum(), 1u);
  EXPECT_EQ(times.of(FileClass::kSmall).Sum(), 0u);
  EXPECT_EQ(times.of(FileClass::kBulk).Get(TransferTime::k4s), 1u);
}

}  // namespace
}  // namespace pxe::tftp
