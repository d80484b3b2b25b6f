// Other servers' packets: read from the IP header on, and heard on a real interface.
#include "dhcp/foreign_offers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/dhcp/serve_fixture.h"

namespace pxe::dhcp {
namespace {

using namespace std::chrono_literals;
using wire::OptionCode;

constexpr Ipv4 kForeign{0x0a090002};  // 10.9.0.2

core::DhcpAnswer Ignore(const core::DhcpQuestion&) {
  return core::DhcpSilence{core::SilenceReason::kSubnetOff};
}

// What that server tells 52:54:00:00:00:04; `options` are hexadecimal and begin with the type.
std::vector<uint8_t> ReplyOf(std::string_view options, Ipv4 address = {0x0a090007}) {
  auto bytes = RawPacket(options);
  bytes[0] = 2;
  for (size_t i = 0; i < 4; ++i) {
    bytes[16 + i] = static_cast<uint8_t>(address.value >> (24 - 8 * i));
  }
  return bytes;
}

net::Frame FrameOf(const std::vector<uint8_t>& payload) {
  return {.source_mac = {{2, 0, 0, 0, 0, 9}},
          .destination_mac = kBroadcastMac,
          .source = kForeign,
          .destination = kBroadcastAddress,
          .source_port = 67,
          .destination_port = 68,
          .payload = payload};
}

std::vector<uint8_t> PacketOf(const std::vector<uint8_t>& payload) {
  auto frame = net::BuildFrame(FrameOf(payload));
  frame.erase(frame.begin(), frame.begin() + 14);
  return frame;
}

std::string CounterOf(const std::vector<uint8_t>& payload) {
  const auto read = ReadServerWord(PacketOf(payload), true);
  const auto* frame = std::get_if<ForeignFrame>(&read);
  return std::string(ToString(frame != nullptr ? *frame : ForeignFrame::kForeign));
}

TEST(ServerWord, AnOfferAndAnAckNameClientServerAndAddress) {
  const ServerWord word{HardwareAddress::Of({{0x52, 0x54, 0, 0, 0, 4}}), kForeign, {0x0a090007}};
  for (const char* options : {"35 01 02 36 04 0a 09 00 02 ff", "35 01 05 36 04 0a 09 00 02 ff"}) {
    const auto read = ReadServerWord(PacketOf(ReplyOf(options)), true);
    ASSERT_TRUE(std::holds_alternative<ServerWord>(read)) << options;
    EXPECT_EQ(std::get<ServerWord>(read), word) << options;
  }
}

TEST(ServerWord, C150_WhatIsNoneHasACounter) {
  EXPECT_EQ(CounterOf(ReplyOf("35 01 06 36 04 0a 09 00 02 ff")), "other") << "a NAK";
  EXPECT_EQ(CounterOf(ReplyOf("35 01 02 ff")), "no_server");
  EXPECT_EQ(CounterOf(ReplyOf("35 01 02 36 04 ff ff ff ff ff")), "no_server");
  EXPECT_EQ(CounterOf(ReplyOf("35 01 01 36 04 0a 09 00 02 ff")), "not_dhcp") << "a DISCOVER";
  EXPECT_EQ(CounterOf(RawPacket("35 01 02 36 04 0a 09 00 02 ff")), "not_dhcp") << "op 1";
  EXPECT_EQ(CounterOf({2, 1, 6}), "not_dhcp");
}

TEST(ServerWord, M34_LengthsThatContradictEachOtherDropThePacket) {
  const auto good = PacketOf(ReplyOf("35 01 02 36 04 0a 09 00 02 ff"));
  for (size_t length = 0; length < good.size(); ++length) {
    const auto read = ReadServerWord(std::span(good).first(length), true);
    ASSERT_TRUE(std::holds_alternative<ForeignFrame>(read)) << length;
    EXPECT_EQ(std::get<ForeignFrame>(read), ForeignFrame::kBadIp) << length;
  }
}

TEST(ServerWord, M34_TheSeedsOfTheFuzzerAreWhatTheirNamesSay) {
  size_t seeds = 0;
  for (const auto& file : std::filesystem::directory_iterator("tests/fixtures/corpus/foreign")) {
    std::ifstream in(file.path(), std::ios::binary);
    const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
    const auto read = ReadServerWord(bytes, true);
    const auto* frame = std::get_if<ForeignFrame>(&read);
    const std::string name = file.path().stem();
    const auto counter = ToString(frame != nullptr ? *frame : ForeignFrame::kForeign);
    EXPECT_TRUE(name.starts_with(std::string(counter))) << name << " is " << counter;
    ++seeds;
  }
  EXPECT_GE(seeds, 6u);
}

class ForeignOffersTest : public ServeTest {
 protected:
  // From the far end of the link; all of it is broadcast.
  static void Broadcast(const std::vector<uint8_t>& payload) {
    const auto socket = net::PacketSocket::Open();
    ASSERT_THAT(socket, IsOk());
    EXPECT_EQ(socket->Send(static_cast<int>(::if_nametoindex("far")), FrameOf(payload)),
              net::SendResult::kSent);
  }
  static ServerConfig Config() { return {.interfaces = {"near"}}; }
};

TEST_F(ForeignOffersTest, C57_AnotherServersOfferIsReportedWithItsMachineAndLink) {
  FakeResolver resolver(Ignore);
  Running server(Config(), resolver);
  Broadcast(ReplyOf("35 01 02 36 04 0a 09 00 02 ff"));
  const auto events = resolver.WaitForEvents(1);
  EXPECT_EQ(events[0].step, BootEvent::Step::kCompeting);
  EXPECT_EQ(events[0].client, "52:54:00:00:00:04");
  EXPECT_EQ(events[0].address, kForeign);
  EXPECT_EQ(events[0].detail, "it offers 10.9.0.7");
  EXPECT_EQ(events[0].link, kServerAddress);
}

TEST_F(ForeignOffersTest, OnlyWhatAnotherServerOffersIsReported) {
  FakeResolver resolver(Ignore);
  Running server(Config(), resolver);
  Broadcast(ReplyOf("35 01 02 36 04 0a 09 00 01 ff"));  // by our own name
  Broadcast(ReplyOf("35 01 06 36 04 0a 09 00 02 ff"));
  Broadcast(ReplyOf("35 01 02 ff"));
  Broadcast(ReplyOf("35 01 05 36 04 0a 09 00 02 ff", {}));
  const auto events = resolver.WaitForEvents(1);
  EXPECT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].detail, "it says where to boot from");
  EXPECT_EQ(server->foreign_frames().Get(ForeignFrame::kOurs), 1u);
  EXPECT_EQ(server->foreign_frames().Get(ForeignFrame::kOther), 1u);
  EXPECT_EQ(server->foreign_frames().Get(ForeignFrame::kNoServer), 1u);
}

TEST_F(ForeignOffersTest, OurOwnRepliesAreNotHeard) {
  FakeResolver resolver(Offer);
  Running server(Config(), resolver);
  Machine machine;
  auto discover = RawPacket("35 01 01 ff");
  discover[10] = 0x80;  // to be answered by broadcast
  EXPECT_EQ(machine.Broadcast(discover), net::SendResult::kSent);
  EXPECT_EQ(resolver.WaitForEvents(1)[0].step, BootEvent::Step::kOffered);
  Broadcast(ReplyOf("35 01 02 36 04 0a 09 00 02 ff"));
  EXPECT_EQ(resolver.WaitForEvents(2)[1].step, BootEvent::Step::kCompeting);
  EXPECT_EQ(server->foreign_frames().Sum(), 1u);
}

TEST_F(ForeignOffersTest, AServerThatSaysTooMuchIsCounted) {
  FakeResolver resolver(Ignore);
  const auto loop = net::EventLoop::Create();
  const auto interfaces = net::InterfaceTable::Open();
  ASSERT_THAT(interfaces, IsOk());
  ForeignOffers foreign({.interfaces = {}}, **loop, *interfaces, resolver);
  const auto packet = PacketOf(ReplyOf("35 01 02 36 04 0a 09 00 02 ff"));
  const net::TimePoint now{};
  for (int i = 0; i < 1000; ++i) foreign.Hear({packet}, *interfaces->Find("near"), now);
  EXPECT_EQ(foreign.frames().Get(ForeignFrame::kForeign), 100u);
  EXPECT_EQ(foreign.frames().Get(ForeignFrame::kRateLimited), 900u);
  EXPECT_EQ(resolver.WaitForEvents(100).size(), 100u);
}

}  // namespace
}  // namespace pxe::dhcp
