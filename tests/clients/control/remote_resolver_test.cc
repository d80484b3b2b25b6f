// The control plane away, back, silent and talking nonsense, as a data plane meets it.
#include "clients/control/remote_resolver.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <future>
#include <set>
#include <thread>

#include "tests/clients/control/remote_plane.h"
#include "tests/server/resolver/test_plane.h"
#include "tests/support/temp_dir.h"

namespace pxe::control {
namespace {

using namespace std::chrono_literals;
using core::SilenceReason;
using server::AnswerBox;
using server::Ip;
using server::Mac;
using testing::ElementsAre;
using testing::HasSubstr;

core::DhcpQuestion Discover(uint64_t tag, int client) {
  return {.tag = tag,
          .message = core::DhcpMessage::kDiscover,
          .client = HardwareAddress::Of(Mac(client)),
          .local_addresses = {Ip("10.0.0.1")}};
}

core::DhcpAnswer Silence(SilenceReason reason) {
  return core::DhcpSilence{reason};
}

core::BootAnswer AskBoot(core::Resolver& resolver, const std::string& path) {
  std::promise<core::BootAnswer> answered;
  resolver.ResolveBoot({path, Ip("10.0.0.20"), Ip("10.0.0.1")},
                       [&](core::BootAnswer answer) { answered.set_value(std::move(answer)); });
  return answered.get_future().get();
}

// Keeps what it is asked, until it is told to answer.
class Held final : public core::Resolver {
 public:
  void ResolveDhcp(std::vector<core::DhcpQuestion> batch, core::DhcpAnswerSink& sink) override {
    const std::lock_guard lock(mutex_);
    for (const auto& question : batch) dhcp_.emplace_back(&sink, question.tag);
    changed_.notify_all();
  }
  void ResolveBoot(core::BootQuestion, core::BootAnswerFn done) override {
    const std::lock_guard lock(mutex_);
    boot_.push_back(std::move(done));
    changed_.notify_all();
  }
  void Report(core::BootEvent event) override {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_all();
  }
  void AwaitQuestions(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return dhcp_.size() + boot_.size() >= count; });
  }
  std::vector<core::BootEvent> AwaitEvents(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return events_.size() >= count; });
    return events_;
  }
  void AnswerAll() {
    std::unique_lock lock(mutex_);
    const auto dhcp = std::exchange(dhcp_, {});
    const auto boot = std::exchange(boot_, {});
    lock.unlock();
    for (const auto& [sink, tag] : dhcp) {
      sink->OnDhcpAnswers({{tag, core::DhcpSilence{SilenceReason::kNoAddress}}});
    }
    for (const auto& done : boot) done(core::NoFile{"none"});
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<core::DhcpAnswerSink*, uint64_t>> dhcp_;
  std::vector<core::BootAnswerFn> boot_;
  std::vector<core::BootEvent> events_;
};

class RemoteResolverTest : public testing::Test {
 protected:
  static RemoteLimits Quick() { return {.first_retry = 5ms, .slowest_retry = 20ms}; }

  core::DhcpAnswer Ask(core::Resolver& resolver, int client) {
    const uint64_t tag = ++tag_;
    resolver.ResolveDhcp({Discover(tag, client)}, box_);
    return box_.Await(tag);
  }

  TempDir folder_;
  const std::string address_ = "unix:" + folder_.Path("pxed.sock");
  Held held_;
  AnswerBox box_;
  uint64_t tag_ = 0;
};

TEST_F(RemoteResolverTest, WithoutAControlPlaneEverythingIsSilenceAtOnceAndSaysSoOnce) {
  Witness witness;
  RemoteResolver remote(address_, witness.Hooks(), Quick());
  EXPECT_EQ(Ask(remote, 1), Silence(SilenceReason::kControlAway));
  EXPECT_TRUE(std::holds_alternative<core::NoAnswer>(AskBoot(remote, "pxelinux.cfg/default")));
  witness.AwaitAway();
  EXPECT_EQ(Ask(remote, 1), Silence(SilenceReason::kControlAway));
  EXPECT_THAT(witness.lines(), ElementsAre(HasSubstr(address_ + " is away")));
  EXPECT_EQ(remote.counts().Get(RemoteCount::kControlAway), 3u);
}

TEST_F(RemoteResolverTest, AControlPlaneThatComesLaterIsFound) {
  Witness witness;
  RemoteResolver remote(address_, witness.Hooks(), Quick());
  witness.AwaitAway();
  server::TestPlane plane(folder_.path() / "state");
  plane.Add(server::LabSubnet());
  const ControlEnd control(plane.resolver(), address_);
  witness.AwaitThere();
  EXPECT_TRUE(std::holds_alternative<core::DhcpGrant>(Ask(remote, 1)));
  EXPECT_THAT(witness.lines(), ElementsAre(HasSubstr("away"), HasSubstr(address_ + " answers")));
}

TEST_F(RemoteResolverTest, OpenQuestionsAreSilenceWhenTheControlPlaneGoesAndItIsFoundAgain) {
  auto control = std::make_unique<ControlEnd>(held_, address_);
  RemoteEnd remote(address_, Quick());
  remote.resolver.ResolveDhcp({Discover(101, 1), Discover(102, 2)}, box_);
  std::promise<core::BootAnswer> file;
  remote.resolver.ResolveBoot({"f", {}, {}},
                              [&](core::BootAnswer answer) { file.set_value(std::move(answer)); });
  held_.AwaitQuestions(3);
  control.reset();
  EXPECT_EQ(box_.Await(101), Silence(SilenceReason::kControlAway));
  EXPECT_EQ(box_.Await(102), Silence(SilenceReason::kControlAway));
  EXPECT_TRUE(std::holds_alternative<core::NoAnswer>(file.get_future().get()));
  held_.AnswerAll();  // to a stream that is over: nobody hears it

  remote.witness.AwaitAway();
  control = std::make_unique<ControlEnd>(held_, address_);
  remote.witness.AwaitThere();
  remote.resolver.ResolveDhcp({Discover(103, 1)}, box_);
  held_.AwaitQuestions(1);
  held_.AnswerAll();
  EXPECT_EQ(box_.Await(103), Silence(SilenceReason::kNoAddress));
  for (const uint64_t tag : {101, 102, 103}) EXPECT_EQ(box_.CountOf(tag), 1);
  EXPECT_EQ(remote.resolver.counts().Get(RemoteCount::kConnects), 2u);
}

TEST_F(RemoteResolverTest, AControlPlaneThatSaysNothingCostsADeadlineAndItsStream) {
  ControlEnd control(held_, address_);
  RemoteLimits limits = Quick();
  limits.questions.deadline = 50ms;
  RemoteEnd remote(address_, limits);
  EXPECT_EQ(Ask(remote.resolver, 1), Silence(SilenceReason::kControlAway));
  EXPECT_EQ(remote.resolver.counts().Get(RemoteCount::kTimedOut), 1u);
  remote.witness.AwaitAway();
  remote.witness.AwaitThere();
  EXPECT_THAT(
      remote.witness.lines(),
      ElementsAre(HasSubstr("answers"), HasSubstr("does not answer"), HasSubstr("answers")));
  held_.AnswerAll();
}

TEST_F(RemoteResolverTest, ReportsReachTheControlPlaneAndTheOwnLog) {
  ControlEnd control(held_, address_);
  Witness witness;
  std::vector<core::BootEvent> logged;
  RemoteHooks hooks = witness.Hooks();
  hooks.on_event = [&](const core::BootEvent& event) { logged.push_back(event); };
  RemoteResolver remote(address_, hooks);
  witness.AwaitThere();
  const core::BootEvent event{.step = core::BootEvent::Step::kFetched,
                              .client = "10.0.0.20",
                              .address = Ip("10.0.0.20"),
                              .file = "vmlinuz",
                              .kind = "",
                              .detail = "x",
                              .bytes = 7,
                              .milliseconds = 8};
  remote.Report(event);
  EXPECT_THAT(held_.AwaitEvents(1), ElementsAre(event));
  EXPECT_THAT(logged, ElementsAre(event));
}

TEST_F(RemoteResolverTest, AfterStopNobodyIsKeptWaiting) {
  ControlEnd control(held_, address_);
  RemoteEnd remote(address_);
  remote.resolver.ResolveDhcp({Discover(1, 1)}, box_);
  held_.AwaitQuestions(1);
  remote.resolver.Stop();
  EXPECT_EQ(box_.CountOf(1), 1);
  EXPECT_EQ(box_.Await(1), Silence(SilenceReason::kControlAway));
  remote.resolver.ResolveDhcp({Discover(2, 1)}, box_);
  EXPECT_EQ(box_.CountOf(2), 1);
  held_.AnswerAll();
}

// A control plane of another make.
class Nonsense final : public v1::DataPlaneService::Service {
  using Stream = grpc::ServerReaderWriter<v1::ResolveResponse, v1::ResolveRequest>;

 public:
  grpc::Status Resolve(grpc::ServerContext*, Stream* stream) override {
    stream->Write({});
    v1::ResolveRequest request;
    while (stream->Read(&request)) {
      v1::ResolveResponse response;
      for (const auto& question : request.dhcp_questions()) {
        response.add_dhcp_answers()->set_tag(question.tag());  // and no outcome
      }
      stream->Write(response);
    }
    return grpc::Status::OK;
  }
};

TEST_F(RemoteResolverTest, NonsenseForAnAnswerEndsTheStreamNamingTheField) {
  Nonsense service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address_, grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  {
    RemoteEnd remote(address_, Quick());
    EXPECT_EQ(Ask(remote.resolver, 1), Silence(SilenceReason::kControlAway));
    remote.witness.AwaitAway();
    EXPECT_THAT(remote.witness.lines()[1], HasSubstr("dhcp_answers[0].outcome"));
    EXPECT_EQ(remote.resolver.counts().Get(RemoteCount::kMalformed), 1u);
  }
  server->Shutdown();
}

// --- two data planes, one control plane ---

TEST_F(RemoteResolverTest, TwoDataPlanesNeverGrantOneAddressTwice) {
  constexpr int kClients = 60;
  constexpr size_t kAddresses = 40;
  server::TestPlane plane(folder_.path() / "state");
  core::Subnet subnet = server::LabSubnet();
  subnet.pools = {*ParseIpv4Range("10.0.0.10-10.0.0.49")};
  plane.Add(subnet);
  {
    const ControlEnd control(plane.resolver(), address_);
    const RemoteLimits patient{.questions = {.deadline = std::chrono::minutes{1}}};
    RemoteEnd left(address_, patient);
    RemoteEnd right(address_, patient);
    std::mutex mutex;
    std::map<Ipv4, std::set<int>> owners;
    std::vector<std::thread> threads;
    // Every client asks through both, as one does that two data planes can hear.
    for (int i = 0; i < 2 * kClients; ++i) {
      threads.emplace_back([&, i] {
        core::Resolver& resolver = i % 2 == 0 ? left.resolver : right.resolver;
        const int client = i / 2;
        const uint64_t tag = 1000 + 2 * static_cast<uint64_t>(i);
        resolver.ResolveDhcp({Discover(tag, client)}, box_);
        const core::DhcpAnswer answer = box_.Await(tag);
        const auto* offer = std::get_if<core::DhcpGrant>(&answer);
        if (offer == nullptr) return;
        core::DhcpQuestion request = Discover(tag + 1, client);
        request.message = core::DhcpMessage::kRequest;
        request.server_id = Ip("10.0.0.1");
        request.requested = offer->address;
        resolver.ResolveDhcp({request}, box_);
        const core::DhcpAnswer granted = box_.Await(tag + 1);
        const auto* ack = std::get_if<core::DhcpGrant>(&granted);
        ASSERT_TRUE(ack != nullptr && BindsAddress(ack->kind));
        const std::lock_guard lock(mutex);
        owners[ack->address].insert(client);
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(owners.size(), kAddresses) << "the pool is used up";
    std::set<int> served;
    for (const auto& [address, clients] : owners) {
      EXPECT_EQ(clients.size(), 1u) << address.ToString();
      EXPECT_TRUE(served.insert(*clients.begin()).second) << "one client, one address";
    }
  }
}

}  // namespace
}  // namespace pxe::control
