// MAC, IPv4 and UUID text: what is accepted, what it becomes, what is refused and in which words.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/ipv4.h"
#include "base/mac_address.h"
#include "base/uuid.h"
#include "tests/support/status_matchers.h"

namespace pxe {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(MacAddressTest, EverySpellingIsOneAddress) {
  for (const std::string text : {"52:54:00:aa:bb:cc", "52:54:00:AA:BB:CC", "52-54-00-aa-bb-cc",
                                 "5254.00aa.bbcc", "525400aabbcc"}) {
    const auto mac = ParseMacAddress(text);
    ASSERT_THAT(mac, IsOk()) << text;
    EXPECT_EQ(mac->ToString(), "52:54:00:aa:bb:cc") << text;
    EXPECT_EQ(mac->Hyphened(), "52-54-00-aa-bb-cc") << text;
  }
}

TEST(MacAddressTest, OtherTextsAreRefused) {
  for (const std::string text :
       {"", "52:54:00:aa:bb", "52:54:00:aa:bb:cc:dd", "52:54-00:aa:bb:cc", "52:54:00:aa:bb:c",
        "5254:00aa:bbcc", "52:54:00:aa:bb:gg", ":52:54:00:aa:bb:cc", "52.54.00.aa.bb.cc"}) {
    EXPECT_THAT(ParseMacAddress(text), StatusIs(kInvalid, "is not a MAC address")) << text;
  }
}

TEST(MacAddressTest, ControlCharactersNeverReachTheMessage) {
  EXPECT_THAT(ParseMacAddress("a\nb"), StatusIs(kInvalid, "a\\x0ab"));
}

TEST(MacAddressTest, OnlyUnicastNamesAMachine) {
  EXPECT_TRUE(ParseMacAddress("52:54:00:00:00:01")->IsUnicast());
  EXPECT_FALSE(ParseMacAddress("00:00:00:00:00:00")->IsUnicast());
  EXPECT_FALSE(ParseMacAddress("01:00:5e:00:00:01")->IsUnicast());
  EXPECT_FALSE(kBroadcastMac.IsUnicast());
}

TEST(Ipv4Test, RoundTripsAndHex) {
  const auto address = ParseIpv4("192.168.1.5");
  ASSERT_THAT(address, IsOk());
  EXPECT_EQ(address->ToString(), "192.168.1.5");
  EXPECT_EQ(address->ToHex(), "C0A80105");
}

TEST(Ipv4Test, OtherTextsAreRefused) {
  for (const std::string text : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.-4",
                                 "1.2.3.4 ", "a.b.c.d", "1..2.3"}) {
    EXPECT_THAT(ParseIpv4(text), StatusIs(kInvalid, "is not an IPv4 address")) << text;
  }
}

TEST(Ipv4Test, HostAddresses) {
  EXPECT_TRUE(ParseIpv4("10.0.0.1")->IsHostAddress());
  for (const char* text : {"0.0.0.0", "127.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"}) {
    EXPECT_FALSE(ParseIpv4(text)->IsHostAddress()) << text;
  }
}

TEST(Ipv4RangeTest, ParsesContainsAndOverlaps) {
  const auto range = ParseIpv4Range("10.0.0.10-10.0.0.19");
  ASSERT_THAT(range, IsOk());
  EXPECT_EQ(range->size(), 10u);
  EXPECT_TRUE(range->Contains(*ParseIpv4("10.0.0.19")));
  EXPECT_FALSE(range->Contains(*ParseIpv4("10.0.0.20")));
  EXPECT_TRUE(range->Overlaps(*ParseIpv4Range("10.0.0.19-10.0.0.30")));
  EXPECT_FALSE(range->Overlaps(*ParseIpv4Range("10.0.0.20-10.0.0.30")));
  EXPECT_THAT(ParseIpv4Range("10.0.0.9-10.0.0.1"), StatusIs(kInvalid, "ends before it begins"));
  EXPECT_THAT(ParseIpv4Range("10.0.0.9"), StatusIs(kInvalid, "is not a range"));
}

TEST(Ipv4PrefixTest, MaskBroadcastAndMembership) {
  const auto net = ParseIpv4Prefix("10.1.2.0/23");
  ASSERT_THAT(net, IsOk());
  EXPECT_EQ(net->Netmask().ToString(), "255.255.254.0");
  EXPECT_EQ(net->Broadcast().ToString(), "10.1.3.255");
  EXPECT_TRUE(net->Contains(*ParseIpv4("10.1.3.7")));
  EXPECT_FALSE(net->Contains(*ParseIpv4("10.1.4.0")));
  EXPECT_TRUE(net->Overlaps(*ParseIpv4Prefix("10.1.3.0/24")));
  EXPECT_TRUE(ParseIpv4Prefix("10.1.3.0/24")->Overlaps(*net));
  EXPECT_EQ(ParseIpv4Prefix("0.0.0.0/0")->Netmask().value, 0u);
}

TEST(Ipv4PrefixTest, HostBitsAreRefusedWithTheLikelyMeaning) {
  EXPECT_THAT(ParseIpv4Prefix("10.0.0.1/24"), StatusIs(kInvalid, "did you mean 10.0.0.0/24?"));
  EXPECT_THAT(ParseIpv4Prefix("10.0.0.0/33"), StatusIs(kInvalid, "is not a network"));
  EXPECT_THAT(ParseIpv4Prefix("10.0.0.0"), StatusIs(kInvalid, "is not a network"));
}

TEST(UuidTest, BothByteOrdersAreOneMachine) {
  const auto uuid = ParseUuid("B8945908-d6a6-41a9-611d-74a6ab80b83d");
  ASSERT_THAT(uuid, IsOk());
  EXPECT_EQ(uuid->ToString(), "b8945908-d6a6-41a9-611d-74a6ab80b83d");
  EXPECT_EQ(uuid->Swapped().ToString(), "085994b8-a6d6-a941-611d-74a6ab80b83d");
  EXPECT_EQ(uuid->Swapped().Swapped(), *uuid);
}

TEST(UuidTest, EmptyOnesIdentifyNothing) {
  EXPECT_FALSE(ParseUuid("00000000-0000-0000-0000-000000000000")->IsIdentity());
  EXPECT_FALSE(ParseUuid("ffffffff-ffff-ffff-ffff-ffffffffffff")->IsIdentity());
  EXPECT_TRUE(ParseUuid("00000000-0000-0000-0000-000000000001")->IsIdentity());
}

TEST(UuidTest, OtherTextsAreRefused) {
  for (const std::string text :
       {"", "b8945908d6a641a9611d74a6ab80b83d", "b8945908-d6a6-41a9-611d-74a6ab80b83",
        "b8945908-d6a6-41a9-611d-74a6ab80b83g", "b8945908-d6a6-41a9-611d74-a6ab80b83d"}) {
    EXPECT_THAT(ParseUuid(text), StatusIs(kInvalid, "is not a UUID")) << text;
  }
}

}  // namespace
}  // namespace pxe
