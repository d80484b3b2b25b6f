#include "store/reader.h"

#include "store/revision.h"
#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

class ReaderTest : public StoreTest {
 protected:
  uint64_t Seen(Reader& reader) {
    uint64_t seen = 0;
    EXPECT_THAT(reader.Do([&](Database& second) -> absl::Status {
      PXE_ASSIGN_OR_RETURN(seen, CurrentRevision(second));
      return absl::OkStatus();
    }),
                IsOk());
    return seen;
  }
};

TEST_F(ReaderTest, SeesWhatIsCommittedAndDoesNotWaitForAWriter) {
  const auto reader = Reader::Open(db());
  ASSERT_THAT(reader, IsOk());
  auto transaction = Transaction::Begin(db());
  ASSERT_THAT(transaction, IsOk());
  ASSERT_THAT(NextRevision(db()), IsOk());
  EXPECT_EQ(Seen(**reader), 0u);
  ASSERT_THAT(transaction->Commit(), IsOk());
  EXPECT_EQ(Seen(**reader), 1u);
}

TEST_F(ReaderTest, AllThatOneReadSeesIsOfOneMoment) {
  const auto reader = Reader::Open(db());
  ASSERT_THAT(reader, IsOk());
  EXPECT_THAT((*reader)->Do([&](Database& second) -> absl::Status {
    PXE_ASSIGN_OR_RETURN(const uint64_t before, CurrentRevision(second));
    PXE_RETURN_IF_ERROR(NextRevision(db()).status());
    PXE_ASSIGN_OR_RETURN(const uint64_t after, CurrentRevision(second));
    EXPECT_EQ(before, after);
    return absl::OkStatus();
  }),
              IsOk());
  EXPECT_EQ(Seen(**reader), 1u);
}

TEST_F(ReaderTest, CannotWriteAndGoesOnAfterAnError) {
  const auto reader = Reader::Open(db());
  ASSERT_THAT(reader, IsOk());
  EXPECT_FALSE((*reader)->Do([](Database& second) { return NextRevision(second).status(); }).ok());
  EXPECT_EQ(Seen(**reader), 0u);
}

}  // namespace
}  // namespace pxe::store
