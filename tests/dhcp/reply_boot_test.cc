// What each kind of client is told about booting and about its network, byte for byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hex.h"
#include "dhcp/wire/options.h"
#include "tests/dhcp/reply_fixture.h"

namespace pxe::dhcp {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto kFirmwareFixture = "ovmf_pxe_discover";
const std::vector<const char*> kClients = {
    "ovmf_pxe_discover", "ovmf_http_discover", "ipxe_bios_discover", "ipxe_efi_discover",
    "grub_discover",     "dhclient_discover",  "udhcpc_discover",    "relayed_discover"};

std::string Hex(const wire::Packet& packet, int code) {
  const auto value = packet.options.Find(static_cast<OptionCode>(code));
  return value ? ToHex(*value) : "(absent)";
}

// A discovering Raspberry Pi: x86 BIOS, by its own account, and a MAC address of its maker.
wire::Packet RaspberryPi() {
  auto bytes = RawPacket(
      "35 01 01 3c 20 50 58 45 43 6c 69 65 6e 74 3a 41 72 63 68 3a 30 30 30 30 30 3a 55 4e 44 49 "
      "3a 30 30 32 30 30 31 5d 02 00 00 37 03 2b 3c 43 ff");
  const std::array<uint8_t, 6> mac = {0xb8, 0x27, 0xeb, 1, 2, 3};
  std::copy(mac.begin(), mac.end(), bytes.begin() + 28);
  return wire::Parsed(bytes);
}

TEST(BootReply, Rule6_C52_C74_Q2_Q28_AnOfferHoldsWhatAnAckDoes) {
  for (const char* client : kClients) {
    const auto request = ParsedFixture(client);
    const auto offer = ReplyTo(request, BootGrant("f"));
    for (const int code : {1, 51, 53, 54, 58, 59}) EXPECT_NE(Hex(offer, code), "(absent)") << code;
    auto ack = ReplyTo(request, Ack(BootGrant("f")));
    EXPECT_EQ(OrderOf(ack), OrderOf(offer)) << client;
    EXPECT_EQ(ack.file, offer.file) << client;
    EXPECT_EQ(ack.siaddr, offer.siaddr) << client;
  }
}

TEST(BootReply, C16_YiaddrIsTheAddressAndNoneInANak) {
  const auto request = ParsedFixture(kFirmwareFixture);
  EXPECT_EQ(ReplyTo(request, Grant()).yiaddr.ToString(), "10.1.0.50");
  EXPECT_EQ(ReplyTo(request, Ack(Grant())).yiaddr.ToString(), "10.1.0.50");
  EXPECT_TRUE(ReplyTo(request, core::DhcpNak{kServer, "no"}).yiaddr.IsZero());
}

TEST(BootReply, C18_GiaddrIsCopied) {
  const auto request = ParsedFixture("relayed_discover");
  EXPECT_EQ(ReplyTo(request, Grant()).giaddr, request.giaddr);
  EXPECT_EQ(ReplyTo(request, core::DhcpNak{kServer, "no"}).giaddr, request.giaddr);
}

TEST(BootReply, C22_WhoBootsFindsTheServersAddressInSname) {
  EXPECT_EQ(wire::TextOf(ReplyTo(ParsedFixture(kFirmwareFixture), BootGrant("f")).sname),
            "10.1.0.1");
  EXPECT_EQ(wire::TextOf(ReplyTo(ParsedFixture("dhclient_discover"), BootGrant("f")).sname), "");
}

TEST(BootReply, C26_C27_EveryReplyHasOneEndAndNoEmptyOption) {
  for (const char* client : kClients) {
    const auto bytes = wire::SerializePacket(ReplyTo(ParsedFixture(client), BootGrant("f")));
    const auto end = wire::WalkOptions(  // END: the byte after the last option that GRUB needs
        std::span(bytes).subspan(240), [&](OptionCode code, std::span<const uint8_t> value) {
          EXPECT_FALSE(value.empty()) << client << " " << static_cast<int>(code);
        });
    EXPECT_EQ(end, wire::AreaEnd::kEnd) << client;
  }
}

TEST(BootReply, C71_ANakHoldsTheClientIdToo) {
  const auto reply = ReplyTo(ParsedFixture("ipxe_bios_request"), core::DhcpNak{kServer, "no"});
  EXPECT_THAT(OrderOf(reply), testing::ElementsAre(53, 54, 56, 61));
  EXPECT_TRUE(reply.siaddr.IsZero());
  EXPECT_EQ(wire::TextOf(reply.file), "");
}

TEST(BootReply, C89_AnAddressIsNotTakenFromWhoBootsByIpv6OnlyMode) {
  auto grant = BootGrant("f");
  grant.options = {{.code = 108, .value = {0, 0, 7, 8}, .always = true}};
  const std::string pxe = " 3c 09 50 58 45 43 6c 69 65 6e 74 5d 02 00 07";
  const auto reply = [&](const std::string& options) {
    return ReplyTo(wire::Parsed(RawPacket("35 01 01 " + options + " ff")), grant);
  };
  EXPECT_EQ(Hex(reply("37 01 6c"), 108), "00000708");
  EXPECT_EQ(Hex(reply("37 01 01"), 108), "(absent)");  // not asked for
  EXPECT_EQ(Hex(reply("37 01 6c" + pxe), 108), "(absent)");
}

// With the default route, which the decision has added.
TEST(BootReply, C90_ClasslessRoutesTakeThePlaceOfTheRouter) {
  auto grant = Grant();
  const std::vector<uint8_t> routes = {16, 10, 9, 10, 1, 0, 2, 0, 10, 1, 0, 254};
  grant.options = {{.code = 121, .value = routes},
                   {.code = 249, .value = routes},
                   {.code = 33, .value = {10, 9, 0, 0, 10, 1, 0, 2}}};
  const auto reply = [&](std::string_view wanted) {
    return ReplyTo(wire::Parsed(RawPacket("35 01 01 37 04 " + std::string(wanted) + " ff")), grant);
  };
  const auto asked = reply("03 21 79 00");
  EXPECT_EQ(Hex(asked, 121),
            "100a090a010002"
            "000a0100fe");
  EXPECT_EQ(Hex(asked, 3), "(absent)");
  EXPECT_EQ(Hex(asked, 33), "(absent)");
  const auto unasked = reply("03 21 00 00");
  EXPECT_EQ(Hex(unasked, 121), "(absent)");
  EXPECT_EQ(Hex(unasked, 3), "0a0100fe");
  EXPECT_EQ(Hex(unasked, 33), "0a0900000a010002");
  const auto microsoft = reply("03 f9 00 00");
  EXPECT_EQ(Hex(microsoft, 249),
            "100a090a010002"
            "000a0100fe");
  EXPECT_EQ(Hex(microsoft, 3), "0a0100fe");
}

TEST(BootReply, C90_RoutesWithADefaultOrThatCannotBeReadAreSentAsTheyAre) {
  auto grant = Grant();
  for (const std::vector<uint8_t>& routes :
       {std::vector<uint8_t>{0, 10, 1, 0, 9}, {33, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {24, 10, 9}}) {
    grant.options = {{.code = 121, .value = routes}};
    const auto reply = ReplyTo(wire::Parsed(RawPacket("35 01 01 37 01 79 ff")), grant);
    EXPECT_EQ(Hex(reply, 121), ToHex(routes));
  }
}

TEST(BootReply, C93_TheHostNameIsTheConfiguredOneWithoutNul) {
  const auto reply = ReplyTo(ParsedFixture("dhclient_discover"), Grant());
  EXPECT_EQ(Text(reply, OptionCode::kHostName), "node1");
}

TEST(BootReply, C96_Q40_ThePortalsOptionComesFromTheConfigurationOnly) {
  const auto request = wire::Parsed(RawPacket("35 01 01 37 01 72 ff"));
  EXPECT_EQ(Hex(ReplyTo(request, BootGrant("f")), 114), "(absent)");
  auto grant = Grant();
  grant.options = {{.code = 114, .value = {'u'}}};
  EXPECT_EQ(Hex(ReplyTo(request, grant), 114), "75");
}

TEST(BootReply, C115_HttpBootGetsItsClassAPadAndTheUrlTwice) {
  const std::string url = "http://boot.lab.test/grubx64.efi";
  const auto reply = ReplyTo(ParsedFixture("ovmf_http_discover"), BootGrant(url));
  EXPECT_EQ(Text(reply, OptionCode::kVendorClass), "HTTPClient");
  EXPECT_EQ(Text(reply, OptionCode::kBootFile), url);
  EXPECT_EQ(wire::TextOf(reply.file), url);
  EXPECT_NE(Hex(reply, 6), "(absent)");  // or the name could not be resolved
  const auto bytes = wire::SerializePacket(reply);
  EXPECT_THAT(ToHex(bytes), HasSubstr("3c0a48545450436c69656e7400"));
}

TEST(BootReply, C116_APxeClientIsNeverToldHttpClient) {
  const auto reply = ReplyTo(ParsedFixture(kFirmwareFixture), BootGrant("http://10.1.0.1/f"));
  EXPECT_EQ(Text(reply, OptionCode::kVendorClass), "PXEClient");
}

TEST(BootReply, C119_Q52_TheThreePlacesOfTheTftpServerAgree) {
  const auto reply = ReplyTo(ParsedFixture(kFirmwareFixture), BootGrant("f"));
  EXPECT_EQ(reply.siaddr.ToString(), "10.1.0.1");
  EXPECT_EQ(wire::TextOf(reply.sname), "10.1.0.1");
  EXPECT_EQ(Text(reply, OptionCode::kTftpServerName), "10.1.0.1");
}

TEST(BootReply, C119_Q6_Option150GoesToWhoAsksForIt) {
  auto grant = BootGrant("f");
  grant.options = {{.code = 150, .value = {10, 1, 0, 1}}};
  EXPECT_EQ(Hex(ReplyTo(wire::Parsed(RawPacket("35 01 01 37 01 96 ff")), grant), 150), "0a010001");
  EXPECT_EQ(Hex(ReplyTo(wire::Parsed(RawPacket("35 01 01 37 01 42 ff")), grant), 150), "(absent)");
}

TEST(BootReply, C120_C121_Q9_IpxeIsToldNotToWaitForAProxyAndNobodyElse) {
  for (const char* client : {"ipxe_bios_discover", "ipxe_efi_discover"}) {
    EXPECT_EQ(Hex(ReplyTo(ParsedFixture(client), BootGrant("f")), 175), "b00101") << client;
  }
  EXPECT_EQ(Hex(ReplyTo(ParsedFixture(kFirmwareFixture), BootGrant("f")), 175), "(absent)");
}

TEST(BootReply, C120_Q10_TheProfilesOptionForIpxeTakesThePlaceOfOurs) {
  auto grant = BootGrant("f");
  grant.options = {{.code = 175, .value = {0x01, 0x01, 0xff, 0x08, 0x01, 0x01}}};
  EXPECT_EQ(Hex(ReplyTo(ParsedFixture("ipxe_bios_discover"), grant), 175), "0101ff080101");
}

TEST(BootReply, C122_RootPathAndInitiatorArePassedThrough) {
  const std::string root = "iscsi:10.1.0.9::::iqn.2026-01.test:disk";
  auto grant = BootGrant("f");
  grant.options = {{.code = 17, .value = {root.begin(), root.end()}},
                   {.code = 203, .value = {'i', 'q', 'n'}}};
  const auto reply = ReplyTo(ParsedFixture("ipxe_bios_discover"), grant);
  EXPECT_EQ(Text(reply, OptionCode{17}), root);
  EXPECT_EQ(Text(reply, OptionCode{203}), "iqn");
}

TEST(BootReply, C123_C125_C126_C127_Q26_FirmwareGetsDiscoveryControlAndEndAndNothingElse) {
  const auto reply = ReplyTo(ParsedFixture(kFirmwareFixture), BootGrant("f"));
  EXPECT_EQ(Hex(reply, 43), "060108ff");  // no 1 to 5, no servers, no menu
}

TEST(BootReply, C123_Q12_Q13_Q16_ARaspberryPiFindsItsMenuItemAlone) {
  const auto request = RaspberryPi();
  ASSERT_EQ(core::ToString(KindOf(request)), "rpi");
  const auto reply = ReplyTo(request, WithQuirks(request, BootGrant("f")));
  EXPECT_EQ(Text(reply, OptionCode::kVendorClass), "PXEClient");
  EXPECT_EQ(Text(reply, OptionCode::kVendorOptions),
            std::string("\x06\x01\x03\x0a\x04\0PXE\x09\x14\0\0\x11Raspberry Pi Boot\xff", 32));
  EXPECT_NE(Hex(reply, 1), "(absent)");
  EXPECT_NE(Hex(reply, 3), "(absent)");
}

TEST(BootReply, C128_AUuidOfAnyFormIsEchoed) {
  const auto request = wire::Parsed(RawPacket("35 01 01 61 05 01 02 03 04 05 ff"));
  EXPECT_EQ(Hex(ReplyTo(request, Grant()), 97), "0102030405");
}

TEST(BootReply, Q11_NobodyButARaspberryPiIsSentAMenu) {
  for (const char* client : kClients) {
    const auto request = ParsedFixture(client);
    const auto reply = ReplyTo(request, WithQuirks(request, BootGrant("f")));
    EXPECT_THAT(Hex(reply, 43), Not(HasSubstr("0914")));
  }
}

// HP's UEFI takes no proxy's offer and never asks port 4011, which in full mode nobody has to.
TEST(BootReply, Q24_WhoIgnoresProxiesFindsAllInTheOneOffer) {
  const auto offer = ReplyTo(ParsedFixture(kFirmwareFixture), BootGrant("f"));
  EXPECT_FALSE(offer.yiaddr.IsZero());
  EXPECT_EQ(offer.siaddr, kServer);
  EXPECT_EQ(Text(offer, OptionCode::kBootFile), "f");
  EXPECT_EQ(Text(offer, OptionCode::kVendorClass), "PXEClient");
  EXPECT_EQ(Hex(offer, 43), "060108ff");  // use the boot file, ask nobody
}

TEST(BootReply, Q42_SubOptionsOfAVendorAreSentAsTheyAreFromNumberZero) {
  auto grant = Grant();
  grant.options = {{.code = 43, .value = {0, 2, 'i', 'm', 1, 1, 'c'}}};
  const auto request = wire::Parsed(RawPacket("35 01 01 37 01 2b ff"));
  EXPECT_EQ(Hex(ReplyTo(request, grant), 43), "0002696d010163");
}

}  // namespace
}  // namespace pxe::dhcp
