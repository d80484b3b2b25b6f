// OFFERs that wait for a ping, and replies that wait for their client: on real sockets.
#include <gmock/gmock.h>

#include "tests/dhcp/serve_fixture.h"

namespace pxe::dhcp {
namespace {

constexpr Ipv4 kOurs = kServerAddress;  // of this machine, so it answers a ping at once
constexpr Ipv4 kNobodys = kOffered;

// Offers the one address, and the other to whom the first was found in use.
core::DhcpAnswer PingedOffer(const core::DhcpQuestion& question, Ipv4 first) {
  if (question.message != core::DhcpMessage::kDiscover) {
    return core::DhcpNak{kServerAddress, "no"};
  }
  auto grant = std::get<core::DhcpGrant>(Offer(question));
  grant.address = question.in_use == first ? kNobodys : first;
  grant.ping_first = true;
  return grant;
}

std::vector<uint8_t> From(uint8_t machine, std::string_view options) {
  auto bytes = RawPacket(options);
  bytes[33] = machine;
  return bytes;
}

class ServeHoldTest : public ServeTest {};

TEST_F(ServeHoldTest, C142_C145_AnAddressThatNobodyAnswersAtIsOfferedAndARequestDoesNotWait) {
  FakeResolver resolver([](const auto& question) { return PingedOffer(question, kNobodys); });
  Running server({.interfaces = {"near"}}, resolver);
  ASSERT_TRUE(server->can_ping());
  Machine machine;
  machine.Broadcast(From(1, "35 01 01 ff"));
  machine.Broadcast(From(2, "35 01 03 32 04 0a 09 00 63 ff"));
  const auto events = resolver.WaitForEvents(2);
  EXPECT_EQ(events[0].step, BootEvent::Step::kNaked);
  EXPECT_EQ(events[1].step, BootEvent::Step::kOffered);
  EXPECT_EQ(events[1].address, kNobodys);
  EXPECT_EQ(server->pings().Get(PingCount::kSent), 1u);
  EXPECT_EQ(server->pings().Get(PingCount::kUnanswered), 1u);
}

TEST_F(ServeHoldTest, C144_TheSameDiscoverIsAskedAgainWhenSomebodyAnswers) {
  FakeResolver resolver([](const auto& question) { return PingedOffer(question, kOurs); });
  Running server({.interfaces = {"near"}}, resolver);
  Machine machine;
  machine.Broadcast(From(1, "35 01 01 ff"));
  const auto events = resolver.WaitForEvents(1);
  EXPECT_EQ(events[0].step, BootEvent::Step::kOffered);
  EXPECT_EQ(events[0].address, kNobodys);
  EXPECT_EQ(server->pings().Get(PingCount::kAnswered), 1u);
  EXPECT_EQ(server->pings().Get(PingCount::kSent), 2u);
  EXPECT_EQ(server->outcomes().Sum(), 1u);

  machine.Broadcast(From(2, "35 01 01 ff"));
  EXPECT_EQ(resolver.WaitForEvents(2)[1].address, kNobodys);
  EXPECT_EQ(server->pings().Get(PingCount::kKnown), 2u) << "C143: both are known by now";
  EXPECT_EQ(server->pings().Get(PingCount::kSent), 2u);
}

TEST_F(ServeHoldTest, C146_ARepeatedDiscoverIsAnsweredWhenThePingIsOver) {
  FakeResolver resolver([](const auto& question) { return PingedOffer(question, kNobodys); });
  Running server({.interfaces = {"near"}}, resolver);
  Machine machine;
  machine.Broadcast(From(1, "35 01 01 ff"));
  machine.Broadcast(From(1, "35 01 01 ff"));
  resolver.WaitForEvents(2);
  EXPECT_EQ(server->pings().Get(PingCount::kSent), 1u);
  EXPECT_EQ(server->pings().Get(PingCount::kAttached), 1u);
  EXPECT_EQ(server->outcomes().Get(Outcome::kOffered), 2u);
}

TEST_F(ServeHoldTest, C143_SomebodyWhoAnswersForEveryAddressDoesNotKeepAClientForEver) {
  uint32_t next = 0x7f000001;  // 127.0.0.1 and all that follow it answer
  FakeResolver resolver([&next](const core::DhcpQuestion& question) -> core::DhcpAnswer {
    auto grant = std::get<core::DhcpGrant>(Offer(question));
    grant.address = {next++};
    grant.ping_first = true;
    return grant;
  });
  ServerConfig config{.interfaces = {"near"}};
  config.limits.pings.max_in_turn = 3;
  Running server(config, resolver);
  Machine machine;
  machine.Broadcast(From(1, "35 01 01 ff"));
  EXPECT_EQ(resolver.WaitForEvents(1)[0].address, Ipv4{0x7f000004});
  EXPECT_EQ(server->pings().Get(PingCount::kSent), 3u);
  EXPECT_EQ(server->pings().Get(PingCount::kSkipped), 1u);
}

TEST_F(ServeHoldTest, AReplyIsHeldForAClientThatIsSlowAndNobodyWaitsForIt) {
  FakeResolver resolver([](const core::DhcpQuestion& question) -> core::DhcpAnswer {
    auto grant = std::get<core::DhcpGrant>(Offer(question));
    if (question.client.bytes[5] == 1) grant.habits.delay = std::chrono::milliseconds(200);
    return grant;
  });
  Running server({.interfaces = {"near"}}, resolver);
  Machine machine;
  machine.Broadcast(From(1, "35 01 01 ff"));
  machine.Broadcast(From(2, "35 01 01 ff"));
  const auto events = resolver.WaitForEvents(2);
  EXPECT_EQ(events[0].client, "52:54:00:00:00:02");
  EXPECT_EQ(events[1].client, "52:54:00:00:00:01");
}

TEST_F(ServeHoldTest, MoreHeldRepliesThanTheirLimitAreSilence) {
  FakeResolver resolver([](const core::DhcpQuestion& question) -> core::DhcpAnswer {
    auto grant = std::get<core::DhcpGrant>(Offer(question));
    grant.habits.delay = std::chrono::milliseconds(200);
    return grant;
  });
  ServerConfig config{.interfaces = {"near"}};
  config.limits.max_delayed = 1;
  Running server(config, resolver);
  Machine machine;
  machine.Broadcast(From(1, "35 01 01 ff"));
  machine.Broadcast(From(2, "35 01 01 ff"));
  const auto events = resolver.WaitForEvents(2);
  EXPECT_EQ(events[0].detail, "overload");
  EXPECT_EQ(events[1].step, BootEvent::Step::kOffered);
  EXPECT_EQ(server->silences().Get(core::SilenceReason::kOverload), 1u);
}

}  // namespace
}  // namespace pxe::dhcp
