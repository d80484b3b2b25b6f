// What leases cost on the disk: no more than their rows and a log of bounded length, however often
// they are renewed.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <future>

#include "store/leases.h"
#include "store/writer.h"
#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

constexpr size_t kLeases = 200;
constexpr size_t kRounds = 40;
constexpr size_t kAtOnce = 25;  // renewals of one job
constexpr size_t kCheckpointPages = 50;
constexpr size_t kBytesOfAPageInTheLog = 4096 + 24;
constexpr size_t kPagesOfAGroup = 20;  // more than the largest job touches

class DiskUseTest : public StoreTest {
 protected:
  size_t LogBytes() {
    std::filesystem::path log = file();
    log += "-wal";
    return std::filesystem::file_size(log);
  }
  size_t FileBytes() { return std::filesystem::file_size(file()); }

  // Every lease once more, in jobs that each wait for the one before.
  void RenewAll(Writer& writer, size_t round) {
    for (size_t first = 0; first < kLeases; first += kAtOnce) {
      std::promise<absl::Status> done;
      ASSERT_TRUE(
          writer.Submit({.change = [&](Database& db) { return RenewSome(db, first, round); },
                         .done = [&](const absl::Status& status) { done.set_value(status); },
                         .savepoint = false}));
      ASSERT_THAT(done.get_future().get(), IsOk());
      longest_log_ = std::max(longest_log_, LogBytes());
    }
  }
  static absl::Status RenewSome(Database& db, size_t first, size_t round) {
    core::Lease lease{.client = HardwareAddress::Of(Mac("52:54:00:00:00:01")),
                      .client_id = std::vector<uint8_t>(17, 0xab),
                      .host_name = "n1",
                      .starts = At(static_cast<int64_t>(1'000'000 + round)),
                      .ends = At(static_cast<int64_t>(1'003'600 + round)),
                      .relay_agent = std::vector<uint8_t>(round % 2 == 0 ? 12 : 40)};
    for (size_t i = first; i < first + kAtOnce; ++i) {
      lease.address = {0x0a000000 + static_cast<uint32_t>(i)};
      PXE_RETURN_IF_ERROR(PutLease(db, lease).status());
    }
    return absl::OkStatus();
  }

  size_t longest_log_ = 0;
};

TEST_F(DiskUseTest, L13_RenewalsTakeNoMoreRoomThanTheFirstOnes) {
  size_t after_first = 0;
  {
    Writer writer(db(), {.checkpoint_pages = kCheckpointPages});
    RenewAll(writer, 0);
    RenewAll(writer, 1);
    after_first = FileBytes();
    for (size_t round = 2; round < kRounds; ++round) RenewAll(writer, round);
    writer.Stop();
    EXPECT_GT(writer.stats().checkpoints, 5u);
    EXPECT_EQ(writer.stats().failed_checkpoints, 0u);
  }
  EXPECT_LE(longest_log_, (kCheckpointPages + kPagesOfAGroup) * kBytesOfAPageInTheLog);
  EXPECT_GT(after_first, 0u);
  Reopen();
  EXPECT_LE(FileBytes(), after_first + 8 * 4096);
  EXPECT_EQ(ListLeases(db())->size(), kLeases);
}

}  // namespace
}  // namespace pxe::store
