// Which transfers are under way, by what data planes report.
#include "server/live_transfers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace pxe::server {
namespace {

using namespace std::chrono_literals;
using Step = core::BootEvent::Step;
using testing::ElementsAre;
using testing::IsEmpty;

core::BootEvent Event(Step step, uint64_t transfer, uint64_t milliseconds = 1000) {
  return {.step = step,
          .client = "10.0.0.20",
          .address = {0x0a000014},
          .file = "initrd.img",
          .bytes = 5000,
          .of_bytes = 80'000,
          .milliseconds = milliseconds,
          .transfer = transfer};
}

class LiveTransfersTest : public testing::Test {
 protected:
  std::vector<uint64_t> Durations(size_t limit = 100) {
    std::vector<uint64_t> durations;
    for (const auto& each : live_.List(limit, now_).transfers)
      durations.push_back(each.milliseconds);
    return durations;
  }

  LiveTransfers live_;
  LiveTransfers::TimePoint now_{1000s};
};

TEST_F(LiveTransfersTest, IsListedFromItsFirstReportToItsEnd) {
  live_.Note(Event(Step::kFetching, 7), now_);
  EXPECT_THAT(
      live_.List(100, now_).transfers,
      ElementsAre(LiveTransfer{"10.0.0.20", {0x0a000014}, "initrd.img", 5000, 80'000, 1000}));
  live_.Note(Event(Step::kFetching, 7, 2000), now_ + 1s);
  EXPECT_THAT(Durations(), ElementsAre(2000));
  live_.Note(Event(Step::kFetched, 7, 2100), now_ + 1s);
  EXPECT_THAT(Durations(), IsEmpty());
}

TEST_F(LiveTransfersTest, EveryEndEndsIt) {
  for (const Step end : {Step::kFetched, Step::kStored, Step::kProbed, Step::kBrokenOff}) {
    live_.Note(Event(Step::kFetching, 7), now_);
    live_.Note(Event(end, 7), now_);
    EXPECT_THAT(Durations(), IsEmpty()) << static_cast<int>(end);
  }
}

TEST_F(LiveTransfersTest, OneMachineMayFetchTheSameFileTwice) {
  live_.Note(Event(Step::kFetching, 7, 1000), now_);
  live_.Note(Event(Step::kFetching, 8, 3000), now_);
  EXPECT_THAT(Durations(), ElementsAre(3000, 1000));
}

TEST_F(LiveTransfersTest, WhatIsAboutNoTransferChangesNothing) {
  live_.Note(Event(Step::kFetching, 7), now_);
  live_.Note(Event(Step::kAcked, 0), now_);
  EXPECT_THAT(Durations(), ElementsAre(1000));
}

TEST_F(LiveTransfersTest, IsForgottenWhenItsDataPlaneIsSilent) {
  live_.Note(Event(Step::kFetching, 7), now_);
  now_ += LiveTransfers::kForgottenAfter;
  EXPECT_THAT(Durations(), ElementsAre(1000));
  now_ += 1ms;
  EXPECT_THAT(Durations(), IsEmpty());
}

TEST_F(LiveTransfersTest, TheLongestAreShownAndAllAreCounted) {
  for (uint64_t i = 1; i <= 10; ++i) live_.Note(Event(Step::kFetching, i, i), now_);
  EXPECT_THAT(Durations(3), ElementsAre(10, 9, 8));
  EXPECT_EQ(live_.List(3, now_).count, 10u);
}

TEST_F(LiveTransfersTest, BeyondTheMostNewOnesAreNotKeptUntilOldOnesAreSilent) {
  for (uint64_t i = 1; i <= LiveTransfers::kMost + 5; ++i) {
    live_.Note(Event(Step::kFetching, i), now_);
  }
  EXPECT_EQ(live_.List(0, now_).count, LiveTransfers::kMost);
  now_ += LiveTransfers::kForgottenAfter + 1ms;
  live_.Note(Event(Step::kFetching, 1'000'000), now_);
  EXPECT_EQ(live_.List(0, now_).count, 1u);
}

}  // namespace
}  // namespace pxe::server
