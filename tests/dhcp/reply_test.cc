// What is in a reply, and why.
#include "dhcp/reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hex.h"
#include "dhcp/wire/describe.h"
#include "dhcp/wire/typed_options.h"
#include "tests/dhcp/reply_fixture.h"
#include "tests/support/golden.h"

namespace pxe::dhcp {
namespace {

using testing::HasSubstr;

struct GoldenRow {
  std::string name;
  std::string request;
  core::DhcpAnswer answer;
};

class GoldenReply : public testing::TestWithParam<GoldenRow> {};

TEST_P(GoldenReply, IsThisText) {
  const auto request = ParsedFixture(GetParam().request);
  ExpectGolden("dhcp/replies/" + GetParam().name + ".golden",
               wire::Describe(ReplyTo(request, GetParam().answer)));
}

INSTANTIATE_TEST_SUITE_P(
    Dhcp, GoldenReply,
    testing::Values(GoldenRow{"ovmf_pxe_offer", "ovmf_pxe_discover", BootGrant("syslinux.efi")},
                    GoldenRow{"ovmf_pxe_ack", "ovmf_pxe_request", Ack(BootGrant("syslinux.efi"))},
                    GoldenRow{"ovmf_http_offer", "ovmf_http_discover", Grant()},
                    GoldenRow{"ipxe_bios_offer", "ipxe_bios_discover", BootGrant("pxelinux.0")},
                    GoldenRow{"ipxe_efi_offer", "ipxe_efi_discover", BootGrant("syslinux.efi")},
                    GoldenRow{"dhclient_offer", "dhclient_discover", Grant()},
                    GoldenRow{"grub_offer", "grub_discover", BootGrant("grubnetx64.efi")},
                    GoldenRow{"relayed_offer", "relayed_discover", BootGrant("syslinux.efi")},
                    GoldenRow{"relayed_nak", "relayed_discover",
                              core::DhcpNak{kServer, "address is not available"}},
                    GoldenRow{"renew_ack", "renew_request", Ack(Grant())},
                    GoldenRow{"renew_nak", "renew_request",
                              core::DhcpNak{kServer, "address belongs to another client"}}),
    [](const auto& row) { return row.param.name; });

TEST(Reply, OfSilenceIsNone) {
  EXPECT_FALSE(BuildReply(ParsedFixture("grub_discover"), {}, core::DhcpSilence{}, kMtu));
}

TEST(Reply, C13_EchoesXidAndAllOfChaddr) {
  auto bytes = RawPacket("35 01 01 ff");
  bytes[40] = 0x77;  // past hlen
  const auto reply = ReplyTo(wire::Parsed(bytes), Grant());
  EXPECT_EQ(reply.op, wire::kBootReply);
  EXPECT_EQ(reply.xid, 0x11223344u);
  EXPECT_EQ(reply.chaddr[12], 0x77);
}

TEST(Reply, C14_C15_SecsAreZeroAndHopsAreCopiedForRelaysOnly) {
  auto bytes = RawPacket("35 01 01 ff");
  bytes[3] = 2;
  bytes[9] = 4;
  EXPECT_EQ(ReplyTo(wire::Parsed(bytes), Grant()).secs, 0);
  EXPECT_EQ(ReplyTo(wire::Parsed(bytes), Grant()).hops, 0);
  bytes[24] = 10;
  EXPECT_EQ(ReplyTo(wire::Parsed(bytes), Grant()).hops, 2);
}

TEST(Reply, C9_C8_FlagsAreCopiedAndOnlyTheBroadcastBitIsForced) {
  auto bytes = RawPacket("35 01 01 ff");
  bytes[11] = 0x55;
  EXPECT_EQ(ReplyTo(wire::Parsed(bytes), Grant()).flags, 0x0055);
  auto grant = Grant();
  grant.broadcast = true;
  EXPECT_EQ(ReplyTo(wire::Parsed(bytes), grant).flags, 0x8055);
}

TEST(Reply, C17_CiaddrIsCopiedIntoAnAckOnly) {
  const auto request = ParsedFixture("renew_request");
  EXPECT_EQ(ReplyTo(request, Ack(Grant())).ciaddr.ToString(), "10.1.0.50");
  EXPECT_TRUE(ReplyTo(request, core::DhcpNak{kServer, "no"}).ciaddr.IsZero());
  EXPECT_TRUE(ReplyTo(request, Grant()).ciaddr.IsZero());
}

TEST(Reply, C19_Q7_Q54_WithoutBootFileNoBootFieldsAreSent) {
  auto grant = Grant();
  grant.boot.next_server = kServer;
  const auto reply = ReplyTo(ParsedFixture("ovmf_pxe_discover"), grant);
  EXPECT_TRUE(reply.siaddr.IsZero());
  EXPECT_EQ(wire::TextOf(reply.sname), "");
  for (const int code : {43, 60, 66, 67}) {
    EXPECT_FALSE(reply.options.Has(static_cast<OptionCode>(code))) << code;
  }
}

TEST(Reply, C21_ALongBootFileGoesByOptionAlone) {
  const std::string file(128, 'f');
  const auto reply = ReplyTo(ParsedFixture("ovmf_pxe_discover"), BootGrant(file));
  EXPECT_EQ(wire::TextOf(reply.file), "");
  EXPECT_EQ(Text(reply, OptionCode::kBootFile), file);
}

TEST(Reply, Rule3_Q18_FileAndOption67AreByteEqual) {
  for (const auto* fixture : {"ovmf_pxe_discover", "ipxe_bios_discover", "grub_discover"}) {
    const auto reply = ReplyTo(ParsedFixture(fixture), BootGrant(std::string(127, 'f')));
    EXPECT_EQ(wire::TextOf(reply.file), Text(reply, OptionCode::kBootFile)) << fixture;
  }
}

TEST(Reply, Rule1_C124_Q1_VendorClassAndVendorOptionsTravelTogether) {
  const auto firmware = ReplyTo(ParsedFixture("ovmf_pxe_discover"), BootGrant("f"));
  EXPECT_EQ(Text(firmware, OptionCode::kVendorClass), "PXEClient");
  EXPECT_EQ(Text(firmware, OptionCode::kVendorOptions), std::string("\x06\x01\x08\xff"));
  for (const auto* fixture : {"ipxe_bios_discover", "dhclient_discover"}) {
    const auto reply = ReplyTo(ParsedFixture(fixture), BootGrant("f"));
    EXPECT_FALSE(reply.options.Has(OptionCode::kVendorClass)) << fixture;
    EXPECT_FALSE(reply.options.Has(OptionCode::kVendorOptions)) << fixture;
  }
}

TEST(Reply, C116_Q53_AnHttpClientIsNeverToldPxeClient) {
  const auto reply = ReplyTo(ParsedFixture("ovmf_http_discover"), BootGrant("http://10.1.0.1/f"));
  EXPECT_EQ(Text(reply, OptionCode::kVendorClass), "HTTPClient");
  EXPECT_FALSE(reply.options.Has(OptionCode::kVendorOptions));
}

TEST(Reply, Rule5_NeverOverloads) {
  auto grant = BootGrant(std::string(120, 'f'));
  grant.domain_name = std::string(250, 'd');
  const auto reply = ReplyTo(ParsedFixture("ipxe_bios_discover"), grant);
  EXPECT_FALSE(reply.options.Has(OptionCode::kOverload));
}

TEST(Reply, C75_TimesAreHalfAndSevenEighthsAndNoneForAnInfiniteLease) {
  auto grant = Grant();
  grant.lease = std::chrono::seconds(0xffffffff);
  const auto reply = ReplyTo(ParsedFixture("dhclient_discover"), grant);
  EXPECT_EQ(ToHex(*reply.options.Find(OptionCode::kLeaseTime)), "ffffffff");
  EXPECT_FALSE(reply.options.Has(OptionCode::kRenewalTime));
  for (const int64_t lease : {2, 3, 60, 61, 3600}) {
    grant.lease = std::chrono::seconds(lease);
    const auto timed = wire::Describe(ReplyTo(ParsedFixture("dhclient_discover"), grant));
    EXPECT_THAT(timed, HasSubstr("58 renewal time: " + std::to_string(lease / 2) + "\n"));
    EXPECT_THAT(timed, HasSubstr("59 rebinding time: " + std::to_string(lease * 7 / 8) + "\n"));
  }
}

TEST(Reply, C24_Q44_FollowsTheClientsOrderAfterTheFixedOne) {
  const auto request = wire::Parsed(RawPacket("35 01 01 37 04 1c 0f 2a 0c ff"));
  EXPECT_THAT(OrderOf(ReplyTo(request, Grant())),
              testing::ElementsAre(53, 54, 51, 58, 59, 1, 3, 6, 28, 15, 42, 12));
}

TEST(Reply, C34_M36_GarbageAndRepeatsInTheListAreAnsweredOnce) {
  const auto request = wire::Parsed(RawPacket("35 01 01 37 08 00 ff 0f 0f 35 eb 52 0f ff"));
  EXPECT_THAT(OrderOf(ReplyTo(request, Grant())),
              testing::ElementsAre(53, 54, 51, 58, 59, 1, 3, 6, 15, 12, 28));
}

TEST(Reply, C87_C119_Q20_TftpServerNameAndNtpOnlyWhenAskedFor) {
  const auto bare = ReplyTo(ParsedFixture("grub_discover"), BootGrant("f"));
  EXPECT_FALSE(bare.options.Has(OptionCode::kTftpServerName));
  EXPECT_FALSE(bare.options.Has(OptionCode::kNtpServers));
  const auto asked = ReplyTo(ParsedFixture("ovmf_pxe_discover"), BootGrant("f"));
  EXPECT_EQ(Text(asked, OptionCode::kTftpServerName), "10.1.0.1");
  EXPECT_TRUE(asked.options.Has(OptionCode::kNtpServers));
}

TEST(Reply, C88_ListsThatAreEmptyAreNotSent) {
  core::DhcpGrant bare{.address = {0x0a010032}, .server_id = kServer, .subnet = {{0x0a010000}, 24}};
  const auto reply = ReplyTo(ParsedFixture("ovmf_pxe_discover"), bare);
  for (const int code : {3, 6, 12, 15, 42}) {
    EXPECT_FALSE(reply.options.Has(static_cast<OptionCode>(code))) << code;
  }
}

TEST(Reply, C95_ASubnetSelectionThatCountedIsEchoedInOfferAckAndNak) {
  const auto request = wire::Parsed(RawPacket("35 01 03 76 04 0a 02 00 00 ff"));
  const auto echoes = [&](const core::DhcpAnswer& answer) {
    const auto reply = BuildReply(request, core::ClientKind{}, answer, 1500);
    return reply->packet.options.Has(OptionCode::kSubnetSelection);
  };
  core::DhcpGrant grant{.server_id = {0x0a000001}};
  for (const auto kind : {core::GrantKind::kOffer, core::GrantKind::kAck}) {
    grant.kind = kind;
    grant.echo_subnet_selection = true;
    EXPECT_TRUE(echoes(grant));
    grant.echo_subnet_selection = false;
    EXPECT_FALSE(echoes(grant));
  }
  core::DhcpNak nak{.server_id = {0x0a000001}, .message = "no", .echo_subnet_selection = true};
  EXPECT_TRUE(echoes(nak));
  nak.echo_subnet_selection = false;
  EXPECT_FALSE(echoes(nak));
}

TEST(Reply, C94_C128_TheClientsIdAndUuidAreEchoed) {
  const auto request = ParsedFixture("ipxe_bios_discover");
  const auto reply = ReplyTo(request, Grant());
  EXPECT_EQ(Text(reply, OptionCode::kClientId), Text(request, OptionCode::kClientId));
  EXPECT_EQ(Text(reply, OptionCode::kClientUuid), Text(request, OptionCode::kClientUuid));
}

TEST(Reply, C26_AClientIdTooShortToBeOneIsNotEchoed) {
  const auto reply = ReplyTo(wire::Parsed(RawPacket("35 01 01 3d 01 01 61 00 ff")), Grant());
  EXPECT_FALSE(reply.options.Has(OptionCode::kClientId));
  EXPECT_FALSE(reply.options.Has(OptionCode::kClientUuid));
}

TEST(Reply, C118_OptionsOfPxelinuxGoToWhoeverBoots) {
  auto grant = BootGrant("pxelinux.0");
  grant.options = {{.code = 209, .value = {'c', 'f', 'g'}}, {.code = 211, .value = {0, 0, 0, 9}}};
  const auto firmware = ReplyTo(ParsedFixture("ovmf_pxe_discover"), grant);
  EXPECT_EQ(Text(firmware, static_cast<OptionCode>(209)), "cfg");
  EXPECT_TRUE(firmware.options.Has(static_cast<OptionCode>(211)));
  const auto system = ReplyTo(ParsedFixture("dhclient_discover"), grant);
  EXPECT_FALSE(system.options.Has(static_cast<OptionCode>(209)));
}

TEST(Reply, C87_Q43_OtherOptionsOfTheProfileGoToThoseWhoAskOrAlways) {
  constexpr auto kRootPath = static_cast<OptionCode>(17);
  constexpr auto kUnasked = static_cast<OptionCode>(224);
  auto grant = Grant();
  grant.options = {{.code = 17, .value = {'r'}},
                   {.code = 224, .value = {'a'}},
                   {.code = 225, .value = {'b'}, .always = true}};
  const auto reply = ReplyTo(ParsedFixture("ovmf_pxe_discover"), grant);
  EXPECT_EQ(Text(reply, kRootPath), "r");
  EXPECT_FALSE(reply.options.Has(kUnasked));
  EXPECT_EQ(Text(reply, static_cast<OptionCode>(225)), "b");
}

TEST(Reply, AnOptionOfTheProfileTakesThePlaceOfTheSubnets) {
  auto grant = Grant();
  grant.options = {{.code = 15, .value = {'x', '.', 'y'}}, {.code = 6, .value = {8, 8, 8, 8}}};
  const auto reply = ReplyTo(ParsedFixture("grub_discover"), grant);
  EXPECT_EQ(Text(reply, OptionCode::kDomainName), "x.y");
  EXPECT_EQ(wire::ReadAddress(reply.options, OptionCode::kDnsServers), Ipv4{0x08080808});
}

TEST(Reply, C71_C72_ANakHoldsLittleAndIsToldToTheRelayAsBroadcast) {
  const auto reply = ReplyTo(ParsedFixture("relayed_discover"), core::DhcpNak{kServer, "no"});
  EXPECT_TRUE(reply.wants_broadcast());
  EXPECT_THAT(OrderOf(reply), testing::ElementsAre(53, 54, 56, 82));
  EXPECT_TRUE(reply.yiaddr.IsZero());
}

}  // namespace
}  // namespace pxe::dhcp
