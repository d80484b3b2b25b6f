// Events in virtual time: the same within a minute is one, a flood is bounded, a restart forgets
// nothing, and no journal is no reason to stop.
#include "server/event_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <string>
#include <thread>

#include "absl/strings/str_format.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace pxe::server {
namespace {

using namespace std::chrono_literals;
using core::Event;
using core::EventKind;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Event Competing(std::string machine, std::string host = "") {
  return {.kind = EventKind::kCompetingServer,
          .machine = std::move(machine),
          .address = {0x0a000002},
          .subnet = "lab",
          .host = std::move(host)};
}

std::string Machine(int n) {
  return absl::StrFormat("52:54:00:%02x:%02x:%02x", n >> 16, n >> 8 & 0xff, n & 0xff);
}

class EventJournalTest : public testing::Test {
 protected:
  EventJournal& Begin(JournalLimits limits = {}) {
    journal_.reset();
    journal_.emplace(
        file_, clock_,
        [this](std::string_view line) {
          const std::lock_guard lock(mutex_);
          lines_.emplace_back(line);
        },
        limits);
    return *journal_;
  }
  std::vector<std::string> Lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  std::vector<Event> List(const core::EventFilter& filter = {}) {
    const auto found = journal_->List(filter, UINT64_MAX, 100'000);
    EXPECT_THAT(found, IsOk());
    return *found;
  }
  std::vector<uint64_t> Counts() {
    std::vector<uint64_t> counts;
    for (const Event& event : List()) counts.push_back(event.count);
    return counts;
  }

  TempDir dir_;
  const std::filesystem::path file_ = dir_.path() / "journal.db";
  FakeClock clock_;
  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::optional<EventJournal> journal_;
};

TEST_F(EventJournalTest, TheSameWithinAMinuteIsOneEventWhoseCountGrows) {
  EventJournal& journal = Begin();
  const Seconds first = clock_.Now();
  for (int i = 0; i < 60; ++i, clock_.Advance(1s)) journal.Add(Competing("a"));
  EXPECT_THAT(Counts(), ElementsAre(60));
  EXPECT_EQ(List().front().first, first);
  EXPECT_EQ(List().front().last, first + 59s);
  journal.Add(Competing("a"));
  EXPECT_THAT(Counts(), ElementsAre(1, 60));
  EXPECT_THAT(Lines(), SizeIs(2)) << "an event is said when it begins";
  EXPECT_EQ(journal.counts().Get(EventKind::kCompetingServer), 61u);
}

TEST_F(EventJournalTest, AnotherMachineServerSubnetOrKindIsAnotherEvent) {
  EventJournal& journal = Begin();
  Event event = Competing("a");
  journal.Add(event);
  event.machine = "b";
  journal.Add(event);
  event.address = {0x0a000003};
  journal.Add(event);
  event.subnet = "other";
  journal.Add(event);
  event.kind = EventKind::kDeclinedAddress;
  journal.Add(event);
  EXPECT_THAT(Counts(), ElementsAre(1, 1, 1, 1, 1));
}

TEST_F(EventJournalTest, AnEmptyPoolIsOneEventAMinuteWhoeverFindsItSo) {
  EventJournal& journal = Begin();
  for (int n = 0; n < 1000; ++n) {
    Event event = Competing(Machine(n));
    event.kind = EventKind::kPoolExhausted;
    journal.Add(event);
  }
  EXPECT_THAT(Counts(), ElementsAre(1000));
  EXPECT_EQ(List().front().machine, Machine(0));
}

TEST_F(EventJournalTest, ARestartForgetsNothingAndNumbersGoOn) {
  Begin().Add(Competing("a", "n1"));
  Begin().Add(Competing("b"));
  const auto events = List();
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0].machine, "b");
  EXPECT_EQ(events[1].machine, "a");
  EXPECT_EQ(events[1].host, "n1");
  EXPECT_GT(events[0].id, events[1].id);
  EXPECT_THAT(journal_->Get(events[1].id), IsOkAndHolds(events[1]));
}

TEST_F(EventJournalTest, AFloodOfStrangersLeavesRoomForMachinesThatAreKnown) {
  EventJournal& journal = Begin({.max_open = 100, .max_open_of_strangers = 50});
  for (int n = 0; n < 10'000; ++n) journal.Add(Competing(Machine(n)));
  for (int n = 0; n < 50; ++n) journal.Add(Competing(Machine(n), "n1"));
  EXPECT_THAT(List({.host = "n1"}), IsEmpty())
      << "the same machine again, whoever it is said to be";
  for (int n = 0; n < 50; ++n) journal.Add(Competing(Machine(20'000 + n), "n1"));
  EXPECT_THAT(List({.host = "n1"}), SizeIs(50));
  EXPECT_THAT(List(), SizeIs(100));
  EXPECT_EQ(journal.left_out(), 9950u);
  clock_.Advance(60s);
  journal.Add(Competing("a"));
  EXPECT_THAT(List(), SizeIs(101)) << "what is over and written makes room";
}

TEST_F(EventJournalTest, C151_AFloodIsSaidTenTimesASecond) {
  EventJournal& journal = Begin();
  for (int n = 0; n < 1000; ++n) journal.Add(Competing(Machine(n)));
  EXPECT_THAT(Lines(), SizeIs(10));
  EXPECT_THAT(Lines(), Each(HasSubstr("event competing_server: machine=52:54:00:00:")));
  EXPECT_THAT(Lines().front(), HasSubstr(" address=10.0.0.2 subnet=lab"));
}

TEST_F(EventJournalTest, RetentionHoldsWhileItRuns) {
  EventJournal& journal =
      Begin({.trim_every = 10, .retention = {.max_events = 20, .max_of_strangers = 5}});
  for (int n = 0; n < 500; ++n, clock_.Advance(61s)) {
    journal.Add(Competing(Machine(n)));
    ASSERT_LE(List().size(), 15u);
  }
}

TEST_F(EventJournalTest, AJournalThatIsNoneIsMovedAsideAndANewOneBegun) {
  std::ofstream(file_) << std::string(10'000, 'x');
  Begin().Add(Competing("a"));
  EXPECT_THAT(List(), SizeIs(1));
  EXPECT_THAT(Lines().front(), HasSubstr("it is kept as " + file_.string() + ".bad"));
  EXPECT_EQ(std::filesystem::file_size(file_.string() + ".bad"), 10'000u);
  EXPECT_FALSE(journal_->in_memory_only());
  Begin();
  EXPECT_THAT(List(), SizeIs(1)) << "the new one is a file";
}

TEST_F(EventJournalTest, WhereThereCanBeNoFileEventsAreKeptInMemory) {
  std::filesystem::create_directory(file_);
  Begin().Add(Competing("a"));
  EXPECT_THAT(List(), SizeIs(1));
  EXPECT_TRUE(journal_->in_memory_only());
  EXPECT_THAT(Lines().front(), HasSubstr("events are kept until pxed ends"));
}

TEST_F(EventJournalTest, ManyThreadsLoseNothing) {
  EventJournal& journal = Begin();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&journal, t] {
      for (int n = 0; n < 2000; ++n) journal.Add(Competing(Machine(t * 100 + n % 100), "n1"));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(List(), SizeIs(400));
  EXPECT_THAT(Counts(), Each(20));
}

TEST_F(EventJournalTest, AClockSetBackOpensNothingAgain) {
  EventJournal& journal = Begin();
  journal.Add(Competing("a"));
  clock_.Advance(-3600s);
  journal.Add(Competing("a"));
  EXPECT_THAT(Counts(), ElementsAre(1, 1));
}

}  // namespace
}  // namespace pxe::server
