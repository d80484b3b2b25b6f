// Packets of real clients, read and written back.
#include <gtest/gtest.h>

#include "dhcp/wire/describe.h"
#include "tests/dhcp/wire/raw_packet.h"
#include "tests/support/golden.h"

namespace pxe::dhcp::wire {
namespace {

class Fixture : public testing::TestWithParam<std::string> {
 protected:
  std::vector<uint8_t> bytes_ = BytesOf(ReadFixture("dhcp/" + GetParam() + ".hex"));
};

TEST_P(Fixture, IsDescribedAsItsGoldenText) {
  const auto parsed = ParsePacket(bytes_);
  ASSERT_TRUE(std::holds_alternative<Packet>(parsed));
  ExpectGolden("dhcp/" + GetParam() + ".golden", Describe(std::get<Packet>(parsed)));
}

TEST_P(Fixture, EveryPrefixIsAPacketOrHasAReason) {
  for (size_t length = 0; length < bytes_.size(); ++length) {
    // A copy of its own, so that a sanitizer sees the first byte read beyond it.
    const std::vector<uint8_t> prefix(bytes_.begin(),
                                      bytes_.begin() + static_cast<ptrdiff_t>(length));
    const auto parsed = ParsePacket(prefix);
    const auto* reason = std::get_if<DropReason>(&parsed);
    if (length < kHeaderBytes) {
      ASSERT_NE(reason, nullptr);
      EXPECT_EQ(*reason, DropReason::kShort);
    } else if (length < kHeaderBytes + 4) {
      ASSERT_NE(reason, nullptr);
      EXPECT_EQ(*reason, DropReason::kNoCookie);
    } else if (reason == nullptr) {
      EXPECT_FALSE(Describe(std::get<Packet>(parsed)).empty());
    }
  }
}

TEST_P(Fixture, WrittenAndReadAgainIsTheSame) {
  const auto once = SerializePacket(Parsed(bytes_));
  const Packet again = Parsed(once);
  EXPECT_EQ(SerializePacket(again), once);
  EXPECT_EQ(again.options.size(), Parsed(bytes_).options.size());
}

INSTANTIATE_TEST_SUITE_P(Dhcp, Fixture, testing::ValuesIn(FixtureNames("dhcp", ".hex")),
                         [](const auto& row) { return row.param; });

}  // namespace
}  // namespace pxe::dhcp::wire
