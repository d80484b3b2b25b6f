// What the writer does when the disk fails, is full or is held by somebody else: silence, an
// account of its health, and recovery by itself.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/leases.h"
#include "store/revision.h"
#include "store/writer.h"
#include "tests/store/store_fixture.h"
#include "tests/support/disk_model.h"
#include "tests/support/recording_vfs.h"

namespace pxe::store {
namespace {

using namespace std::chrono_literals;

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;
constexpr auto kFull = absl::StatusCode::kResourceExhausted;

core::Lease LeaseOf(uint32_t number) {
  core::Lease lease;
  lease.address = {number};
  return lease;
}

// What was heard on another thread, one after the other.
class Inbox {
 public:
  // A copy that shares nothing with the writer's: owners are counted in abseil's library, where the
  // thread sanitizer does not see it.
  void Put(const absl::Status& status) {
    const std::lock_guard lock(mutex_);
    heard_.emplace_back(status.code(), status.message());
    changed_.notify_one();
  }
  absl::Status Next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !heard_.empty(); });
    const absl::Status first = heard_.front();
    heard_.erase(heard_.begin());
    return first;
  }
  bool empty() {
    const std::lock_guard lock(mutex_);
    return heard_.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<absl::Status> heard_;
};

class WriterFaultsTest : public testing::Test {
 protected:
  WriterFaultsTest() {
    { EXPECT_THAT(StateDir::Open(folder()), IsOk()); }
    disk_.emplace(folder());
    auto opened = StateDir::Open(folder());
    EXPECT_THAT(opened, IsOk());
    state_.emplace(*std::move(opened));
    disk_->TakeEvents();
  }

  std::filesystem::path folder() const { return dir_.path() / "state"; }

  // From now on the writer writes; what it says of its health is in health_.
  void Begin(WriterLimits limits = {.probe_interval = 1ms}) {
    writer_.emplace(state_->db(), limits);
    writer_->ListenToHealth([this](const absl::Status& status) { health_.Put(status); });
    EXPECT_THAT(health_.Next(), IsOk());
  }

  // What `done` of a lease row heard.
  absl::Status Put(uint32_t number) {
    return Do([number](Database& db) { return PutLease(db, LeaseOf(number)).status(); }, false);
  }
  absl::Status Do(std::function<absl::Status(Database&)> change, bool savepoint = true) {
    Inbox heard;
    EXPECT_TRUE(writer_->Submit({.change = std::move(change),
                                 .done = [&heard](const auto& status) { heard.Put(status); },
                                 .savepoint = savepoint}));
    return heard.Next();
  }

  std::vector<uint32_t> Addresses(Database& db) {
    const auto leases = ListLeases(db);
    std::vector<uint32_t> numbers;
    for (const core::Lease& lease : *leases) numbers.push_back(lease.address.value);
    return numbers;
  }
  std::vector<uint32_t> AddressesAfterStop() {
    writer_->Stop();
    return Addresses(state_->db());
  }

  TempDir dir_;
  std::optional<RecordingVfs> disk_;
  std::optional<StateDir> state_;
  Inbox health_;
  std::optional<Writer> writer_;
};

TEST_F(WriterFaultsTest, F15_AnFsyncErrorIsAFailureAndTheNextCommitWritesAnew) {
  DiskModel model(folder());
  Begin({.probe_interval = 1h});
  disk_->Set(DiskFault::kSyncFails);
  EXPECT_THAT(Put(1), StatusIs(kUnavailable, "disk I/O error"));
  EXPECT_THAT(health_.Next(), StatusIs(kUnavailable, "disk I/O error"));
  EXPECT_THAT(writer_->health(), StatusIs(kUnavailable, "disk I/O error"));
  disk_->Set(DiskFault::kNone);
  EXPECT_THAT(Put(2), IsOk());
  EXPECT_THAT(health_.Next(), IsOk());
  EXPECT_EQ(AddressesAfterStop(), std::vector<uint32_t>{2});
  EXPECT_EQ(writer_->stats().failed_groups, 1u);

  // The kernel may have forgotten what the failed fsync was about, so that counts for nothing: what
  // is acknowledged now was written after it, and is there if power fails.
  for (const DiskEvent& event : disk_->TakeEvents()) model.Apply(event);
  const std::filesystem::path image = dir_.path() / "image";
  std::filesystem::create_directory(image);
  model.WriteTo(image, Survivors::kNone, 0);
  auto recovered = StateDir::Open(image);
  ASSERT_THAT(recovered, IsOk());
  EXPECT_EQ(Addresses(recovered->db()), std::vector<uint32_t>{2});
}

TEST_F(WriterFaultsTest, F5_AFullDiskIsSilenceUntilThereIsRoom) {
  Begin({.probe_interval = 1h});
  EXPECT_THAT(Put(1), IsOk());
  disk_->Set(DiskFault::kFull);
  EXPECT_THAT(Put(2), StatusIs(kFull, "full"));
  EXPECT_THAT(Put(3), StatusIs(kFull, "full"));
  EXPECT_THAT(health_.Next(), StatusIs(kFull, "full"));
  EXPECT_TRUE(health_.empty()) << "said once, not with each commit";
  disk_->Set(DiskFault::kNone);
  EXPECT_THAT(Put(4), IsOk());
  EXPECT_THAT(health_.Next(), IsOk());
  EXPECT_EQ(AddressesAfterStop(), (std::vector<uint32_t>{1, 4}));
}

TEST_F(WriterFaultsTest, ItFindsOutByItselfThatTheDiskIsBack) {
  Begin();
  disk_->Set(DiskFault::kSyncFails);
  EXPECT_FALSE(Put(1).ok());
  EXPECT_FALSE(health_.Next().ok());
  disk_->Set(DiskFault::kNone);
  EXPECT_THAT(health_.Next(), IsOk());  // nobody has asked for anything
  EXPECT_THAT(writer_->health(), IsOk());
  EXPECT_GE(writer_->stats().probes, 1u);
  EXPECT_EQ(writer_->stats().jobs, 1u);
}

TEST_F(WriterFaultsTest, AProbeIsWrittenToTheDisk) {
  const auto before = CurrentRevision(state_->db());
  Begin();
  disk_->Set(DiskFault::kSyncFails);
  EXPECT_FALSE(Put(1).ok());
  EXPECT_FALSE(health_.Next().ok());
  disk_->TakeEvents();
  disk_->Set(DiskFault::kNone);
  EXPECT_THAT(health_.Next(), IsOk());
  writer_->Stop();
  size_t synced = 0;
  for (const DiskEvent& event : disk_->TakeEvents()) {
    synced += event.kind == DiskEvent::Kind::kSync ? 1 : 0;
  }
  EXPECT_GE(synced, 1u);
  EXPECT_GT(*CurrentRevision(state_->db()), *before);
}

TEST_F(WriterFaultsTest, F6_L12_ALockHeldByAnotherProgramIsSurvived) {
  Begin();
  auto other = Database::Open(folder() / "state.db", Database::Mode::kExisting);
  ASSERT_THAT(other, IsOk());
  {
    const auto lock = Transaction::Begin(**other);
    ASSERT_THAT(lock, IsOk());
    EXPECT_THAT(Put(1), StatusIs(kUnavailable, "locked"));
    EXPECT_THAT(health_.Next(), StatusIs(kUnavailable, "locked"));
  }
  EXPECT_THAT(health_.Next(), IsOk());
  EXPECT_THAT(Put(2), IsOk());
  EXPECT_EQ(AddressesAfterStop(), std::vector<uint32_t>{2});
}

TEST_F(WriterFaultsTest, AnErrorOfTheCallersSaysNothingAboutTheDisk) {
  Begin();
  EXPECT_THAT(Put(1), IsOk());
  const auto refuse = [](Database&) { return InvalidArgument("host.id: bad"); };
  EXPECT_THAT(Do(refuse), StatusIs(kInvalid, "host.id"));
  EXPECT_THAT(Do(refuse, false), StatusIs(kInvalid, "host.id"));  // which fails its whole group
  EXPECT_THAT(
      Do([](Database& db) { return db.Run("INSERT INTO lease (address) VALUES (0)"); }, false),
      StatusIs(kInvalid, "lease"));
  EXPECT_THAT(writer_->health(), IsOk());
  EXPECT_TRUE(health_.empty());
  EXPECT_EQ(writer_->stats().failed_groups, 2u);
}

TEST_F(WriterFaultsTest, AGroupThatHadNothingToWriteIsNoProofThatTheDiskIsBack) {
  Begin({.probe_interval = 1h});
  disk_->Set(DiskFault::kSyncFails);
  EXPECT_FALSE(Put(1).ok());
  EXPECT_FALSE(health_.Next().ok());
  EXPECT_THAT(Do([](Database&) { return absl::OkStatus(); }), IsOk());
  EXPECT_FALSE(writer_->health().ok());
  EXPECT_TRUE(health_.empty());
}

TEST_F(WriterFaultsTest, StopEndsItOnABrokenDiskTooAndEverybodyHears) {
  Begin();
  disk_->Set(DiskFault::kFull);
  EXPECT_FALSE(Put(1).ok());
  Inbox heard;
  for (uint32_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(writer_->Submit(
        {.change = [i](Database& db) { return PutLease(db, LeaseOf(10 + i)).status(); },
         .done = [&heard](const absl::Status& status) { heard.Put(status); },
         .savepoint = false}));
  }
  writer_->Stop();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(heard.Next().ok());
  EXPECT_TRUE(heard.empty());
}

TEST_F(WriterFaultsTest, AListenerThatWasTakenAwayHearsNothing) {
  Begin();
  writer_->ListenToHealth(nullptr);
  disk_->Set(DiskFault::kFull);
  EXPECT_FALSE(Put(1).ok());
  EXPECT_FALSE(writer_->health().ok());
  EXPECT_TRUE(health_.empty());
}

// --- checkpoints ---

TEST_F(WriterFaultsTest, L13_TheLogIsMovedIntoTheFileAfterTheAnswersOfTheGroup) {
  Begin({.checkpoint_pages = 1});
  EXPECT_TRUE(
      writer_->Submit({.change = [](Database& db) { return PutLease(db, LeaseOf(1)).status(); },
                       .done = [this](const absl::Status&) { disk_->Mark(1); }}));
  writer_->Stop();
  std::string order;
  for (const DiskEvent& event : disk_->TakeEvents()) {
    if (event.kind == DiskEvent::Kind::kMark) order += "answered ";
    if (event.kind == DiskEvent::Kind::kSync) order += event.file + " ";
  }
  EXPECT_TRUE(order.starts_with("state.db-wal ")) << order;
  EXPECT_LT(order.find("answered "), order.find("state.db ")) << order;
  EXPECT_TRUE(order.ends_with("state.db ")) << order;
  EXPECT_EQ(writer_->stats().checkpoints, 1u);
}

TEST_F(WriterFaultsTest, ACheckpointThatFailsLosesNothing) {
  Begin({.checkpoint_pages = 1});
  EXPECT_TRUE(
      writer_->Submit({.change = [](Database& db) { return PutLease(db, LeaseOf(1)).status(); },
                       .done = [this](const absl::Status&) { disk_->Set(DiskFault::kFull); }}));
  writer_->Stop();
  EXPECT_EQ(writer_->stats().failed_checkpoints, 1u);
  EXPECT_THAT(writer_->health(), IsOk()) << "what was acknowledged is durable, in the log";
  disk_->Set(DiskFault::kNone);
  Begin();
  EXPECT_THAT(Put(2), IsOk());
  EXPECT_EQ(AddressesAfterStop(), (std::vector<uint32_t>{1, 2}));
}

TEST_F(WriterFaultsTest, AReaderThatHoldsTheLogLosesNothingAndHoldsNobodyUp) {
  Begin({.checkpoint_pages = 1});
  auto reader = Database::Open(folder() / "state.db", Database::Mode::kExisting);
  ASSERT_THAT(reader, IsOk());
  ASSERT_THAT((*reader)->Run("BEGIN"), IsOk());
  EXPECT_TRUE(Addresses(**reader).empty());  // its view of the database is held from now on
  EXPECT_THAT(Put(1), IsOk());
  EXPECT_THAT(Put(2), IsOk());
  EXPECT_TRUE(Addresses(**reader).empty());
  ASSERT_THAT((*reader)->Run("ROLLBACK"), IsOk());
  EXPECT_THAT(Put(3), IsOk());
  EXPECT_EQ(AddressesAfterStop(), (std::vector<uint32_t>{1, 2, 3}));
}

// --- what it counts ---

TEST_F(WriterFaultsTest, ItsFiguresAreInOneLineForTheLog) {
  Begin({.probe_interval = 1h});
  for (uint32_t i = 1; i <= 5; ++i) EXPECT_THAT(Put(i), IsOk());
  writer_->Stop();
  const WriterStats stats = writer_->stats();
  EXPECT_EQ(stats.group_sizes.BucketAt(1), 5u);
  EXPECT_GT(stats.commit_us, 0u);
  EXPECT_GE(stats.commit_us, stats.max_commit_us);
  EXPECT_EQ(stats.queue, 0u);
  EXPECT_EQ(stats.max_queue, 1u);
  const std::string line = ToString(stats);
  EXPECT_TRUE(line.starts_with("groups=5 failed=0 jobs=5 refused=0 ")) << line;
  EXPECT_NE(line.find("group_sizes=[1:5]"), std::string::npos) << line;
}

TEST(HistogramTest, ItCountsByPowersOfTwo) {
  Histogram histogram;
  for (const uint64_t value : {0u, 1u, 2u, 3u, 4u, 7u, 8u, 1023u, 1024u}) histogram.Add(value);
  EXPECT_EQ(histogram.ToString(), "0:1 1:1 2:2 4:2 8:1 512:1 1024:1");
  histogram.Add(UINT64_MAX);
  EXPECT_EQ(histogram.BucketAt(Histogram::kBuckets - 1), 1u);
  EXPECT_EQ(Histogram::LeastOf(Histogram::kBuckets - 1), 4'194'304u);
}

}  // namespace
}  // namespace pxe::store
