// The seam's promises: an ACK leaves after its commit, a failed commit is silence, each question is
// answered once, and no address has two owners, also with a hundred clients at once. Compiled into
// two programs: the resolver of this process, and the same by way of a stream (seam.h).
#include "server/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "core/typical_facts.h"
#include "store/leases.h"
#include "tests/server/resolver/seam.h"
#include "tests/support/status_matchers.h"

namespace pxe::server {
namespace {

class ResolverTest : public AskingTest {
 protected:
  ResolverTest() { plane_->Add(LabSubnet()); }

  core::DhcpQuestion Decline(int client, const char* address) {
    core::DhcpQuestion question = Question(core::DhcpMessage::kDecline, client);
    question.requested = Ip(address);
    return question;
  }
  void Restart() {
    seam_.reset();
    plane_.reset();
    plane_ = std::make_unique<TestPlane>(folder_.path());
    seam_ = std::make_unique<Seam>(*plane_);
  }
  core::DhcpAnswer Ask(const core::DhcpQuestion& question) {
    return AskOf(seam_->resolver(), question);
  }
  bool IsAck(const core::DhcpAnswer& answer) {
    const auto* grant = std::get_if<core::DhcpGrant>(&answer);
    return grant != nullptr && BindsAddress(grant->kind);
  }
  static core::DhcpAnswer Silence(core::SilenceReason reason) { return core::DhcpSilence{reason}; }

  TempDir folder_;
  std::unique_ptr<TestPlane> plane_ = std::make_unique<TestPlane>(folder_.path());
  std::unique_ptr<Seam> seam_ = std::make_unique<Seam>(*plane_);
};

// Looks into the database, over a connection of its own, at the moment an answer is delivered.
class DurabilityWitness final : public core::DhcpAnswerSink {
 public:
  explicit DurabilityWitness(std::filesystem::path file) : file_(std::move(file)) {}
  void OnDhcpAnswers(std::vector<core::TaggedDhcpAnswer>) override {
    auto db = store::Database::Open(file_, store::Database::Mode::kExisting);
    leases_seen_ = *store::ListLeases(**db);
    answered_ = true;
    answered_.notify_one();
  }
  size_t LeasesSeen() {
    answered_.wait(false);
    return leases_seen_.size();
  }
  core::Lease LastSeen() {
    answered_.wait(false);
    return leases_seen_.empty() ? core::Lease{} : leases_seen_.back();
  }

 private:
  std::filesystem::path file_;
  std::atomic<bool> answered_ = false;
  std::vector<core::Lease> leases_seen_;
};

TEST_F(ResolverTest, L1_Rule8_AnAckIsDeliveredAfterItsLeaseIsInTheDatabase) {
  DurabilityWitness witness(folder_.path() / "state.db");
  seam_->resolver().ResolveDhcp({Select(1, "10.0.0.10")}, witness);
  EXPECT_EQ(witness.LeasesSeen(), 1u);
}

TEST_F(ResolverTest, C144_WhatAnsweredAPingIsDeclinedOnDiskBeforeAnotherAddressIsOffered) {
  core::DhcpQuestion question = Question(core::DhcpMessage::kDiscover, 1);
  Ask(question);
  question.in_use = Ip("10.0.0.10");
  DurabilityWitness witness(folder_.path() / "state.db");
  seam_->resolver().ResolveDhcp({question}, witness);
  const core::Lease declined = witness.LastSeen();
  EXPECT_EQ(declined.address, Ip("10.0.0.10"));
  EXPECT_EQ(declined.state, core::LeaseState::kDeclined);
  EXPECT_EQ(declined.kind, core::kKindOfPing);
  Restart();
  const core::DhcpAnswer nak = Ask(Select(2, "10.0.0.10"));
  EXPECT_TRUE(std::holds_alternative<core::DhcpNak>(nak)) << "it is nobody's";
}

TEST_F(ResolverTest, C136_ARenewalIsDecidedByTheCircuitThatItsRelayNamed) {
  plane_->state.Apply(LinuxProfile("deb"));
  core::Rule rule{.id = "port", .priority = 1, .profile = "deb"};
  rule.match.circuit_id = "g1";
  plane_->state.Apply(rule);
  const core::ClientFacts facts =
      core::TypicalFacts({core::Platform::kBios, core::Agent::kFirmware});
  core::DhcpQuestion relayed = Select(1, "10.0.0.10");
  relayed.facts = facts;
  relayed.giaddr = Ip("10.0.0.254");
  relayed.relay_agent = {1, 2, 'g', '1'};
  relayed.circuit_id = "g1";
  EXPECT_NE(std::get<core::DhcpGrant>(Ask(relayed)).boot.file, "");
  core::DhcpQuestion renewal = Question(core::DhcpMessage::kRequest, 1);
  renewal.facts = facts;
  renewal.ciaddr = Ip("10.0.0.10");
  EXPECT_NE(std::get<core::DhcpGrant>(Ask(renewal)).boot.file, "");
}

TEST_F(ResolverTest, L3_AFailedCommitIsSilenceAndTheNextTryWorks) {
  auto other = store::Database::Open(folder_.path() / "state.db", store::Database::Mode::kExisting);
  ASSERT_THAT(other, IsOk());
  {
    auto lock = store::Transaction::Begin(**other);
    ASSERT_THAT(lock, IsOk());
    EXPECT_EQ(Ask(Select(1, "10.0.0.10")), Silence(core::SilenceReason::kCommitFailed));
  }
  EXPECT_TRUE(IsAck(Ask(Select(1, "10.0.0.10"))));
}

TEST_F(ResolverTest, C77_ARetransmissionDuringTheCommitIsAnsweredOnceEach) {
  std::vector<core::DhcpQuestion> batch;
  for (int i = 0; i < 3; ++i) batch.push_back(Select(1, "10.0.0.10"));
  seam_->resolver().ResolveDhcp(batch, box_);
  for (const auto& question : batch) {
    EXPECT_TRUE(IsAck(box_.Await(question.tag)));
    EXPECT_EQ(box_.CountOf(question.tag), 1);
  }
}

TEST_F(ResolverTest, TwoClientsInOneBatchCannotHaveOneAddress) {
  const auto first = Select(1, "10.0.0.10");
  const auto second = Select(2, "10.0.0.10");
  seam_->resolver().ResolveDhcp({first, second}, box_);
  EXPECT_TRUE(IsAck(box_.Await(first.tag)));
  EXPECT_TRUE(std::holds_alternative<core::DhcpNak>(box_.Await(second.tag)));
}

TEST_F(ResolverTest, F2_LeasesSurviveARestart) {
  EXPECT_TRUE(IsAck(Ask(Select(1, "10.0.0.77"))));
  Restart();
  const auto offer = Ask(Question(core::DhcpMessage::kDiscover, 1));
  EXPECT_EQ(std::get<core::DhcpGrant>(offer).address, Ip("10.0.0.77"));
}

TEST_F(ResolverTest, AHundredClientsAtOnceGetAHundredAddresses) {
  constexpr int kClients = 100;
  std::mutex mutex;
  std::set<Ipv4> addresses;
  std::vector<std::thread> threads;
  for (int client = 0; client < kClients; ++client) {
    threads.emplace_back([&, client] {
      const auto offer = Ask(Question(core::DhcpMessage::kDiscover, client));
      const Ipv4 address = std::get<core::DhcpGrant>(offer).address;
      EXPECT_TRUE(IsAck(Ask(Select(client, address.ToString().c_str()))));
      const std::lock_guard lock(mutex);
      addresses.insert(address);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(addresses.size(), static_cast<size_t>(kClients));
}

TEST_F(ResolverTest, AReservationIsGivenToItsHostAndToNobodyElse) {
  plane_->Add(
      core::Host{.id = "n1", .uid = "u1", .nics = {{.mac = Mac(1), .address = Ip("10.0.0.10")}}});
  const auto stranger = Ask(Question(core::DhcpMessage::kDiscover, 2));
  EXPECT_EQ(std::get<core::DhcpGrant>(stranger).address, Ip("10.0.0.11"));
  const auto owner = Ask(Question(core::DhcpMessage::kDiscover, 1));
  EXPECT_EQ(std::get<core::DhcpGrant>(owner).address, Ip("10.0.0.10"));
}

// --- N1: which link ---

TEST_F(ResolverTest, N1_TheRelaysAddressChoosesTheSubnet) {
  core::DhcpQuestion question = Question(core::DhcpMessage::kDiscover, 1);
  question.local_addresses = {Ip("172.16.0.1")};
  EXPECT_EQ(Ask(question), Silence(core::SilenceReason::kNoSubnet));
  question.tag = Question(core::DhcpMessage::kDiscover, 1).tag;
  question.giaddr = Ip("10.0.0.254");
  question.route_source = Ip("172.16.0.1");
  EXPECT_EQ(std::get<core::DhcpGrant>(Ask(question)).subnet.ToString(), "10.0.0.0/24");
}

TEST_F(ResolverTest, N1_LinkSelectionComesBeforeTheRelaysAddress) {
  core::DhcpQuestion question = Question(core::DhcpMessage::kDiscover, 1);
  question.giaddr = Ip("172.16.0.254");
  question.link_selection = Ip("10.0.0.0");
  EXPECT_EQ(std::get<core::DhcpGrant>(Ask(question)).subnet.ToString(), "10.0.0.0/24");
}

TEST_F(ResolverTest, N1_AUnicastRenewalBelongsToTheNetworkOfItsAddress) {
  EXPECT_TRUE(IsAck(Ask(Select(1, "10.0.0.10"))));
  core::DhcpQuestion question = Question(core::DhcpMessage::kRequest, 1);
  question.local_addresses = {Ip("172.16.0.1")};
  question.ciaddr = Ip("10.0.0.10");
  question.unicast = true;
  EXPECT_TRUE(IsAck(Ask(question)));
  question.tag = Question(core::DhcpMessage::kRequest, 1).tag;
  question.unicast = false;
  EXPECT_EQ(Ask(question), Silence(core::SilenceReason::kNoSubnet)) << "a rebind tells its link";
}

// --- C78-C81: DECLINE ---

TEST_F(ResolverTest, C79_ADeclinedAddressIsOnTheDiskBeforeTheAnswerAndSurvivesARestart) {
  EXPECT_TRUE(IsAck(Ask(Select(1, "10.0.0.10"))));
  DurabilityWitness witness(folder_.path() / "state.db");
  seam_->resolver().ResolveDhcp({Decline(1, "10.0.0.10")}, witness);
  EXPECT_EQ(witness.LastSeen().state, core::LeaseState::kDeclined);
  Restart();
  for (const int client : {1, 2}) {
    EXPECT_TRUE(std::holds_alternative<core::DhcpNak>(Ask(Select(client, "10.0.0.10"))));
  }
  const auto offer = Ask(Question(core::DhcpMessage::kDiscover, 1));
  EXPECT_NE(std::get<core::DhcpGrant>(offer).address, Ip("10.0.0.10"));
}

TEST_F(ResolverTest, C79_ADeclineThatCannotBeStoredChangesNothing) {
  EXPECT_TRUE(IsAck(Ask(Select(1, "10.0.0.10"))));
  auto other = store::Database::Open(folder_.path() / "state.db", store::Database::Mode::kExisting);
  ASSERT_THAT(other, IsOk());
  {
    auto lock = store::Transaction::Begin(**other);
    ASSERT_THAT(lock, IsOk());
    EXPECT_EQ(Ask(Decline(1, "10.0.0.10")), Silence(core::SilenceReason::kCommitFailed));
  }
  EXPECT_TRUE(IsAck(Ask(Select(1, "10.0.0.10"))));
  EXPECT_EQ(Ask(Decline(1, "10.0.0.10")), Silence(core::SilenceReason::kDeclined));
}

TEST_F(ResolverTest, C78_C81_WhatIsNotHonouredSaysWhy) {
  EXPECT_EQ(Ask(Decline(1, "10.0.0.10")), Silence(core::SilenceReason::kNothingToDecline));
  for (const char* address : {"10.0.0.10", "10.0.0.11", "10.0.0.12"}) {
    EXPECT_TRUE(IsAck(Ask(Select(1, address))));
    EXPECT_EQ(Ask(Decline(1, address)), Silence(core::SilenceReason::kDeclined));
  }
  EXPECT_TRUE(IsAck(Ask(Select(1, "10.0.0.13"))));
  Restart();
  EXPECT_EQ(Ask(Decline(1, "10.0.0.13")), Silence(core::SilenceReason::kDeclinedTooOften));
}

TEST_F(ResolverTest, AnOperatorEndsAProbation) {
  Ask(Select(1, "10.0.0.10"));
  Ask(Decline(1, "10.0.0.10"));
  std::promise<absl::Status> released;
  plane_->resolver().ReleaseLease(Ip("10.0.0.10"),
                                  [&](const absl::Status& status) { released.set_value(status); });
  EXPECT_THAT(released.get_future().get(), IsOk());
  EXPECT_TRUE(IsAck(Ask(Select(2, "10.0.0.10"))));
}

// --- release by hand ---

TEST_F(ResolverTest, AnOperatorCanReleaseALease) {
  Ask(Select(1, "10.0.0.10"));
  std::promise<absl::Status> released;
  plane_->resolver().ReleaseLease(Ip("10.0.0.10"),
                                  [&](const absl::Status& status) { released.set_value(status); });
  EXPECT_THAT(released.get_future().get(), IsOk());
  const std::lock_guard lock(plane_->state.mutex);
  EXPECT_EQ(plane_->state.leases.LeaseAt(Ip("10.0.0.10"))->state, core::LeaseState::kReleased);
}

TEST_F(ResolverTest, ALeaseWhoseClientIsBeingGivenAnotherIsNotReleasedMeanwhile) {
  Ask(Select(1, "10.0.0.10"));
  {
    const std::lock_guard lock(plane_->state.mutex);
    plane_->state.leases.Begin({.address = Ip("10.0.0.11"), .client = HardwareAddress::Of(Mac(1))});
  }
  std::promise<absl::Status> released;
  plane_->resolver().ReleaseLease(Ip("10.0.0.10"),
                                  [&](const absl::Status& status) { released.set_value(status); });
  EXPECT_THAT(released.get_future().get(),
              StatusIs(absl::StatusCode::kAborted, "leases/10.0.0.10"));
}

TEST_F(ResolverTest, ReleasingAnAddressNobodyHoldsIsNotFound) {
  std::promise<absl::Status> released;
  plane_->resolver().ReleaseLease(Ip("10.0.0.10"),
                                  [&](const absl::Status& status) { released.set_value(status); });
  EXPECT_THAT(released.get_future().get(),
              StatusIs(absl::StatusCode::kNotFound, "leases/10.0.0.10"));
}

}  // namespace
}  // namespace pxe::server
