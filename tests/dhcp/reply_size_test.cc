// How long a reply may be, what goes first when it is longer, and what relays get back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dhcp/wire/typed_options.h"
#include "tests/dhcp/reply_fixture.h"

namespace pxe::dhcp {
namespace {

TEST(ReplySize, C141_TheProfilesOptionsAreLeftOutBeforeTheReplyGrowsTooLong) {
  auto grant = BootGrant("pxelinux.0");
  for (uint8_t code = 224; code < 228; ++code) {
    grant.options.push_back(
        {.code = code, .value = std::vector<uint8_t>(200, 'x'), .always = true});
  }
  const auto reply = BuildReply(ParsedFixture("grub_discover"), {}, grant, kMtu);
  EXPECT_THAT(reply->left_out, testing::Contains(static_cast<OptionCode>(227)));
  EXPECT_LE(wire::SerializePacket(reply->packet).size(), 548U);
  EXPECT_TRUE(reply->packet.options.Has(OptionCode::kBootFile));
  EXPECT_TRUE(reply->packet.options.Has(static_cast<OptionCode>(224)));
  EXPECT_FALSE(reply->packet.options.Has(static_cast<OptionCode>(227)));
}

// C35, C36, C140: the payload allowed for option 57's value, 0 for none.
struct SizeRow {
  int asked;
  int mtu;
  size_t most;
};

class SizeTable : public testing::TestWithParam<SizeRow> {};

TEST_P(SizeTable, C35_C36_C140_C141_StaysWithinTheClientsLimitWithoutLosingWhatBoots) {
  char asked[32];
  std::snprintf(asked, sizeof asked, "39 02 %02x %02x", GetParam().asked >> 8,
                GetParam().asked & 255);
  const auto request = wire::Parsed(
      RawPacket("35 01 01 " + std::string(GetParam().asked != 0 ? asked : "") +
                " 37 03 0f 2a 0c 3d ff 01*255 61 11 00*17 3c 09 50 58 45 43 6c 69 65 6e 74 ff"));
  auto grant = BootGrant(std::string(127, 'f'));
  grant.domain_name = std::string(253, 'd');
  grant.dns_servers.assign(16, kServer);
  grant.ntp_servers.assign(16, kServer);
  grant.routers.assign(16, kServer);
  const auto reply = BuildReply(request, KindOf(request), grant, GetParam().mtu);
  EXPECT_LE(wire::SerializePacket(reply->packet).size(), GetParam().most);
  for (const int code : {1, 3, 6, 43, 51, 53, 54, 60, 67}) {
    EXPECT_TRUE(reply->packet.options.Has(static_cast<OptionCode>(code))) << code;
  }
  EXPECT_EQ(!reply->left_out.empty(), GetParam().most < 1400);
}

INSTANTIATE_TEST_SUITE_P(Table, SizeTable,
                         testing::Values(SizeRow{0, 1500, 548}, SizeRow{100, 1500, 548},
                                         SizeRow{700, 1500, 672}, SizeRow{1472, 1500, 1444},
                                         SizeRow{65280, 1500, 1472}, SizeRow{65280, 9000, 1472},
                                         SizeRow{1500, 600, 572}));

TEST(ReplySize, C134_Option82IsNeverLeftOut) {
  const auto request = wire::Parsed(RawPacket("35 01 01 52 ff 01 fd 61*253 3d ff 01*255 ff"));
  auto grant = BootGrant(std::string(127, 'f'));
  grant.domain_name = std::string(253, 'd');
  const auto reply = BuildReply(request, KindOf(request), grant, kMtu);
  EXPECT_TRUE(reply->packet.options.Has(OptionCode::kRelayAgent));
  EXPECT_FALSE(reply->left_out.empty());
}

// The relay's option comes on top of what the client takes, but the packet stays in one piece on
// the way to the relay.
TEST(ReplySize, C140_Option82CountsAgainstTheMtuOnly) {
  auto grant = BootGrant(std::string(127, 'f'));
  grant.options = {{.code = 224, .value = std::vector<uint8_t>(1000, 'x'), .always = true}};
  const std::string wish = "35 01 01 39 02 05 dc ";  // 1500
  const auto small = wire::Parsed(RawPacket(wish + "52 04 01 02 61 62 ff"));
  const auto with_small = BuildReply(small, KindOf(small), grant, kMtu);
  EXPECT_LE(wire::SerializePacket(with_small->packet).size(), 1472u);
  EXPECT_TRUE(with_small->packet.options.Has(OptionCode{224}));

  const auto large = wire::Parsed(RawPacket(wish + "52 fa 01 f8 61*248 ff"));
  const auto with_large = BuildReply(large, KindOf(large), grant, kMtu);
  EXPECT_LE(wire::SerializePacket(with_large->packet).size(), 1472u);
  EXPECT_FALSE(with_large->packet.options.Has(OptionCode{224}));
  EXPECT_TRUE(with_large->packet.options.Has(OptionCode::kRelayAgent));
  EXPECT_TRUE(with_large->packet.options.Has(OptionCode::kBootFile));
}

TEST(ReplySize, C141_WhatBootsIsKeptWhereverItCameFrom) {
  auto grant = BootGrant("f");
  grant.options = {{.code = 43, .value = std::vector<uint8_t>(200, 'v'), .always = true},
                   {.code = 67, .value = std::vector<uint8_t>(100, 'f')},
                   {.code = 224, .value = std::vector<uint8_t>(200, 'x'), .always = true}};
  const auto request = ParsedFixture("grub_discover");
  const auto reply = BuildReply(request, KindOf(request), grant, kMtu);
  EXPECT_EQ(wire::CodesOf(reply->left_out), "28, 15, 12, 59, 58, 224");
  EXPECT_TRUE(reply->packet.options.Has(OptionCode::kVendorOptions));
  EXPECT_TRUE(reply->packet.options.Has(OptionCode::kBootFile));
}

TEST(ReplyToRelay, C133_Option82IsEchoedLastAlsoInANak) {
  const auto request = ParsedFixture("relayed_discover");
  for (const core::DhcpAnswer& answer :
       {core::DhcpAnswer(Grant()), core::DhcpAnswer(core::DhcpNak{kServer, "no"})}) {
    const auto reply = ReplyTo(request, answer);
    EXPECT_EQ(OrderOf(reply).back(), 82);
    EXPECT_EQ(Text(reply, OptionCode::kRelayAgent), Text(request, OptionCode::kRelayAgent));
  }
}

TEST(ReplyToRelay, C133_C92_ALongOption82ComesBackByteForByte) {
  auto bytes = RawPacket("35 01 01 52 ca 01 c8 aa*200 52 66 02 64 bb*100 ff");
  bytes[24] = 10;
  const auto sent = std::vector<uint8_t>(bytes.begin() + 243, bytes.end());
  for (const core::DhcpAnswer& answer : {core::DhcpAnswer(BootGrant("f")), Ack(BootGrant("f")),
                                         core::DhcpAnswer(core::DhcpNak{kServer, "no"})}) {
    auto reply = wire::SerializePacket(ReplyTo(wire::Parsed(bytes), answer));
    while (reply.back() == 0) reply.pop_back();
    ASSERT_GE(reply.size(), sent.size());
    EXPECT_TRUE(std::equal(sent.rbegin(), sent.rend(), reply.rbegin()));
  }
}

TEST(ReplyToRelay, C135_M21_SubOptionsThatCannotBeReadComeBackTheSame) {
  auto bytes = RawPacket("35 01 01 52 03 05 04 0a ff");
  bytes[24] = 10;
  const auto request = wire::Parsed(bytes);
  EXPECT_EQ(Text(ReplyTo(request, Grant()), OptionCode::kRelayAgent),
            Text(request, OptionCode::kRelayAgent));
}

TEST(ReplyToRelay, C133_ASwitchThatAddsOption82AndIsNoRelayGetsItBackToo) {
  const auto request = wire::Parsed(RawPacket("35 01 01 52 04 01 02 61 62 ff"));
  EXPECT_EQ(OrderOf(ReplyTo(request, Grant())).back(), 82);
}

// RFC 5107: renewals are to pass the relay, so the client must take it for the server.
TEST(ReplyToRelay, C135_TheRelaysServerIdIsSaidButTheReplyLeavesFromUs) {
  auto bytes = RawPacket("35 01 01 52 06 0b 04 0a 01 00 fe ff");
  const auto server_id = [&](const core::DhcpAnswer& answer) {
    const auto request = wire::Parsed(bytes);
    const auto reply = BuildReply(request, KindOf(request), answer, kMtu);
    EXPECT_EQ(reply->source, kServer);
    return wire::ReadAddress(reply->packet.options, OptionCode::kServerId)->ToString();
  };
  EXPECT_EQ(server_id(Grant()), "10.1.0.1");  // not from a relay
  bytes[24] = 10;
  EXPECT_EQ(server_id(Grant()), "10.1.0.254");
  EXPECT_EQ(server_id(Ack(Grant())), "10.1.0.254");
  EXPECT_EQ(server_id(core::DhcpNak{kServer, "no"}), "10.1.0.254");
}

}  // namespace
}  // namespace pxe::dhcp
