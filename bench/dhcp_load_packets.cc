#include "bench/dhcp_load_packets.h"

#include <algorithm>

#include "base/byte_reader.h"
#include "dhcp/wire/packet.h"

namespace pxe::bench {
namespace {

using dhcp::wire::MessageType;
using dhcp::wire::OptionCode;

constexpr size_t kXidAt = 4;
constexpr size_t kYiaddrAt = 16;
constexpr size_t kChaddrAt = 28;
constexpr size_t kOptionsAt = dhcp::wire::kHeaderBytes + sizeof dhcp::wire::kMagicCookie;

// What iPXE 1.21 sends, in the BIOS of a virtual machine.
constexpr std::array<uint8_t, 2> kMaxMessage = {0x05, 0xc0};
constexpr std::array<uint8_t, 2> kBios = {0, 0};
constexpr std::array<uint8_t, 3> kUndi = {1, 2, 1};
constexpr std::array<uint8_t, 24> kWanted = {1,   3,   6,   7,   12,  15,  17,  26,
                                             43,  60,  66,  67,  119, 128, 129, 130,
                                             131, 132, 133, 134, 135, 175, 203, 209};
constexpr std::array<uint8_t, 36> kFeatures = {
    0xb1, 0x05, 0x01, 0x80, 0x86, 0x10, 0x0e, 0xeb, 0x03, 0x01, 0x00, 0x00,
    0x17, 0x01, 0x01, 0x22, 0x01, 0x01, 0x13, 0x01, 0x01, 0x14, 0x01, 0x01,
    0x11, 0x01, 0x01, 0x27, 0x01, 0x01, 0x19, 0x01, 0x01, 0x10, 0x01, 0x02};

void PutU32(uint32_t value, std::span<uint8_t> out) {
  out[0] = static_cast<uint8_t>(value >> 24);
  out[1] = static_cast<uint8_t>(value >> 16);
  out[2] = static_cast<uint8_t>(value >> 8);
  out[3] = static_cast<uint8_t>(value);
}

// Late answers to another run have another xid.
uint32_t XidOf(uint8_t herd, uint32_t client) {
  return client ^ (uint32_t{herd} << 24 | 0x5a0000);
}

}  // namespace

MacAddress MacOf(uint8_t herd, uint32_t client) {
  MacAddress mac{{0x02, herd}};
  PutU32(client, std::span(mac.bytes).subspan(2));
  return mac;
}

RequestTemplates::RequestTemplates(uint8_t herd, Ipv4 relay, bool broadcast)
    : herd_(herd),
      discover_(Make(static_cast<uint8_t>(MessageType::kDiscover), relay, broadcast)),
      request_(Make(static_cast<uint8_t>(MessageType::kRequest), relay, broadcast)) {}

RequestTemplates::Template RequestTemplates::Make(uint8_t type, Ipv4 relay, bool broadcast) {
  dhcp::wire::Packet packet;
  packet.giaddr = relay;
  packet.hops = relay.IsZero() ? 0 : 1;
  packet.flags = broadcast ? dhcp::wire::kBroadcastFlag : 0;
  auto& options = packet.options;
  options.AddU8(OptionCode::kMessageType, type);
  options.Add(OptionCode::kMaxMessageSize, kMaxMessage);
  options.Add(OptionCode::kClientArchitecture, kBios);
  options.Add(OptionCode::kClientInterface, kUndi);
  options.AddText(OptionCode::kVendorClass, "PXEClient:Arch:00000:UNDI:002001");
  options.AddText(OptionCode::kUserClass, "iPXE");
  options.Add(OptionCode::kParameterRequestList, kWanted);
  options.Add(OptionCode::kIpxe, kFeatures);
  options.Add(OptionCode::kClientId, std::array<uint8_t, 7>{1});
  options.Add(OptionCode::kClientUuid, std::array<uint8_t, 17>{0});
  if (type == static_cast<uint8_t>(MessageType::kRequest)) {
    options.AddAddress(OptionCode::kRequestedAddress, {1});
    options.AddAddress(OptionCode::kServerId, {1});
  }
  Template form{.bytes = dhcp::wire::SerializePacket(packet)};
  const auto area = std::span<const uint8_t>(form.bytes).subspan(kOptionsAt);
  dhcp::wire::WalkOptions(area, [&](OptionCode code, std::span<const uint8_t> value) {
    const auto at = static_cast<size_t>(value.data() - form.bytes.data());
    if (code == OptionCode::kClientId) form.client_id = at;
    if (code == OptionCode::kClientUuid) form.uuid = at;
    if (code == OptionCode::kRequestedAddress) form.requested = at;
    if (code == OptionCode::kServerId) form.server = at;
  });
  return form;
}

void RequestTemplates::Fill(const Template& form, uint32_t client, std::span<uint8_t> out) const {
  std::ranges::copy(form.bytes, out.begin());
  const MacAddress mac = MacOf(herd_, client);
  PutU32(XidOf(herd_, client), out.subspan(kXidAt));
  std::ranges::copy(mac.bytes, out.subspan(kChaddrAt).begin());
  std::ranges::copy(mac.bytes, out.subspan(form.client_id + 1).begin());
  std::ranges::copy(mac.bytes, out.subspan(form.uuid + 1).begin());
}

void RequestTemplates::WriteDiscover(uint32_t client, std::span<uint8_t> out) const {
  Fill(discover_, client, out);
}

void RequestTemplates::WriteRequest(uint32_t client, Ipv4 requested, Ipv4 server,
                                    std::span<uint8_t> out) const {
  Fill(request_, client, out);
  PutU32(requested.value, out.subspan(request_.requested));
  PutU32(server.value, out.subspan(request_.server));
}

std::optional<Heard> ReadAnswer(uint8_t herd, std::span<const uint8_t> bytes) {
  if (bytes.size() <= kOptionsAt || bytes[0] != dhcp::wire::kBootReply) return std::nullopt;
  const auto u32 = [&](size_t at) { return ByteReader(bytes.subspan(at, 4)).U32(); };
  Heard heard{.client = XidOf(herd, u32(kXidAt)), .address = {u32(kYiaddrAt)}};
  const MacAddress mac = MacOf(herd, heard.client);
  if (!std::ranges::equal(mac.bytes, bytes.subspan(kChaddrAt, mac.bytes.size()))) {
    return std::nullopt;
  }
  const auto note = [&](OptionCode code, std::span<const uint8_t> value) {
    if (code == OptionCode::kMessageType && value.size() == 1) heard.type = value[0];
    if (code == OptionCode::kServerId && value.size() == 4) {
      heard.server = {ByteReader(value).U32()};
    }
  };
  dhcp::wire::WalkOptions(bytes.subspan(kOptionsAt), note);
  return heard;
}

}  // namespace pxe::bench
