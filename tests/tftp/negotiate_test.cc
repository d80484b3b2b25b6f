#include "tftp/negotiate.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pxe::tftp {
namespace {

constexpr uint64_t kFileBytes = 5'000'000'000;  // beyond 32 bits
constexpr int kEthernet = 1500;
constexpr int kLoopback = 65536;

// "blksize=1468 tsize=5": asked and answered options as one line.
std::string Line(const std::vector<wire::OackOption>& options) {
  std::string line;
  for (const auto& [name, value] : options) {
    line += (line.empty() ? "" : " ") + name + "=" + value;
  }
  return line;
}

wire::Request Ask(std::vector<wire::Option> options) {
  wire::Request request;
  request.filename = "f";
  request.options = std::move(options);
  return request;
}

struct Row {
  std::string name;
  std::vector<wire::Option> asked;
  std::string answered;
  int mtu = kEthernet;
  bool v6 = false;
};

class NegotiateTable : public testing::TestWithParam<Row> {};

TEST_P(NegotiateTable, AnswersWhatEveryClientAccepts) {
  const Path path{.mtu = GetParam().mtu, .v6 = GetParam().v6};
  const auto agreed = Negotiate(Ask(GetParam().asked), kFileBytes, path, Limits());
  EXPECT_EQ(Line(agreed.oack), GetParam().answered);
}

INSTANTIATE_TEST_SUITE_P(
    , NegotiateTable,
    testing::Values(
        Row{"T19_NoOptions", {}, ""}, Row{"T21_NoneAccepted", {{"foo", "1"}, {"blksize", "7"}}, ""},
        Row{"T23_TheClientsSpelling", {{"BlkSize", "512"}}, "BlkSize=512"},
        Row{"T24_UnknownOptionsAreLeftOut",
            {{"utimeout", "1"}, {"tsize", "0"}, {"msftwindow", "31416"}},
            "tsize=5000000000"},
        Row{"T25_ARepeatedOptionIsAnsweredOnce",
            {{"blksize", "1024"}, {"blksize", "512"}},
            "blksize=1024"},
        Row{"T26_NoLeadingZeros",
            {{"timeout", "010"}, {"blksize", "0512"}},
            "timeout=10 blksize=512"},
        Row{"T33_Blksize8", {{"blksize", "8"}}, "blksize=8"},
        Row{"T33_Blksize511", {{"blksize", "511"}}, "blksize=511"},
        Row{"T33_Blksize1468", {{"blksize", "1468"}}, "blksize=1468"},
        Row{"T33_Blksize0", {{"blksize", "0"}}, ""}, Row{"T33_Blksize7", {{"blksize", "7"}}, ""},
        Row{"T33_BlksizeMinusOne", {{"blksize", "-1"}}, ""},
        Row{"T33_BlksizeWord", {{"blksize", "abc"}}, ""},
        Row{"T33_BlksizeEmpty", {{"blksize", ""}}, ""},
        Row{"T33_BlksizeWithTail", {{"blksize", "1468x"}}, ""},
        Row{"T33_BlksizeWithBlank", {{"blksize", " 1468"}}, ""},
        Row{"T33_BlksizeBeyondAnyNumber", {{"blksize", "99999999999999999999"}}, ""},
        Row{"T33_BlksizeAboveTheRange", {{"blksize", "99999"}}, "blksize=65464", kLoopback},
        Row{"T34_BlksizeLargest", {{"blksize", "65464"}}, "blksize=65464", kLoopback},
        Row{"T34_BlksizeOneMore", {{"blksize", "65465"}}, "blksize=65464", kLoopback},
        Row{"T35_TheMtuCutsToThePayload", {{"blksize", "65464"}}, "blksize=1468"},
        Row{"T35_ATunnelsMtu", {{"blksize", "1468"}}, "blksize=1388", 1420},
        Row{"T35_T88_TheHeaderOfIpv6IsLonger",
            {{"blksize", "65464"}},
            "blksize=1448",
            kEthernet,
            true},
        Row{"T36_AnMtuSetByHandAllowsFragments", {{"blksize", "8192"}}, "blksize=8192", 65535},
        Row{"T40_T41_Tsize0IsAnsweredWithTheSize", {{"tsize", "0"}}, "tsize=5000000000"},
        Row{"T33_Tsize5IsAnsweredWithTheSize", {{"tsize", "5"}}, "tsize=5000000000"},
        Row{"T33_TsizeEnableIsAnsweredWithTheSize", {{"tsize", "enable"}}, "tsize=5000000000"},
        Row{"T45_Timeout1", {{"timeout", "1"}}, "timeout=1"},
        Row{"T45_Timeout255", {{"timeout", "255"}}, "timeout=255"},
        Row{"T33_Timeout0", {{"timeout", "0"}}, ""},
        Row{"T33_Timeout256", {{"timeout", "256"}}, ""},
        Row{"T33_TimeoutWord", {{"timeout", "abc"}}, ""},
        Row{"T33_Windowsize0", {{"windowsize", "0"}}, ""},
        Row{"T33_Windowsize65536", {{"windowsize", "65536"}}, ""},
        Row{"T33_WindowsizeWord", {{"windowsize", "abc"}}, ""},
        Row{"T33_Windowsize1", {{"windowsize", "1"}}, "windowsize=1"},
        Row{"T47_Windowsize4", {{"windowsize", "4"}}, "windowsize=4"},
        Row{"T55_Windowsize65535", {{"windowsize", "65535"}}, "windowsize=16"},
        Row{"T55_TheBytesOfAWindowAreCapped",
            {{"windowsize", "16"}, {"blksize", "65464"}},
            "windowsize=4 blksize=65464",
            kLoopback},
        Row{"T57_AllTogetherInTheOrderAsked",
            {{"windowsize", "8"}, {"timeout", "5"}, {"tsize", "0"}, {"blksize", "1024"}},
            "windowsize=8 timeout=5 tsize=5000000000 blksize=1024"},
        Row{"T114_MulticastIsLeftOut", {{"multicast", ""}, {"tsize", "0"}}, "tsize=5000000000"}),
    [](const auto& row) { return row.param.name; });

TEST(Negotiate, T20_WhatIsAnsweredIsAlsoUsed) {
  const auto agreed = Negotiate(Ask({{"blksize", "1024"}, {"windowsize", "9"}, {"timeout", "3"}}),
                                1, Path(), Limits());
  EXPECT_EQ(agreed.block_bytes, 1024);
  EXPECT_EQ(agreed.window_blocks, 9);
  EXPECT_EQ(agreed.retry_after, std::chrono::seconds(3));
}

TEST(Negotiate, T34_WithoutOptionsTheDefaultsOfTheRfcHold) {
  const auto agreed = Negotiate(Ask({}), 1, Path(), Limits());
  EXPECT_EQ(agreed.block_bytes, 512);
  EXPECT_EQ(agreed.window_blocks, 1);
  EXPECT_EQ(agreed.retry_after, std::nullopt);
}

TEST(Negotiate, T56_NoConfigurationLiftsTheWindowBeyondTheCeiling) {
  Limits limits;
  limits.max_window_blocks = 60000;
  const auto agreed = Negotiate(Ask({{"windowsize", "60000"}}), 1, Path(), limits);
  EXPECT_EQ(agreed.window_blocks, kMaxWindowBlocks);
}

}  // namespace
}  // namespace pxe::tftp
