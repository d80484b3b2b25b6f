// Section 1.17, as far as the bytes alone decide: what is refused, under which name.
#include <gtest/gtest.h>

#include "tests/dhcp/wire/raw_packet.h"

namespace pxe::dhcp::wire {
namespace {

struct Row {
  std::string name;
  std::vector<uint8_t> bytes;
  DropReason reason;
};

std::vector<uint8_t> With(size_t offset, uint8_t value, std::string_view options = "35 01 01 ff") {
  auto bytes = RawPacket(options);
  bytes[offset] = value;
  return bytes;
}

std::vector<uint8_t> Cut(size_t length) {
  auto bytes = RawPacket("35 01 01 ff");
  bytes.resize(length);
  return bytes;
}

class Malformed : public testing::TestWithParam<Row> {};

TEST_P(Malformed, IsDroppedByItsReason) {
  const auto parsed = ParsePacket(GetParam().bytes);
  const auto* reason = std::get_if<DropReason>(&parsed);
  ASSERT_NE(reason, nullptr);
  EXPECT_EQ(ToString(*reason), ToString(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    Table, Malformed,
    testing::Values(
        Row{"M1_Empty", {}, DropReason::kShort},
        Row{"M1_OneByteShortOfTheHeader", Cut(235), DropReason::kShort},
        Row{"M2_HeaderOnly", Cut(236), DropReason::kNoCookie},
        Row{"M2_ThreeBytesOfCookie", Cut(239), DropReason::kNoCookie},
        Row{"M2_WrongCookie", With(236, 0x64), DropReason::kNoCookie},
        Row{"M3_Reply", With(0, 2), DropReason::kNotRequest},
        Row{"M3_C148_OpZero", With(0, 0), DropReason::kNotRequest},
        Row{"M4_C103_HlenBeyondChaddr", With(2, 17), DropReason::kBadHlen},
        Row{"M5_NoTypeYetAnAddress", With(1, 0), DropReason::kBadHtype},
        Row{"M8_NoMessageType", RawPacket("0c 01 61 ff"), DropReason::kNoMessageType},
        Row{"M8_NoOptionsAtAll", RawPacket(""), DropReason::kNoMessageType},
        Row{"M9_LengthZero", RawPacket("35 00 ff"), DropReason::kUnsupportedType},
        Row{"M9_LengthTwo", RawPacket("35 02 01 01 ff"), DropReason::kUnsupportedType},
        Row{"M9_ValueZero", RawPacket("35 01 00 ff"), DropReason::kUnsupportedType},
        Row{"M9_Offer", RawPacket("35 01 02 ff"), DropReason::kUnsupportedType},
        Row{"M9_Ack", RawPacket("35 01 05 ff"), DropReason::kUnsupportedType},
        Row{"M9_Nak", RawPacket("35 01 06 ff"), DropReason::kUnsupportedType},
        Row{"M9_C86_C97_ForceRenew", RawPacket("35 01 09 ff"), DropReason::kUnsupportedType},
        Row{"M9_C86_Unknown", RawPacket("35 01 ff ff"), DropReason::kUnsupportedType},
        Row{"M10_C31_TwoMessageTypes", RawPacket("35 01 01 35 01 01 ff"),
            DropReason::kDuplicateType},
        Row{"M11_C30_TruncatedBeforeTheType", RawPacket("0c 09 61"), DropReason::kOptionTruncated},
        Row{"M11_CodeWithoutLength", RawPacket("35"), DropReason::kOptionTruncated},
        Row{"M13_OverloadZero", RawPacket("35 01 01 34 01 00 ff"), DropReason::kBadOverload},
        Row{"M13_C32_OverloadFour", RawPacket("35 01 01 34 01 04 ff"), DropReason::kBadOverload},
        Row{"M13_OverloadEmpty", RawPacket("35 01 01 34 00 ff"), DropReason::kBadOverload},
        Row{"M13_OverloadTwoBytes", RawPacket("35 01 01 34 02 01 01 ff"), DropReason::kBadOverload},
        Row{"M13_OverloadTwice", RawPacket("35 01 01 34 01 01 34 01 01 ff"),
            DropReason::kBadOverload}),
    [](const auto& row) { return row.param.name; });

TEST(Odd, M12_ATruncatedTailAfterTheTypeIsNotedAndTheRestIsRead) {
  const Packet packet = Parsed(RawPacket("35 01 01 0c 01 61 3c 20 50"));
  EXPECT_TRUE(packet.truncated_tail);
  EXPECT_TRUE(packet.options.Has(OptionCode::kHostName));
}

TEST(Odd, M14_AnOverloadedFieldWithoutEndIsNotedAndRead) {
  auto bytes = RawPacket("35 01 01 34 01 01 ff");
  bytes[108] = 12;
  bytes[109] = 126;
  std::fill(bytes.begin() + 110, bytes.begin() + 236, uint8_t{'a'});
  const Packet packet = Parsed(bytes);
  EXPECT_TRUE(packet.overload_unterminated);
  EXPECT_EQ(packet.options.Find(OptionCode::kHostName)->size(), 126u);
}

TEST(Odd, C32_OverloadInsideAnOverloadedFieldIsIgnored) {
  auto bytes = RawPacket("35 01 01 34 01 01 ff");
  const auto file = BytesOf("34 01 03 ff");
  const auto sname = BytesOf("0c 01 61 ff");
  std::copy(file.begin(), file.end(), bytes.begin() + 108);
  std::copy(sname.begin(), sname.end(), bytes.begin() + 44);
  EXPECT_FALSE(Parsed(bytes).options.Has(OptionCode::kHostName));
}

TEST(DropReason, EachHasANameOfItsOwn) {
  std::vector<std::string_view> names;
  for (int i = 0; i < static_cast<int>(DropReason::kCount); ++i) {
    names.push_back(ToString(static_cast<DropReason>(i)));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
  EXPECT_EQ(ToString(DropReason::kCount), "unknown");
}

}  // namespace
}  // namespace pxe::dhcp::wire
