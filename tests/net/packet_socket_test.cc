#include "net/packet_socket.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace pxe::net {
namespace {

Frame Example(std::span<const uint8_t> payload) {
  return {.source_mac = {{2, 0, 0, 0, 0, 1}},
          .destination_mac = {{0x52, 0x54, 0, 0, 0, 4}},
          .source = {0x0a000001},
          .destination = {0x0a000032},
          .source_port = 67,
          .destination_port = 68,
          .payload = payload};
}

// The sum over words that a receiver makes: 0xffff when the checksum in it is right.
uint16_t OnesSum(std::span<const uint8_t> bytes, uint32_t sum = 0) {
  for (size_t i = 0; i < bytes.size(); ++i) sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(sum);
}

TEST(Frame, IsEthernetIpAndUdpInThisOrder) {
  const std::vector<uint8_t> payload = {1, 2, 3};
  const auto bytes = BuildFrame(Example(payload));
  ASSERT_EQ(bytes.size(), kFrameOverhead + 3);
  EXPECT_EQ(ToHex(std::span(bytes).first(14)),
            "525400000004"
            "020000000001"
            "0800");
  EXPECT_EQ(ToHex(std::span(bytes).subspan(14, 10)), "4510001f000000004011");
  EXPECT_EQ(ToHex(std::span(bytes).subspan(26, 8)),
            "0a000001"
            "0a000032");
  EXPECT_EQ(ToHex(std::span(bytes).subspan(34, 6)),
            "0043"
            "0044"
            "000b");
  EXPECT_EQ(ToHex(std::span(bytes).subspan(42)), "010203");
}

TEST(Frame, BothChecksumsAddUpForEvenAndOddLengths) {
  for (const size_t length : {0u, 1u, 2u, 299u, 300u, 1472u}) {
    const std::vector<uint8_t> payload(length, 0xa5);
    const auto bytes = BuildFrame(Example(payload));
    const auto ip = std::span(bytes).subspan(14, 20);
    const auto udp = std::span(bytes).subspan(34);
    EXPECT_EQ(OnesSum(ip), 0xffff) << length;
    const uint32_t pseudo =
        0x0a00 + 0x0001 + 0x0a00 + 0x0032 + 17 + static_cast<uint32_t>(udp.size());
    EXPECT_EQ(OnesSum(udp, pseudo), 0xffff) << length;
  }
}

TEST(Frame, AUdpChecksumOfZeroIsSentAsOnes) {
  // The one two-byte payload that makes everything sum up to zero.
  std::vector<uint8_t> payload = {0, 0};
  const auto without = BuildFrame(Example(payload));
  payload = {without[40], without[41]};
  const auto bytes = BuildFrame(Example(payload));
  EXPECT_EQ(ToHex(std::span(bytes).subspan(40, 2)), "ffff");
}

TEST(Frame, MoreThanADatagramHoldsIsNone) {
  const std::vector<uint8_t> payload(kMaxFramePayload + 1);
  EXPECT_TRUE(BuildFrame(Example(payload)).empty());
}

}  // namespace
}  // namespace pxe::net
