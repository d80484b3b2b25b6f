// What is going on, over the wire.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pxe/v1/status.grpc.pb.h"
#include "tests/server/services_fixture.h"

namespace pxe::server {
namespace {

using Step = core::BootEvent::Step;

class StatusServiceTest : public ServicesTest {
 protected:
  void Fetching(const std::string& address, uint64_t transfer, uint64_t milliseconds) {
    server.transfers.Note({.step = Step::kFetching,
                           .client = address,
                           .address = *ParseIpv4(address),
                           .file = "initrd.img",
                           .bytes = 2000,
                           .of_bytes = 8000,
                           .milliseconds = milliseconds,
                           .transfer = transfer},
                          LiveTransfers::TimePoint::clock::now());
  }
  auto Get(const std::string& request) {
    return Call(*status, &v1::StatusService::Stub::GetStatus, request);
  }

  std::unique_ptr<v1::StatusService::Stub> status = v1::StatusService::NewStub(channel);
};

TEST_F(StatusServiceTest, ATransferNamesTheMachineByItsLease) {
  CreateLab();
  ASSERT_THAT(CreateHost("n1", R"(nics { mac: "52:54:00:00:00:01" } profile: "profiles/deb")"),
              IsOk());
  core::Lease lease;
  lease.address = *ParseIpv4("10.0.0.20");
  lease.client = HardwareAddress::Of(*ParseMacAddress("52:54:00:00:00:01"));
  lease.state = core::LeaseState::kBound;
  lease.ends = server.clock.Now() + std::chrono::hours(1);
  server.state.leases.Load(lease, server.clock.Now());
  Fetching("10.0.0.20", 1, 2500);
  const auto now = Get("");
  ASSERT_THAT(now, IsOk());
  EXPECT_EQ(now->transfer_count(), 1u);
  ASSERT_EQ(now->transfers_size(), 1);
  const v1::RunningTransfer& transfer = now->transfers(0);
  EXPECT_EQ(transfer.address(), "10.0.0.20");
  EXPECT_EQ(transfer.mac(), "52:54:00:00:00:01");
  EXPECT_EQ(transfer.host(), "hosts/n1");
  EXPECT_EQ(transfer.file(), "initrd.img");
  EXPECT_EQ(transfer.bytes(), 2000u);
  EXPECT_EQ(transfer.of_bytes(), 8000u);
  EXPECT_EQ(transfer.running().seconds(), 2);
  EXPECT_EQ(transfer.running().nanos(), 500'000'000);
}

TEST_F(StatusServiceTest, AStrangersTransferHasItsAddressOnly) {
  Fetching("10.0.0.99", 1, 2500);
  const auto now = Get("");
  ASSERT_THAT(now, IsOk());
  ASSERT_EQ(now->transfers_size(), 1);
  EXPECT_EQ(now->transfers(0).mac(), "");
  EXPECT_EQ(now->transfers(0).host(), "");
}

TEST_F(StatusServiceTest, APageHoldsTheLongestAndAllAreCounted) {
  for (uint64_t i = 1; i <= 5; ++i) Fetching("10.0.0.99", i, 1000 * i);
  const auto now = Get("page_size: 2");
  ASSERT_THAT(now, IsOk());
  EXPECT_EQ(now->transfer_count(), 5u);
  ASSERT_EQ(now->transfers_size(), 2);
  EXPECT_EQ(now->transfers(0).running().seconds(), 5);
  EXPECT_THAT(Get("page_size: -1"), StatusIs(kInvalid, "page_size"));
}

}  // namespace
}  // namespace pxe::server
