// What a server does with more than it can take: whom it drops, whom it serves first, what it says.
#include <gmock/gmock.h>

#include <atomic>

#include "tests/dhcp/serve_fixture.h"

namespace pxe::dhcp {
namespace {

using testing::AllOf;
using testing::Field;
using wire::DropReason;

const Rate kUnlimited{1'000'000, 1'000'000};

std::vector<uint8_t> From(uint8_t machine, std::string_view options) {
  auto bytes = RawPacket(options);
  bytes[33] = machine;
  return bytes;
}

// Until so many packets have an outcome.
void WaitForOutcomes(Server& server, uint64_t count) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kHangGuardMs);
  while (server.outcomes().Sum() < count) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    std::this_thread::yield();
  }
}

uint64_t Replied(const Server& server) {
  const auto& outcomes = server.outcomes();
  return outcomes.Get(Outcome::kOffered) + outcomes.Get(Outcome::kAcked) +
         outcomes.Get(Outcome::kNaked) + outcomes.Get(Outcome::kSendFailed);
}

// Every seed of the fuzzer that one Ethernet frame can carry, sent for real.
TEST_F(ServeTest, C150_WhatWasReceivedIsTheSumOfRepliesDropsByReasonAndSilenceByReason) {
  const auto decide = [](const core::DhcpQuestion& question) -> core::DhcpAnswer {
    if (question.message == core::DhcpMessage::kDiscover) return Offer(question);
    if (question.server_id) return core::DhcpNak{kServerAddress, "no"};
    return core::DhcpSilence{core::SilenceReason::kNotOurs};
  };
  FakeResolver resolver(decide);
  ServerConfig config{.interfaces = {"near"}};
  config.limits.rates.client = kUnlimited;
  Running server(config, resolver);
  Machine machine;
  uint64_t sent = 0;
  for (const auto& name : FixtureNames("corpus/dhcp", ".bin")) {
    const std::string seed = ReadFixture("corpus/dhcp/" + name + ".bin");
    const std::vector<uint8_t> bytes(seed.begin(), seed.end());
    if (machine.Broadcast(bytes) == net::SendResult::kSent) ++sent;
  }
  WaitForOutcomes(*server, sent);
  EXPECT_GT(sent, 40u);
  EXPECT_EQ(server->outcomes().Sum(), sent);
  EXPECT_EQ(server->outcomes().Get(Outcome::kDropped), server->drops().Sum());
  EXPECT_EQ(server->outcomes().Get(Outcome::kSilent), server->silences().Sum());
  EXPECT_EQ(Replied(*server) + server->drops().Sum() + server->silences().Sum(), sent);
  EXPECT_GT(Replied(*server), 10u);
  EXPECT_GT(server->silences().Sum(), 0u);
}

TEST_F(ServeTest, M32_APacketFromPortZeroCannotBeAnswered) {
  FakeResolver resolver(Offer);
  Running server({.interfaces = {"near"}}, resolver);
  Machine machine;
  machine.Broadcast(RawPacket("35 01 01 ff"), 0);
  WaitForOutcomes(*server, 1);
  EXPECT_EQ(server->drops().Get(DropReason::kBadPort), 1u);
}

TEST_F(ServeTest, M33_AReplyOfOursThatComesBackIsALoop) {
  FakeResolver resolver(Offer);
  Running server({.interfaces = {"lo"}, .port = 6767}, resolver);
  auto socket = net::UdpSocket::Bind({kLoopback, 0}, {});
  ASSERT_THAT(socket, IsOk());
  auto reply = RawPacket("35 01 02 ff");
  reply[0] = wire::kBootReply;
  ASSERT_EQ(socket->Send({{kLoopback, 6767}, {}, 0, reply}), net::SendResult::kSent);
  WaitForOutcomes(*server, 1);
  EXPECT_EQ(server->drops().Get(DropReason::kLoop), 1u);
}

TEST_F(ServeTest, C152_OneClientThatFloodsIsDroppedAndAnotherIsServed) {
  FakeResolver resolver(Offer);
  Running server({.interfaces = {"near"}}, resolver);
  Machine machine;
  for (int i = 0; i < 100; ++i) machine.Broadcast(From(1, "35 01 01 ff"));
  WaitForOutcomes(*server, 100);
  machine.Broadcast(From(2, "35 01 01 ff"));
  WaitForOutcomes(*server, 101);
  EXPECT_GE(server->drops().Get(DropReason::kRateLimited), 60u);
  const auto events = resolver.WaitForEvents(21);
  EXPECT_EQ(events.back().client, "52:54:00:00:00:02");
}

// Answers nothing; holds the loop inside the first call until told to let go.
class Gate final : public core::Resolver {
 public:
  void ResolveDhcp(std::vector<core::DhcpQuestion> batch, core::DhcpAnswerSink&) override {
    std::unique_lock lock(mutex_);
    for (const auto& question : batch) asked_.push_back(question);
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void ResolveBoot(core::BootQuestion, core::BootAnswerFn) override {}
  void Report(BootEvent) override {}

  std::vector<core::DhcpQuestion> WaitForQuestions(size_t count) {
    std::unique_lock lock(mutex_);
    const auto enough = [&] { return asked_.size() >= count; };
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::milliseconds(kHangGuardMs), enough));
    return asked_;
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  std::vector<core::DhcpQuestion> asked_;
};

constexpr auto kRenew = "35 01 03 32 04 0a 09 00 32 ff";

// While the server was busy, a flood arrived and, in the midst of it, one machine's REQUEST.
TEST_F(ServeTest, C152_C154_InAFloodRequestsComeFirstAndTheOldestDiscoversGo) {
  Gate gate;
  ServerConfig config{.interfaces = {"near"}};
  config.limits.batch_packets = 4;
  config.limits.batches_per_turn = 2;
  config.limits.max_discovers_in_overload = 3;
  Running server(config, gate);
  Machine machine;
  machine.Broadcast(From(1, "35 01 01 ff"));
  gate.WaitForQuestions(1);
  for (uint8_t i = 2; i < 9; ++i) machine.Broadcast(From(i, "35 01 01 ff"));
  machine.Broadcast(From(9, kRenew));
  gate.Open();
  const auto asked = gate.WaitForQuestions(5);
  std::string order;
  for (const auto& question : asked) order += question.client.ToString().back();
  EXPECT_EQ(order, "19678");
  EXPECT_EQ(server->drops().Get(DropReason::kOverload), 4u);
}

TEST_F(ServeTest, C154_ADiscoverThatWaitedTooLongIsDroppedAndARequestIsNot) {
  FakeResolver resolver(Offer);
  ServerConfig config{.interfaces = {"near"}};
  config.limits.max_discover_wait = std::chrono::milliseconds(0);  // any time at all
  Running server(config, resolver);
  Machine machine;
  machine.Broadcast(From(1, "35 01 01 ff"));
  machine.Broadcast(From(2, kRenew));
  WaitForOutcomes(*server, 2);
  EXPECT_EQ(server->drops().Get(DropReason::kStale), 1u);
  EXPECT_EQ(resolver.WaitForEvents(1).front().client, "52:54:00:00:00:02");
}

TEST_F(ServeTest, C154_QuestionsInFlightAreLimitedAndTheLastPlacesAreForRequests) {
  Gate gate;
  gate.Open();
  ServerConfig config{.interfaces = {"near"}};
  config.limits.max_in_flight = 4;
  Running server(config, gate);
  Machine machine;
  for (uint8_t i = 1; i < 6; ++i) machine.Broadcast(From(i, "35 01 01 ff"));
  WaitForOutcomes(*server, 2);
  for (uint8_t i = 6; i < 9; ++i) machine.Broadcast(From(i, kRenew));
  WaitForOutcomes(*server, 4);
  EXPECT_EQ(server->drops().Get(DropReason::kOverload), 4u);
  EXPECT_EQ(gate.WaitForQuestions(4).back().client.ToString(), "52:54:00:00:00:06");
}

TEST_F(ServeTest, C151_DropsAreSaidTenTimesPerReasonAndHoldNoBytesOfTheClient) {
  FakeResolver resolver(Offer);
  ServerConfig config{.interfaces = {"near"}};
  config.limits.rates.client = kUnlimited;
  Running server(config, resolver);
  Machine machine;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 200; ++i) machine.Broadcast(RawPacket("35 01 03 0c 03 0a 25 6e ff"));
  machine.Broadcast({});
  WaitForOutcomes(*server, 201);
  const auto drops = resolver.drops();
  const auto by_state = AllOf(Field(&BootEvent::client, "52:54:00:00:00:04"),
                              Field(&BootEvent::detail, "dropped: bad_request_state"));
  const auto said = std::ranges::count_if(
      drops, [&](const BootEvent& event) { return testing::Matches(by_state)(event); });
  EXPECT_GE(said, 10);
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_LE(said, 10 + took / std::chrono::milliseconds(100) + 1);
  EXPECT_THAT(drops, testing::Contains(AllOf(Field(&BootEvent::client, "0.0.0.0"),
                                             Field(&BootEvent::detail, "dropped: short"))));
  EXPECT_EQ(drops.size(), static_cast<size_t>(said) + 1);
}

// F17: the interface's queue is too small for one frame; then it is as it was.
TEST_F(ServeTest, F17_AFullSendBufferIsTriedThreeTimesMoreAndThenCounted) {
  FakeResolver resolver(Offer);
  Running server({.interfaces = {"near"}}, resolver);
  Machine machine;
  ASSERT_EQ(std::system("tc qdisc add dev near root tbf rate 8kbit burst 100 limit 100"), 0);
  machine.Broadcast(From(1, "35 01 01 ff"));
  const auto events = resolver.WaitForEvents(1);
  EXPECT_EQ(events.front().step, BootEvent::Step::kSilent);
  EXPECT_EQ(events.front().detail, "send_failed");
  EXPECT_EQ(server->outcomes().Get(Outcome::kSendFailed), 1u);
  ASSERT_EQ(std::system("tc qdisc del dev near root"), 0);
  machine.Broadcast(From(1, "35 01 01 ff"));
  EXPECT_EQ(MacAt(machine.Hear(), 0), "52:54:00:00:00:01");
}

}  // namespace
}  // namespace pxe::dhcp
