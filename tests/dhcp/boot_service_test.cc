// What is said beyond OFFER, ACK and NAK of a full server: ProxyDHCP, the boot service, INFORM,
// rapid commit and BOOTP, from the packet that asks to the packet that answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/quirks.h"
#include "dhcp/question.h"
#include "dhcp/reply.h"
#include "tests/dhcp/wire/raw_packet.h"

namespace pxe::dhcp {
namespace {

using core::DhcpMessage;
using core::GrantKind;
using wire::DropReason;
using wire::OptionCode;
using wire::RawPacket;

constexpr Ipv4 kServer{0x0a010001};
constexpr Ipv4 kSource{0x0a010032};
constexpr int kMtu = 1500;
// Options 93 (x64 UEFI or BIOS), 60 "PXEClient" and 97.
constexpr char kUefi[] = " 5d 02 00 07 3c 09 50 58 45 43 6c 69 65 6e 74 61 11 00*17";
constexpr char kBios[] = " 5d 02 00 00 3c 09 50 58 45 43 6c 69 65 6e 74 61 11 00*17";

wire::Packet Packet(const std::string& options) {
  return wire::Parsed(RawPacket(options));
}

std::variant<Asked, DropReason> Ask(const wire::Packet& packet, bool boot_service,
                                    Ipv4 source = kSource) {
  net::Interface eth;
  eth.addresses = {{kServer, {{0x0a010000}, 24}}};
  return AskFrom(packet, {.interface = eth, .source = source, .boot_service = boot_service});
}

DhcpMessage MessageOf(const wire::Packet& packet, bool boot_service) {
  return std::get<Asked>(Ask(packet, boot_service)).question.message;
}

core::DhcpGrant Grant(GrantKind kind) {
  return {.kind = kind,
          .server_id = kServer,
          .lease = std::chrono::hours(1),
          .subnet = {{0x0a010000}, 24},
          .routers = {{0x0a0100fe}},
          .dns_servers = {{0x0a010035}},
          .domain_name = "lab.test",
          .boot = {.next_server = kServer, .file = "pxelinux.0"}};
}

wire::Packet ReplyTo(const wire::Packet& request, const core::DhcpGrant& grant) {
  const bool boot_service = grant.kind == GrantKind::kBootServer;
  const auto asked = Ask(request, boot_service);
  const auto kind = core::KindOf(std::get<Asked>(asked).question.facts);
  return BuildReply(request, kind, grant, kMtu)->packet;
}

std::vector<int> CodesOf(const wire::Packet& packet) {
  std::vector<int> codes;
  for (size_t i = 0; i < packet.options.size(); ++i) {
    codes.push_back(static_cast<int>(packet.options.at(i).code));
  }
  return codes;
}

std::vector<uint8_t> Value(const wire::Packet& packet, OptionCode code) {
  const auto value = packet.options.Find(code);
  return value ? std::vector<uint8_t>(value->begin(), value->end()) : std::vector<uint8_t>();
}

// --- who is asked ---

TEST(BootService, C130_IsAskedByRequestAndInformOnItsPortAndByNothingElse) {
  for (const char* type : {"35 01 03", "35 01 08"}) {
    EXPECT_EQ(MessageOf(Packet(std::string(type) + kUefi + " ff"), true), DhcpMessage::kBootServer);
  }
  for (const char* type : {"35 01 01", "35 01 07"}) {
    const auto asked = Ask(Packet(std::string(type) + kUefi + " ff"), true);
    EXPECT_EQ(std::get<DropReason>(asked), DropReason::kUnsupportedType);
  }
}

TEST(BootService, C85_IsAskedByAnInformThatNamesABootServer) {
  const std::string inform = std::string("35 01 08") + kUefi;
  EXPECT_EQ(MessageOf(Packet(inform + " ff"), false), DhcpMessage::kInform);
  EXPECT_EQ(MessageOf(Packet(inform + " 2b 06 47 04 00 00 00 00 ff"), false),
            DhcpMessage::kBootServer);
}

TEST(BootService, C130_SignedFilesAndOtherBootServersAreNotOurs) {
  const std::string request = std::string("35 01 03") + kUefi;
  for (const char* item : {"47 04 00 00 80 00", "47 04 00 01 00 00"}) {
    const auto asked = Ask(Packet(request + " 2b 06 " + item + " ff"), true);
    EXPECT_EQ(std::get<DropReason>(asked), DropReason::kBootItem) << item;
  }
  EXPECT_EQ(MessageOf(Packet(request + " 2b 03 47 04 00 ff"), true), DhcpMessage::kBootServer)
      << "M23: sub-options that overrun are ignored";
}

TEST(BootService, C5c_WhoDoesNotSayItsAddressHasThatOfThePacket) {
  const auto inform = Packet("35 01 08 ff");
  EXPECT_EQ(std::get<Asked>(Ask(inform, false)).question.ciaddr, kSource);
  EXPECT_EQ(std::get<DropReason>(Ask(inform, false, {})), DropReason::kRfcViolation);
}

TEST(BootService, C55_RapidCommitIsReadFromOption80) {
  EXPECT_TRUE(std::get<Asked>(Ask(Packet("35 01 01 50 00 ff"), false)).question.rapid_commit);
  EXPECT_FALSE(std::get<Asked>(Ask(Packet("35 01 01 ff"), false)).question.rapid_commit);
}

// --- what it says ---

TEST(BootService, C129_P2_AProxyOfferToBiosHasTheFileAndNoAddress) {
  const auto reply = ReplyTo(Packet(std::string("35 01 01 37 04 01 03 06 33") + kBios + " ff"),
                             Grant(GrantKind::kProxyOffer));
  EXPECT_EQ(reply.type(), wire::MessageType::kOffer);
  EXPECT_TRUE(reply.yiaddr.IsZero());
  EXPECT_EQ(reply.siaddr, kServer);
  EXPECT_EQ(wire::TextOf(reply.file), "pxelinux.0");
  EXPECT_TRUE(reply.wants_broadcast());
  EXPECT_THAT(CodesOf(reply), testing::UnorderedElementsAre(53, 54, 60, 43, 67, 97));
  EXPECT_EQ(Value(reply, OptionCode::kVendorOptions), (std::vector<uint8_t>{6, 1, 8, 255}));
}

TEST(BootService, C129_Q25_AProxyOfferToUefiHasNoOption43) {
  const auto reply =
      ReplyTo(Packet(std::string("35 01 01") + kUefi + " ff"), Grant(GrantKind::kProxyOffer));
  EXPECT_FALSE(reply.options.Has(OptionCode::kVendorOptions));
  EXPECT_EQ(Value(reply, OptionCode::kVendorClass).size(), 9u);
  EXPECT_EQ(reply.siaddr, kServer);
}

TEST(BootService, C116_AProxyOfferToAnHttpClientIsOne) {
  auto grant = Grant(GrantKind::kProxyOffer);
  grant.boot.file = "http://10.1.0.1/boot.efi";
  const auto reply =
      ReplyTo(Packet("35 01 01 5d 02 00 10 3c 0a 48 54 54 50 43 6c 69 65 6e 74 ff"), grant);
  EXPECT_EQ(Value(reply, OptionCode::kVendorClass).size(), 10u);
  EXPECT_FALSE(reply.options.Has(OptionCode::kVendorOptions));
}

TEST(BootService, C130_C17_ItsAckNamesTheBootServerThatWasAskedFor) {
  auto bytes = RawPacket(std::string("35 01 03 2b 07 47 04 00 00 00 01 ff") + kUefi + " ff");
  bytes[12] = 10;  // ciaddr
  bytes[15] = 7;
  const auto reply = ReplyTo(wire::Parsed(bytes), Grant(GrantKind::kBootServer));
  EXPECT_EQ(reply.type(), wire::MessageType::kAck);
  EXPECT_EQ(reply.ciaddr, (Ipv4{0x0a000007}));
  EXPECT_TRUE(reply.yiaddr.IsZero());
  EXPECT_EQ(Value(reply, OptionCode::kVendorOptions),
            (std::vector<uint8_t>{71, 4, 0, 0, 0, 1, 255}));
  EXPECT_THAT(CodesOf(reply), testing::UnorderedElementsAre(53, 54, 60, 43, 67, 97));
}

TEST(BootService, C130_Rule1_ItsAckToWhoAskedForNoneHasOption43Too) {
  const auto reply =
      ReplyTo(Packet(std::string("35 01 03") + kUefi + " ff"), Grant(GrantKind::kBootServer));
  EXPECT_EQ(Value(reply, OptionCode::kVendorOptions), (std::vector<uint8_t>{6, 1, 8, 255}));
}

// --- INFORM, rapid commit, BOOTP ---

TEST(Informed, C84_C16_HasNoTimesAndNoAddress) {
  auto bytes = RawPacket("35 01 08 ff");
  bytes[12] = 10;
  bytes[15] = 7;
  const auto reply = ReplyTo(wire::Parsed(bytes), Grant(GrantKind::kInformed));
  EXPECT_EQ(reply.type(), wire::MessageType::kAck);
  EXPECT_TRUE(reply.yiaddr.IsZero());
  EXPECT_EQ(reply.ciaddr, (Ipv4{0x0a000007}));
  for (const int code : {51, 58, 59}) {
    EXPECT_FALSE(reply.options.Has(static_cast<OptionCode>(code))) << code;
  }
  EXPECT_TRUE(reply.options.Has(OptionCode::kRouters));
}

TEST(Informed, C18_ThroughARelayIsAnsweredPastIt) {
  auto bytes = RawPacket("35 01 08 52 03 01 01 61 ff");
  bytes[3] = 1;  // hops
  bytes[12] = 10;
  bytes[15] = 7;
  bytes[24] = 10;  // giaddr
  const auto reply = ReplyTo(wire::Parsed(bytes), Grant(GrantKind::kInformed));
  EXPECT_TRUE(reply.giaddr.IsZero());
  EXPECT_EQ(reply.hops, 0);
  EXPECT_FALSE(reply.options.Has(OptionCode::kRelayAgent));
}

TEST(RapidCommit, C55_SaysSoWithAnEmptyOption) {
  auto grant = Grant(GrantKind::kRapidAck);
  grant.address = kSource;
  const auto reply = ReplyTo(Packet("35 01 01 50 00 ff"), grant);
  EXPECT_EQ(reply.type(), wire::MessageType::kAck);
  EXPECT_TRUE(reply.options.Has(OptionCode::kRapidCommit));
  EXPECT_TRUE(Value(reply, OptionCode::kRapidCommit).empty());
  EXPECT_EQ(reply.yiaddr, kSource);
}

wire::Packet Bootp(const std::vector<uint8_t>& bytes) {
  return std::get<wire::Packet>(wire::ParseBootp(bytes));
}

TEST(BootpReply, C147_Has300BytesAndNoneOfTheOptionsOfDhcp) {
  const auto request = Bootp(RawPacket("ff"));
  auto grant = Grant(GrantKind::kBootp);
  grant.address = kSource;
  grant.lease = core::kForever;
  grant.dns_servers.assign(16, kServer);
  const auto reply = ReplyTo(request, grant);
  EXPECT_EQ(MessageOf(request, false), DhcpMessage::kBootp);
  EXPECT_EQ(wire::SerializePacket(reply).size(), 300u);
  for (const int code : {51, 53, 54, 58, 59, 61, 66, 67}) {
    EXPECT_FALSE(reply.options.Has(static_cast<OptionCode>(code))) << code;
  }
  EXPECT_TRUE(reply.options.Has(OptionCode::kSubnetMask));
  EXPECT_TRUE(reply.options.Has(OptionCode::kRouters));
  EXPECT_FALSE(reply.options.Has(OptionCode::kDnsServers)) << "there is no room for so many";
  EXPECT_EQ(wire::TextOf(reply.file), "pxelinux.0");
  EXPECT_EQ(reply.yiaddr, kSource);
}

TEST(BootpReply, C148_WithoutACookieThereIsNoneInTheReply) {
  auto bytes = RawPacket("");
  bytes.resize(300);
  bytes[236] = 0;
  const auto request = Bootp(bytes);
  auto grant = Grant(GrantKind::kBootp);
  grant.address = kSource;
  const auto sent = wire::SerializePacket(ReplyTo(request, grant));
  ASSERT_EQ(sent.size(), 300u);
  EXPECT_TRUE(std::all_of(sent.begin() + 236, sent.end(), [](uint8_t byte) { return byte == 0; }));
}

// --- options of any reply ---

TEST(Reply, C52_C93_AnOfferHasAllThatAnAckHasAsked) {
  auto grant = Grant(GrantKind::kOffer);
  grant.address = kSource;
  grant.host_name = "n1";
  const auto offer = ReplyTo(Packet(std::string("35 01 01") + kUefi + " ff"), grant);
  for (const int code : {53, 54, 51, 58, 59, 1, 3, 6, 12, 15, 28, 43, 60, 67, 97}) {
    EXPECT_TRUE(offer.options.Has(static_cast<OptionCode>(code))) << code;
  }
  EXPECT_EQ(Value(offer, OptionCode::kHostName), (std::vector<uint8_t>{'n', '1'}))
      << "without a NUL";
  grant.kind = GrantKind::kAck;
  const auto ack = ReplyTo(
      Packet(std::string("35 01 03 32 04 0a 01 00 32 36 04 0a 01 00 01") + kUefi + " ff"), grant);
  EXPECT_EQ(CodesOf(ack), CodesOf(offer));
  EXPECT_EQ(ack.file, offer.file);
  EXPECT_EQ(ack.siaddr, offer.siaddr);
}

TEST(Reply, C91_C92_ALongSearchListIsSplitIntoPieces) {
  auto grant = Grant(GrantKind::kOffer);
  grant.address = kSource;
  grant.options = {{.code = 119, .value = std::vector<uint8_t>(300, 1)}};
  const auto bytes =
      wire::SerializePacket(ReplyTo(Packet("35 01 01 37 01 77 39 02 05 c0 ff"), grant));
  std::vector<size_t> pieces;
  wire::WalkOptions(std::span(bytes).subspan(240),
                    [&](OptionCode code, std::span<const uint8_t> value) {
                      if (static_cast<int>(code) == 119) pieces.push_back(value.size());
                    });
  EXPECT_THAT(pieces, testing::ElementsAre(255u, 45u));
}

TEST(Reply, C75_RenewalsAreSpreadAndStayInOrder) {
  auto bytes = RawPacket("35 01 03 ff");
  bytes[12] = 10;
  bytes[15] = 7;
  auto grant = Grant(GrantKind::kAck);
  grant.address = kSource;
  const auto time = [](const wire::Packet& packet, OptionCode code) {
    const auto value = Value(packet, code);
    return value[0] << 24 | value[1] << 16 | value[2] << 8 | value[3];
  };
  std::set<int> renewals;
  for (uint8_t n = 0; n < 50; ++n) {
    bytes[33] = n;  // the last byte of the MAC address
    const auto reply = ReplyTo(wire::Parsed(bytes), grant);
    const int renewal = time(reply, OptionCode::kRenewalTime);
    const int rebinding = time(reply, OptionCode::kRebindingTime);
    EXPECT_LT(renewal, rebinding);
    EXPECT_LT(rebinding, 3600);
    EXPECT_GE(renewal, 1575) << "an eighth less at most";
    renewals.insert(renewal);
    EXPECT_EQ(wire::SerializePacket(ReplyTo(wire::Parsed(bytes), grant)),
              wire::SerializePacket(reply))
        << "C76";
  }
  EXPECT_GT(renewals.size(), 20u);
}

TEST(Reply, C75_L9_ALeaseForEverHasNoTimesToRenewIt) {
  auto grant = Grant(GrantKind::kAck);
  grant.address = kSource;
  grant.lease = core::kForever;
  const auto reply = ReplyTo(Packet("35 01 03 32 04 0a 01 00 07 ff"), grant);
  EXPECT_EQ(Value(reply, OptionCode::kLeaseTime), std::vector<uint8_t>(4, 255));
  EXPECT_FALSE(reply.options.Has(OptionCode::kRenewalTime));
  EXPECT_FALSE(reply.options.Has(OptionCode::kRebindingTime));
}

TEST(Reply, C89_AMachineThatBootsIsNeverToldToDoWithoutIpv4) {
  auto grant = Grant(GrantKind::kOffer);
  grant.options = {{.code = 108, .value = {0, 0, 1, 44}}};
  constexpr auto kIpv6Only = static_cast<OptionCode>(108);
  EXPECT_FALSE(ReplyTo(Packet(std::string("35 01 01 37 01 6c") + kUefi + " ff"), grant)
                   .options.Has(kIpv6Only));
  EXPECT_TRUE(ReplyTo(Packet("35 01 01 37 01 6c ff"), grant).options.Has(kIpv6Only));
  EXPECT_FALSE(ReplyTo(Packet("35 01 01 ff"), grant).options.Has(kIpv6Only)) << "unasked";
}

TEST(Reply, C94_Option61IsSentBackUnlessTheSubnetSaysNo) {
  auto grant = Grant(GrantKind::kOffer);
  const auto request = Packet("35 01 01 3d 02 01 02 ff");
  EXPECT_TRUE(ReplyTo(request, grant).options.Has(OptionCode::kClientId));
  grant.echo_client_id = false;
  EXPECT_FALSE(ReplyTo(request, grant).options.Has(OptionCode::kClientId));
}

TEST(Reply, Q12_ARaspberryPiIsShownTheMenuItemItLooksFor) {
  auto bytes = RawPacket(std::string("35 01 01") + kBios + " ff");
  bytes[28] = 0xb8;
  bytes[29] = 0x27;
  bytes[30] = 0xeb;
  auto grant = Grant(GrantKind::kOffer);
  grant.address = kSource;
  for (const auto kind : {GrantKind::kOffer, GrantKind::kProxyOffer}) {
    auto decided = grant;
    decided.kind = kind;
    const core::ClientKind pi{core::Platform::kUnknown, core::Agent::kRaspberryPi};
    core::Obey(core::RuleOnQuirks({}, pi, true, {}), decided);
    const auto reply = ReplyTo(wire::Parsed(bytes), decided);
    const auto menu = Value(reply, OptionCode::kVendorOptions);
    ASSERT_EQ(menu.size(), 32u);
    EXPECT_EQ(menu[9], 9) << "the menu";
    EXPECT_EQ(std::string(menu.begin() + 14, menu.end() - 1), "Raspberry Pi Boot");
    EXPECT_EQ(Value(reply, OptionCode::kVendorClass).size(), 9u);
  }
  grant.kind = GrantKind::kOffer;
  grant.boot = {};
  EXPECT_FALSE(ReplyTo(wire::Parsed(bytes), grant).options.Has(OptionCode::kVendorOptions));
}

}  // namespace
}  // namespace pxe::dhcp
