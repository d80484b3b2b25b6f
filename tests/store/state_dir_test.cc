// The state directory: who may hold it, and which files are taken for our database.
#include "store/state_dir.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "store/leases.h"
#include "store/migrate.h"
#include "store/revision.h"
#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

namespace fs = std::filesystem;

class StateDirTest : public testing::Test {
 protected:
  fs::path file() const { return dir_.path() / "state.db"; }
  absl::Status Open() { return StateDir::Open(dir_.path()).status(); }

  // A good database with enough rows to fill several pages.
  void MakeGood() {
    auto state = StateDir::Open(dir_.path());
    ASSERT_THAT(state, IsOk());
    auto transaction = Transaction::Begin(state->db());
    core::Lease lease;
    for (uint32_t i = 1; i <= 1000; ++i) {
      lease.address = {i};
      lease.host_name = std::string(50, 'h');
      ASSERT_THAT(PutLease(state->db(), lease), IsOk());
    }
    ASSERT_THAT(transaction->Commit(), IsOk());
  }
  void RunRaw(std::string_view script) {
    auto db = Database::Open(file(), Database::Mode::kCreate);
    ASSERT_THAT(db, IsOk());
    ASSERT_THAT((*db)->RunScript(script), IsOk());
  }
  std::string Content() const {
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void Write(std::string_view content) { std::ofstream(file(), std::ios::binary) << content; }
  // Refused, and every byte of it is still there.
  void ExpectLeftAlone(absl::StatusCode code, std::string_view message) {
    const std::string before = Content();
    EXPECT_THAT(Open(), StatusIs(code, std::string(message)));
    EXPECT_TRUE(Content() == before);
  }

  TempDir dir_;
};

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

TEST_F(StateDirTest, AMissingParentIsNamed) {
  EXPECT_THAT(StateDir::Open(dir_.path() / "a" / "b"), StatusIs(kMissing, "/a/b"));
}

TEST_F(StateDirTest, ASecondProcessIsToldWhoHoldsIt) {
  int ready[2];
  int finish[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(finish), 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    ::close(finish[1]);
    {
      const auto state = StateDir::Open(dir_.path());
      char byte = state.ok() ? 'y' : 'n';
      (void)!::write(ready[1], &byte, 1);
      (void)!::read(finish[0], &byte, 1);  // until the parent closes its end
    }
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  ASSERT_EQ(byte, 'y');
  EXPECT_THAT(Open(), StatusIs(kRefused, "is held by process " + std::to_string(holder)));
  ::close(finish[1]);
  ASSERT_EQ(::waitpid(holder, nullptr, 0), holder);
  EXPECT_THAT(Open(), IsOk());
  for (const int fd : {ready[0], ready[1], finish[0]}) ::close(fd);
}

TEST_F(StateDirTest, L6_AFileThatIsNoDatabaseIsRefused) {
  Write(std::string(8192, 'x'));
  ExpectLeftAlone(kLost, "not a database");
}

TEST_F(StateDirTest, L6_AnEmptyFileIsALostDatabaseNotANewOne) {
  Write("");
  ExpectLeftAlone(kLost, "state.db: it is empty");
}

TEST_F(StateDirTest, L6_ATruncatedDatabaseIsRefused) {
  MakeGood();
  const std::string whole = Content();
  ASSERT_GT(whole.size(), 4u * 4096);
  for (const size_t size : {whole.size() - 4096, whole.size() / 2, size_t{4096}, size_t{100}}) {
    Write(whole.substr(0, size));
    ExpectLeftAlone(kLost, "state.db: ");
  }
}

TEST_F(StateDirTest, L6_ADamagedPageIsRefused) {
  MakeGood();
  std::string content = Content();
  const size_t last_page = content.size() - 4096;
  content.replace(last_page, 64, std::string(64, '\xff'));
  Write(content);
  ExpectLeftAlone(kLost, "state.db: ");
}

TEST_F(StateDirTest, L6_ALogWithoutItsDatabaseIsRefused) {
  std::ofstream(file().string() + "-wal") << "frames";
  EXPECT_THAT(Open(), StatusIs(kLost, "it is missing, but its log"));
  EXPECT_FALSE(fs::exists(file()));
}

TEST_F(StateDirTest, AnUnfinishedNewDatabaseIsBegunAgain) {
  std::ofstream(file().string() + ".new") << "half";
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(StateDirTest, TheDatabaseOfAnotherProgramIsRefused) {
  RunRaw("CREATE TABLE bookmarks (url TEXT)");
  ExpectLeftAlone(kRefused, "database of another program");
}

TEST_F(StateDirTest, ANewerSchemaIsRefused) {
  MakeGood();
  RunRaw("PRAGMA user_version = 99");
  ExpectLeftAlone(kRefused, "its schema has version 99");
}

TEST_F(StateDirTest, AMigrationHappensWhollyOrNotAtAll) {
  auto db = Database::Open(file(), Database::Mode::kCreate);
  ASSERT_THAT(db, IsOk());
  const SchemaFile files[] = {{"0001_a.sql", "CREATE TABLE a (x)"},
                              {"0002_b.sql", "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)"}};
  EXPECT_THAT(Migrate(**db, files), StatusIs(absl::StatusCode::kInternal,
                                             "0002_b.sql: database: no such table: nowhere"));
  EXPECT_THAT(SchemaVersion(**db), IsOkAndHolds(1));
  EXPECT_THAT((*db)->Run("SELECT * FROM a"), IsOk());
  EXPECT_THAT((*db)->Run("SELECT * FROM b"),
              StatusIs(absl::StatusCode::kInternal, "no such table"));

  const SchemaFile repaired[] = {files[0], {"0002_b.sql", "CREATE TABLE b (x)"}};
  EXPECT_THAT(Migrate(**db, repaired), IsOk());
  EXPECT_THAT(SchemaVersion(**db), IsOkAndHolds(2));
}

}  // namespace
}  // namespace pxe::store
