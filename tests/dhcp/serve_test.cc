// The server on real sockets: a veth pair and the loopback interface of a namespace of its own.
#include "dhcp/serve.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "tests/dhcp/wire/raw_packet.h"
#include "tests/support/status_matchers.h"

namespace pxe::dhcp {
namespace {

using core::BootEvent;
using wire::OptionCode;
using wire::RawPacket;

constexpr Ipv4 kServerAddress{0x0a090001};  // 10.9.0.1
constexpr Ipv4 kOffered{0x0a090032};        // 10.9.0.50
constexpr Ipv4 kLoopback{0x7f000001};
constexpr int kHangGuardMs = 20'000;

core::DhcpAnswer Offer(const core::DhcpQuestion& question) {
  return core::DhcpGrant{.address = kOffered,
                         .server_id = question.local_addresses.front(),
                         .lease = std::chrono::hours(1),
                         .subnet = {{0x0a090000}, 24}};
}

// Answers as told, on the asking thread or on another; remembers what was reported.
class FakeResolver final : public core::Resolver {
 public:
  using Decide = std::function<core::DhcpAnswer(const core::DhcpQuestion&)>;

  explicit FakeResolver(Decide decide, bool on_another_thread = false)
      : decide_(std::move(decide)), on_another_thread_(on_another_thread) {}

  void ResolveDhcp(std::vector<core::DhcpQuestion> batch, core::DhcpAnswerSink& sink) override {
    std::vector<core::TaggedDhcpAnswer> answers;
    for (const auto& question : batch) answers.push_back({question.tag, decide_(question)});
    if (on_another_thread_) {
      std::thread([&] { sink.OnDhcpAnswers(std::move(answers)); }).join();
    } else {
      sink.OnDhcpAnswers(std::move(answers));
    }
  }
  void ResolveBoot(core::BootQuestion, core::BootAnswerFn) override { ADD_FAILURE(); }
  void Report(BootEvent event) override {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_all();
  }

  std::vector<BootEvent> WaitForEvents(size_t count) {
    std::unique_lock lock(mutex_);
    const auto enough = [&] { return events_.size() >= count; };
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::milliseconds(kHangGuardMs), enough));
    return events_;
  }

 private:
  const Decide decide_;
  const bool on_another_thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<BootEvent> events_;
};

// Runs a server until it goes out of scope.
class Running {
 public:
  Running(ServerConfig config, core::Resolver& resolver) {
    auto server = Server::Open(std::move(config), resolver);
    EXPECT_THAT(server, IsOk());
    if (!server.ok()) return;
    server_ = std::move(*server);
    thread_ = std::thread([this] { server_->Run(); });
  }
  ~Running() {
    if (!server_) return;
    server_->Stop();
    thread_.join();
  }
  Server& operator*() { return *server_; }
  Server* operator->() { return server_.get(); }

 private:
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

// A machine at the far end of the veth pair: sends and hears whole frames, has no address.
class Machine {
 public:
  Machine() : fd_(::socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL))) {
    sockaddr_ll local{};
    local.sll_family = AF_PACKET;
    local.sll_protocol = htons(ETH_P_ALL);
    local.sll_ifindex = static_cast<int>(::if_nametoindex("far"));
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&local), sizeof local), 0);
  }

  void Broadcast(const std::vector<uint8_t>& payload) {
    const auto socket = net::PacketSocket::Open();
    EXPECT_TRUE(socket->Send(static_cast<int>(::if_nametoindex("far")),
                             {.source_mac = {{0x52, 0x54, 0, 0, 0, 4}},
                              .destination_mac = kBroadcastMac,
                              .destination = kBroadcastAddress,
                              .source_port = 68,
                              .destination_port = 67,
                              .payload = payload}));
  }

  // The next frame that the server's end sent: a DHCP reply, or an ARP request where one was made.
  std::vector<uint8_t> Hear() {
    std::vector<uint8_t> frame(2048);
    while (true) {
      pollfd waiting{fd_.get(), POLLIN, 0};
      if (::poll(&waiting, 1, kHangGuardMs) != 1) {
        ADD_FAILURE() << "no frame came";
        return std::vector<uint8_t>(400);
      }
      sockaddr_ll from{};
      socklen_t size = sizeof from;
      const ssize_t got = ::recvfrom(fd_.get(), frame.data(), frame.size(), 0,
                                     reinterpret_cast<sockaddr*>(&from), &size);
      const int type = frame[12] << 8 | frame[13];
      if (from.sll_pkttype == PACKET_OUTGOING || (type != ETH_P_IP && type != ETH_P_ARP)) continue;
      return {frame.begin(), frame.begin() + got};
    }
  }

 private:
  net::UniqueFd fd_;
};

class ServeTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0) << "these tests need root";
    const char* const setup =
        "ip link set lo up && ip link add near type veth peer name far && "
        "ip addr add 10.9.0.1/24 dev near && ip link set near up && ip link set far up";
    ASSERT_EQ(std::system(setup), 0);
  }
};

std::string MacAt(const std::vector<uint8_t>& frame, size_t offset) {
  MacAddress mac;
  std::copy_n(frame.begin() + static_cast<ptrdiff_t>(offset), 6, mac.bytes.begin());
  return mac.ToString();
}

Ipv4 AddressAt(const std::vector<uint8_t>& frame, size_t offset) {
  return {uint32_t{frame[offset]} << 24 | uint32_t{frame[offset + 1]} << 16 |
          uint32_t{frame[offset + 2]} << 8 | frame[offset + 3]};
}

int PortAt(const std::vector<uint8_t>& frame, size_t offset) {
  return frame[offset] << 8 | frame[offset + 1];
}

TEST_F(ServeTest, C6_AMachineWithoutAddressIsSentAFrameToItsMacAndNoArp) {
  FakeResolver resolver(Offer);
  Running server({.interfaces = {"near"}}, resolver);
  ASSERT_TRUE(server->raw_frames());
  Machine machine;
  machine.Broadcast(RawPacket("35 01 01 ff"));
  const auto frame = machine.Hear();
  ASSERT_EQ(PortAt(frame, 12), ETH_P_IP);
  EXPECT_EQ(MacAt(frame, 0), "52:54:00:00:00:04");
  EXPECT_EQ(AddressAt(frame, 26), kServerAddress);  // C4: option 54
  EXPECT_EQ(AddressAt(frame, 30), kOffered);
  EXPECT_EQ(PortAt(frame, 34), 67);  // C2
  EXPECT_EQ(PortAt(frame, 36), 68);
  EXPECT_EQ(AddressAt(frame, 42 + 16), kOffered);  // yiaddr
  EXPECT_EQ(frame.size(), net::kFrameOverhead + wire::kMinReplyBytes);
  resolver.WaitForEvents(1);
  EXPECT_EQ(server->outcomes().Get(Outcome::kOffered), 1u);
}

TEST_F(ServeTest, C7_TheBroadcastFlagMeansTheBroadcastMacToo) {
  FakeResolver resolver(Offer, true);
  Running server({.interfaces = {"near"}}, resolver);
  Machine machine;
  auto discover = RawPacket("35 01 01 ff");
  discover[10] = 0x80;
  machine.Broadcast(discover);
  const auto frame = machine.Hear();
  EXPECT_EQ(MacAt(frame, 0), "ff:ff:ff:ff:ff:ff");
  EXPECT_EQ(AddressAt(frame, 26), kServerAddress);
  EXPECT_EQ(AddressAt(frame, 30), kBroadcastAddress);
  EXPECT_EQ(PortAt(frame, 34), 67);
}

// Every second one broadcasts, so that frames and datagrams leave together; one cannot be sent.
TEST_F(ServeTest, AnswersThatAreReadyTogetherAllLeaveAndEachIsCounted) {
  constexpr uint32_t kUnreachable = 7;
  FakeResolver resolver(Offer);
  Running server({.interfaces = {"near"}}, resolver);
  Machine machine;
  for (uint8_t i = 0; i < 70; ++i) {
    auto discover = RawPacket("35 01 01 ff");
    discover[7] = i;                           // xid
    if (i % 2 == 0) discover[10] = 0x80;       // the broadcast flag
    if (i == kUnreachable) discover[24] = 10;  // by a relay to which there is no route: 10.0.0.0
    machine.Broadcast(discover);
  }
  resolver.WaitForEvents(70);
  EXPECT_EQ(server->outcomes().Get(Outcome::kOffered), 69u);
  EXPECT_EQ(server->outcomes().Get(Outcome::kSendFailed), 1u);
  std::set<uint8_t> heard;
  for (int i = 0; i < 69; ++i) heard.insert(machine.Hear().at(42 + 7));
  EXPECT_EQ(heard.size(), 69u);
  EXPECT_FALSE(heard.contains(kUnreachable));
}

TEST_F(ServeTest, EveryPacketHasOneOutcomeAndEveryAnswerIsReported) {
  const auto decide = [](const core::DhcpQuestion& question) -> core::DhcpAnswer {
    if (question.message == core::DhcpMessage::kDiscover) {
      auto grant = std::get<core::DhcpGrant>(Offer(question));
      grant.boot = {kServerAddress, "pxelinux.0"};
      return grant;
    }
    if (question.message == core::DhcpMessage::kRelease) {
      return core::DhcpSilence{core::SilenceReason::kReleased};
    }
    return core::DhcpNak{kServerAddress, "not here"};
  };
  FakeResolver resolver(decide);
  Running server({.interfaces = {"near"}}, resolver);
  Machine machine;
  auto reply = RawPacket("35 01 02 ff");
  reply[0] = 2;
  auto release = RawPacket("35 01 07 ff");
  release[12] = 10;
  machine.Broadcast({});                                          // short
  machine.Broadcast(reply);                                       // not_request
  machine.Broadcast(RawPacket("35 01 03 ff"));                    // bad_request_state
  machine.Broadcast(release);                                     // silent
  machine.Broadcast(RawPacket("35 01 01 5d 01 00 ff"));           // offered, noted
  machine.Broadcast(RawPacket("35 01 03 32 04 0a 09 00 63 ff"));  // naked
  const auto events = resolver.WaitForEvents(3);

  EXPECT_EQ(events[0].step, BootEvent::Step::kSilent);
  EXPECT_EQ(events[0].detail, "released");
  EXPECT_EQ(events[1].step, BootEvent::Step::kOffered);
  EXPECT_EQ(events[1].client, "52:54:00:00:00:04");
  EXPECT_EQ(events[1].address, kOffered);
  EXPECT_EQ(events[1].file, "pxelinux.0");
  EXPECT_EQ(events[1].kind, "os");
  EXPECT_EQ(events[2].step, BootEvent::Step::kNaked);
  EXPECT_EQ(events[2].detail, "not here");
  EXPECT_EQ(server->outcomes().Sum(), 6u);
  EXPECT_EQ(server->outcomes().Get(Outcome::kDropped), 3u);
  EXPECT_EQ(server->drops().Get(wire::DropReason::kShort), 1u);
  EXPECT_EQ(server->drops().Get(wire::DropReason::kNotRequest), 1u);
  EXPECT_EQ(server->drops().Get(wire::DropReason::kBadRequestState), 1u);
  EXPECT_EQ(server->silences().Get(core::SilenceReason::kReleased), 1u);
  EXPECT_EQ(server->notes().Get(Note::kArchitectureIgnored), 1u);
}

TEST_F(ServeTest, C10_M33_C29_OtherInterfacesOwnPacketsAndLongOnesAreDropped) {
  FakeResolver resolver(Offer);
  ServerConfig config{.interfaces = {"near"}};
  config.limits.max_packet_bytes = 400;
  Running server(config, resolver);
  Machine machine;
  auto own = RawPacket("35 01 01 ff");
  const auto interfaces = net::ListInterfaces();
  for (const auto& interface : *interfaces) {
    if (interface.name == "near") std::ranges::copy(interface.mac.bytes, own.begin() + 28);
  }
  machine.Broadcast(own);
  machine.Broadcast(RawPacket("35 01 01 00*200 ff"));
  auto outside = net::UdpSocket::Bind({kLoopback, 0}, {});
  ASSERT_THAT(outside, IsOk());
  const auto discover = RawPacket("35 01 01 ff");
  ASSERT_EQ(outside->Send({{kLoopback, 67}, {}, 0, discover}), net::SendResult::kSent);
  machine.Broadcast(discover);
  machine.Hear();
  resolver.WaitForEvents(1);
  EXPECT_EQ(server->drops().Get(wire::DropReason::kLoop), 1u);
  EXPECT_EQ(server->drops().Get(wire::DropReason::kTooLong), 1u);
  EXPECT_EQ(server->drops().Get(wire::DropReason::kNotOurInterface), 1u);
}

// The relay's way, over the loopback interface and on another port, as tests without privileges go.
TEST_F(ServeTest, C5a_C139_ARelayHearsTheAnswerAtItsAddressAndPort) {
  Ipv4 route_source;
  const auto decide = [&](const core::DhcpQuestion& question) {
    route_source = question.route_source;
    return Offer(question);
  };
  FakeResolver resolver(decide, true);
  Running server({.interfaces = {"lo"}, .port = 6767}, resolver);
  auto relay = net::UdpSocket::Bind({kLoopback, 0}, {});
  ASSERT_THAT(relay, IsOk());
  auto discover = RawPacket("35 01 01 52 02 13 00 ff");
  discover[24] = 127;
  discover[27] = 1;
  ASSERT_EQ(relay->Send({{kLoopback, 6767}, {}, 0, discover}), net::SendResult::kSent);
  pollfd waiting{relay->fd(), POLLIN, 0};
  ASSERT_EQ(::poll(&waiting, 1, kHangGuardMs), 1);
  net::ReceiveBatch batch(1, 1500);
  const auto received = relay->Receive(batch);
  ASSERT_EQ(received.size(), 1u);
  EXPECT_EQ(received[0].peer, (net::Endpoint{kLoopback, 6767}));
  EXPECT_EQ(received[0].payload[0], wire::kBootReply);
  EXPECT_EQ(route_source, kLoopback);
}

// Takes questions and never answers, until told.
class Procrastinator final : public core::Resolver {
 public:
  void ResolveDhcp(std::vector<core::DhcpQuestion> batch, core::DhcpAnswerSink&) override {
    asked_ += batch.size();
  }
  void ResolveBoot(core::BootQuestion, core::BootAnswerFn) override {}
  void Report(BootEvent) override {}
  std::atomic<size_t> asked_ = 0;
};

TEST_F(ServeTest, QuestionsInFlightAreLimitedAndTheRestCounted) {
  Procrastinator resolver;
  ServerConfig config{.interfaces = {"near"}};
  config.limits.max_in_flight = 2;
  Running server(config, resolver);
  Machine machine;
  for (int i = 0; i < 5; ++i) machine.Broadcast(RawPacket("35 01 01 ff"));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (server->outcomes().Sum() + resolver.asked_ < 5) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    std::this_thread::yield();
  }
  EXPECT_EQ(resolver.asked_, 2u);
  EXPECT_EQ(server->drops().Get(wire::DropReason::kOverload), 3u);
}

TEST_F(ServeTest, OpeningNamesWhatIsWrong) {
  FakeResolver resolver(Offer);
  EXPECT_THAT(Server::Open({}, resolver),
              StatusIs(absl::StatusCode::kInvalidArgument, "at least one"));
  EXPECT_THAT(Server::Open({.interfaces = {"nosuch0"}}, resolver),
              StatusIs(absl::StatusCode::kNotFound, "interface nosuch0"));
  EXPECT_THAT(Server::Open({.interfaces = {"lo"}, .port = 65535}, resolver),
              StatusIs(absl::StatusCode::kInvalidArgument, "dhcp-port"));
  const auto first = Server::Open({.interfaces = {"lo"}, .port = 6767}, resolver);
  ASSERT_THAT(first, IsOk());
  const auto second = Server::Open({.interfaces = {"lo"}, .port = 6767}, resolver);
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(MessageOf(second.status()), testing::HasSubstr("6767"));
}

TEST(Outcome, EachHasANameOfItsOwn) {
  std::vector<std::string_view> names;
  for (int i = 0; i < static_cast<int>(Outcome::kCount); ++i) {
    names.push_back(ToString(static_cast<Outcome>(i)));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace
}  // namespace pxe::dhcp
