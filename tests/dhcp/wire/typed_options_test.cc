#include "dhcp/wire/typed_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hex.h"
#include "tests/dhcp/wire/raw_packet.h"

namespace pxe::dhcp::wire {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Options With(std::string_view hex) {
  return Parsed(RawPacket("35 01 01 " + std::string(hex) + " ff")).options;
}

TEST(TypedOptions, C37_Q31_TrailingNulsOfTextAreStripped) {
  EXPECT_EQ(ReadText(With("3c 04 50 58 00 00"), OptionCode::kVendorClass), "PX");
  EXPECT_EQ(ReadText(With("3c 02 00 00"), OptionCode::kVendorClass), "");
  EXPECT_EQ(ReadText(With(""), OptionCode::kVendorClass), "");
}

TEST(TypedOptions, M38_AVendorClassOf255BytesIsKeptAsItIs) {
  const std::string text = ReadText(With("3c ff 25*10 00*244 6e"), OptionCode::kVendorClass);
  EXPECT_EQ(text.size(), 255u);
  EXPECT_EQ(text.back(), 'n');
}

TEST(TypedOptions, C38_AHostNameOfNoLengthIsNone) {
  EXPECT_EQ(ReadHostName(With("0c 00")), "");
}

TEST(TypedOptions, M25_WhatIsNoHostNameIsNone) {
  EXPECT_EQ(ReadHostName(With("0c 06 6e 6f 64 65 2d 31")), "node-1");
  EXPECT_EQ(ReadHostName(With("0c 03 6e 0a 31")), "");
  EXPECT_EQ(ReadHostName(With("0c 03 6e 2e 31")), "");
  EXPECT_EQ(ReadHostName(With("0c 03 6e 00 31")), "");
  EXPECT_EQ(ReadHostName(With("0c 40 61*64")), "");
  EXPECT_EQ(ReadHostName(With("0c 3f 61*63")), std::string(63, 'a'));
}

TEST(TypedOptions, C41_Q8_UserClassIsAListOrOneBareString) {
  EXPECT_THAT(ReadUserClasses(With("4d 04 69 50 58 45")), ElementsAre("iPXE"));
  EXPECT_THAT(ReadUserClasses(With("4d 05 04 69 50 58 45")), ElementsAre("iPXE"));
  EXPECT_THAT(ReadUserClasses(With("4d 04 01 61 01 62")), ElementsAre("a", "b"));
  EXPECT_THAT(ReadUserClasses(With("4d 03 01 61 00")), ElementsAre(std::string("\x01"
                                                                               "a",
                                                                               2)));
  EXPECT_THAT(ReadUserClasses(With("4d 00")), IsEmpty());
  EXPECT_THAT(ReadUserClasses(With("")), IsEmpty());
}

TEST(TypedOptions, C109_AnIpxeThatListsItsFeaturesWithoutBzImageLacksIt) {
  EXPECT_TRUE(LacksBzImage(With("af 06 15 01 01 21 01 01"))) << "TFTP and PXE";
  EXPECT_FALSE(LacksBzImage(With("af 06 15 01 01 18 01 01"))) << "TFTP and bzImage";
  EXPECT_TRUE(LacksBzImage(With("af 08 15 01 01 00 ff 18 01 01"))) << "beyond its end";
}

TEST(TypedOptions, C109_AnIpxeThatListsNoFeatureOrUnreadablyLacksNothing) {
  EXPECT_FALSE(LacksBzImage(With("")));
  EXPECT_FALSE(LacksBzImage(With("af 0c b1 05 01 1a f4 10 00 eb 03 01 00 00")))
      << "its card and its version are no features";
  EXPECT_FALSE(LacksBzImage(With("af 06 15 01 01 21 02 01"))) << "cut off";
}

TEST(TypedOptions, C42_M22_Q19_ArchitecturesAreReadInOrderAndOddLengthsAreNone) {
  EXPECT_THAT(*ReadArchitectures(With("5d 04 00 07 00 10")), ElementsAre(7, 16));
  EXPECT_THAT(*ReadArchitectures(With("5d 02 ff ff")), ElementsAre(0xffff));
  EXPECT_FALSE(ReadArchitectures(With("5d 03 00 07 00")));
  EXPECT_FALSE(ReadArchitectures(With("5d 00")));
  EXPECT_FALSE(ReadArchitectures(With("")));
}

TEST(TypedOptions, C43_TheUuidIsTurnedIntoTextOrder) {
  const auto uuid = ReadUuid(With("61 11 00 08 59 94 b8 a6 d6 a9 41 61 1d 74 a6 ab 80 b8 3d"));
  ASSERT_TRUE(uuid);
  EXPECT_EQ(uuid->ToString(), "b8945908-d6a6-41a9-611d-74a6ab80b83d");
}

TEST(TypedOptions, C43_M22_AUuidOfAnotherTypeOrLengthIsNone) {
  EXPECT_FALSE(ReadUuid(With("61 11 01 00*16")));
  EXPECT_FALSE(ReadUuid(With("61 10 00*16")));
  EXPECT_FALSE(ReadUuid(With("61 00")));
  EXPECT_FALSE(ReadUuid(With("")));
}

TEST(TypedOptions, C39_M19_AClientIdShorterThanTwoBytesIsNone) {
  EXPECT_THAT(ReadClientId(With("3d 00")), IsEmpty());
  EXPECT_THAT(ReadClientId(With("3d 01 01")), IsEmpty());
  EXPECT_THAT(ReadClientId(With("3d 02 01 02")), ElementsAre(1, 2));
}

TEST(TypedOptions, M17_M18_NumbersOfTheWrongLengthAreNone) {
  EXPECT_EQ(ReadU32(With("33 04 00 00 0e 10"), OptionCode::kLeaseTime), 3600u);
  EXPECT_FALSE(ReadU32(With("33 03 00 0e 10"), OptionCode::kLeaseTime));
  EXPECT_EQ(ReadU16(With("39 02 05 c0"), OptionCode::kMaxMessageSize), 1472);
  EXPECT_FALSE(ReadU16(With("39 01 05"), OptionCode::kMaxMessageSize));
  EXPECT_FALSE(ReadAddress(With("32 03 0a 00 00"), OptionCode::kRequestedAddress));
}

TEST(TypedOptions, C135_SubOptionsOfTheRelayAreRead) {
  const auto options = With("52 0a 01 02 65 30 05 04 0a 01 00 00");
  const auto relay = ReadRelayAgent(options);
  ASSERT_TRUE(relay);
  EXPECT_EQ(relay->link_selection->ToString(), "10.1.0.0");
  EXPECT_EQ(ToHex(relay->circuit_id), "6530");
  EXPECT_FALSE(relay->source_port);
  EXPECT_TRUE(ReadRelayAgent(With("52 02 13 00"))->source_port);
}

TEST(TypedOptions, C135_TheServerIdOfTheRelayIsReadWhenItIsAnAddress) {
  EXPECT_EQ(ReadRelayAgent(With("52 06 0b 04 0a 01 00 fe"))->server_id->ToString(), "10.1.0.254");
  EXPECT_FALSE(ReadRelayAgent(With("52 05 0b 03 0a 01 00"))->server_id);
}

TEST(TypedOptions, M23_VendorOptionsThatOverrunAreNone) {
  EXPECT_TRUE(IsVendorOptions(BytesOf("06 01 08 ff")));
  EXPECT_TRUE(IsVendorOptions(BytesOf("06 01 08")));
  EXPECT_FALSE(IsVendorOptions(BytesOf("06 01 08 09 05 00")));
  EXPECT_FALSE(IsVendorOptions(BytesOf("47")));
}

TEST(TypedOptions, M24_DataOfAnEnterpriseThatOverrunsIsNone) {
  EXPECT_TRUE(IsVendorIdentifying(BytesOf("00 00 a6 8f 02 01 00  00 00 00 09 00")));
  EXPECT_FALSE(IsVendorIdentifying(BytesOf("00 00 a6 8f 03 01 00")));
  EXPECT_FALSE(IsVendorIdentifying(BytesOf("00 00 a6 8f")));
  EXPECT_FALSE(IsVendorIdentifying(BytesOf("00 00")));
}

TEST(TypedOptions, C40_M25_Q50_WhatIsNoNameInOption81IsNone) {
  EXPECT_TRUE(IsFqdn(BytesOf("00 00 00  6e 6f 64 65 2e 61")));
  EXPECT_TRUE(IsFqdn(BytesOf("00 00 00")));
  EXPECT_TRUE(IsFqdn(BytesOf("04 00 00  01 6e 01 61 00")));
  EXPECT_FALSE(IsFqdn(BytesOf("00 00")));
  EXPECT_FALSE(IsFqdn(BytesOf("00 00 00  6e 07")));
  EXPECT_FALSE(IsFqdn(BytesOf("00 00 00  6e 2e 2e 61")));
  EXPECT_FALSE(IsFqdn(BytesOf("00 00 00  61*64")));
  EXPECT_FALSE(IsFqdn(BytesOf("04 00 00  05 6e")));
}

TEST(TypedOptions, M37_ACompressionPointerInOption81IsNotFollowed) {
  EXPECT_FALSE(IsFqdn(BytesOf("04 00 00  01 6e c0 03")));
  EXPECT_FALSE(IsFqdn(BytesOf("04 00 00  c0 00")));
}

TEST(TypedOptions, M21_SubOptionsThatOverrunAreNotRead) {
  EXPECT_FALSE(ReadRelayAgent(With("52 04 05 04 0a 01")));
  EXPECT_FALSE(ReadRelayAgent(With("52 01 05")));
  EXPECT_FALSE(ReadRelayAgent(With("")));
}

}  // namespace
}  // namespace pxe::dhcp::wire
