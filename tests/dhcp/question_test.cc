// What a packet asks, and why some are not asked about at all (section 1.17).
#include "dhcp/question.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dhcp/wire/raw_packet.h"

namespace pxe::dhcp {
namespace {

using testing::ElementsAre;
using wire::DropReason;
using wire::ParsedFixture;
using wire::RawPacket;

constexpr Ipv4 kServer{0x0a010001};  // 10.1.0.1
constexpr Ipv4 kSecond{0x0a020001};  // 10.2.0.1

net::Interface Eth() {
  net::Interface eth;
  eth.index = 2;
  eth.name = "eth0";
  eth.addresses = {{kServer, {{0x0a010000}, 24}}, {kSecond, {{0x0a020000}, 24}}};
  return eth;
}

std::variant<Asked, DropReason> Ask(const wire::Packet& packet, Ipv4 unicast_to = {}) {
  const net::Interface eth = Eth();
  return AskFrom(packet, {eth, unicast_to, Ipv4{}});
}

Asked MustAsk(const wire::Packet& packet) {
  return std::get<Asked>(Ask(packet));
}

bool Noted(const Asked& asked, Note note) {
  return asked.notes[static_cast<size_t>(note)];
}

TEST(Question, OfUefiFirmwareTellsWhatItIs) {
  const auto [question, notes] = MustAsk(ParsedFixture("ovmf_pxe_discover"));
  EXPECT_EQ(question.message, core::DhcpMessage::kDiscover);
  EXPECT_EQ(question.client.ToString(), "52:54:00:00:00:02");
  EXPECT_EQ(question.facts.vendor_class, "PXEClient:Arch:00007:UNDI:003000");
  EXPECT_THAT(question.facts.architectures, ElementsAre(7));
  EXPECT_EQ(question.facts.uuid->ToString(), "b8945908-d6a6-41a9-611d-74a6ab80b83d");
  EXPECT_FALSE(question.facts.has_ipxe_options);
  EXPECT_THAT(question.local_addresses, ElementsAre(kServer, kSecond));
  EXPECT_FALSE(question.unicast);
  EXPECT_TRUE(notes.none());
}

TEST(Question, C108_Rule9_OfIpxeTellsThatItIsIpxe) {
  const auto question = MustAsk(ParsedFixture("ipxe_bios_request")).question;
  EXPECT_EQ(question.message, core::DhcpMessage::kRequest);
  EXPECT_THAT(question.facts.user_class, ElementsAre("iPXE"));
  EXPECT_TRUE(question.facts.has_ipxe_options);
  EXPECT_EQ(question.requested->ToString(), "10.0.2.15");
  EXPECT_EQ(question.server_id->ToString(), "10.0.2.2");
  EXPECT_THAT(question.client_id, ElementsAre(1, 0x52, 0x54, 0, 0, 0, 1));
}

// In iPXE's EFI builds the firmware starts kernels; no list of theirs has bzImage.
TEST(Question, C109_RealIpxeHasBzImageOnBiosAndNotOnUefi) {
  EXPECT_FALSE(MustAsk(ParsedFixture("ipxe_bios_discover")).question.facts.ipxe_lacks_bzimage);
  EXPECT_TRUE(MustAsk(ParsedFixture("ipxe_efi_discover")).question.facts.ipxe_lacks_bzimage);
  EXPECT_FALSE(MustAsk(ParsedFixture("ovmf_pxe_discover")).question.facts.ipxe_lacks_bzimage);
}

TEST(Question, C108_KindsAreToldApartFromRealPackets) {
  const auto kind = [](std::string_view fixture) {
    return core::ToString(core::KindOf(MustAsk(ParsedFixture(fixture)).question.facts));
  };
  EXPECT_EQ(kind("ovmf_pxe_discover"), "uefi-x64");
  EXPECT_EQ(kind("ovmf_http_discover"), "http-uefi-x64");
  EXPECT_EQ(kind("ipxe_bios_discover"), "ipxe-bios");
  EXPECT_EQ(kind("ipxe_efi_discover"), "ipxe-uefi-x64");
  EXPECT_EQ(kind("grub_discover"), "uefi-x64");
  EXPECT_EQ(kind("dhclient_discover"), "os");
}

TEST(Question, N1_OfARelayCarriesItsLinkSelectionAndTheWholeOption82) {
  const auto question = MustAsk(ParsedFixture("relayed_discover")).question;
  EXPECT_EQ(question.giaddr.ToString(), "10.1.0.1");
  EXPECT_EQ(question.link_selection->ToString(), "10.1.0.0");
  EXPECT_EQ(question.relay_agent.size(), 16u);
  EXPECT_EQ(question.circuit_id, "eth7");
}

TEST(Question, C135_LinkSelectionIsARelaysToMake) {
  const auto question =
      MustAsk(wire::Parsed(RawPacket("35 01 01 52 06 05 04 0a 02 00 00 ff"))).question;
  EXPECT_FALSE(question.link_selection);
  EXPECT_EQ(question.relay_agent.size(), 6u);
}

TEST(Question, C60_C135_TheServerIdThatTheRelayGaveUsIsOurs) {
  auto bytes = RawPacket("35 01 03 32 04 0a 01 00 32 36 04 0a 01 00 fe 52 06 0b 04 0a 01 00 fe ff");
  const Ipv4 override{0x0a0100fe};
  EXPECT_THAT(MustAsk(wire::Parsed(bytes)).question.local_addresses, ElementsAre(kServer, kSecond));
  bytes[24] = 10;  // giaddr
  EXPECT_THAT(MustAsk(wire::Parsed(bytes)).question.local_addresses,
              ElementsAre(kServer, kSecond, override));
}

TEST(Question, ACircuitIdThatIsNoTextIsSpelledInHexadecimal) {
  const auto asked = MustAsk(wire::Parsed(RawPacket("35 01 01 52 05 01 03 00 04 7f ff")));
  EXPECT_EQ(asked.question.circuit_id, "0x00047f");
}

TEST(Question, C105_TheRemoteIdIsSpelledAsTheCircuitIdIs) {
  const auto text = MustAsk(wire::Parsed(RawPacket("35 01 01 52 05 02 03 61 2d 31 ff")));
  EXPECT_EQ(text.question.remote_id, "a-1");
  const auto bytes = MustAsk(wire::Parsed(RawPacket("35 01 01 52 05 02 03 00 04 7f ff")));
  EXPECT_EQ(bytes.question.remote_id, "0x00047f");
  EXPECT_EQ(bytes.question.circuit_id, "");
}

TEST(Question, C95_OfASubnetSelectionIsOneAddressOrNone) {
  const auto asked = MustAsk(wire::Parsed(RawPacket("35 01 01 76 04 0a 02 00 00 ff")));
  EXPECT_EQ(asked.question.subnet_selection->ToString(), "10.2.0.0");
  const auto odd = MustAsk(wire::Parsed(RawPacket("35 01 01 76 03 0a 02 00 ff")));
  EXPECT_FALSE(odd.question.subnet_selection);
  EXPECT_TRUE(Noted(odd, Note::kOptionIgnored));
}

TEST(Question, P2_SecsAreBelievedOfAllButIpxeWhoseAreABitField) {
  auto bytes = RawPacket("35 01 01 ff");
  bytes[9] = 4;
  EXPECT_EQ(MustAsk(wire::Parsed(bytes)).question.secs, std::chrono::seconds{4});
  bytes = RawPacket("35 01 01 4d 04 69 50 58 45 ff");
  bytes[9] = 4;
  EXPECT_EQ(MustAsk(wire::Parsed(bytes)).question.secs, std::chrono::seconds{0});
}

TEST(Question, M21_SubOptionsThatOverrunAreEchoableButUnread) {
  const auto asked = MustAsk(wire::Parsed(RawPacket("35 01 01 52 03 05 04 0a ff")));
  EXPECT_FALSE(asked.question.link_selection);
  EXPECT_EQ(asked.question.relay_agent.size(), 3u);
  EXPECT_TRUE(Noted(asked, Note::kRelayAgentUnread));
}

TEST(Question, OfARenewalIsUnicastAndNamesTheAddressItReached) {
  const Ipv4 elsewhere{0x0a030001};
  const auto asked = Ask(ParsedFixture("renew_request"), elsewhere);
  const auto& question = std::get<Asked>(asked).question;
  EXPECT_TRUE(question.unicast);
  EXPECT_EQ(question.ciaddr.ToString(), "10.1.0.50");
  EXPECT_EQ(question.host_name, "node1");
  EXPECT_THAT(question.local_addresses, ElementsAre(kServer, kSecond, elsewhere));
}

TEST(Question, C78_OfADeclineNamesTheAddressInOption50) {
  const auto bytes = RawPacket("35 01 04 32 04 0a 01 00 32 36 04 0a 01 00 01 ff");
  const auto question = MustAsk(wire::Parsed(bytes)).question;
  EXPECT_EQ(question.message, core::DhcpMessage::kDecline);
  EXPECT_EQ(question.requested->ToString(), "10.1.0.50");
  EXPECT_EQ(question.server_id, kServer);
}

TEST(Question, C102_Q37_WithoutHardwareAddressIsKeyedByItsClientId) {
  auto bytes = RawPacket("35 01 01 3d 09 ff 00 00 00 01 00 02 00 03 ff");
  bytes[1] = 32;
  bytes[2] = 0;
  const auto client = MustAsk(wire::Parsed(bytes)).question.client;
  EXPECT_EQ(client.type, 32);
  EXPECT_EQ(client.length, 9);
  EXPECT_EQ(client.bytes[0], 0xff);
}

TEST(Question, C102_LongClientIdsThatDifferInOneByteAreDifferentClients) {
  const auto client = [](std::string_view id) {
    auto bytes = RawPacket("35 01 01 3d 28 " + std::string(id) + " ff");
    bytes[1] = 32;
    bytes[2] = 0;
    return MustAsk(wire::Parsed(bytes)).question.client;
  };
  EXPECT_EQ(client("ff 01 aa*38"), client("ff 01 aa*38"));
  EXPECT_NE(client("ff 01 aa*38"), client("ff 02 aa*38"));
}

TEST(Question, C104_ASixteenByteHardwareAddressIsAnIdentity) {
  auto bytes = RawPacket("35 01 01 ff");
  bytes[2] = 16;
  bytes[43] = 7;
  EXPECT_EQ(MustAsk(wire::Parsed(bytes)).question.client.length, 16);
}

TEST(Question, C46_CiaddrOfADiscoverIsNotJudged) {
  auto bytes = RawPacket("35 01 01 ff");
  bytes[12] = 255;
  EXPECT_TRUE(std::holds_alternative<Asked>(Ask(wire::Parsed(bytes))));
}

TEST(Question, C138_ALoopbackRelayIsLegalOnTheLoopbackInterfaceOnly) {
  auto bytes = RawPacket("35 01 01 ff");
  bytes[24] = 127;
  bytes[27] = 1;
  auto lo = Eth();
  lo.loopback = true;
  const auto packet = wire::Parsed(bytes);
  EXPECT_TRUE(std::holds_alternative<Asked>(AskFrom(packet, {lo, Ipv4{}, Ipv4{}})));
  EXPECT_TRUE(std::holds_alternative<DropReason>(Ask(packet)));
}

TEST(Question, C97_OptionsOfProtocolsWeDoNotSpeakAreHarmless) {
  for (const char* option : {"5a 0b 01 01 00 00*8", "50 00", "78 05 01 0a 00 00 01", "91 04 00*4",
                             "58 04 0a 00 00 01", "8a 04 0a 00 00 01", "76 04 0a 00 00 00"}) {
    const auto asked = MustAsk(wire::Parsed(RawPacket("35 01 01 " + std::string(option) + " ff")));
    EXPECT_EQ(asked.question.message, core::DhcpMessage::kDiscover) << option;
    EXPECT_TRUE(asked.notes.none()) << option;
  }
}

TEST(Question, C103_AnyTypeOfNetworkIsTaken) {
  auto bytes = RawPacket("35 01 01 ff");
  bytes[1] = 7;
  bytes[2] = 1;
  const auto client = MustAsk(wire::Parsed(bytes)).question.client;
  EXPECT_EQ(client.type, 7);
  EXPECT_EQ(client.length, 1);
}

TEST(Question, C43_Q27_AMissingUuidIsNothingOdd) {
  const auto asked = MustAsk(ParsedFixture("grub_discover"));
  EXPECT_FALSE(asked.question.facts.uuid);
  EXPECT_TRUE(asked.notes.none());
}

TEST(Question, M20_C39_AClientIdOf255BytesIsTaken) {
  const auto question = MustAsk(wire::Parsed(RawPacket("35 01 01 3d ff 01*255 ff"))).question;
  EXPECT_EQ(question.client_id.size(), 255u);
}

TEST(Question, M37_PointersInASearchListAreNotFollowed) {
  const auto asked = MustAsk(wire::Parsed(RawPacket("35 01 01 77 02 c0 00 ff")));
  EXPECT_TRUE(asked.notes.none());
}

TEST(Question, C137_SixteenRelaysAreAccepted) {
  auto bytes = RawPacket("35 01 01 ff");
  bytes[3] = 16;
  bytes[24] = 10;
  EXPECT_TRUE(MustAsk(wire::Parsed(bytes)).notes.none());
}

TEST(Question, C10_WithoutAnAddressOfOursIsNotAsked) {
  auto bare = Eth();
  bare.addresses.clear();
  const auto asked = AskFrom(ParsedFixture("grub_discover"), {bare, Ipv4{}, Ipv4{}});
  EXPECT_EQ(std::get<DropReason>(asked), DropReason::kNoLocalAddress);
}

struct DropRow {
  std::string name;
  std::string options;
  std::vector<std::pair<size_t, uint8_t>> header;  // offset, byte
  DropReason reason;
};

class Refused : public testing::TestWithParam<DropRow> {};

TEST_P(Refused, IsDroppedByItsReason) {
  auto bytes = RawPacket(GetParam().options);
  for (const auto& [offset, value] : GetParam().header) bytes[offset] = value;
  const auto asked = Ask(wire::Parsed(bytes));
  const auto* reason = std::get_if<DropReason>(&asked);
  ASSERT_NE(reason, nullptr);
  EXPECT_EQ(wire::ToString(*reason), wire::ToString(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    Table, Refused,
    testing::Values(
        DropRow{"M6_C102_NoAddressNoId", "35 01 01 ff", {{2, 0}}, DropReason::kNoIdentity},
        DropRow{"M6_NoAddressShortId", "35 01 01 3d 01 01 ff", {{2, 0}}, DropReason::kNoIdentity},
        DropRow{"M7_ZeroMac", "35 01 01 ff", {{28, 0}, {29, 0}, {33, 0}}, DropReason::kBadChaddr},
        DropRow{"M7_BroadcastMac",
                "35 01 01 ff",
                {{28, 255}, {29, 255}, {30, 255}, {31, 255}, {32, 255}, {33, 255}},
                DropReason::kBadChaddr},
        DropRow{"M7_MulticastMac", "35 01 01 ff", {{28, 1}}, DropReason::kBadChaddr},
        DropRow{"M15_ShortRequested", "35 01 03 32 03 0a 00 00 ff", {}, DropReason::kBadRequested},
        DropRow{"M15_EmptyRequested", "35 01 03 32 00 ff", {}, DropReason::kBadRequested},
        DropRow{"M16_ShortServerId", "35 01 03 36 02 0a 00 ff", {}, DropReason::kBadServerId},
        DropRow{"M16_ZeroServerId", "35 01 03 36 04 00*4 ff", {}, DropReason::kBadServerId},
        DropRow{"M20_ClientIdOf256Bytes",
                "35 01 01 3d ff 01*255 3d 01 01 ff",
                {},
                DropReason::kClientIdLong},
        DropRow{"M26_RequestForNothing", "35 01 03 ff", {}, DropReason::kBadRequestState},
        DropRow{"M28_MulticastCiaddr", "35 01 03 ff", {{12, 224}}, DropReason::kBadAddress},
        DropRow{"M28_LoopbackCiaddr", "35 01 03 ff", {{12, 127}}, DropReason::kBadAddress},
        DropRow{"M28_C138_MulticastGiaddr", "35 01 01 ff", {{24, 239}}, DropReason::kBadAddress},
        DropRow{"M28_C138_AllOnesGiaddr",
                "35 01 01 ff",
                {{24, 255}, {25, 255}, {26, 255}, {27, 255}},
                DropReason::kBadAddress},
        DropRow{"M29_C137_SeventeenHops", "35 01 01 ff", {{3, 17}}, DropReason::kHops},
        DropRow{"M30_C45_DiscoverWithServerId",
                "35 01 01 36 04 0a 01 00 01 ff",
                {},
                DropReason::kRfcViolation},
        DropRow{"M31_C82_ReleaseOfNothing", "35 01 07 ff", {}, DropReason::kRfcViolation},
        DropRow{
            "C78_DeclineOfHalfAnAddress", "35 01 04 32 02 0a 01 ff", {}, DropReason::kBadRequested},
        DropRow{"M31_C78_DeclineOfNothing", "35 01 04 ff", {}, DropReason::kRfcViolation}),
    [](const auto& row) { return row.param.name; });

struct NoteRow {
  std::string name;
  std::string options;
  std::vector<std::pair<size_t, uint8_t>> header;
  Note note;
};

class Noticed : public testing::TestWithParam<NoteRow> {};

TEST_P(Noticed, IsCountedAndAskedAllTheSame) {
  auto bytes = RawPacket(GetParam().options);
  for (const auto& [offset, value] : GetParam().header) bytes[offset] = value;
  const auto asked = Ask(wire::Parsed(bytes));
  ASSERT_TRUE(std::holds_alternative<Asked>(asked));
  EXPECT_TRUE(Noted(std::get<Asked>(asked), GetParam().note)) << ToString(GetParam().note);
  EXPECT_EQ(std::get<Asked>(asked).notes.count(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Noticed,
    testing::Values(
        NoteRow{"M12_TruncatedTail", "35 01 01 0c 05 61", {}, Note::kOptionTruncated},
        NoteRow{"M14_FileWithoutEnd", "35 01 01 34 01 01 ff", {}, Note::kOverloadUnterminated},
        NoteRow{"C137_HopsWithoutRelay", "35 01 01 ff", {{3, 1}}, Note::kHopsOdd},
        NoteRow{
            "M17_LeaseTimeOfThreeBytes", "35 01 01 33 03 00 00 0e ff", {}, Note::kOptionIgnored},
        NoteRow{"M18_M17_MaxSizeOfOneByte", "35 01 01 39 01 05 ff", {}, Note::kOptionIgnored},
        NoteRow{"M19_ClientIdOfOneByte", "35 01 01 3d 01 01 ff", {}, Note::kClientIdIgnored},
        NoteRow{"M22_C42_OddArchitecture",
                "35 01 01 5d 03 00 07 00 ff",
                {},
                Note::kArchitectureIgnored},
        NoteRow{"M23_VendorOptionsOverrun",
                "35 01 01 2b 04 06 09 01 02 ff",
                {},
                Note::kVendorOptionsIgnored},
        NoteRow{"M24_VendorIdentifyingOverrun",
                "35 01 01 7d 06 00 00 a6 8f 09 03 ff",
                {},
                Note::kVendorOptionsIgnored},
        NoteRow{"M24_VendorIdentifyingClassOverrun",
                "35 01 01 7c 03 00 00 a6 ff",
                {},
                Note::kVendorOptionsIgnored},
        NoteRow{
            "M25_C40_FqdnWithControls", "35 01 01 51 05 00 00 00 61 07 ff", {}, Note::kFqdnIgnored},
        NoteRow{"M37_FqdnThatPointsAtItself",
                "35 01 01 51 05 04 00 00 c0 00 ff",
                {},
                Note::kFqdnIgnored},
        NoteRow{"M21_C135_RelayAgentOverrun",
                "35 01 01 52 03 05 04 0a ff",
                {},
                Note::kRelayAgentUnread},
        NoteRow{"M17_RenewalTimeOfTwoBytes", "35 01 01 3a 02 00 0e ff", {}, Note::kOptionIgnored},
        NoteRow{"M17_RebindingTimeOfTwoBytes", "35 01 01 3b 02 00 0e ff", {}, Note::kOptionIgnored},
        NoteRow{"C43_M22_ShortUuid", "35 01 01 61 10 00*16 ff", {}, Note::kUuidIgnored},
        NoteRow{
            "M25_HostNameWithControls", "35 01 01 0c 03 61 07 62 ff", {}, Note::kHostNameIgnored},
        NoteRow{"C38_HostNameOfNoLength", "35 01 01 0c 00 ff", {}, Note::kHostNameIgnored}),
    [](const auto& row) { return row.param.name; });

TEST(Note, EachHasANameOfItsOwn) {
  std::vector<std::string_view> names;
  for (int i = 0; i < static_cast<int>(Note::kCount); ++i) {
    names.push_back(ToString(static_cast<Note>(i)));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace
}  // namespace pxe::dhcp
