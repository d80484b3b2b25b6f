// Copies made while serving, and copies put in the place of a database.
#include "store/backup.h"

#include <atomic>
#include <thread>

#include "store/hosts.h"
#include "store/profiles.h"
#include "store/revision.h"
#include "store/writer.h"
#include "tests/store/state_dir_fixture.h"

namespace pxe::store {
namespace {

namespace fs = std::filesystem;

class BackupTest : public StateDirTest {
 protected:
  // A state directory with `hosts` hosts, closed again; a backup of it.
  void MakeBackup(const fs::path& to, int hosts) {
    TempDir source;
    auto state = StateDir::Open(source.path());
    ASSERT_THAT(state, IsOk());
    for (int i = 0; i < hosts; ++i) Insert(state->db(), i);
    ASSERT_THAT(CopyDatabase(state->db(), to), IsOk());
  }
  static void Insert(Database& db, int number) {
    EXPECT_THAT(InsertHost(db, PlainHost("h" + std::to_string(number), number), At(1000)), IsOk());
  }
  absl::StatusOr<Restored> Restore(const fs::path& backup) {
    return RestoreBackup(state_, backup, At(1'700'000'000));
  }
  static size_t CountHosts(StateDir& state) { return ListHosts(state.db())->size(); }
  size_t FilesLike(std::string_view part) const {
    size_t count = 0;
    for (const auto& entry : fs::directory_iterator(state_)) {
      count += entry.path().filename().string().find(part) != std::string::npos ? 1 : 0;
    }
    return count;
  }

  const fs::path state_ = dir_.path() / "state";
  const fs::path backup_ = dir_.path() / "backup.db";
};

TEST_F(BackupTest, ACopyHoldsEverythingCommittedBeforeItBegan) {
  auto state = StateDir::Open(state_);
  ASSERT_THAT(state, IsOk());
  Writer writer(state->db());
  std::atomic<int> acknowledged = 0;
  std::atomic<bool> enough = false;
  std::thread load([&] {
    for (int i = 0; !enough; ++i) {
      std::atomic<bool> done = false;
      WriteJob job{.change = [i](Database& db) -> absl::Status {
                     core::Host host = PlainHost("h" + std::to_string(i), 0);
                     host.nics[0].mac.bytes[4] = static_cast<uint8_t>(i >> 8);
                     host.nics[0].mac.bytes[5] = static_cast<uint8_t>(i);
                     return InsertHost(db, host, At(1000)).status();
                   },
                   .done =
                       [&](const absl::Status& status) {
                         EXPECT_THAT(status, IsOk());
                         ++acknowledged;
                         done = true;
                         done.notify_one();
                       }};
      ASSERT_TRUE(writer.Submit(std::move(job)));
      done.wait(false);
    }
  });
  for (int round = 0; round < 5; ++round) {
    const int before = acknowledged;
    while (acknowledged < before + 10) std::this_thread::yield();  // writes go on meanwhile
    const int known = acknowledged;
    const fs::path copy = dir_.path() / ("copy" + std::to_string(round));
    const auto facts = CopyWhileServing(state->files(), copy);
    ASSERT_THAT(facts, IsOk());
    EXPECT_GE(facts->revision, static_cast<uint64_t>(known));
    EXPECT_FALSE(fs::exists(copy.string() + "-wal"));
    TempDir elsewhere;
    ASSERT_THAT(RestoreBackup(elsewhere.path() / "state", copy, At(1)), IsOk());
    auto restored = StateDir::Open(elsewhere.path() / "state");
    ASSERT_THAT(restored, IsOk());
    EXPECT_GE(CountHosts(*restored), static_cast<size_t>(known));
    // All of it and nothing torn: each host was one write of one revision.
    EXPECT_EQ(CountHosts(*restored), facts->revision);
    EXPECT_THAT(NextRevision(restored->db()), IsOkAndHolds(facts->revision + 1));
  }
  enough = true;
  load.join();
}

TEST_F(BackupTest, ACopyIsNotWrittenOverAFile) {
  auto state = StateDir::Open(state_);
  ASSERT_THAT(state, IsOk());
  std::ofstream(backup_) << "precious";
  EXPECT_FALSE(CopyWhileServing(state->files(), backup_).ok());
}

TEST_F(BackupTest, ABackupIsRestoredIntoANewDirectory) {
  MakeBackup(backup_, 3);
  const std::string before = ContentOf(backup_);
  const auto restored = Restore(backup_);
  ASSERT_THAT(restored, IsOk());
  EXPECT_FALSE(restored->replaced);
  EXPECT_EQ(restored->now.revision, 3u);
  auto state = StateDir::Open(state_);
  ASSERT_THAT(state, IsOk());
  EXPECT_EQ(CountHosts(*state), 3u);
  EXPECT_TRUE(ContentOf(backup_) == before);
}

TEST_F(BackupTest, TheDatabaseBeforeIsKeptAndCanComeBack) {
  MakeBackup(backup_, 3);
  {
    auto state = StateDir::Open(state_);
    ASSERT_THAT(state, IsOk());
    for (int i = 0; i < 9; ++i) Insert(state->db(), i);
  }
  const auto restored = Restore(backup_);
  ASSERT_THAT(restored, IsOk());
  EXPECT_EQ(restored->replaced, state_ / "state.db.replaced-20231114T221320Z");
  EXPECT_EQ(restored->backup.revision, 3u);
  EXPECT_EQ(restored->now.revision, 9u) << "no number of the database before is used again";
  {
    auto state = StateDir::Open(state_);
    ASSERT_THAT(state, IsOk());
    EXPECT_EQ(CountHosts(*state), 3u);
  }
  ASSERT_THAT(Restore(*restored->replaced), IsOk());
  auto state = StateDir::Open(state_);
  ASSERT_THAT(state, IsOk());
  EXPECT_EQ(CountHosts(*state), 9u);
  EXPECT_EQ(FilesLike(".replaced-"), 2u);
}

TEST_F(BackupTest, TheLogOfACrashGoesAsideWithItsDatabase) {
  MakeBackup(backup_, 3);
  MakeCrashed();
  fs::create_directory(state_);
  for (const char* suffix : {"", "-wal", ".in-use"}) {
    fs::rename(Beside(suffix), (state_ / "state.db").string() + suffix);
  }
  const auto restored = Restore(backup_);
  ASSERT_THAT(restored, IsOk());
  EXPECT_FALSE(fs::exists(state_ / "state.db-wal"));
  EXPECT_FALSE(fs::exists(state_ / "state.db.in-use"));
  {
    auto state = StateDir::Open(state_);
    ASSERT_THAT(state, IsOk());
    EXPECT_EQ(CountHosts(*state), 3u);
    EXPECT_EQ(CountLeases(state->db()), 0);
  }
  ASSERT_THAT(Restore(*restored->replaced), IsOk());  // with its log
  auto state = StateDir::Open(state_);
  ASSERT_THAT(state, IsOk());
  EXPECT_EQ(CountLeases(state->db()), 1000);
}

TEST_F(BackupTest, ABadDatabaseIsReplacedAndKeptByteForByte) {
  MakeBackup(backup_, 3);
  fs::create_directory(state_);
  std::ofstream(state_ / "state.db") << "no database";
  const auto restored = Restore(backup_);
  ASSERT_THAT(restored, IsOk());
  ASSERT_TRUE(restored->replaced);
  EXPECT_EQ(ContentOf(*restored->replaced), "no database");
  EXPECT_THAT(StateDir::Open(state_), IsOk());
}

TEST_F(BackupTest, ABackupOfAnOlderSchemaIsMigratedInTheCopy) {
  {
    auto db = Database::Open(backup_, Database::Mode::kCreate);
    ASSERT_THAT(db, IsOk());
    ASSERT_THAT(Migrate(**db, SchemaFiles().first(1)), IsOk());
  }
  std::vector<SchemaFile> later(SchemaFiles().begin(), SchemaFiles().end());
  later.push_back({"9999_later.sql", "CREATE TABLE more (x)"});
  const std::string before = ContentOf(backup_);
  const auto restored = RestoreBackup(state_, backup_, At(1), later);
  ASSERT_THAT(restored, IsOk());
  EXPECT_EQ(restored->backup.schema, 1);
  EXPECT_EQ(restored->now.schema, int64_t(later.size()));
  EXPECT_TRUE(ContentOf(backup_) == before);
}

TEST_F(BackupTest, WhatIsNoBackupIsRefusedAndChangesNothing) {
  {
    auto state = StateDir::Open(state_);
    ASSERT_THAT(state, IsOk());
    for (int i = 0; i < 9; ++i) Insert(state->db(), i);
  }
  const std::string before = ContentOf(state_ / "state.db");
  MakeBackup(backup_, 100);
  const std::string whole = ContentOf(backup_);
  const auto refused = [&](std::string_view content) {
    std::ofstream(backup_, std::ios::binary | std::ios::trunc) << content;
    const auto restored = Restore(backup_);
    EXPECT_FALSE(restored.ok());
    EXPECT_TRUE(MessageOf(restored.status()).starts_with(backup_.string() + ": "))
        << MessageOf(restored.status());
  };
  refused("");
  refused("text");
  for (const size_t size : {whole.size() - 1, whole.size() / 2, kPage}) {
    refused(whole.substr(0, size));
  }
  for (size_t page = 0; page < whole.size() / kPage; ++page) {
    SCOPED_TRACE(page);
    std::string damaged = whole;
    damaged.replace(page * kPage, kPage, std::string(kPage, '\xff'));
    refused(damaged);
  }
  EXPECT_THAT(Restore(state_ / "state.db"), StatusIs(kRefused, "the state directory itself"));
  EXPECT_THAT(Restore(dir_.path()), StatusIs(kRefused, "there is no such file"));
  EXPECT_TRUE(ContentOf(state_ / "state.db") == before);
  EXPECT_EQ(FilesLike("restoring") + FilesLike("replaced"), 0u);
}

TEST_F(BackupTest, NothingIsRestoredUnderAServingPxed) {
  MakeBackup(backup_, 3);
  const auto state = StateDir::Open(state_);
  ASSERT_THAT(state, IsOk());
  EXPECT_THAT(Restore(backup_), StatusIs(kRefused, "is held by process"));
}

TEST_F(BackupTest, ARestoreThatWasCutShortIsDoneAgain) {
  MakeBackup(backup_, 3);
  fs::create_directory(state_);
  std::ofstream(state_ / "state.db.restoring") << "half";
  EXPECT_THAT(StateDir::Open(state_), StatusIs(kLost, "run pxed --restore again"));
  ASSERT_THAT(Restore(backup_), IsOk());
  EXPECT_THAT(StateDir::Open(state_), IsOk());
}

}  // namespace
}  // namespace pxe::store
