// The server on real sockets: whom it answers, from where, and that every packet is accounted for.
#include "dhcp/serve.h"

#include <gmock/gmock.h>

#include "tests/dhcp/serve_fixture.h"

namespace pxe::dhcp {
namespace {

TEST_F(ServeTest, C1_C2_C4_C6_AMachineWithoutAddressIsSentAFrameToItsMacAndNoArp) {
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
  Running server({.interfaces = {"near"}, .limits = {.rates = {.client = {100, 100}}}}, resolver);
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
  for (const auto& packet : {std::vector<uint8_t>{},                         // short
                             reply,                                          // not_request
                             RawPacket("35 01 03 ff"),                       // bad_request_state
                             release,                                        // silent
                             RawPacket("35 01 01 5d 01 00 ff"),              // offered, noted
                             RawPacket("35 01 03 32 04 0a 09 00 63 ff")}) {  // naked
    machine.Broadcast(packet);
  }
  auto events = resolver.WaitForEvents(3);
  std::ranges::sort(events, {}, &BootEvent::step);

  EXPECT_EQ(events[0].step, BootEvent::Step::kOffered);
  EXPECT_EQ(events[0].client, "52:54:00:00:00:04");
  EXPECT_EQ(events[0].address, kOffered);
  EXPECT_EQ(events[0].file, "pxelinux.0");
  EXPECT_EQ(events[0].kind, "os");
  EXPECT_EQ(events[1].step, BootEvent::Step::kNaked);
  EXPECT_EQ(events[1].detail, "not here");
  EXPECT_EQ(events[2].step, BootEvent::Step::kSilent);
  EXPECT_EQ(events[2].detail, "released");
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
