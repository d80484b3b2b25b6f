// Databases that are not what they should be: each is refused with its fault and the way out, and
// is still there, byte for byte.
#include <sys/wait.h>

#include <functional>

#include "store/migrate.h"
#include "store/revision.h"
#include "tests/store/state_dir_fixture.h"

namespace pxe::store {
namespace {

namespace fs = std::filesystem;

class BadStateTest : public StateDirTest {};

constexpr const char* kRestore = "restore a backup (pxed --restore)";

// Another program at work, until the test lets it end.
class OtherProgram {
 public:
  explicit OtherProgram(const std::function<bool()>& work) {
    EXPECT_EQ(::pipe(ready_), 0);
    EXPECT_EQ(::pipe(finish_), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(finish_[1]);
      char byte = work() ? 'y' : 'n';
      (void)!::write(ready_[1], &byte, 1);
      (void)!::read(finish_[0], &byte, 1);  // until the parent closes its end
      ::_exit(0);
    }
    char byte = 0;
    EXPECT_EQ(::read(ready_[0], &byte, 1), 1);
    EXPECT_EQ(byte, 'y');
  }
  ~OtherProgram() {
    ::close(finish_[1]);
    EXPECT_EQ(::waitpid(pid_, nullptr, 0), pid_);
    for (const int fd : {ready_[0], ready_[1], finish_[0]}) ::close(fd);
  }
  OtherProgram(const OtherProgram&) = delete;
  OtherProgram& operator=(const OtherProgram&) = delete;

  std::string Name() const { return "process " + std::to_string(pid_); }

 private:
  int ready_[2];
  int finish_[2];
  pid_t pid_;
};

TEST_F(BadStateTest, ASecondPxedIsToldWhoHoldsTheDirectory) {
  {
    std::optional<StateDir> held;
    const OtherProgram holder([&] {
      auto state = StateDir::Open(dir_.path());
      if (state.ok()) held.emplace(*std::move(state));
      return held.has_value();
    });
    EXPECT_THAT(Open(), StatusIs(kRefused, "is held by " + holder.Name() + "; end that one"));
  }
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(BadStateTest, AProgramThatHasLockedTheDatabaseIsNamed) {
  MakeGood();
  for (const char* script : {"PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE;"
                             "UPDATE meta SET revision = 7;",
                             "BEGIN IMMEDIATE; UPDATE meta SET revision = 7;"}) {
    const OtherProgram shell([&] {
      static std::unique_ptr<Database> db;  // open until the process ends
      db = *Database::Open(file(), Database::Mode::kExisting);
      return db->RunScript(script).ok();
    });
    ExpectLeftAlone(absl::StatusCode::kUnavailable,
                    "it is locked by " + shell.Name() + ", which is no pxed; end that");
  }
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(BadStateTest, L6_AFileThatIsNoDatabaseIsRefused) {
  Write(std::string(8192, 'x'));
  ExpectLeftAlone(kLost, std::string("not a database; ") + kRestore);
}

TEST_F(BadStateTest, L6_AnEmptyFileIsALostDatabaseNotANewOne) {
  Write("");
  ExpectLeftAlone(kLost, std::string("it is empty; ") + kRestore);
}

TEST_F(BadStateTest, L6_ATruncatedDatabaseIsRefused) {
  MakeGood();
  const std::string whole = Content();
  ASSERT_GT(whole.size(), 4 * kPage);
  for (const size_t size : {whole.size() - 1, whole.size() - kPage, whole.size() / 2, kPage + 1,
                            kPage, size_t{512}, size_t{100}, size_t{50}, size_t{1}}) {
    SCOPED_TRACE(size);
    Write(whole.substr(0, size));
    ExpectLeftAlone(kLost, kRestore);
  }
}

// A file cut while its log is there: the pages in the log do not make up for the others.
TEST_F(BadStateTest, ATruncatedDatabaseWithALogIsRefused) {
  MakeGood();
  TempDir crashed;
  {
    auto state = StateDir::Open(dir_.path());
    ASSERT_THAT(state, IsOk());
    ASSERT_THAT(NextRevision(state->db()), IsOk());
    for (const char* suffix : {"", "-wal", ".in-use"}) {
      fs::copy_file(Beside(suffix), crashed.Path("state.db") + suffix);
    }
  }
  for (const char* suffix : {"", "-wal", ".in-use"}) {
    fs::copy_file(crashed.Path("state.db") + suffix, Beside(suffix),
                  fs::copy_options::overwrite_existing);
  }
  ASSERT_GT(fs::file_size(Beside("-wal")), 0u);
  const std::string whole = Content();
  Write(whole.substr(0, whole.size() / 2));
  ExpectLeftAlone(kLost, kRestore);
}

TEST_F(BadStateTest, L6_AnyPageOverwrittenIsNoticed) {
  MakeGood();
  const std::string whole = Content();
  for (size_t page = 0; page < whole.size() / kPage; ++page) {
    SCOPED_TRACE(page);
    std::string damaged = whole;
    damaged.replace(page * kPage, kPage, std::string(kPage, '\xff'));
    Write(damaged);
    ExpectLeftAlone(kLost, kRestore);
  }
}

TEST_F(BadStateTest, AFlippedHeaderIsRefused) {
  MakeGood();
  const std::string whole = Content();
  for (const size_t at : {0u, 8u, 16u, 20u}) {  // the magic words, the page size, reserved space
    SCOPED_TRACE(at);
    std::string flipped = whole;
    flipped[at] = static_cast<char>(~flipped[at]);
    Write(flipped);
    ExpectLeftAlone(kLost, kRestore);
  }
}

TEST_F(BadStateTest, AFlippedSchemaPageIsRefused) {
  MakeGood();
  const std::string whole = Content();
  for (const size_t at : {100u, 103u, 105u}) {  // the header of the page that lists the tables
    SCOPED_TRACE(at);
    std::string flipped = whole;
    flipped[at] = static_cast<char>(~flipped[at]);
    Write(flipped);
    ExpectLeftAlone(kLost, kRestore);
  }
}

TEST_F(BadStateTest, TheDatabaseOfAnotherProgramIsRefused) {
  RunRaw("CREATE TABLE bookmarks (url TEXT)");
  ExpectLeftAlone(kRefused, "database of another program");
}

TEST_F(BadStateTest, ADatabaseWithoutTablesIsNotFilledWithOurs) {
  RunRaw("VACUUM");
  ASSERT_EQ(Content().size(), kPage);
  ExpectLeftAlone(kLost, "it has no tables; restore a backup");
}

TEST_F(BadStateTest, ANewerSchemaIsRefused) {
  MakeGood();
  RunRaw("PRAGMA user_version = 99");
  ExpectLeftAlone(kRefused, "its schema has version 99");
}

// The version may be in the log alone; looking at it must not move it into the database.
TEST_F(BadStateTest, ANewerSchemaInTheLogIsRefusedAndItsLogStays) {
  TempDir alive;
  {
    auto state = StateDir::Open(alive.path());
    ASSERT_THAT(state, IsOk());
    ASSERT_THAT(state->db().RunScript("PRAGMA user_version = 99"), IsOk());
    for (const char* suffix : {"", "-wal", ".in-use"}) {
      fs::copy_file(alive.Path("state.db") + suffix, Beside(suffix));
    }
  }
  ASSERT_GT(fs::file_size(Beside("-wal")), 0u);
  ExpectLeftAlone(kRefused, "its schema has version 99");
}

TEST_F(BadStateTest, ADirectoryOrAPipeInItsPlaceIsRefused) {
  fs::create_directory(file());
  EXPECT_THAT(Open(), StatusIs(kRefused, "state.db: it is a directory; move it away"));
  fs::remove(file());
  ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
  EXPECT_THAT(Open(), StatusIs(kRefused, "state.db: it is not a regular file; move it away"));
  fs::remove(file());
  fs::create_symlink("nowhere", file());
  EXPECT_THAT(Open(), StatusIs(kRefused, "state.db: it is not a regular file; move it away"));
}

TEST_F(BadStateTest, AMissingParentIsNamed) {
  EXPECT_THAT(StateDir::Open(dir_.path() / "a" / "b"), StatusIs(kMissing, "/a/b: "));
  EXPECT_THAT(StateDir::Open(dir_.path() / "a" / "b"), StatusIs(kMissing, "make its parent"));
}

TEST_F(BadStateTest, AFileInThePlaceOfTheDirectoryIsNamed) {
  std::ofstream(dir_.Path("state")) << "text";
  EXPECT_FALSE(StateDir::Open(dir_.path() / "state").ok());
  EXPECT_EQ(ContentOf(dir_.path() / "state"), "text");
}

TEST_F(BadStateTest, L6_ALogWithoutItsDatabaseIsRefused) {
  std::ofstream(Beside("-wal")) << "frames";
  EXPECT_THAT(Open(), StatusIs(kLost, "it is missing, but its log"));
  EXPECT_FALSE(fs::exists(file()));
  EXPECT_EQ(ContentOf(Beside("-wal")), "frames");
}

TEST_F(BadStateTest, AMarkWithoutItsDatabaseIsRefused) {
  MakeCrashed();
  fs::remove(file());
  fs::remove(Beside("-wal"));
  EXPECT_THAT(Open(), StatusIs(kLost, "it is missing, but its mark"));
  EXPECT_FALSE(fs::exists(file()));
}

TEST_F(BadStateTest, ACrashIsRecoveredFromWithItsLog) {
  MakeCrashed();
  auto state = StateDir::Open(dir_.path());
  ASSERT_THAT(state, IsOk());
  EXPECT_EQ(CountLeases(state->db()), 1000);
}

TEST_F(BadStateTest, ALogDeletedAfterACrashIsMissed) {
  MakeCrashed();
  fs::remove(Beside("-wal"));
  ExpectLeftAlone(kLost, "state.db-wal is gone, and pxed, process " + std::to_string(::getpid()) +
                             ", was not ended in order: the last writes may be lost");
  // The way out that the message names.
  fs::remove(Beside(".in-use"));
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(BadStateTest, AfterAnOrderlyEndThereIsNothingToMiss) {
  MakeGood();
  EXPECT_FALSE(fs::exists(Beside(".in-use")));
  EXPECT_FALSE(fs::exists(Beside("-wal")));
  EXPECT_THAT(Open(), IsOk());
}

// What a refusal leaves must not be taken for a crash the next time.
TEST_F(BadStateTest, ARefusedMigrationAfterACrashLosesNothing) {
  MakeCrashed();
  const std::vector<SchemaFile> first(SchemaFiles().begin(), SchemaFiles().end());
  std::vector<SchemaFile> broken = first;
  broken.push_back({"9999_broken.sql", "INSERT INTO nowhere VALUES (1)"});
  EXPECT_THAT(StateDir::Open(dir_.path(), broken), StatusIs(absl::StatusCode::kInternal, "9999"));
  auto state = StateDir::Open(dir_.path(), first);
  ASSERT_THAT(state, IsOk());
  EXPECT_EQ(CountLeases(state->db()), 1000);
}

TEST_F(BadStateTest, GarbageInTheSharedMemoryFileIsMadeAnew) {
  MakeCrashed();
  std::ofstream(Beside("-shm"), std::ios::binary) << std::string(32768, '\x5a');
  auto state = StateDir::Open(dir_.path());
  ASSERT_THAT(state, IsOk());
  EXPECT_EQ(CountLeases(state->db()), 1000);
}

TEST_F(BadStateTest, AnUnfinishedNewDatabaseIsBegunAgain) {
  std::ofstream(Beside(".new")) << "half";
  EXPECT_THAT(Open(), IsOk());
  EXPECT_FALSE(fs::exists(Beside(".new")));
}

TEST_F(BadStateTest, ARestoreThatDidNotComeToItsEndIsToldOf) {
  std::ofstream(Beside(".restoring")) << "half";
  EXPECT_THAT(Open(), StatusIs(kLost, "run pxed --restore again"));
  EXPECT_FALSE(fs::exists(file()));
}

}  // namespace
}  // namespace pxe::store
