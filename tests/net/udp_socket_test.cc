#include "net/udp_socket.h"

#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>

#include <string>
#include <vector>

#include "net/path_mtu.h"
#include "tests/support/status_matchers.h"

namespace pxe::net {
namespace {

constexpr Ipv4 kLoopback{0x7f000001};
constexpr Ipv4 kOtherLoopback{0x7f000102};  // 127.0.1.2: all of 127/8 is ours
constexpr Ipv4 kAny{0};
constexpr int kHangGuardMs = 10'000;

UdpSocket Open(Ipv4 address, UdpSocket::Options options = {}) {
  auto socket = UdpSocket::Bind({address, 0}, options);
  EXPECT_THAT(socket, IsOk());
  return *std::move(socket);
}

std::vector<uint8_t> Bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

// Waits until something can be read.
std::span<const Datagram> ReceiveSome(UdpSocket& socket, ReceiveBatch& batch) {
  pollfd waiting{.fd = socket.fd(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&waiting, 1, kHangGuardMs), 1);
  return socket.Receive(batch);
}

TEST(UdpSocket, SaysWhereADatagramWasSentToAndByWhichInterface) {
  UdpSocket server = Open(kAny);
  UdpSocket client = Open(kLoopback);
  const auto text = Bytes("hello");
  EXPECT_EQ(client.Send({.peer = {kOtherLoopback, server.local().port}, .payload = text}),
            SendResult::kSent);

  ReceiveBatch batch(4, 100);
  const auto got = ReceiveSome(server, batch);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].peer, client.local());
  EXPECT_EQ(got[0].destination, kOtherLoopback);
  EXPECT_EQ(got[0].local, kOtherLoopback);
  EXPECT_EQ(got[0].interface_index, static_cast<int>(::if_nametoindex("lo")));
  EXPECT_EQ(std::vector(got[0].payload.begin(), got[0].payload.end()), text);
  EXPECT_FALSE(got[0].truncated);
}

TEST(UdpSocket, T84_AnswersFromTheAddressItIsTold) {
  UdpSocket server = Open(kAny);
  UdpSocket client = Open(kLoopback);
  const auto text = Bytes("x");
  EXPECT_EQ(server.Send({.peer = client.local(), .source = kOtherLoopback, .payload = text}),
            SendResult::kSent);
  ReceiveBatch batch(1, 10);
  const auto got = ReceiveSome(client, batch);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].peer, (Endpoint{kOtherLoopback, server.local().port}));
}

TEST(UdpSocket, ABatchTakesWhatWaitsAndNoMoreThanItHolds) {
  UdpSocket server = Open(kLoopback);
  UdpSocket client = Open(kLoopback);
  for (const auto* text : {"1", "2", "3"}) {
    EXPECT_EQ(client.Send({.peer = server.local(), .payload = Bytes(text)}), SendResult::kSent);
  }
  ReceiveBatch batch(2, 10);
  EXPECT_EQ(ReceiveSome(server, batch).size(), 2u);
  EXPECT_EQ(server.Receive(batch).size(), 1u);
  EXPECT_EQ(server.Receive(batch).size(), 0u);
}

TEST(UdpSocket, ALongerDatagramThanTheRoomIsMarkedTruncated) {
  UdpSocket server = Open(kLoopback);
  UdpSocket client = Open(kLoopback);
  EXPECT_EQ(client.Send({.peer = server.local(), .payload = Bytes("123456")}), SendResult::kSent);
  ReceiveBatch batch(1, 4);
  const auto got = ReceiveSome(server, batch);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_TRUE(got[0].truncated);
  EXPECT_EQ(got[0].payload.size(), 4u);
}

TEST(UdpSocket, SegmentsArriveAsDatagramsOfTheirOwn) {
  UdpSocket server = Open(kLoopback);
  UdpSocket client = Open(kLoopback);
  const auto text = Bytes("aaabbbc");
  EXPECT_EQ(client.SendSegments({.peer = server.local(), .payload = text}, 3), SendResult::kSent);
  ReceiveBatch batch(4, 10);
  const auto got = ReceiveSome(server, batch);
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(std::string(got[0].payload.begin(), got[0].payload.end()), "aaa");
  EXPECT_EQ(std::string(got[2].payload.begin(), got[2].payload.end()), "c");
}

TEST(UdpSocket, T84_SegmentsTooComeFromTheAddressThatIsTold) {
  UdpSocket server = Open(kAny);
  UdpSocket client = Open(kLoopback);
  const auto text = Bytes("ab");
  EXPECT_EQ(
      server.SendSegments({.peer = client.local(), .source = kOtherLoopback, .payload = text}, 1),
      SendResult::kSent);
  ReceiveBatch batch(4, 10);
  const auto got = ReceiveSome(client, batch);
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[1].peer, (Endpoint{kOtherLoopback, server.local().port}));
}

TEST(UdpSocket, ManyAreSentTogetherWhateverBecomesOfOne) {
  UdpSocket server = Open(kLoopback);
  UdpSocket client = Open(kLoopback);
  const auto text = Bytes("x");
  std::vector<Outgoing> datagrams(100, {.peer = server.local(), .payload = text});
  constexpr size_t kForbidden = 50;
  datagrams[kForbidden].peer.address = kBroadcastAddress;  // `broadcast` was not asked for
  std::vector<SendResult> results(datagrams.size(), SendResult::kBusy);
  client.SendAll(datagrams, results);
  for (size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i], i == kForbidden ? SendResult::kFailed : SendResult::kSent) << i;
  }
  ReceiveBatch batch(200, 10);
  EXPECT_EQ(ReceiveSome(server, batch).size(), datagrams.size() - 1);
}

TEST(UdpSocket, AnAddressInUseIsAnErrorThatNamesIt) {
  const UdpSocket first = Open(kLoopback);
  const auto second = UdpSocket::Bind(first.local(), {});
  EXPECT_THAT(second, StatusIs(absl::StatusCode::kFailedPrecondition, first.local().ToString()));
}

TEST(UdpSocket, T71_APeerThatRefusesIsReportedAndSendingGoesOn) {
  Endpoint gone;
  {
    const UdpSocket closing = Open(kLoopback);
    gone = closing.local();
  }
  UdpSocket server = Open(kLoopback, {.report_refusals = true});
  EXPECT_EQ(server.Send({.peer = gone, .payload = Bytes("x")}), SendResult::kSent);
  pollfd waiting{.fd = server.fd(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(::poll(&waiting, 1, kHangGuardMs), 1);
  EXPECT_TRUE(waiting.revents & POLLERR);

  const UdpSocket other = Open(kLoopback);
  EXPECT_EQ(server.Send({.peer = other.local(), .payload = Bytes("y")}), SendResult::kSent);
  EXPECT_EQ(server.TakeRefusals(), std::vector{gone});
  EXPECT_TRUE(server.TakeRefusals().empty());
}

TEST(UdpSocket, C150_T113_WhatTheKernelHadNoRoomForIsCounted) {
  auto server = UdpSocket::Bind({kLoopback}, {.receive_buffer_bytes = 20'000});
  ASSERT_THAT(server, IsOk());
  UdpSocket client = Open(kLoopback);
  const std::vector<uint8_t> payload(1000);
  constexpr uint32_t kSent = 500;
  const auto send = [&](uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
      EXPECT_EQ(client.Send({.peer = server->local(), .payload = payload}), SendResult::kSent);
    }
  };
  ReceiveBatch batch(64, 1000);
  uint32_t received = 0;
  const auto receive_all = [&] {
    for (auto got = server->Receive(batch); !got.empty(); got = server->Receive(batch)) {
      received += static_cast<uint32_t>(got.size());
    }
  };
  send(kSent);
  receive_all();
  send(1);  // with this one the kernel tells
  receive_all();
  ASSERT_LT(received, kSent);
  EXPECT_EQ(server->TakeLost(), kSent + 1 - received);
  EXPECT_EQ(server->TakeLost(), 0u);
}

TEST(UdpSocket, T88_OfIpv6SaysWhereADatagramWasSentToAndAnswersFromThere) {
  auto server = UdpSocket::Bind({}, {.v6 = true});
  ASSERT_THAT(server, IsOk());
  UdpSocket client = *UdpSocket::Bind({.address6 = kLoopback6}, {});
  const auto text = Bytes("hello");
  const Endpoint to{.port = server->local().port, .address6 = kLoopback6};
  EXPECT_EQ(client.Send({.peer = to, .payload = text}), SendResult::kSent);
  ReceiveBatch batch(4, 100);
  const auto got = ReceiveSome(*server, batch);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].peer, client.local());
  EXPECT_EQ(got[0].destination6, kLoopback6);
  EXPECT_EQ(got[0].local6, kLoopback6);
  EXPECT_EQ(got[0].interface_index, static_cast<int>(::if_nametoindex("lo")));
  EXPECT_EQ(server->SendSegments(
                {.peer = got[0].peer, .payload = Bytes("abcdef"), .source6 = got[0].local6}, 3),
            SendResult::kSent);
  ReceiveBatch back(4, 100);
  EXPECT_EQ(ReceiveSome(client, back)[0].peer, to);
}

TEST(UdpSocket, T88_APeerOfIpv6ThatRefusesIsReported) {
  auto socket = UdpSocket::Bind({.address6 = kLoopback6}, {.report_refusals = true});
  ASSERT_THAT(socket, IsOk());
  const Endpoint gone = UdpSocket::Bind({.address6 = kLoopback6}, {})->local();
  const auto text = Bytes("x");
  EXPECT_EQ(socket->Send({.peer = gone, .payload = text}), SendResult::kSent);
  pollfd waiting{.fd = socket->fd(), .events = 0, .revents = 0};
  EXPECT_EQ(::poll(&waiting, 1, kHangGuardMs), 1);
  EXPECT_EQ(socket->TakeRefusals(), std::vector<Endpoint>{gone});
}

TEST(UdpSocket, T37_WhatMayBeFragmentedHasNoDontFragmentBit) {
  for (const Ipv6& address : {Ipv6{}, kLoopback6}) {
    const auto socket = UdpSocket::Bind({.address6 = address}, {.allow_fragments = true});
    ASSERT_THAT(socket, IsOk());
    const bool v6 = !address.IsZero();
    int mode = -1;
    socklen_t size = sizeof(mode);
    ASSERT_EQ(::getsockopt(socket->fd(), v6 ? IPPROTO_IPV6 : IPPROTO_IP,
                           v6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER, &mode, &size),
              0);
    EXPECT_EQ(mode, v6 ? IPV6_PMTUDISC_DONT : IP_PMTUDISC_DONT);
  }
}

TEST(PathMtu, T35_IsThatOfTheRouteOrAnError) {
  const Endpoint here{.address = kLoopback};
  EXPECT_EQ(PathMtu({kLoopback, 7}, here).value_or(0), 65535) << "the largest of IPv4";
  const Endpoint here6{.address6 = kLoopback6};
  EXPECT_EQ(PathMtu({.port = 7, .address6 = kLoopback6}, here6).value_or(0), 65536);
  EXPECT_FALSE(PathMtu({.address = {0xf0000001}, .port = 7}, here).ok());
}

}  // namespace
}  // namespace pxe::net
