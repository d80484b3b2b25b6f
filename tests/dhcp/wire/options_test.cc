#include "dhcp/wire/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "base/hex.h"
#include "tests/dhcp/wire/raw_packet.h"

namespace pxe::dhcp::wire {
namespace {

using testing::ElementsAre;

Options ReadOne(std::string_view hex) {
  const auto bytes = BytesOf(hex);
  const std::array<std::span<const uint8_t>, 1> areas = {bytes};
  return Options::Read(areas);
}

std::string Written(const Options& options) {
  ByteWriter out;
  WriteOptions(options, out);
  return ToHex(out.bytes());
}

std::vector<uint8_t> Value(const Options& options, OptionCode code) {
  const auto value = options.Find(code);
  return value ? std::vector<uint8_t>(value->begin(), value->end()) : std::vector<uint8_t>{0xee};
}

TEST(Options, C30_PadAnywhereAndEndStops) {
  const Options options = ReadOne("00 00 35 01 01 00 ff 0c 01 61");
  EXPECT_EQ(options.size(), 1u);
  EXPECT_FALSE(options.Has(OptionCode::kHostName));
}

TEST(Options, C30_TheEndOfTheAreaWillDoForEnd) {
  EXPECT_THAT(Value(ReadOne("35 01 01 0c 01 61"), OptionCode::kHostName), ElementsAre('a'));
}

TEST(Options, C30_OptionsBeforeATruncatedOneAreKept) {
  const Options options = ReadOne("35 01 01 0c 05 61");
  EXPECT_TRUE(options.Has(OptionCode::kMessageType));
  EXPECT_FALSE(options.Has(OptionCode::kHostName));
}

TEST(Options, C31_PiecesOfOneCodeAreJoinedInOrder) {
  const Options options = ReadOne("37 02 01 03 0c 01 61 37 01 06 ff");
  EXPECT_THAT(Value(options, OptionCode::kParameterRequestList), ElementsAre(1, 3, 6));
  EXPECT_EQ(options.size(), 2u);
}

TEST(Options, C32_FileComesBeforeSnameAndBothAfterTheirOwnArea) {
  const auto main = BytesOf("37 01 01 ff");
  const auto file = BytesOf("37 01 02 ff");
  const auto sname = BytesOf("37 01 03 ff");
  const std::array<std::span<const uint8_t>, 3> areas = {main, file, sname};
  EXPECT_THAT(Value(Options::Read(areas), OptionCode::kParameterRequestList), ElementsAre(1, 2, 3));
}

TEST(Options, C24_TypeServerTimesAndNetworkComeFirstInFixedOrderAndTheRelayLast) {
  Options options;
  options.AddU8(OptionCode{82}, 1);
  options.AddU8(OptionCode{15}, 2);
  for (const int code : {6, 3, 1, 59, 58, 51, 54, 53, 12}) {
    options.AddU8(static_cast<OptionCode>(code), 9);
  }
  EXPECT_EQ(Written(options),
            "350109"
            "360109"
            "330109"
            "3a0109"
            "3b0109"
            "010109"
            "030109"
            "060109"
            "0f0102"
            "0c0109"
            "520101"
            "ff");
}

TEST(Options, C26_AnEmptyValueIsNoOption) {
  Options options;
  options.AddText(OptionCode::kDomainName, "");
  options.AddAddresses(OptionCode::kRouters, {});
  EXPECT_EQ(Written(options), "ff");
}

TEST(Options, Rule4_Q3_Q4_WhatIsReadAsACStringIsFollowedByPad) {
  Options options;
  options.AddText(OptionCode::kVendorClass, "P");
  options.AddText(OptionCode::kTftpServerName, "1");
  options.AddText(OptionCode::kBootFile, "f");
  EXPECT_EQ(Written(options),
            "3c015000"
            "42013100"
            "43016600"
            "ff");
}

TEST(Options, C92_ALongValueIsSplitAndReadBackWhole) {
  const std::string name(600, 'x');
  Options options;
  options.AddText(OptionCode::kBootFile, name);
  ByteWriter out;
  WriteOptions(options, out);
  EXPECT_EQ(out.size(), EncodedSize(options.at(0)) + 1);
  const std::array<std::span<const uint8_t>, 1> areas = {out.bytes()};
  const auto value = Value(Options::Read(areas), OptionCode::kBootFile);
  EXPECT_EQ(std::string(value.begin(), value.end()), name);
}

TEST(Options, C92_SubOptionsAreNotSplit) {
  for (const auto code : {OptionCode::kVendorOptions, OptionCode::kRelayAgent}) {
    Options options;
    options.Add(code, BytesOf("01 c8 aa*200  02 64 bb*100"));
    ByteWriter out;
    WriteOptions(options, out);
    EXPECT_EQ(out.bytes()[1], 202);  // the first sub-option, whole
    EXPECT_EQ(out.bytes()[205], 102);
    EXPECT_EQ(out.size(), EncodedSize(options.at(0)) + 1);
  }
}

TEST(Options, C92_WhatHoldsNoWholeSubOptionIsSplitLikeAnyOther) {
  Options options;
  options.Add(OptionCode::kRelayAgent, BytesOf("01 ff aa*255"));
  ByteWriter out;
  WriteOptions(options, out);
  EXPECT_EQ(out.bytes()[1], 255);
}

TEST(Options, C91_ALongSearchListGoesInSeveralInstancesOfItsOption) {
  Options options;
  options.Add(OptionCode{119}, BytesOf("3f 61*63 3f 62*63 3f 63*63 3f 64*63 01 65 00"));
  ByteWriter out;
  WriteOptions(options, out);
  EXPECT_EQ(ToHex(out.bytes().first(2)), "77ff");
  EXPECT_EQ(ToHex(out.bytes().subspan(257, 2)), "7704");
}

TEST(Options, RemovingOneLeavesTheOthersFindable) {
  Options options;
  options.AddU8(OptionCode::kHostName, 1);
  options.AddU8(OptionCode::kDomainName, 2);
  options.AddU8(OptionCode::kBootFile, 3);
  options.Remove(OptionCode::kDomainName);
  options.Remove(OptionCode::kNtpServers);
  EXPECT_FALSE(options.Has(OptionCode::kDomainName));
  EXPECT_THAT(Value(options, OptionCode::kBootFile), ElementsAre(3));
  EXPECT_EQ(options.size(), 2u);
}

// What 64 KiB of options can cost: memory of their own size, and time in the order of a normal
// packet's for as many bytes. The clock is a hang guard only.
TEST(Options, M35_SixtyFourKilobytesOfTinyOptionsStayCheap) {
  std::vector<uint8_t> area;
  while (area.size() + 3 <= 65'000) area.insert(area.end(), {12, 1, 'a'});
  const std::array<std::span<const uint8_t>, 1> areas = {area};
  const auto start = std::chrono::steady_clock::now();
  const Options options = Options::Read(areas);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  EXPECT_EQ(options.size(), 1u);
  EXPECT_EQ(Value(options, OptionCode::kHostName).size(), area.size() / 3);
}

TEST(Packet, C23_C25_C27_Rule10_Q45_RepliesHaveTheCookieOneEndAndZerosUpTo300Bytes) {
  Packet packet;
  packet.options.AddU8(OptionCode::kMessageType, 2);
  const auto bytes = SerializePacket(packet);
  ASSERT_EQ(bytes.size(), kMinReplyBytes);
  EXPECT_EQ(ToHex(std::span(bytes).subspan(236, 8)),
            "6382536335010"
            "2ff");
  EXPECT_TRUE(std::all_of(bytes.begin() + 244, bytes.end(), [](uint8_t b) { return b == 0; }));
}

TEST(Packet, C20_Q21_TextTooLongForItsFieldLeavesItEmpty) {
  Packet packet;
  EXPECT_TRUE(SetText(packet.file, std::string(127, 'f')));
  EXPECT_EQ(packet.file[127], 0);
  EXPECT_FALSE(SetText(packet.file, std::string(128, 'f')));
  EXPECT_EQ(TextOf(packet.file), "");
}

TEST(Packet, C33_Q18_TextInFileIsNoOptionsWithoutOverload) {
  auto bytes = RawPacket("35 01 01 ff");
  const auto text = BytesOf("0c 01 61 ff");
  std::copy(text.begin(), text.end(), bytes.begin() + 108);
  EXPECT_FALSE(Parsed(bytes).options.Has(OptionCode::kHostName));
}

TEST(Packet, C28_ThreeHundredBytesAreNotAskedOfClients) {
  EXPECT_TRUE(std::holds_alternative<Packet>(ParsePacket(RawPacket("35 01 01"))));
  const auto without_cookie = std::vector<uint8_t>(239);
  EXPECT_TRUE(std::holds_alternative<DropReason>(ParsePacket(without_cookie)));
}

TEST(Packet, C29_MoreThanOneEthernetFrameIsRead) {
  std::string options = "35 01 01";
  for (int i = 0; i < 250; ++i) options += " e0 0a 01*10";
  EXPECT_EQ(Parsed(RawPacket(options + " ff")).options.Find(OptionCode{224})->size(), 2500u);
}

}  // namespace
}  // namespace pxe::dhcp::wire
