// The bookkeeping of open questions at virtual time: whatever happens, each is answered once.
#include "clients/control/pending_questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "clients/control/backoff.h"

namespace pxe::control {
namespace {

using namespace std::chrono_literals;
using core::SilenceReason;

// Counts the answers to each tag, and keeps the last.
class Box final : public core::DhcpAnswerSink {
 public:
  void OnDhcpAnswers(std::vector<core::TaggedDhcpAnswer> batch) override {
    const std::lock_guard lock(mutex_);
    for (auto& [tag, answer] : batch) {
      ++counts[tag];
      answers[tag] = std::move(answer);
    }
  }
  std::map<uint64_t, core::DhcpAnswer> answers;
  std::map<uint64_t, int> counts;

 private:
  std::mutex mutex_;
};

core::DhcpQuestion Question(uint64_t tag) {
  return {.tag = tag, .local_addresses = {Ipv4{0x0a000001}}};
}
core::DhcpAnswer Silence(SilenceReason reason) {
  return core::DhcpSilence{reason};
}
core::DhcpAnswer Offer() {
  return core::DhcpGrant{.address = {0x0a000010}, .server_id = {0x0a000001}};
}

class PendingQuestionsTest : public testing::Test {
 protected:
  static constexpr QuestionLimits kLimits{
      .max_open = 4, .max_per_message = 3, .max_events = 2, .max_progress = 1, .deadline = 2000ms};

  PendingQuestionsTest() { pending_.Open(); }

  void Ask(uint64_t tag) { pending_.AskDhcp({Question(tag)}, box_, now_); }
  void AskBoot() {
    pending_.AskBoot(
        {"f", {}, {}},
        [this](core::BootAnswer answer) { boot_answers_.push_back(std::move(answer)); }, now_);
  }
  uint64_t Count(RemoteCount count) const { return pending_.counts().Get(count); }

  Box box_;
  std::vector<core::BootAnswer> boot_answers_;
  PendingQuestions pending_{kLimits};
  TimePoint now_{1h};
};

TEST_F(PendingQuestionsTest, AnAnswerComesBackUnderTheAskersTag) {
  Ask(77);
  const auto sent = pending_.Take();
  ASSERT_EQ(sent.dhcp.size(), 1u);
  pending_.Answer({.dhcp = {{sent.dhcp[0].tag, Offer()}}});
  EXPECT_EQ(box_.answers[77], Offer());
  EXPECT_EQ(Count(RemoteCount::kAnswered), 1u);
}

TEST_F(PendingQuestionsTest, TwoAskersMayUseTheSameTag) {
  Box other;
  Ask(1);
  pending_.AskDhcp({Question(1)}, other, now_);
  const auto sent = pending_.Take();
  ASSERT_EQ(sent.dhcp.size(), 2u);
  pending_.Answer({.dhcp = {{sent.dhcp[1].tag, Offer()}}});
  EXPECT_EQ(other.answers[1], Offer());
  EXPECT_TRUE(box_.answers.empty());
}

TEST_F(PendingQuestionsTest, WhatCameTogetherLeavesTogetherUpToTheLimitOfAMessage) {
  pending_.AskDhcp({Question(1), Question(2), Question(3)}, box_, now_);
  AskBoot();
  pending_.Report({.client = "a"});
  const auto first = pending_.Take();
  EXPECT_EQ(first.boot.size(), 1u) << "files before addresses";
  EXPECT_EQ(first.dhcp.size(), 2u);
  const auto second = pending_.Take();
  EXPECT_EQ(second.dhcp.size(), 1u);
  EXPECT_EQ(second.events.size(), 1u);
  EXPECT_EQ(pending_.Take().size(), 0u);
}

TEST_F(PendingQuestionsTest, AQuestionIsOverAtItsDeadlineAndNotBefore) {
  Ask(1);
  AskBoot();
  EXPECT_EQ(pending_.NextDeadline(), now_ + 2s);
  EXPECT_EQ(pending_.Expire(now_ + 2s - 1ns), 0u);
  EXPECT_EQ(pending_.Expire(now_ + 2s), 2u);
  EXPECT_EQ(box_.answers[1], Silence(SilenceReason::kControlAway));
  ASSERT_EQ(boot_answers_.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<core::NoAnswer>(boot_answers_[0]));
  EXPECT_EQ(pending_.NextDeadline(), std::nullopt);
  EXPECT_EQ(Count(RemoteCount::kTimedOut), 2u);
}

TEST_F(PendingQuestionsTest, AnAnswerAfterTheDeadlineIsDropped) {
  Ask(1);
  const auto sent = pending_.Take();
  pending_.Expire(now_ + 2s);
  pending_.Answer({.dhcp = {{sent.dhcp[0].tag, Offer()}}});
  EXPECT_EQ(box_.counts[1], 1);
  EXPECT_EQ(box_.answers[1], Silence(SilenceReason::kControlAway));
  EXPECT_EQ(Count(RemoteCount::kLateAnswers), 1u);
}

TEST_F(PendingQuestionsTest, AnOverdueQuestionThatNeverLeftIsNotSent) {
  Ask(1);
  pending_.Expire(now_ + 2s);
  EXPECT_EQ(pending_.Take().size(), 0u);
}

TEST_F(PendingQuestionsTest, TheNextDeadlineIsThatOfTheOldestOpenQuestion) {
  Ask(1);
  const auto sent = pending_.Take();
  now_ += 500ms;
  Ask(2);
  pending_.Answer({.dhcp = {{sent.dhcp[0].tag, Offer()}}});
  EXPECT_EQ(pending_.NextDeadline(), now_ + 2s);
}

TEST_F(PendingQuestionsTest, TheEndOfTheConnectionAnswersEverythingAtOnce) {
  Ask(1);
  const auto sent = pending_.Take();
  Ask(2);
  AskBoot();
  pending_.Report({.client = "a"});
  pending_.Close();
  EXPECT_EQ(box_.answers[1], Silence(SilenceReason::kControlAway));
  EXPECT_EQ(box_.answers[2], Silence(SilenceReason::kControlAway));
  EXPECT_EQ(boot_answers_.size(), 1u);
  EXPECT_EQ(Count(RemoteCount::kCutOff), 3u);
  EXPECT_EQ(Count(RemoteCount::kEventsDropped), 1u);

  pending_.Open();
  EXPECT_EQ(pending_.Take().size(), 0u) << "nothing of before is sent to another connection";
  pending_.Answer({.dhcp = {{sent.dhcp[0].tag, Offer()}}});
  EXPECT_EQ(box_.counts[1], 1) << "nor answered by it";
}

TEST_F(PendingQuestionsTest, WhileNobodyIsThereEachQuestionIsAnsweredAtOnce) {
  pending_.Close();
  Ask(1);
  AskBoot();
  pending_.Report({.client = "a"});
  EXPECT_EQ(box_.answers[1], Silence(SilenceReason::kControlAway));
  EXPECT_EQ(boot_answers_.size(), 1u);
  EXPECT_EQ(Count(RemoteCount::kControlAway), 2u);
  EXPECT_EQ(Count(RemoteCount::kEventsDropped), 1u);
  EXPECT_EQ(pending_.NextDeadline(), std::nullopt);
}

TEST_F(PendingQuestionsTest, MoreOpenQuestionsThanTheLimitAreOverload) {
  for (uint64_t tag = 1; tag <= 5; ++tag) Ask(tag);
  AskBoot();
  EXPECT_EQ(box_.answers.size(), 1u);
  EXPECT_EQ(box_.answers[5], Silence(SilenceReason::kOverload));
  EXPECT_EQ(boot_answers_.size(), 1u);
  EXPECT_EQ(Count(RemoteCount::kOverload), 2u);
}

TEST_F(PendingQuestionsTest, EventsBeyondTheLimitAreDroppedAndCounted) {
  for (const char* client : {"a", "b", "c"}) pending_.Report({.client = client});
  const auto sent = pending_.Take();
  ASSERT_EQ(sent.events.size(), 2u);
  EXPECT_EQ(sent.events[0].client, "a");
  EXPECT_EQ(Count(RemoteCount::kEventsDropped), 1u);
}

TEST_F(PendingQuestionsTest, ProgressLeavesRoomForWhatHappened) {
  using Step = core::BootEvent::Step;
  for (const char* client : {"a", "b"})
    pending_.Report({.step = Step::kFetching, .client = client});
  pending_.Report({.step = Step::kFetched, .client = "c"});
  const auto sent = pending_.Take();
  ASSERT_EQ(sent.events.size(), 2u);
  EXPECT_EQ(sent.events[0].client, "a");
  EXPECT_EQ(sent.events[1].client, "c");
  EXPECT_EQ(Count(RemoteCount::kEventsDropped), 1u);
}

TEST_F(PendingQuestionsTest, AnAnswerOfTheWrongKindIsNoAnswer) {
  Ask(1);
  const auto sent = pending_.Take();
  pending_.Answer({.boot = {{sent.dhcp[0].tag, core::NoFile{"x"}}}});
  EXPECT_TRUE(box_.answers.empty());
  pending_.Answer({.dhcp = {{sent.dhcp[0].tag, Offer()}}});
  EXPECT_EQ(box_.answers[1], Offer());
}

TEST_F(PendingQuestionsTest, EachQuestionIsOneOfTheOutcomesCounted) {
  for (uint64_t tag = 1; tag <= 5; ++tag) Ask(tag);  // the last is overload
  const auto sent = pending_.Take();
  pending_.Answer({.dhcp = {{sent.dhcp[0].tag, Offer()}}});
  pending_.Expire(now_ + 2s);
  Ask(6);
  pending_.Close();
  Ask(7);
  EXPECT_EQ(Count(RemoteCount::kAsked), 7u);
  EXPECT_EQ(Count(RemoteCount::kAnswered) + Count(RemoteCount::kTimedOut) +
                Count(RemoteCount::kControlAway) + Count(RemoteCount::kCutOff) +
                Count(RemoteCount::kOverload),
            7u);
}

// Askers, a connection that comes and goes, a clock that runs: what thread sanitizers are for.
TEST(PendingQuestionsThreadsTest, EveryQuestionIsAnsweredExactlyOnce) {
  constexpr uint64_t kEach = 5000;
  constexpr int kAskers = 3;
  PendingQuestions pending({.max_open = 64, .max_per_message = 16, .deadline = 1ms});
  pending.Open();
  std::vector<Box> boxes(kAskers);
  std::atomic<int> asking = kAskers;
  std::vector<std::thread> threads;
  for (Box& box : boxes) {
    threads.emplace_back([&] {
      for (uint64_t tag = 1; tag <= kEach; ++tag) {
        pending.AskDhcp({Question(tag)}, box, std::chrono::steady_clock::now());
      }
      --asking;
    });
  }
  threads.emplace_back([&] {
    while (asking > 0) {
      core::AnswerBatch answers;
      for (const auto& question : pending.Take().dhcp)
        answers.dhcp.push_back({question.tag, Offer()});
      pending.Answer(std::move(answers));
    }
  });
  threads.emplace_back([&] {
    while (asking > 0) {
      pending.Expire(std::chrono::steady_clock::now());
      pending.Close();
      pending.Open();
    }
  });
  for (std::thread& thread : threads) thread.join();
  pending.Close();
  for (const Box& box : boxes) {
    ASSERT_EQ(box.counts.size(), kEach);
    for (const auto& [tag, count] : box.counts) ASSERT_EQ(count, 1) << tag;
  }
}

TEST(BackoffTest, DoublesToItsCapAndIsNeverLongerThanItsStep) {
  Backoff backoff(100ms, 350ms);
  EXPECT_EQ(backoff.Next(1), 100ms);
  EXPECT_EQ(backoff.Next(0), 100ms) << "half of 200";
  EXPECT_EQ(backoff.Next(1), 350ms);
  EXPECT_EQ(backoff.Next(1), 350ms);
  backoff.Reset();
  EXPECT_EQ(backoff.Next(0.5), 75ms);
}

}  // namespace
}  // namespace pxe::control
