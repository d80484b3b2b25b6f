// What happens between the disk and the wire: an answer that never leaves, a clock that is set, a
// database that changes behind the daemon's back. Each test ends with a look at the rows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>

#include "store/leases.h"
#include "tests/server/resolver/test_plane.h"
#include "tests/support/status_matchers.h"

namespace pxe::server {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// Where answers go after the process was killed: nowhere. Settled() once they would have left.
class DeadSink final : public core::DhcpAnswerSink {
 public:
  void OnDhcpAnswers(std::vector<core::TaggedDhcpAnswer>) override { settled_.set_value(); }
  void AwaitSettled() { settled_.get_future().wait(); }

 private:
  std::promise<void> settled_;
};

class FaultsTest : public AskingTest {
 protected:
  FaultsTest() { plane_->Add(LabSubnet()); }

  core::DhcpQuestion Renew(int client, const char* address) {
    core::DhcpQuestion question = Question(core::DhcpMessage::kRequest, client);
    question.ciaddr = Ip(address);
    question.unicast = true;
    return question;
  }
  core::DhcpAnswer Ask(const core::DhcpQuestion& question) {
    return AskOf(plane_->resolver(), question);
  }
  static Ipv4 GrantedBy(const core::DhcpAnswer& answer) {
    const auto* grant = std::get_if<core::DhcpGrant>(&answer);
    return grant == nullptr ? Ipv4{} : grant->address;
  }

  void Restart(seconds later = {}) {
    const Seconds now = plane_->clock.Now();
    plane_.reset();
    plane_ = std::make_unique<TestPlane>(folder_.path());
    plane_->clock.Advance(now + later - plane_->clock.Now());
  }
  std::unique_ptr<store::Database> OpenAnother() {
    auto other =
        store::Database::Open(folder_.path() / "state.db", store::Database::Mode::kExisting);
    EXPECT_THAT(other, IsOk());
    return *std::move(other);
  }
  std::vector<core::Lease> Rows() { return *store::ListLeases(*OpenAnother()); }

  TempDir folder_;
  std::unique_ptr<TestPlane> plane_ = std::make_unique<TestPlane>(folder_.path());
};

TEST_F(FaultsTest, F3_KilledBetweenCommitAndAnswerTheClientGetsTheSameFromTheNextProcess) {
  DeadSink dead;
  core::DhcpQuestion request = Select(1, "10.0.0.77");
  plane_->resolver().ResolveDhcp({request}, dead);
  dead.AwaitSettled();
  const auto before = Rows();
  ASSERT_EQ(before.size(), 1u);

  Restart();
  const auto ack = Ask(request);
  EXPECT_EQ(GrantedBy(ack), Ip("10.0.0.77"));
  EXPECT_EQ(std::get<core::DhcpGrant>(ack).lease, before[0].ends - before[0].starts);
  EXPECT_EQ(Rows(), before) << "the same row, not written again";
}

TEST_F(FaultsTest, F3_ItMayTakeItsTimeWithTheNextTry) {
  DeadSink dead;
  const core::DhcpQuestion request = Select(1, "10.0.0.77");
  plane_->resolver().ResolveDhcp({request}, dead);
  dead.AwaitSettled();
  Restart(seconds{64});
  EXPECT_EQ(GrantedBy(Ask(Question(core::DhcpMessage::kDiscover, 1))), Ip("10.0.0.77"));
  EXPECT_EQ(GrantedBy(Ask(Select(1, "10.0.0.77"))), Ip("10.0.0.77"));
  EXPECT_EQ(Rows().size(), 1u);
}

TEST_F(FaultsTest, F8_AfterADayAheadARenewalKeepsItsAddressAndARestartToo) {
  EXPECT_EQ(GrantedBy(Ask(Select(1, "10.0.0.77"))), Ip("10.0.0.77"));
  plane_->clock.Advance(hours(24));
  EXPECT_NE(GrantedBy(Ask(Question(core::DhcpMessage::kDiscover, 2))), Ip("10.0.0.77"))
      << "it was free more recently than others";
  EXPECT_EQ(GrantedBy(Ask(Renew(1, "10.0.0.77"))), Ip("10.0.0.77"));
  Restart(hours(24));
  EXPECT_EQ(GrantedBy(Ask(Renew(1, "10.0.0.77"))), Ip("10.0.0.77"));
  EXPECT_EQ(Rows().size(), 1u);
}

TEST_F(FaultsTest, F9_AfterADayBackAndARestartTheRowEndsWhenTheClientWasTold) {
  EXPECT_EQ(GrantedBy(Ask(Select(1, "10.0.0.77"))), Ip("10.0.0.77"));
  Restart(-hours(24));
  EXPECT_TRUE(std::holds_alternative<core::DhcpNak>(Ask(Select(2, "10.0.0.77"))));
  const auto ack = Ask(Renew(1, "10.0.0.77"));
  ASSERT_EQ(GrantedBy(ack), Ip("10.0.0.77"));
  const auto told = std::get<core::DhcpGrant>(ack).lease;
  EXPECT_EQ(told, LabSubnet().default_lease);
  EXPECT_EQ(Rows().at(0).ends, plane_->clock.Now() + told);
}

// Rows that vanish under the running daemon are not missed by it.
TEST_F(FaultsTest, L4_WhatIsDecidedIsReadFromMemory) {
  EXPECT_EQ(GrantedBy(Ask(Select(1, "10.0.0.77"))), Ip("10.0.0.77"));
  ASSERT_THAT(OpenAnother()->RunScript("DELETE FROM lease; DELETE FROM subnet"), IsOk());
  EXPECT_EQ(GrantedBy(Ask(Question(core::DhcpMessage::kDiscover, 1))), Ip("10.0.0.77"));
  EXPECT_TRUE(std::holds_alternative<core::DhcpNak>(Ask(Select(2, "10.0.0.77"))));
}

// While one commit is under way, whoever needs none is answered.
TEST_F(FaultsTest, L4_NobodyWaitsForTheDiskToBeRead) {
  EXPECT_EQ(GrantedBy(Ask(Select(1, "10.0.0.77"))), Ip("10.0.0.77"));
  std::promise<void> begun;
  std::promise<void> go_on;
  ASSERT_TRUE(plane_->writer().Submit({.change =
                                           [&](store::Database&) {
                                             begun.set_value();
                                             go_on.get_future().wait();
                                             return absl::OkStatus();
                                           },
                                       .done = [](const absl::Status&) {}}));
  begun.get_future().wait();
  const core::DhcpQuestion pending = Select(2, "10.0.0.78");
  plane_->resolver().ResolveDhcp({pending}, box_);
  EXPECT_EQ(GrantedBy(Ask(Question(core::DhcpMessage::kDiscover, 3))), Ip("10.0.0.10"));
  EXPECT_EQ(GrantedBy(Ask(Renew(1, "10.0.0.77"))), Ip("10.0.0.77"));
  EXPECT_EQ(box_.CountOf(pending.tag), 0);
  go_on.set_value();
  EXPECT_EQ(GrantedBy(box_.Await(pending.tag)), Ip("10.0.0.78"));
}

}  // namespace
}  // namespace pxe::server
