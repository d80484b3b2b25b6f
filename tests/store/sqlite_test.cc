// The thin layer over SQLite: values in and out, errors as codes, transactions and their parts.
#include "store/sqlite.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

class SqliteTest : public testing::Test {
 protected:
  SqliteTest() {
    auto opened = Database::Open(file(), Database::Mode::kCreate);
    EXPECT_THAT(opened, IsOk());
    db_ = std::move(*opened);
  }
  std::filesystem::path file() const { return dir_.path() / "a.db"; }
  int64_t Count() {
    Statement rows = db_->Query("SELECT count(*) FROM t");
    return rows.Next() ? rows.Int() : -1;
  }

  TempDir dir_;
  std::unique_ptr<Database> db_;
};

TEST_F(SqliteTest, ValuesComeBackAsTheyWereBound) {
  ASSERT_THAT(db_->Run("CREATE TABLE t (a, b, c, d, e, f, g, h)"), IsOk());
  const std::vector<uint8_t> blob = {0, 1, 255};
  ASSERT_THAT(db_->Run("INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", -5,
                       std::string("a\0b", 3), blob, Ip("255.255.255.255"), At(1'900'000'000), true,
                       nullptr, std::optional<Ipv4>()),
              IsOk());
  Statement row = db_->Query("SELECT a, b, c, d, e, f, g, h FROM t");
  ASSERT_TRUE(row.Next());
  EXPECT_EQ(row.Int(), -5);
  EXPECT_EQ(row.Text(), std::string("a\0b", 3));
  EXPECT_EQ(row.Blob(), blob);
  EXPECT_EQ(row.Address(), Ip("255.255.255.255"));
  EXPECT_EQ(row.Time(), At(1'900'000'000));
  EXPECT_TRUE(row.Bool());
  EXPECT_EQ(row.OptionalText(), std::nullopt);
  EXPECT_EQ(row.OptionalAddress(), std::nullopt);
  EXPECT_FALSE(row.Next());
  EXPECT_THAT(row.status(), IsOk());
}

TEST_F(SqliteTest, EmptyTextAndEmptyBlobAreNotNull) {
  ASSERT_THAT(db_->Run("CREATE TABLE t (a TEXT NOT NULL, b BLOB NOT NULL) STRICT"), IsOk());
  EXPECT_THAT(db_->Run("INSERT INTO t VALUES (?1, ?2)", std::string_view(), std::vector<uint8_t>()),
              IsOk());
}

TEST_F(SqliteTest, OneStatementMayBeOnLoanTwice) {
  ASSERT_THAT(db_->RunScript("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)"), IsOk());
  static constexpr Sql kAll = "SELECT a FROM t ORDER BY a";
  Statement outer = db_->Query(kAll);
  int pairs = 0;
  while (outer.Next()) {
    Statement inner = db_->Query(kAll);
    while (inner.Next()) ++pairs;
  }
  EXPECT_EQ(pairs, 4);
}

TEST_F(SqliteTest, ConstraintsHaveTheirCodes) {
  ASSERT_THAT(db_->RunScript("CREATE TABLE p (id INTEGER PRIMARY KEY) STRICT;"
                             "CREATE TABLE t (id INTEGER PRIMARY KEY, u TEXT UNIQUE,"
                             "  c INTEGER NOT NULL CHECK (c > 0), p REFERENCES p);"
                             "INSERT INTO t VALUES (1, 'x', 1, NULL);"),
              IsOk());
  EXPECT_THAT(db_->Run("INSERT INTO t VALUES (1, 'y', 1, NULL)"), StatusIs(kTaken, "t.id"));
  EXPECT_THAT(db_->Run("INSERT INTO t VALUES (2, 'x', 1, NULL)"), StatusIs(kTaken, "t.u"));
  EXPECT_THAT(db_->Run("INSERT INTO t VALUES (2, 'y', 0, NULL)"), StatusIs(kInvalid, "c > 0"));
  EXPECT_THAT(db_->Run("INSERT INTO t VALUES (2, 'y', NULL, NULL)"), StatusIs(kInvalid, "t.c"));
  EXPECT_THAT(db_->Run("INSERT INTO t VALUES (2, 'y', 1, 7)"), StatusIs(kRefused, "FOREIGN KEY"));
  EXPECT_THAT(db_->Run("INSERT INTO p VALUES ('text')"), StatusIs(kInvalid, "mismatch"));
  EXPECT_THAT(db_->Run("SELEKT"), StatusIs(absl::StatusCode::kInternal, "SELEKT"));
}

TEST_F(SqliteTest, AFullFileIsResourceExhausted) {
  ASSERT_THAT(db_->RunScript("CREATE TABLE t (a); PRAGMA max_page_count = 3"), IsOk());
  EXPECT_THAT(db_->Run("INSERT INTO t VALUES (zeroblob(100000))"),
              StatusIs(absl::StatusCode::kResourceExhausted, "full"));
}

TEST_F(SqliteTest, ALockOfAnotherConnectionIsUnavailable) {
  auto other = Database::Open(file(), Database::Mode::kExisting);
  ASSERT_THAT(other, IsOk());
  auto lock = Transaction::Begin(**other);
  ASSERT_THAT(lock, IsOk());
  EXPECT_THAT(Transaction::Begin(*db_), StatusIs(absl::StatusCode::kUnavailable, "locked"));
}

TEST_F(SqliteTest, AFileThatIsNoDatabaseIsDataLoss) {
  const auto path = dir_.path() / "b.db";
  std::ofstream(path) << std::string(4096, 'x');
  auto opened = Database::Open(path, Database::Mode::kExisting);
  const absl::Status status =
      opened.ok() ? (*opened)->Run("SELECT * FROM sqlite_schema") : opened.status();
  EXPECT_THAT(status, StatusIs(kLost, "not a database"));
}

TEST_F(SqliteTest, AMissingFileIsNotMadeUnlessAsked) {
  const auto path = dir_.path() / "b.db";
  EXPECT_THAT(Database::Open(path, Database::Mode::kExisting),
              StatusIs(kRefused, "unable to open"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(SqliteTest, ATransactionThatIsNotCommittedNeverHappened) {
  ASSERT_THAT(db_->Run("CREATE TABLE t (a)"), IsOk());
  {
    auto transaction = Transaction::Begin(*db_);
    ASSERT_THAT(transaction, IsOk());
    ASSERT_THAT(db_->Run("INSERT INTO t VALUES (1)"), IsOk());
  }
  EXPECT_EQ(Count(), 0);
  EXPECT_FALSE(db_->InTransaction());
}

TEST_F(SqliteTest, ASavepointUndoesItsPartOnly) {
  ASSERT_THAT(db_->Run("CREATE TABLE t (a)"), IsOk());
  auto transaction = Transaction::Begin(*db_);
  ASSERT_THAT(transaction, IsOk());
  {
    auto kept = Savepoint::Begin(*db_);
    ASSERT_THAT(db_->Run("INSERT INTO t VALUES (1)"), IsOk());
    ASSERT_THAT(kept->Release(), IsOk());
  }
  {
    auto undone = Savepoint::Begin(*db_);
    ASSERT_THAT(db_->Run("INSERT INTO t VALUES (2)"), IsOk());
  }
  ASSERT_THAT(transaction->Commit(), IsOk());
  EXPECT_EQ(Count(), 1);
}

TEST_F(SqliteTest, ARefusedCommitLeavesNoTransactionOpen) {
  ASSERT_THAT(db_->RunScript("CREATE TABLE p (id INTEGER PRIMARY KEY);"
                             "CREATE TABLE t (p REFERENCES p DEFERRABLE INITIALLY DEFERRED);"),
              IsOk());
  auto transaction = Transaction::Begin(*db_);
  ASSERT_THAT(transaction, IsOk());
  ASSERT_THAT(db_->Run("INSERT INTO t VALUES (7)"), IsOk());
  EXPECT_THAT(transaction->Commit(), StatusIs(kRefused, "FOREIGN KEY"));
  EXPECT_FALSE(db_->InTransaction());
  EXPECT_EQ(Count(), 0);
}

}  // namespace
}  // namespace pxe::store
