// An API call that said OK is on the disk: seen from below, as tests/server/resolver does for
// leases.
#include <gtest/gtest.h>

#include "store/hosts.h"
#include "tests/server/services_fixture.h"
#include "tests/support/disk_model.h"
#include "tests/support/recording_vfs.h"

namespace pxe::server {
namespace {

// Watches every database of the test; a base class, because it must be there before the server.
class WatchedDisk {
 protected:
  RecordingVfs disk{std::filesystem::temp_directory_path()};
};

class ApiDurabilityTest : private WatchedDisk, public ServicesTest {
 protected:
  // What a restart would find if power failed now; all that is there before the call counts as
  // synced.
  std::vector<core::Host> HostsAfterPowerFailure(const DiskModel& before) {
    DiskModel model = before;
    for (const DiskEvent& event : disk.TakeEvents()) model.Apply(event);
    model.WriteTo(image.path(), Survivors::kNone, 0);
    auto recovered = store::StateDir::Open(image.path());
    EXPECT_THAT(recovered, IsOk());
    return *store::ListHosts(recovered->db());
  }
  DiskModel DiskNow() {
    disk.TakeEvents();
    return DiskModel(server.dir.path() / "state");
  }
  void Set(DiskFault fault) { disk.Set(fault); }

  TempDir image;
};

TEST_F(ApiDurabilityTest, WhatWasAnsweredOkSurvivesAPowerFailure) {
  const DiskModel before = DiskNow();
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" })"), IsOk());
  ASSERT_THAT(CreateHost("n2", R"(nics { mac: "52:54:00:00:00:02" })"), IsOk());
  ASSERT_THAT(DeleteHost("n1"), IsOk());
  const auto left = HostsAfterPowerFailure(before);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left.front().id, "n2");
}

TEST_F(ApiDurabilityTest, OnADiskThatLiesItWouldBeLost) {
  const DiskModel before = DiskNow();
  Set(DiskFault::kSyncLies);
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" })"), IsOk());
  EXPECT_TRUE(HostsAfterPowerFailure(before).empty());
}

TEST_F(ApiDurabilityTest, AFullDiskIsAnErrorAndNothingOfTheWriteIsSeen) {
  Set(DiskFault::kFull);
  EXPECT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" })"),
              StatusIs(absl::StatusCode::kResourceExhausted, "full"));
  EXPECT_THAT(GetHost("n1"), StatusIs(kMissing, "n1"));
  EXPECT_FALSE(server.writer.health().ok());
  Set(DiskFault::kNone);
  EXPECT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" })"), IsOk());
  EXPECT_THAT(server.writer.health(), IsOk());
}

}  // namespace
}  // namespace pxe::server
