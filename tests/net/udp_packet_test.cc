// Raw packets: what the kernel would not give a UDP socket is given to nobody here either.
#include "net/udp_packet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "net/packet_socket.h"

namespace pxe::net {
namespace {

using testing::ElementsAre;

constexpr size_t kEthernet = 14;

std::vector<uint8_t> Good(std::vector<uint8_t> payload = {2, 1, 6}) {
  auto frame = BuildFrame({.source = {0x0a000002},
                           .destination = kBroadcastAddress,
                           .source_port = 67,
                           .destination_port = 68,
                           .payload = payload});
  frame.erase(frame.begin(), frame.begin() + kEthernet);
  return frame;
}

// Its IP header made good again.
void Seal(std::vector<uint8_t>& packet) {
  packet[10] = packet[11] = 0;
  uint32_t sum = 0;
  const size_t header = size_t{packet[0] & 0xfu} * 4;
  for (size_t i = 0; i < header; i += 2)
    sum += static_cast<uint32_t>(packet[i] << 8 | packet[i + 1]);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  packet[10] = static_cast<uint8_t>(~sum >> 8);
  packet[11] = static_cast<uint8_t>(~sum);
}

TEST(UdpPacket, SaysWhoSentWhatToWhom) {
  const auto packet = Good();
  const auto read = ReadUdpPacket(packet, true);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->source.ToString(), "10.0.0.2");
  EXPECT_EQ(read->destination, kBroadcastAddress);
  EXPECT_EQ(read->source_port, 67);
  EXPECT_EQ(read->destination_port, 68);
  EXPECT_THAT(read->payload, ElementsAre(2, 1, 6));
}

TEST(UdpPacket, WhatTheLinkPadsIsNoPayload) {
  auto packet = Good();
  packet.resize(60);
  const auto read = ReadUdpPacket(packet, true);
  ASSERT_TRUE(read);
  EXPECT_THAT(read->payload, ElementsAre(2, 1, 6));
}

TEST(UdpPacket, OptionsOfIpArePassedOver) {
  auto packet = Good();
  packet.insert(packet.begin() + 20, {1, 1, 1, 0});
  packet[0] = 0x46;
  packet[3] = static_cast<uint8_t>(packet[3] + 4);
  Seal(packet);
  const auto read = ReadUdpPacket(packet, true);
  ASSERT_TRUE(read);
  EXPECT_THAT(read->payload, ElementsAre(2, 1, 6));
}

TEST(UdpPacket, M34_EachFaultMakesItNone) {
  struct Row {
    std::string fault;
    std::function<void(std::vector<uint8_t>&)> make;
  };
  const std::vector<Row> rows = {
      {"nothing at all", [](auto& p) { p.clear(); }},
      {"less than a header", [](auto& p) { p.resize(19); }},
      {"version 6", [](auto& p) { p[0] = 0x65; }},
      {"a header of 16 bytes", [](auto& p) { p[0] = 0x44; }},
      {"a header beyond the packet", [](auto& p) { p[0] = 0x4f; }},
      {"a length below that of its header", [](auto& p) { p[3] = 19; }},
      {"a length beyond the packet", [](auto& p) { p[3] = 0xff; }},
      {"cut short", [](auto& p) { p.pop_back(); }},
      {"a first fragment", [](auto& p) { p[6] = 0x20; }},
      {"a later fragment", [](auto& p) { p[7] = 1; }},
      {"TCP", [](auto& p) { p[9] = 6; }},
      {"room for half a UDP header", [](auto& p) { p[3] = 24; }},
      {"a UDP length below its header", [](auto& p) { p[25] = 7; }},
      {"a UDP length beyond the packet", [](auto& p) { p[25] = 12; }},
  };
  for (const Row& row : rows) {
    auto packet = Good();
    row.make(packet);
    if (packet.size() >= 20 && (packet[0] & 0xf) == 5) Seal(packet);
    if (packet.size() > 27) packet[26] = packet[27] = 0;  // else the checksum might be the reason
    EXPECT_FALSE(ReadUdpPacket(packet, true)) << row.fault;
  }
}

TEST(UdpPacket, M34_AnyBitThatFellOverIsSeen) {
  const auto good = Good();
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto packet = good;
    packet[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT_FALSE(ReadUdpPacket(packet, true)) << "bit " << bit;
  }
}

TEST(UdpPacket, AUdpChecksumMayBeAbsentOrNotMadeYet) {
  auto packet = Good();
  packet[26] = packet[27] = 0;
  EXPECT_TRUE(ReadUdpPacket(packet, true));
  packet[26] = 1;
  EXPECT_FALSE(ReadUdpPacket(packet, true));
  EXPECT_TRUE(ReadUdpPacket(packet, false)) << "the network card was to make it";
}

}  // namespace
}  // namespace pxe::net
