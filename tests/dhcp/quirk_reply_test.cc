// Replies that obey what the control plane says of a client that cannot take the usual.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hex.h"
#include "tests/dhcp/reply_fixture.h"

namespace pxe::dhcp {
namespace {

constexpr auto kFirmwareFixture = "ovmf_pxe_discover";
// Who asks for 67, 66 and 43, and says 60 = PXEClient and 93 = x64 UEFI.
constexpr char kAsks[] = "35 01 01 37 03 42 43 2b 5d 02 00 07 3c 09 50 58 45 43 6c 69 65 6e 74 ff";

core::DhcpGrant GrantWith(core::ReplyHabits habits,
                          core::GrantKind kind = core::GrantKind::kOffer) {
  auto grant = BootGrant("boot.efi");
  grant.kind = kind;
  grant.habits = habits;
  return grant;
}

wire::Packet Reply(const core::DhcpGrant& grant) {
  return ReplyTo(wire::Parsed(RawPacket(kAsks)), grant);
}

TEST(QuirkReply, Q4_WithoutOption67TheNameIsInFile) {
  for (const auto kind : {core::GrantKind::kOffer, core::GrantKind::kAck,
                          core::GrantKind::kProxyOffer, core::GrantKind::kBootServer}) {
    const auto reply = Reply(GrantWith({.omit_boot_option = true}, kind));
    EXPECT_FALSE(reply.options.Has(OptionCode::kBootFile));
    EXPECT_EQ(wire::TextOf(reply.file), "boot.efi");
    EXPECT_EQ(reply.siaddr, kServer);
  }
}

TEST(QuirkReply, Q5_ANulCountsInNamesAndNowhereElse) {
  const auto reply = Reply(GrantWith({.nul_in_length = true}));
  EXPECT_EQ(Text(reply, OptionCode::kBootFile), std::string("boot.efi\0", 9));
  EXPECT_EQ(Text(reply, OptionCode::kTftpServerName), std::string("10.1.0.1\0", 9));
  EXPECT_EQ(Text(reply, OptionCode::kVendorClass), "PXEClient");
  EXPECT_EQ(Text(reply, OptionCode::kHostName), "node1");
  EXPECT_EQ(wire::TextOf(reply.file), "boot.efi");
  EXPECT_EQ(OrderOf(reply), OrderOf(Reply(GrantWith({})))) << "their places are the client's (C34)";
  const auto usual = Reply(GrantWith({}));
  EXPECT_EQ(Text(usual, OptionCode::kBootFile), "boot.efi");
  EXPECT_EQ(Text(usual, OptionCode::kTftpServerName), "10.1.0.1") << "Q6: a Pi may choke on it";
}

TEST(QuirkReply, Option43IsLeftOutWhereItIsToBe) {
  for (const auto kind : {core::GrantKind::kOffer, core::GrantKind::kBootServer}) {
    EXPECT_TRUE(Reply(GrantWith({}, kind)).options.Has(OptionCode::kVendorOptions));
    const auto reply = Reply(GrantWith({.omit_vendor_options = true}, kind));
    EXPECT_FALSE(reply.options.Has(OptionCode::kVendorOptions));
    EXPECT_EQ(Text(reply, OptionCode::kVendorClass), "PXEClient");
  }
}

TEST(QuirkReply, C25_AReplyIsFilledUpToWhatIsSaidAndNotBeyondTheMtu) {
  const auto request = ParsedFixture(kFirmwareFixture);
  const auto size = [&](uint16_t pad_to, int mtu) {
    const auto reply = BuildReply(request, KindOf(request), GrantWith({.pad_to = pad_to}), mtu);
    return wire::SerializePacket(reply->packet).size();
  };
  EXPECT_EQ(size(576, 1500), 576u);
  EXPECT_EQ(size(1472, 1500), 1472u);
  EXPECT_EQ(size(1472, 1000), 972u);
  EXPECT_LT(size(0, 1500), 576u);
}

TEST(QuirkReply, C124_AnOption60And43OfTheGrantTakeThePlaceOfTheUsual) {
  for (const auto kind :
       {core::GrantKind::kOffer, core::GrantKind::kProxyOffer, core::GrantKind::kBootServer}) {
    auto grant = GrantWith({}, kind);
    grant.options = {{.code = 43, .value = {6, 1, 3, 255}, .always = true},
                     {.code = 60, .value = {'A', 'c', 'm', 'e'}, .always = true}};
    const auto reply = Reply(grant);
    EXPECT_EQ(Text(reply, OptionCode::kVendorOptions), "\x06\x01\x03\xff");
    EXPECT_EQ(Text(reply, OptionCode::kVendorClass), "Acme");
  }
}

TEST(QuirkReply, C130_TheBootServerThatWasAskedForIsNamedWhateverOption43IsToBe) {
  const auto request = wire::Parsed(
      RawPacket("35 01 03 2b 07 47 04 00 05 00 00 ff 5d 02 00 00 3c 09 50 58 45 43 6c 69 65 6e 74 "
                "ff"));
  auto grant = GrantWith({.omit_vendor_options = true}, core::GrantKind::kBootServer);
  grant.options = {{.code = 43, .value = {6, 1, 3, 255}, .always = true}};
  const auto reply =
      BuildReply(request, {core::Platform::kBios, core::Agent::kFirmware}, grant, kMtu);
  EXPECT_EQ(ToHex(*reply->packet.options.Find(OptionCode::kVendorOptions)), "470400050000ff");
}

}  // namespace
}  // namespace pxe::dhcp
