// A good state directory: made, kept, and written to in full. Bad ones: bad_state_test.cc.
#include "store/state_dir.h"

#include "store/migrate.h"
#include "store/revision.h"
#include "tests/store/state_dir_fixture.h"

namespace pxe::store {
namespace {

namespace fs = std::filesystem;

TEST_F(StateDirTest, ANewDirectoryGetsADatabaseAndKeepsIt) {
  const fs::path path = dir_.path() / "state";
  {
    auto state = StateDir::Open(path);
    ASSERT_THAT(state, IsOk());
    EXPECT_TRUE(state->created());
    EXPECT_THAT(SchemaVersion(state->db()), IsOkAndHolds(int64_t(SchemaFiles().size())));
    EXPECT_THAT(CurrentRevision(state->db()), IsOkAndHolds(0u));
  }
  auto again = StateDir::Open(path);
  ASSERT_THAT(again, IsOk());
  EXPECT_FALSE(again->created());
  EXPECT_FALSE(fs::exists(path / "state.db.new"));
}

TEST_F(StateDirTest, L1_CommitsAreSyncedInFull) {
  auto state = StateDir::Open(dir_.path());
  ASSERT_THAT(state, IsOk());
  const auto text = [&](Sql pragma) {
    Statement row = state->db().Query(pragma);
    return row.Next() ? row.Text() : "";
  };
  EXPECT_EQ(text("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(text("PRAGMA synchronous"), "2");
  EXPECT_EQ(text("PRAGMA foreign_keys"), "1");
  EXPECT_EQ(text("PRAGMA busy_timeout"), "200");
}

}  // namespace
}  // namespace pxe::store
