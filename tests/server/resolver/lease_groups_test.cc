// What gathers while the writer is busy is one commit, and fails as one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/server/resolver/test_plane.h"

namespace pxe::server {
namespace {

class LeaseGroupsTest : public testing::Test {
 protected:
  LeaseGroupsTest() {
    core::Subnet subnet = LabSubnet();
    subnet.cidr = *ParseIpv4Prefix("10.0.0.0/16");
    subnet.pools = {*ParseIpv4Range("10.0.1.0-10.0.255.0")};
    subnet.edge_addresses = true;
    plane_.Add(subnet);
  }

  // Keeps the writer's thread busy until Release().
  void Block() {
    std::promise<void> reached;
    EXPECT_TRUE(plane_.writer().Submit({.change =
                                            [&](store::Database&) {
                                              reached.set_value();
                                              release_.get_future().wait();
                                              return absl::OkStatus();
                                            },
                                        .done = [](const absl::Status&) {}}));
    reached.get_future().wait();
  }
  void Release() { release_.set_value(); }

  // As many clients select an address each, in one batch.
  void Ask(int clients) {
    std::vector<core::DhcpQuestion> batch;
    for (int i = 0; i < clients; ++i) {
      ++asked_;
      core::DhcpQuestion question{.tag = static_cast<uint64_t>(asked_),
                                  .message = core::DhcpMessage::kRequest,
                                  .client = HardwareAddress::Of(Mac(asked_)),
                                  .local_addresses = {Ip("10.0.0.1")}};
      question.server_id = Ip("10.0.0.1");
      question.requested = Ipv4{Ip("10.0.1.0").value + static_cast<uint32_t>(asked_)};
      batch.push_back(std::move(question));
    }
    plane_.resolver().ResolveDhcp(std::move(batch), box_);
  }

  size_t Acked() {
    size_t count = 0;
    for (int tag = 1; tag <= asked_; ++tag) {
      const auto answer = box_.Await(static_cast<uint64_t>(tag));
      if (std::holds_alternative<core::DhcpGrant>(answer)) ++count;
      EXPECT_EQ(box_.CountOf(static_cast<uint64_t>(tag)), 1);
    }
    return count;
  }

  // Once everything is answered; the writer counts before it answers.
  uint64_t JobsSince(uint64_t before) { return plane_.writer().stats().jobs - before; }

  TempDir folder_;
  TestPlane plane_{folder_.path()};
  AnswerBox box_;
  std::promise<void> release_;
  int asked_ = 0;
};

TEST_F(LeaseGroupsTest, L2_BatchesThatCameMeanwhileAreOneJob) {
  const uint64_t before = plane_.writer().stats().jobs;
  Block();
  for (int i = 0; i < 5; ++i) Ask(3);
  Release();
  EXPECT_EQ(Acked(), 15u);
  EXPECT_EQ(JobsSince(before), 2u);  // the one that blocked, and one more
}

TEST_F(LeaseGroupsTest, L2_AGroupHasALimitAndTheRestIsTheNextJob) {
  const uint64_t before = plane_.writer().stats().jobs;
  Block();
  for (int i = 0; i < 3; ++i) Ask(static_cast<int>(Resolver::kMaxGroup) / 2 + 1);
  Release();
  EXPECT_EQ(Acked(), static_cast<size_t>(asked_));
  EXPECT_EQ(JobsSince(before), 3u);
}

TEST_F(LeaseGroupsTest, L3_EveryBatchOfAFailedCommitIsSilence) {
  auto other = store::Database::Open(folder_.path() / "state.db", store::Database::Mode::kExisting);
  ASSERT_TRUE(other.ok());
  auto lock = store::Transaction::Begin(**other);
  ASSERT_TRUE(lock.ok());
  for (int i = 0; i < 3; ++i) Ask(2);
  EXPECT_EQ(Acked(), 0u);
}

TEST_F(LeaseGroupsTest, AStoppedWriterIsSilenceForAllThatGathered) {
  plane_.writer().Stop();
  Ask(2);
  EXPECT_EQ(Acked(), 0u);
  EXPECT_EQ(box_.Await(1), core::DhcpAnswer(core::DhcpSilence{core::SilenceReason::kCommitFailed}));
}

}  // namespace
}  // namespace pxe::server
