// Lease rows: every field, one row an address, the revision of each write.
#include "store/leases.h"

#include <gtest/gtest.h>

#include "store/revision.h"
#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

class LeasesTest : public StoreTest {};

core::Lease FullLease() {
  core::Lease lease;
  lease.address = Ip("10.0.0.100");
  lease.client = HardwareAddress::Of(Mac("52:54:00:00:00:01"));
  lease.client_id = {1, 0x52, 0x54, 0, 0, 0, 1};
  lease.host_name = "n1";
  lease.state = core::LeaseState::kReleased;
  lease.starts = At(1'000'000);
  lease.ends = At(4'294'967'295);  // beyond 2106-02-07, where 32 bits end
  lease.kind = "ipxe-bios";
  lease.relay_agent = {1, 2, 0, 9};
  return lease;
}

TEST_F(LeasesTest, L7_EveryFieldSurvivesARestart) {
  core::Lease lease = FullLease();
  const auto revision = PutLease(db(), lease);
  ASSERT_THAT(revision, IsOkAndHolds(1u));
  lease.revision = *revision;
  Reopen();
  EXPECT_THAT(ListLeases(db()), IsOkAndHolds(std::vector{lease}));
}

TEST_F(LeasesTest, AClientOfAnotherHardwareTypeAndNoClientIdIsKept) {
  core::Lease lease;
  lease.address = Ip("255.255.255.254");
  lease.client = {.type = 32, .length = 16};
  lease.client.bytes.fill(0xfe);
  lease.revision = *PutLease(db(), lease);
  lease.address = Ip("0.0.0.1");
  lease.client = {.type = 0, .length = 0};
  core::Lease second = lease;
  second.revision = *PutLease(db(), lease);
  const auto listed = ListLeases(db());
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->size(), 2u);
  EXPECT_EQ(listed->front(), second);
  EXPECT_EQ(listed->back().client.length, 16);
}

TEST_F(LeasesTest, L7_AnAddressHasOneRow) {
  core::Lease lease = FullLease();
  ASSERT_THAT(PutLease(db(), lease), IsOk());
  lease.client = HardwareAddress::Of(Mac("52:54:00:00:00:02"));
  lease.state = core::LeaseState::kBound;
  lease.relay_agent.clear();
  lease.revision = *PutLease(db(), lease);
  EXPECT_EQ(lease.revision, 2u);
  EXPECT_THAT(ListLeases(db()), IsOkAndHolds(std::vector{lease}));
}

TEST_F(LeasesTest, C79_EveryStateSurvivesARestart) {
  using core::LeaseState;
  core::Lease lease = FullLease();
  for (const auto state : {LeaseState::kBound, LeaseState::kReleased, LeaseState::kDeclined}) {
    lease.state = state;
    lease.revision = *PutLease(db(), lease);
    Reopen();
    EXPECT_THAT(ListLeases(db()), IsOkAndHolds(std::vector{lease}));
  }
}

TEST_F(LeasesTest, TheyComeByAddress) {
  for (const char* address : {"10.0.0.9", "9.255.255.255", "200.0.0.1", "10.0.0.10"}) {
    core::Lease lease = FullLease();
    lease.address = Ip(address);
    ASSERT_THAT(PutLease(db(), lease), IsOk());
  }
  const auto leases = ListLeases(db());
  std::string order;
  for (const core::Lease& lease : *leases) order += lease.address.ToString() + " ";
  EXPECT_EQ(order, "9.255.255.255 10.0.0.9 10.0.0.10 200.0.0.1 ");
}

TEST_F(LeasesTest, ARevisionIsUndoneWithItsWrite) {
  {
    auto transaction = Transaction::Begin(db());
    ASSERT_THAT(PutLease(db(), FullLease()), IsOkAndHolds(1u));
  }
  EXPECT_THAT(CurrentRevision(db()), IsOkAndHolds(0u));
}

}  // namespace
}  // namespace pxe::store
