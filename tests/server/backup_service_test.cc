// Backups over gRPC: what is downloaded is a whole database, and a caller who goes away or comes
// second leaves nothing behind.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "api/sha256.h"
#include "pxe/v1/backup.grpc.pb.h"
#include "store/hosts.h"
#include "store/migrate.h"
#include "store/revision.h"
#include "tests/server/services_fixture.h"

namespace pxe::server {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr auto kBusy = absl::StatusCode::kResourceExhausted;
constexpr std::chrono::seconds kHangs{60};

struct Download {
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReader<v1::DownloadBackupResponse>> reader;
  v1::BackupInfo info;
  std::string bytes;
};

class BackupServiceTest : public ServicesTest {
 protected:
  // Asks, and reads the description if there is one; the server then waits with the bytes.
  std::unique_ptr<Download> Begin() {
    auto download = std::make_unique<Download>();
    download->reader = backups->DownloadBackup(&download->context, {});
    v1::DownloadBackupResponse part;
    if (download->reader->Read(&part)) download->info = part.info();
    return download;
  }
  static absl::Status Finish(Download& download) {
    v1::DownloadBackupResponse part;
    while (download.reader->Read(&part)) download.bytes += part.data();
    const grpc::Status status = download.reader->Finish();
    return status.ok() ? absl::OkStatus() : api::FromGrpc(status);
  }
  // The server may hear later than its caller that a call has ended.
  std::unique_ptr<Download> DownloadWhenFree() {
    const auto end = steady_clock::now() + kHangs;
    for (;;) {
      auto download = Begin();
      const absl::Status status = Finish(*download);
      if (status.code() != kBusy || steady_clock::now() > end) {
        EXPECT_THAT(status, IsOk());
        return download;
      }
      std::this_thread::yield();
    }
  }
  static void ExpectWhole(const Download& download) {
    api::Sha256 digest;
    digest.Add(download.bytes);
    EXPECT_EQ(download.info.size_bytes(), static_cast<int64_t>(download.bytes.size()));
    EXPECT_EQ(download.info.digest(), digest.Finish());
  }

  // So much that no socket holds it: a download waits in the middle for its caller.
  void FillDatabase() {
    constexpr const char* kFill = R"sql(
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 24)
      INSERT INTO request SELECT 1000 + i, 'filler ' || i, 'm', 0, randomblob(1000000), 0 FROM n
    )sql";
    std::promise<absl::Status> filled;
    ASSERT_TRUE(server.writer.Submit(
        {.change = [&](store::Database& db) { return db.RunScript(kFill); },
         .done = [&](const absl::Status& status) { filled.set_value(status); }}));
    ASSERT_THAT(filled.get_future().get(), IsOk());
  }

  // Descriptors of copies that have no name any more.
  static int OpenCopies() {
    int count = 0;
    for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
      std::error_code gone;  // the iterator's own
      const std::string target = fs::read_symlink(entry.path(), gone);
      if (target.find(".outgoing") != std::string::npos) ++count;
    }
    return count;
  }
  void ExpectNothingLeft() {
    const auto end = steady_clock::now() + kHangs;
    while (OpenCopies() > 0 && steady_clock::now() < end) std::this_thread::yield();
    EXPECT_EQ(OpenCopies(), 0);
    EXPECT_FALSE(fs::exists(server.store.files().Beside(".outgoing")));
  }

  std::unique_ptr<v1::BackupService::Stub> backups = v1::BackupService::NewStub(channel);
};

TEST_F(BackupServiceTest, ADownloadOpensAndHoldsWhatWasAcknowledged) {
  CreateLab();
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" } profile: "profiles/deb")"),
              IsOk());
  const auto download = Begin();
  ASSERT_THAT(CreateHost("n2", R"(nics { mac: "52:54:00:00:00:02" })"), IsOk());
  ASSERT_THAT(Finish(*download), IsOk());
  ExpectWhole(*download);
  EXPECT_EQ(download->info.create_time().seconds(), server.clock.Now().time_since_epoch().count());
  ExpectNothingLeft();

  const fs::path elsewhere = server.dir.path() / "elsewhere";
  fs::create_directory(elsewhere);
  std::ofstream(elsewhere / "state.db", std::ios::binary) << download->bytes;
  auto opened = store::StateDir::Open(elsewhere);
  ASSERT_THAT(opened, IsOk());
  EXPECT_FALSE(opened->migration());
  EXPECT_THAT(store::CurrentRevision(opened->db()), IsOkAndHolds(download->info.revision()));
  EXPECT_THAT(store::SchemaVersion(opened->db()), IsOkAndHolds(download->info.schema_version()));
  const auto host = store::GetHost(opened->db(), "n1");
  ASSERT_THAT(host, IsOk());
  EXPECT_EQ(host->profile, "deb");
  EXPECT_THAT(store::GetHost(opened->db(), "n2"), StatusIs(kMissing, "n2")) << "came later";
}

TEST_F(BackupServiceTest, ACancelledDownloadFreesEverythingAndTheNextWorks) {
  FillDatabase();
  const auto cancelled = Begin();
  ASSERT_GT(cancelled->info.size_bytes(), 0);
  ASSERT_EQ(OpenCopies(), 1) << "it waits in the middle";
  cancelled->context.TryCancel();
  EXPECT_THAT(Finish(*cancelled), StatusIs(absl::StatusCode::kCancelled, ""));
  ExpectNothingLeft();
  ExpectWhole(*DownloadWhenFree());
  ExpectNothingLeft();
}

TEST_F(BackupServiceTest, ASecondDownloadIsRefusedAndDoesNotDisturbTheFirst) {
  FillDatabase();
  const auto first = Begin();
  const auto second = Begin();
  EXPECT_THAT(Finish(*second), StatusIs(kBusy, "another backup is being made"));
  EXPECT_EQ(OpenCopies(), 1);
  ASSERT_THAT(Finish(*first), IsOk());
  ExpectWhole(*first);
  ExpectWhole(*DownloadWhenFree());
}

}  // namespace
}  // namespace pxe::server
