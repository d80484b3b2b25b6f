#include "store/changes.h"

#include "store/migrate.h"
#include "store/revision.h"
#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

constexpr auto kOutOfRange = absl::StatusCode::kOutOfRange;
constexpr auto kCreated = ChangeAction::kCreated;
constexpr auto kUpdated = ChangeAction::kUpdated;
constexpr auto kDeleted = ChangeAction::kDeleted;

class ChangesTest : public StoreTest {
 protected:
  // A write of one resource, as the server makes it; its revision.
  uint64_t Write(const std::string& id, ChangeAction action, const std::string& before = "") {
    const uint64_t revision = *NextRevision(db());
    const Change change{.revision = revision,
                        .time = now,
                        .resource = {"hosts", id},
                        .action = action,
                        .author = {"unix", "alice@ops"},
                        .before = before};
    EXPECT_THAT(LogChange(db(), change), IsOk());
    EXPECT_THAT(CloseLog(db(), 1, now, limits), IsOk());
    return revision;
  }
  void WriteMany(int count) {
    for (int i = 0; i < count; ++i) Write("n1", kUpdated, "old");
  }

  std::vector<uint64_t> Kept(const std::optional<ResourceId>& resource = {},
                             uint64_t end = UINT64_MAX, size_t limit = 100) {
    std::vector<uint64_t> revisions;
    const auto changes = ListChanges(db(), resource, end, limit);
    EXPECT_THAT(changes, IsOk());
    for (const Change& change : *changes) revisions.push_back(change.revision);
    return revisions;
  }

  // What the resource was right after `revision`.
  std::string StateAt(const std::string& id, uint64_t revision) {
    const auto next = FirstChangeAfter(db(), {"hosts", id}, revision);
    EXPECT_THAT(next, IsOk());
    if (!*next) return "as it is";
    return (*next)->action == kCreated ? "not there" : (*next)->before;
  }

  Seconds now = At(1'000'000);
  ChangeLogLimits limits;
};

TEST_F(ChangesTest, AChangeIsReadAsItWasWritten) {
  const std::string bytes("\0\xff proto", 8);
  const uint64_t revision = Write("n1", kUpdated, bytes);
  Reopen();
  const auto change = GetChange(db(), "name", revision);
  ASSERT_THAT(change, IsOk());
  EXPECT_EQ(change->revision, revision);
  EXPECT_EQ(change->time, now);
  EXPECT_EQ(change->resource.collection, "hosts");
  EXPECT_EQ(change->resource.id, "n1");
  EXPECT_EQ(change->action, kUpdated);
  EXPECT_EQ(change->author.actor, "unix");
  EXPECT_EQ(change->author.claimed_actor, "alice@ops");
  EXPECT_EQ(change->before, bytes);
}

TEST_F(ChangesTest, TheStateAtARevisionIsTheOneBeforeTheNextChange) {
  Write("n1", kCreated);                    // 1
  Write("n2", kCreated);                    // 2
  Write("n1", kUpdated, "first");           // 3
  ASSERT_THAT(NextRevision(db()), IsOk());  // 4, a lease
  Write("n1", kDeleted, "second");          // 5
  Write("n1", kCreated);                    // 6
  EXPECT_EQ(StateAt("n1", 0), "not there");
  EXPECT_EQ(StateAt("n1", 1), "first");
  EXPECT_EQ(StateAt("n1", 2), "first");
  EXPECT_EQ(StateAt("n1", 3), "second");
  EXPECT_EQ(StateAt("n1", 4), "second");
  EXPECT_EQ(StateAt("n1", 5), "not there");
  EXPECT_EQ(StateAt("n1", 6), "as it is");
  EXPECT_EQ(StateAt("n2", 1), "not there");
  EXPECT_EQ(StateAt("n2", 2), "as it is");
}

TEST_F(ChangesTest, ListsTheNewestFirstInPagesAndByResource) {
  Write("n1", kCreated);
  Write("n2", kCreated);
  Write("n1", kUpdated, "x");
  Write("n1", kDeleted, "y");
  EXPECT_THAT(Kept(), ElementsAre(4, 3, 2, 1));
  EXPECT_THAT(Kept({}, UINT64_MAX, 3), ElementsAre(4, 3, 2));
  EXPECT_THAT(Kept({}, 2, 3), ElementsAre(1));
  EXPECT_THAT(Kept(ResourceId{"hosts", "n1"}), ElementsAre(4, 3, 1));
  EXPECT_THAT(Kept(ResourceId{"hosts", "n1"}, 4, 1), ElementsAre(3));
  EXPECT_THAT(Kept(ResourceId{"subnets", "n1"}), IsEmpty());
}

TEST_F(ChangesTest, ARevisionThatWasNoChangeIsNotFound) {
  Write("n1", kCreated);
  ASSERT_THAT(NextRevision(db()), IsOk());
  EXPECT_THAT(GetChange(db(), "name", 2), StatusIs(kMissing, "name: revision 2 was no change"));
}

TEST_F(ChangesTest, RevisionsToComeAreOutOfRange) {
  Write("n1", kCreated);
  EXPECT_THAT(CheckRevision(db(), "at_revision", 1), IsOk());
  for (const uint64_t revision : {uint64_t{2}, uint64_t{1} << 63, UINT64_MAX}) {
    EXPECT_THAT(CheckRevision(db(), "at_revision", revision),
                StatusIs(kOutOfRange, "has not happened yet, the last one is 1"));
    EXPECT_THAT(GetChange(db(), "name", revision), StatusIs(kOutOfRange, "name: "));
  }
}

TEST_F(ChangesTest, L13_RowsBeyondTheLimitAreCutAtTheOldEnd) {
  limits.max_rows = 3;
  WriteMany(5);
  EXPECT_THAT(Kept(), ElementsAre(5, 4, 3));
  EXPECT_THAT(CheckRevision(db(), "at_revision", 1),
              StatusIs(kOutOfRange,
                       "at_revision: revision 1 is older than the history kept, which "
                       "begins after revision 2"));
  EXPECT_THAT(CheckRevision(db(), "at_revision", 2), IsOk());
  EXPECT_THAT(GetChange(db(), "name", 2), StatusIs(kOutOfRange, "name: "));
  EXPECT_THAT(GetChange(db(), "name", 3), IsOk());
}

TEST_F(ChangesTest, WhatWasBeforeTheCutIsStillKnownAfterIt) {
  limits.max_rows = 1;
  Write("n1", kCreated);
  Write("n2", kCreated);
  Write("n1", kUpdated, "first");
  EXPECT_THAT(Kept(), ElementsAre(3));
  EXPECT_EQ(StateAt("n1", 2), "first");
  EXPECT_EQ(StateAt("n2", 2), "as it is");
}

TEST_F(ChangesTest, L13_OldRowsAreCutByLaterWrites) {
  limits.max_age = 60s;
  WriteMany(2);
  now += 60s;
  WriteMany(1);
  EXPECT_THAT(Kept(), ElementsAre(3, 2, 1)) << "just as old as may be";
  now += 1s;
  EXPECT_THAT(Kept(), ElementsAre(3, 2, 1)) << "nobody has written";
  WriteMany(1);
  EXPECT_THAT(Kept(), ElementsAre(4, 3));
  EXPECT_THAT(CheckRevision(db(), "at_revision", 1), StatusIs(kOutOfRange, "begins after"));
}

TEST_F(ChangesTest, OneWriteCutsNoMoreThanASlice) {
  WriteMany(10);
  limits = {.max_rows = 1, .trim_slice = 2};
  WriteMany(1);
  EXPECT_EQ(Kept().size(), 9u);
  WriteMany(8);
  EXPECT_THAT(Kept(), ElementsAre(19)) << "later writes catch up";
}

TEST_F(ChangesTest, AWriteOfManyRowsCutsTwiceAsMany) {
  WriteMany(10);
  limits = {.max_rows = 2, .trim_slice = 1};
  for (int i = 0; i < 4; ++i) {
    const Change change{.revision = *NextRevision(db()), .time = now, .resource = {"hosts", "n2"}};
    ASSERT_THAT(LogChange(db(), change), IsOk());
  }
  ASSERT_THAT(CloseLog(db(), 4, now, limits), IsOk());
  EXPECT_EQ(Kept().size(), 6u);
}

TEST_F(ChangesTest, ADatabaseThatHadNoLogKnowsItsStateFromThenOn) {
  // As the first schema left it, after 7 writes.
  state_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(dir_.path())) {
    std::filesystem::remove(entry.path());
  }
  {
    auto first = Database::Open(file(), Database::Mode::kCreate);
    ASSERT_THAT(first, IsOk());
    ASSERT_THAT(Migrate(**first, SchemaFiles().first(1)), IsOk());
    ASSERT_THAT((*first)->Run("UPDATE meta SET revision = 7"), IsOk());
  }
  Reopen();
  EXPECT_THAT(CheckRevision(db(), "at_revision", 6), StatusIs(kOutOfRange, "after revision 7"));
  EXPECT_THAT(CheckRevision(db(), "at_revision", 7), IsOk());
  EXPECT_EQ(StateAt("n1", 7), "as it is");
  EXPECT_EQ(Write("n1", kUpdated, "from the first schema"), 8u);
  EXPECT_EQ(StateAt("n1", 7), "from the first schema");
}

TEST_F(ChangesTest, AnUndoneWriteLeavesNoRow) {
  {
    const auto savepoint = Savepoint::Begin(db());
    ASSERT_THAT(savepoint, IsOk());
    Write("n1", kCreated);
  }
  EXPECT_THAT(Kept(), IsEmpty());
  limits.max_rows = 1;
  WriteMany(2);
  EXPECT_THAT(Kept(), ElementsAre(2)) << "it is not counted either";
}

}  // namespace
}  // namespace pxe::store
