#include "net/event_loop.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <string>
#include <thread>

#include "tests/support/status_matchers.h"

namespace pxe::net {
namespace {

using std::chrono::milliseconds;

class EventLoopTest : public testing::Test {
 protected:
  // A descriptor that is readable and stays so.
  static UniqueFd Ready() { return UniqueFd(::eventfd(1, EFD_CLOEXEC)); }

  std::unique_ptr<EventLoop> loop_ = *EventLoop::Create();
  std::string order_;
};

TEST_F(EventLoopTest, StopBeforeRunMakesItReturnAtOnce) {
  loop_->Stop();
  loop_->Run();
}

TEST_F(EventLoopTest, TimersRunInTheOrderOfTheirTimesAndThenOfTheirMaking) {
  const TimePoint now = EventLoop::Now();
  loop_->At(now + milliseconds(3), [this] { loop_->Stop(); });
  loop_->At(now + milliseconds(2), [this] { order_ += 'c'; });
  loop_->At(now + milliseconds(1), [this] { order_ += 'a'; });
  loop_->At(now + milliseconds(1), [this] { order_ += 'b'; });
  loop_->Run();
  EXPECT_EQ(order_, "abc");
}

TEST_F(EventLoopTest, ACancelledTimerDoesNotRunAlsoWhenCancelledByOneOfTheSameInstant) {
  const TimePoint now = EventLoop::Now();
  EventLoop::TimerId second;
  loop_->At(now, [&] { loop_->Cancel(second); });
  second = loop_->At(now, [this] { order_ += 'x'; });
  loop_->At(now, [this] { loop_->Stop(); });
  loop_->Run();
  EXPECT_EQ(order_, "");
}

TEST_F(EventLoopTest, ATimerThatSetsADueTimerDoesNotStarveTheRest) {
  const TimePoint now = EventLoop::Now();
  std::function<void()> again = [&] { loop_->At(now, again); };
  loop_->At(now, again);
  loop_->Post([this] { loop_->Stop(); });
  loop_->Run();
}

TEST_F(EventLoopTest, UrgentDescriptorsAreServedBeforeOthersOfTheSameTurn) {
  const UniqueFd normal = Ready();
  const UniqueFd urgent = Ready();
  EXPECT_THAT(loop_->Watch(normal.get(),
                           [this](Readiness) {
                             order_ += 'n';
                             loop_->Stop();
                           }),
              IsOk());
  EXPECT_THAT(loop_->Watch(
                  urgent.get(), [this](Readiness) { order_ += 'u'; }, EventLoop::Urgency::kFirst),
              IsOk());
  loop_->Run();
  EXPECT_EQ(order_, "un");
}

TEST_F(EventLoopTest, AWatcherMayUnwatchItselfAndOthersOfTheSameTurn) {
  const UniqueFd first = Ready();
  const UniqueFd second = Ready();
  const auto both_away = [&](Readiness) {
    order_ += 'x';
    loop_->Unwatch(first.get());
    loop_->Unwatch(second.get());
    loop_->Post([this] { loop_->Stop(); });
  };
  EXPECT_THAT(loop_->Watch(first.get(), both_away), IsOk());
  EXPECT_THAT(loop_->Watch(second.get(), both_away), IsOk());
  loop_->Run();
  EXPECT_EQ(order_, "x");
}

TEST_F(EventLoopTest, PostsFromManyThreadsAllRunOnTheLoop) {
  constexpr int kThreads = 4;
  constexpr int kPosts = 1000;
  int ran = 0;  // touched by the loop only
  const auto runner = std::this_thread::get_id();
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kPosts; ++i) {
        loop_->Post([&] {
          EXPECT_EQ(std::this_thread::get_id(), runner);
          if (++ran == kThreads * kPosts) loop_->Stop();
        });
      }
    });
  }
  loop_->Run();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(ran, kThreads * kPosts);
}

TEST_F(EventLoopTest, StopFromAnotherThreadWakesALoopWithNothingToDo) {
  std::thread stopper([this] { loop_->Stop(); });
  loop_->Run();
  stopper.join();
}

}  // namespace
}  // namespace pxe::net
