// Pings before offers, in virtual time.
#include "dhcp/ping_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dhcp/delay_queue.h"

namespace pxe::dhcp {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using Step = PingChecks::Step;
using News = PingChecks::News;

constexpr net::TimePoint kStart{std::chrono::hours(1)};
constexpr Ipv4 kAddress{0x0a000010};
constexpr Ipv4 kOther{0x0a000011};

class PingChecksTest : public testing::Test {
 protected:
  Step Begin(Ipv4 address, uint64_t who, bool wanted = true) {
    const auto [step, sequence] = checks.Begin(address, wanted, who, now);
    if (step == Step::kPing) last = sequence;
    return step;
  }
  uint64_t Count(PingCount which) const { return checks.counts().Get(which); }

  PingLimits limits{.max_running = 2, .max_waiting = 2, .max_known = 2};
  PingChecks checks{limits};
  net::TimePoint now = kStart;
  uint16_t last = 0;
};

TEST_F(PingChecksTest, C142_TheWaitIsWithinWhatAClientBears) {
  EXPECT_GE(PingLimits{}.wait, milliseconds(100));
  EXPECT_LE(PingLimits{}.wait, milliseconds(500));
}

TEST_F(PingChecksTest, C142_WhatNobodyAnswersInTimeIsOffered) {
  EXPECT_EQ(Begin(kAddress, 1), Step::kPing);
  now += limits.wait - milliseconds(1);
  EXPECT_TRUE(checks.TakeLate(now).empty());
  now += milliseconds(1);
  const auto late = checks.TakeLate(now);
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(late[0].address, kAddress);
  EXPECT_FALSE(late[0].in_use);
  EXPECT_THAT(late[0].waiting, ElementsAre(1));
  EXPECT_EQ(Count(PingCount::kUnanswered), 1u);
  EXPECT_FALSE(checks.IsRunning());
}

TEST_F(PingChecksTest, C142_EachPingHasItsOwnTime) {
  Begin(kAddress, 1);
  now += milliseconds(100);
  Begin(kOther, 2);
  EXPECT_EQ(checks.TakeLate(kStart + limits.wait).size(), 1u);
  EXPECT_EQ(checks.TakeLate(now + limits.wait).size(), 1u);
}

TEST_F(PingChecksTest, C144_WhatSomebodyAnswersIsInUseAtOnce) {
  Begin(kAddress, 1);
  const auto ended = checks.Hear(kAddress, last, News::kAnswered, now);
  ASSERT_TRUE(ended);
  EXPECT_TRUE(ended->in_use);
  EXPECT_THAT(ended->waiting, ElementsAre(1));
  EXPECT_TRUE(checks.TakeLate(now + limits.wait).empty());
  EXPECT_EQ(Count(PingCount::kAnswered), 1u);
}

TEST_F(PingChecksTest, C145_AnUnreachableAddressAndASendErrorAreFree) {
  Begin(kAddress, 1);
  EXPECT_FALSE(checks.Hear(kAddress, last, News::kUnreachable, now)->in_use);
  Begin(kOther, 2);
  EXPECT_FALSE(checks.Hear(kOther, last, News::kUnsent, now)->in_use);
  EXPECT_EQ(Count(PingCount::kUnreachable) + Count(PingCount::kUnsent), 2u);
}

TEST_F(PingChecksTest, C145_WhatIsNotAnAnswerToARunningPingIsNothing) {
  Begin(kAddress, 1);
  EXPECT_FALSE(checks.Hear(kOther, last, News::kAnswered, now));
  EXPECT_FALSE(checks.Hear(kAddress, static_cast<uint16_t>(last + 1), News::kAnswered, now));
  checks.TakeLate(now + limits.wait);
  EXPECT_FALSE(checks.Hear(kAddress, last, News::kAnswered, now + limits.wait)) << "late";
}

TEST_F(PingChecksTest, C146_ADiscoverRepeatedMeanwhileWaitsForTheSamePing) {
  Begin(kAddress, 1);
  EXPECT_EQ(Begin(kAddress, 2, false), Step::kWait) << "it was offered the address by now";
  EXPECT_EQ(Begin(kAddress, 3), Step::kFull);
  EXPECT_THAT(checks.TakeLate(now + limits.wait)[0].waiting, ElementsAre(1, 2));
  EXPECT_EQ(Count(PingCount::kSent), 1u);
  EXPECT_EQ(Count(PingCount::kAttached), 1u);
}

TEST_F(PingChecksTest, C143_WhatNeedNoPingIsOfferedAtOnce) {
  EXPECT_EQ(Begin(kAddress, 1, false), Step::kOffer);
  EXPECT_EQ(checks.counts().Sum(), 0u);
}

TEST_F(PingChecksTest, C143_AnOutcomeIsRememberedForHalfAMinute) {
  Begin(kAddress, 1);
  checks.TakeLate(now += limits.wait);
  Begin(kOther, 2);
  checks.Hear(kOther, last, News::kAnswered, now);
  now += seconds(30) - milliseconds(1);
  EXPECT_EQ(Begin(kAddress, 3), Step::kOffer);
  EXPECT_EQ(Begin(kOther, 4), Step::kInUse);
  EXPECT_EQ(Count(PingCount::kKnown), 2u);
  now += milliseconds(1);
  EXPECT_EQ(Begin(kAddress, 5), Step::kPing);
  EXPECT_EQ(Begin(kOther, 6), Step::kPing);
}

TEST_F(PingChecksTest, C143_TheOldestOutcomesAreForgottenFirst) {
  for (uint32_t n = 0; n < 3; ++n) {
    Begin({kAddress.value + n}, n);
    checks.Hear({kAddress.value + n}, last, News::kUnreachable, now);
  }
  EXPECT_EQ(Begin({kAddress.value + 2}, 9), Step::kOffer);
  EXPECT_EQ(Begin({kAddress.value + 1}, 9), Step::kOffer);
  EXPECT_EQ(Begin(kAddress, 9), Step::kPing);
}

TEST_F(PingChecksTest, C143_AboveTheLimitOfLoadAnOfferIsNotPinged) {
  Begin({1}, 1);
  Begin({2}, 2);
  EXPECT_EQ(Begin({3}, 3), Step::kOffer);
  EXPECT_EQ(Count(PingCount::kSkipped), 1u);
  checks.TakeLate(now += limits.wait);
  EXPECT_EQ(Begin({3}, 3), Step::kPing);
}

TEST(PingCount, EachHasANameOfItsOwn) {
  std::vector<std::string_view> names;
  for (int i = 0; i < static_cast<int>(PingCount::kCount); ++i) {
    names.push_back(ToString(static_cast<PingCount>(i)));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
}

TEST(DelayQueue, GivesEachAtItsTimeAndInOrder) {
  DelayQueue<int> queue(3);
  EXPECT_TRUE(queue.Add(kStart + seconds(2), 2));
  EXPECT_TRUE(queue.Add(kStart + seconds(1), 1));
  EXPECT_TRUE(queue.Add(kStart + seconds(2), 3));
  EXPECT_FALSE(queue.Add(kStart, 4)) << "full";
  EXPECT_TRUE(queue.TakeDue(kStart).empty());
  EXPECT_THAT(queue.TakeDue(kStart + seconds(1)), ElementsAre(1));
  EXPECT_THAT(queue.TakeDue(kStart + seconds(5)), ElementsAre(2, 3));
  EXPECT_TRUE(queue.Add(kStart, 4));
}

}  // namespace
}  // namespace pxe::dhcp
