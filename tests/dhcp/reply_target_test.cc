// The table of C5, row by row.
#include "dhcp/reply_target.h"

#include <gtest/gtest.h>

#include "tests/dhcp/wire/raw_packet.h"

namespace pxe::dhcp {
namespace {

using wire::MessageType;
using wire::RawPacket;

constexpr Ports kPorts{
    .server = 67, .client = 68, .request_source = 4000, .request_address = {0x0a000008}};
constexpr Ipv4 kOffered{0x0a010032};

struct Row {
  std::string name;
  std::string options;
  std::vector<std::pair<size_t, uint8_t>> header;  // of the request: offset, byte
  MessageType reply;
  bool raw_frames;
  Delivery delivery;
  std::string to;  // endpoint, then the frame's MAC if any
};

const std::vector<std::pair<size_t, uint8_t>> kRelay = {{24, 10}, {27, 9}};
const std::vector<std::pair<size_t, uint8_t>> kCiaddr = {{12, 10}, {15, 7}};
const std::vector<std::pair<size_t, uint8_t>> kFlag = {{10, 0x80}};

std::vector<std::pair<size_t, uint8_t>> Both(std::vector<std::pair<size_t, uint8_t>> a,
                                             const std::vector<std::pair<size_t, uint8_t>>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

class ReplyTargetTable : public testing::TestWithParam<Row> {};

TEST_P(ReplyTargetTable, SaysWhere) {
  const Row& row = GetParam();
  auto bytes = RawPacket(row.options);
  for (const auto& [offset, value] : row.header) bytes[offset] = value;
  const wire::Packet request = wire::Parsed(bytes);
  wire::Packet reply;
  reply.flags = request.flags;
  reply.yiaddr = kOffered;
  reply.options.AddU8(wire::OptionCode::kMessageType, static_cast<uint8_t>(row.reply));

  const auto target = TargetOf(request, reply, kPorts, row.raw_frames);
  EXPECT_EQ(target.delivery, row.delivery);
  const std::string mac = target.mac ? " " + target.mac->ToString() : "";
  EXPECT_EQ(target.address.ToString() + ":" + std::to_string(target.port) + mac, row.to);
}

constexpr auto kOffer = MessageType::kOffer;
constexpr auto kAck = MessageType::kAck;
constexpr auto kNak = MessageType::kNak;

INSTANTIATE_TEST_SUITE_P(
    C5, ReplyTargetTable,
    testing::Values(
        Row{"a_Relayed", "35 01 01 ff", kRelay, kOffer, true, Delivery::kToRelay, "10.0.0.9:67"},
        Row{"a_RelayedRebindToo", "35 01 03 ff", Both(kRelay, kCiaddr), kAck, true,
            Delivery::kToRelay, "10.0.0.9:67"},
        Row{"a_C72_RelayedNak", "35 01 03 32 04 0a 01 00 07 ff", kRelay, kNak, true,
            Delivery::kToRelay, "10.0.0.9:67"},
        Row{"a_C139_RelayWithAPortOfItsOwn", "35 01 01 52 02 13 00 ff", kRelay, kOffer, true,
            Delivery::kToRelay, "10.0.0.9:4000"},
        Row{"d_C73_NakToAClientThatRenews", "35 01 03 ff", kCiaddr, kNak, true, Delivery::kNakToAll,
            "255.255.255.255:68"},
        Row{"e_C66_Renewing", "35 01 03 ff", kCiaddr, kAck, true, Delivery::kToOwnAddress,
            "10.0.0.7:68"},
        Row{"e_BeforeTheFlag", "35 01 03 ff", Both(kCiaddr, kFlag), kAck, true,
            Delivery::kToOwnAddress, "10.0.0.7:68"},
        Row{"e_C59_NotWhenSelecting", "35 01 03 36 04 0a 01 00 01 32 04 0a 01 00 32 ff", kCiaddr,
            kAck, true, Delivery::kToHardware, "10.1.0.50:68 52:54:00:00:00:04"},
        Row{"e_C46_NotForADiscover", "35 01 01 ff", kCiaddr, kOffer, true, Delivery::kToHardware,
            "10.1.0.50:68 52:54:00:00:00:04"},
        Row{"f_C7_BroadcastFlag", "35 01 01 ff", kFlag, kOffer, true, Delivery::kToAllByFlag,
            "255.255.255.255:68"},
        Row{"g_NoHardwareAddress",
            "35 01 01 3d 02 01 02 ff",
            {{2, 0}},
            kOffer,
            true,
            Delivery::kToAllNoHardware,
            "255.255.255.255:68"},
        Row{"g_C104_SixteenByteAddress",
            "35 01 01 ff",
            {{2, 16}},
            kOffer,
            true,
            Delivery::kToAllNoHardware,
            "255.255.255.255:68"},
        Row{"h_ToTheHardware",
            "35 01 01 ff",
            {},
            kOffer,
            true,
            Delivery::kToHardware,
            "10.1.0.50:68 52:54:00:00:00:04"},
        Row{"h_WithoutRawFramesToAll",
            "35 01 01 ff",
            {},
            kOffer,
            false,
            Delivery::kToHardware,
            "255.255.255.255:68"},
        Row{"b_Inform", "35 01 08 ff", Both(kRelay, kCiaddr), kAck, true, Delivery::kInformed,
            "10.0.0.7:68"},
        Row{"c_InformFromWhereItCame",
            "35 01 08 ff",
            {},
            kAck,
            true,
            Delivery::kInformed,
            "10.0.0.8:68"}),
    [](const auto& row) { return row.param.name; });

TEST(ReplyTarget, C3_TheBootServiceAnswersWhereItWasAsked) {
  const wire::Packet request = wire::Parsed(RawPacket("35 01 03 ff"));
  Ports ports = kPorts;
  ports.boot_service = true;
  const auto target = TargetOf(request, {}, ports, true);
  EXPECT_EQ(target.delivery, Delivery::kToSource);
  EXPECT_EQ(target.address, kPorts.request_address);
  EXPECT_EQ(target.port, 4000);
  EXPECT_FALSE(target.mac);
}

}  // namespace
}  // namespace pxe::dhcp
