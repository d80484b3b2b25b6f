// The revision counter: one number a write, whether it is counted in the database or in memory.
#include "store/revision.h"

#include <gtest/gtest.h>

#include "store/leases.h"
#include "store/writer.h"
#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

class RevisionTest : public StoreTest {};

TEST_F(RevisionTest, ABatchCountsOnFromTheDatabaseAndIsThereWhenSaved) {
  ASSERT_THAT(NextRevision(db()), IsOkAndHolds(1u));
  {
    auto batch = RevisionBatch::Begin(db());
    ASSERT_THAT(batch, IsOk());
    EXPECT_THAT(NextRevision(db()), IsOkAndHolds(2u));
    EXPECT_THAT(NextRevision(db()), IsOkAndHolds(3u));
    EXPECT_THAT(CurrentRevision(db()), IsOkAndHolds(3u));
    ASSERT_THAT(batch->Save(), IsOk());
  }
  EXPECT_THAT(CurrentRevision(db()), IsOkAndHolds(3u));
  Reopen();
  EXPECT_THAT(NextRevision(db()), IsOkAndHolds(4u));
}

TEST_F(RevisionTest, ABatchThatIsNotSavedNeverWas) {
  {
    auto batch = RevisionBatch::Begin(db());
    ASSERT_THAT(NextRevision(db()), IsOkAndHolds(1u));
  }
  EXPECT_THAT(CurrentRevision(db()), IsOkAndHolds(0u));
}

TEST_F(RevisionTest, AWriteThatIsUndoneGivesItsRevisionBack) {
  std::vector<uint64_t> given;
  const auto put = [&given](uint32_t address) {
    return [&given, address](Database& own) {
      core::Lease lease;
      lease.address = {address};
      const auto revision = PutLease(own, lease);
      given.push_back(revision.value_or(0));
      return address == 2 ? InvalidArgument("no") : revision.status();
    };
  };
  Writer writer(db(), {.max_batch = 3});
  for (uint32_t address = 1; address <= 3; ++address) {
    ASSERT_TRUE(writer.Submit({.change = put(address), .done = [](const absl::Status&) {}}));
  }
  writer.Stop();
  EXPECT_EQ(given, (std::vector<uint64_t>{1, 2, 2}));
  const auto leases = ListLeases(db());
  ASSERT_EQ(leases->size(), 2u);
  EXPECT_EQ(leases->front().revision, 1u);
  EXPECT_EQ(leases->back().revision, 2u);
  EXPECT_THAT(CurrentRevision(db()), IsOkAndHolds(2u));
}

}  // namespace
}  // namespace pxe::store
