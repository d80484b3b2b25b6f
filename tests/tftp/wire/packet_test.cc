#include "tftp/wire/packet.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/status_matchers.h"

namespace pxe::tftp::wire {
namespace {

using namespace std::string_literals;

std::vector<uint8_t> Bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

const std::string kRrq = "\0\1"s;
const std::string kWrq = "\0\2"s;

TEST(ParseRequest, T1_ReadsNameModeAndOptionsInTheirOrder) {
  const auto datagram = Bytes(kRrq + "pxelinux.0\0octet\0blksize\0001408\0tsize\0000\0"s);
  const auto packet = Parse(datagram);
  ASSERT_THAT(packet, IsOk());
  const auto& rrq = std::get<Rrq>(*packet);
  EXPECT_EQ(rrq.filename, "pxelinux.0");
  EXPECT_EQ(rrq.mode, Mode::kOctet);
  EXPECT_EQ(rrq.options, (std::vector<Option>{{"blksize", "1408"}, {"tsize", "0"}}));
}

struct RequestRow {
  std::string name;
  std::string bytes;
  absl::StatusCode code = absl::StatusCode::kOk;
  size_t options = 0;
};

class RequestTable : public testing::TestWithParam<RequestRow> {};

TEST_P(RequestTable, IsParsedOrRefused) {
  const auto datagram = Bytes(GetParam().bytes);
  const auto packet = Parse(datagram);
  EXPECT_EQ(packet.status().code(), GetParam().code) << packet.status();
  if (!packet.ok()) return;
  const Request& request = std::holds_alternative<Rrq>(*packet)
                               ? static_cast<const Request&>(std::get<Rrq>(*packet))
                               : std::get<Wrq>(*packet);
  EXPECT_EQ(request.options.size(), GetParam().options);
}

constexpr auto kIllegal = absl::StatusCode::kInvalidArgument;
constexpr auto kDenied = absl::StatusCode::kPermissionDenied;
constexpr auto kSilent = absl::StatusCode::kOutOfRange;

INSTANTIATE_TEST_SUITE_P(
    , RequestTable,
    testing::Values(
        RequestRow{"T2_ModeInAnyCase", kRrq + "f\0OcTeT\0"s},
        RequestRow{"T3_ARequestOf1472Bytes", kRrq + std::string(1463, 'a') + "\0octet\0"s},
        RequestRow{"T4_ZeroPaddingAfterTheMode", kRrq + "f\0octet\0"s + std::string(506, '\0')},
        RequestRow{"T4_ZeroPaddingAfterOptions",
                   kRrq + "f\0octet\0tsize\0000\0"s + std::string(400, '\0'), absl::StatusCode::kOk,
                   1},
        RequestRow{"T5_NameWithoutEnd", kRrq + "f", kIllegal},
        RequestRow{"T5_NoMode", kRrq + "f\0"s, kIllegal},
        RequestRow{"T5_ModeWithoutEnd", kRrq + "f\0octet"s, kIllegal},
        RequestRow{"T5_EmptyName", kRrq + "\0octet\0"s, kDenied},
        RequestRow{"T5_NothingBehindTheOpcode", kRrq, kIllegal},
        RequestRow{"T6_OptionWithoutValueIsIgnored", kRrq + "f\0octet\0tsize\0000\0blksize\0"s,
                   absl::StatusCode::kOk, 1},
        RequestRow{"T6_ValueWithoutEndIsIgnored", kRrq + "f\0octet\0tsize\0000\0blksize\0001468"s,
                   absl::StatusCode::kOk, 1},
        RequestRow{"T7_OneByte", "\0"s, kSilent}, RequestRow{"T7_NoByte", "", kSilent},
        RequestRow{"T8_UnknownOpcode", "\0\7aaaa"s, kSilent},
        RequestRow{"T8_OpcodeZero", "\0\0"s, kSilent},
        RequestRow{"T9_HighBytesInTheNamePass", kRrq + "f\xff\xc3\xa4\0octet\0"s},
        RequestRow{"T11_ModeMail", kRrq + "f\0mail\0"s, kIllegal},
        RequestRow{"T11_ModeBinary", kRrq + "f\0binary\0"s, kIllegal},
        RequestRow{"T15_Netascii", kRrq + "f\0NETASCII\0"s},
        RequestRow{"T102_AWriteRequestIsParsedLikewise", kWrq + "f\0octet\0"s},
        RequestRow{"OptionsBeyondTheLimitAreIgnored",
                   kRrq + "f\0octet\0"s +
                       [] {
                         std::string many;
                         for (int i = 0; i < 100; ++i) many += "o\0v\0"s;
                         return many;
                       }(),
                   absl::StatusCode::kOk, kMaxOptions}),
    [](const auto& row) { return row.param.name; });

TEST(Parse, ReadsTheFourOtherPackets) {
  const auto ack = Bytes("\0\4\xff\xfe"s);
  EXPECT_EQ(std::get<Ack>(*Parse(ack)).block, 65534);
  const auto data = Bytes("\0\3\0\7abc"s);
  EXPECT_EQ(std::get<Data>(*Parse(data)).block, 7);
  EXPECT_EQ(std::get<Data>(*Parse(data)).bytes.size(), 3u);
  const auto oack = Bytes("\0\6tsize\00012\0"s);
  EXPECT_EQ(std::get<Oack>(*Parse(oack)).options, (std::vector<OackOption>{{"tsize", "12"}}));
}

TEST(Parse, T70_AnErrorWithoutTextOrWithoutItsNulIsAnError) {
  const auto bare = Bytes("\0\5\1\2"s);
  EXPECT_EQ(std::get<Error>(*Parse(bare)).code, 0x102);
  EXPECT_EQ(std::get<Error>(*Parse(bare)).message, "");
  const auto open = Bytes("\0\5\0\0closed"s);
  EXPECT_EQ(std::get<Error>(*Parse(open)).message, "closed");
}

TEST(Parse, EveryPrefixOfEveryPacketIsSafe) {
  for (const std::string& whole :
       {kRrq + "dir/file\0octet\0blksize\0001468\0windowsize\0004\0"s, kWrq + "f\0netascii\0"s,
        "\0\3\0\1data"s, "\0\4\0\1"s, "\0\5\0\1text\0"s, "\0\6blksize\000512\0"s}) {
    for (size_t length = 0; length <= whole.size(); ++length) {
      const auto prefix = Bytes(whole.substr(0, length));
      const auto packet = Parse(prefix);
      if (!packet.ok()) continue;
      const auto bytes = Serialize(*packet);
      const auto again = Parse(bytes);
      ASSERT_THAT(again, IsOk()) << "prefix of " << length;
      EXPECT_EQ(Serialize(*again), bytes);
    }
  }
}

TEST(Serialize, T27_AnOackEndsWithTheNulOfItsLastValue) {
  EXPECT_EQ(Serialize(Oack{{{"tsize", "5"}, {"blksize", "1468"}}}),
            Bytes("\0\6tsize\0005\0blksize\0001468\0"s));
}

TEST(Serialize, T58_TheDataHeaderIsThatOfTheWholePacket) {
  std::array<uint8_t, kDataHeaderBytes> header;
  WriteDataHeader(0xfffe, header);
  const auto packet = Serialize(Data{.block = 0xfffe, .bytes = {}});
  EXPECT_EQ(std::vector<uint8_t>(header.begin(), header.end()), packet);
}

TEST(ErrorFor, T76_MapsEachRefusalToItsCodeAndTheRestToSilence) {
  EXPECT_EQ(ErrorFor(NotFound("x"))->code, 1);
  EXPECT_EQ(ErrorFor(PermissionDenied("x"))->code, 2);
  EXPECT_EQ(ErrorFor(InvalidArgument("x"))->code, 4);
  EXPECT_EQ(ErrorFor(DataLoss("x"))->code, 0);
  EXPECT_FALSE(ErrorFor(Unavailable("x")).has_value());
  EXPECT_FALSE(ErrorFor(OutOfRange("x")).has_value());
}

TEST(MakeError, T78_TheMessageIsShortPrintableAndNeverEmpty) {
  EXPECT_EQ(MakeError(ErrorCode::kUndefined, "").message, "refused");
  EXPECT_EQ(MakeError(ErrorCode::kUndefined, "a\nb\xff").message, "a?b?");
  EXPECT_EQ(MakeError(ErrorCode::kUndefined, std::string(500, 'x')).message.size(), 127u);
}

}  // namespace
}  // namespace pxe::tftp::wire
