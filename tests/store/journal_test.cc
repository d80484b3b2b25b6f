// The journal: rows as they were written, the newest kept, a share for strangers, and what is no
// journal.
#include "store/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace pxe::store {
namespace {

using core::Event;
using core::EventKind;
using testing::ElementsAre;

Seconds At(int64_t seconds) {
  return Seconds{std::chrono::seconds{seconds}};
}

Event Known(uint64_t id) {
  return {.id = id,
          .kind = EventKind::kCompetingServer,
          .machine = "52:54:00:00:00:01",
          .address = {0x0a000002},
          .subnet = "lab",
          .host = "n1",
          .detail = "it offers 10.0.0.7",
          .first = At(1000),
          .last = At(1010),
          .count = 3};
}

Event Stranger(uint64_t id) {
  Event event = Known(id);
  event.host.clear();
  return event;
}

class JournalTest : public testing::Test {
 protected:
  JournalTest() { Reopen(); }

  void Reopen() {
    db_.reset();
    auto opened = OpenJournal(file_);
    EXPECT_THAT(opened, IsOk());
    if (opened.ok()) db_ = *std::move(opened);
  }
  std::vector<uint64_t> Ids(const core::EventFilter& filter = {}, uint64_t before = UINT64_MAX,
                            size_t limit = 1000) {
    std::vector<uint64_t> ids;
    const auto found = ListEvents(*db_, filter, before, limit);
    EXPECT_THAT(found, IsOk());
    for (const Event& event : *found) ids.push_back(event.id);
    return ids;
  }

  TempDir dir_;
  const std::filesystem::path file_ = dir_.path() / "journal.db";
  std::unique_ptr<Database> db_;
};

TEST_F(JournalTest, EveryFieldSurvivesARestart) {
  Event other = Stranger(2);
  other.kind = EventKind::kReservationTaken;
  ASSERT_THAT(PutEvents(*db_, std::vector{Known(1), other}), IsOk());
  Reopen();
  EXPECT_THAT(ListEvents(*db_, {}, UINT64_MAX, 10), IsOkAndHolds(std::vector{other, Known(1)}));
  EXPECT_THAT(GetEvent(*db_, 1), IsOkAndHolds(Known(1)));
  EXPECT_THAT(GetEvent(*db_, 3), StatusIs(absl::StatusCode::kNotFound, "events/3"));
  EXPECT_THAT(LastEventId(*db_), IsOkAndHolds(2u));
}

TEST_F(JournalTest, EveryKindIsFoundAgain) {
  for (uint64_t i = 0; i < static_cast<uint64_t>(EventKind::kCount); ++i) {
    Event event = Known(i + 1);
    event.kind = static_cast<EventKind>(i);
    ASSERT_THAT(PutEvents(*db_, std::vector{event}), IsOk());
    EXPECT_THAT(Ids({.kind = event.kind}), ElementsAre(i + 1));
  }
}

TEST_F(JournalTest, AnEventThatGrowsStaysOne) {
  ASSERT_THAT(PutEvents(*db_, std::vector{Known(1)}), IsOk());
  Event grown = Known(1);
  grown.count = 9;
  ASSERT_THAT(PutEvents(*db_, std::vector{grown}), IsOk());
  EXPECT_THAT(ListEvents(*db_, {}, UINT64_MAX, 10), IsOkAndHolds(std::vector{grown}));
}

TEST_F(JournalTest, PagesGoOnBelowTheLast) {
  ASSERT_THAT(PutEvents(*db_, std::vector{Known(1), Stranger(2), Known(3), Stranger(4)}), IsOk());
  EXPECT_THAT(Ids({}, UINT64_MAX, 2), ElementsAre(4, 3));
  EXPECT_THAT(Ids({}, 3, 2), ElementsAre(2, 1));
  EXPECT_THAT(Ids({.host = "n1"}), ElementsAre(3, 1));
  EXPECT_THAT(Ids({.host = ""}), ElementsAre(4, 2));
}

TEST_F(JournalTest, AFloodOfStrangersPushesOutStrangersOnly) {
  std::vector<Event> flood{Known(1)};
  for (uint64_t id = 2; id <= 1000; ++id) flood.push_back(Stranger(id));
  ASSERT_THAT(PutEvents(*db_, flood), IsOk());
  ASSERT_THAT(TrimEvents(*db_, {.max_events = 100, .max_of_strangers = 3}, At(2000)), IsOk());
  EXPECT_THAT(Ids(), ElementsAre(1000, 999, 998, 1));
}

TEST_F(JournalTest, TheOldestGoFirst) {
  std::vector<Event> events;
  for (uint64_t id = 1; id <= 10; ++id) events.push_back(Known(id));
  events[9].last = At(500'000);
  ASSERT_THAT(PutEvents(*db_, events), IsOk());
  ASSERT_THAT(TrimEvents(*db_, {.max_events = 4, .max_age = std::chrono::hours(1)}, At(3000)),
              IsOk());
  EXPECT_THAT(Ids(), ElementsAre(10, 9, 8, 7));
  ASSERT_THAT(TrimEvents(*db_, {.max_age = std::chrono::hours(1)}, At(500'001)), IsOk());
  EXPECT_THAT(Ids(), ElementsAre(10));
}

TEST_F(JournalTest, WhatIsNoJournalIsRefused) {
  db_.reset();
  std::ofstream(file_) << std::string(10'000, 'x');
  EXPECT_THAT(OpenJournal(file_), StatusIs(absl::StatusCode::kDataLoss, ""));
}

TEST_F(JournalTest, DamagedPagesAreSeenWhenItIsOpened) {
  std::vector<Event> events;
  for (uint64_t id = 1; id <= 2000; ++id) events.push_back(Known(id));
  ASSERT_THAT(PutEvents(*db_, events), IsOk());
  db_.reset();
  std::fstream(file_, std::ios::in | std::ios::out)
      .seekp(8192)
      .write(std::string(4096, '\xff').data(), 4096);
  EXPECT_THAT(OpenJournal(file_), StatusIs(absl::StatusCode::kDataLoss, ""));
}

}  // namespace
}  // namespace pxe::store
