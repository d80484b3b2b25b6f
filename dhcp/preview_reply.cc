#include "dhcp/preview_reply.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "base/byte_writer.h"
#include "core/client_kind.h"
#include "dhcp/reply.h"
#include "dhcp/wire/describe.h"

namespace pxe::dhcp {
namespace {

using wire::OptionCode;
using wire::Packet;

constexpr int kMtu = 1500;
constexpr uint16_t kMaxMessageSize = 1472;  // what EDK2 and iPXE send

// Option 55 as EDK2's PXE and HTTP clients, and iPXE, have it.
constexpr std::array<uint8_t, 35> kPxeWants = {
    1,  2,  3,  4,  5,  6,  12, 13, 15, 17,  18,  22,  23,  28,  40,  41,  42, 43,
    50, 51, 54, 58, 59, 60, 66, 67, 97, 128, 129, 130, 131, 132, 133, 134, 135};
constexpr std::array<uint8_t, 26> kHttpWants = {1,  2,  3,  4,  5,  6,  12, 13, 15, 17, 18, 22, 23,
                                                28, 40, 41, 42, 43, 50, 51, 54, 58, 59, 60, 67, 97};
constexpr std::array<uint8_t, 23> kIpxeWants = {1,   3,   6,   7,   12,  15,  17,  26,
                                                43,  60,  66,  67,  119, 128, 129, 130,
                                                131, 132, 133, 134, 135, 175, 203};
constexpr std::array<uint8_t, 8> kSystemWants = {1, 3, 6, 12, 15, 28, 42, 121};

std::span<const uint8_t> WantsOf(const core::ClientKind& kind) {
  switch (kind.agent) {
    case core::Agent::kFirmware:
      return kPxeWants;
    case core::Agent::kHttp:
      return kHttpWants;
    case core::Agent::kIpxe:
      return kIpxeWants;
    case core::Agent::kUBoot:
    case core::Agent::kRaspberryPi:
    case core::Agent::kOnie:
    case core::Agent::kPetitboot:
    case core::Agent::kOs:
      break;
  }
  return kSystemWants;
}

wire::MessageType TypeOf(core::DhcpMessage message) {
  switch (message) {
    case core::DhcpMessage::kDiscover:
      return wire::MessageType::kDiscover;
    case core::DhcpMessage::kRequest:
      return wire::MessageType::kRequest;
    case core::DhcpMessage::kBootServer:
      return wire::MessageType::kRequest;
    case core::DhcpMessage::kInform:
      return wire::MessageType::kInform;
    case core::DhcpMessage::kBootp:
      break;
    case core::DhcpMessage::kRelease:
      return wire::MessageType::kRelease;
    case core::DhcpMessage::kDecline:
      return wire::MessageType::kDecline;
  }
  return wire::MessageType::kDiscover;
}

void AddArchitectures(const std::vector<uint16_t>& architectures, wire::Options& options) {
  std::vector<uint8_t> value;
  for (const uint16_t architecture : architectures) {
    value.push_back(static_cast<uint8_t>(architecture >> 8));
    value.push_back(static_cast<uint8_t>(architecture));
  }
  options.Add(OptionCode::kClientArchitecture, value);
}

// Type 0 and the UUID in the order that firmware sends it in.
void AddUuid(const Uuid& uuid, wire::Options& options) {
  std::vector<uint8_t> value = {0};
  const Uuid swapped = uuid.Swapped();
  value.insert(value.end(), swapped.bytes.begin(), swapped.bytes.end());
  options.Add(OptionCode::kClientUuid, value);
}

Packet RequestOf(const core::DhcpQuestion& question, const core::ClientKind& kind) {
  Packet request;
  request.htype = question.client.type;
  request.hlen = question.client.length;
  request.ciaddr = question.ciaddr;
  request.giaddr = question.giaddr;
  request.hops = question.giaddr.IsZero() ? uint8_t{0} : uint8_t{1};  // one relay, as most have
  std::ranges::copy(question.client.Used(), request.chaddr.begin());
  wire::Options& options = request.options;
  options.AddU8(OptionCode::kMessageType, static_cast<uint8_t>(TypeOf(question.message)));
  options.Add(OptionCode::kParameterRequestList, WantsOf(kind));
  options.Add(OptionCode::kMaxMessageSize,
              std::array{static_cast<uint8_t>(kMaxMessageSize >> 8),
                         static_cast<uint8_t>(kMaxMessageSize & 0xff)});
  options.AddText(OptionCode::kVendorClass, question.facts.vendor_class);
  AddArchitectures(question.facts.architectures, options);
  if (question.facts.uuid) AddUuid(*question.facts.uuid, options);
  options.Add(OptionCode::kClientId, question.client_id);
  options.Add(OptionCode::kRelayAgent, question.relay_agent);
  return request;
}

}  // namespace

std::optional<core::ReplyPreview> PreviewReply(const core::DhcpQuestion& question,
                                               const core::DhcpAnswer& answer) {
  const core::ClientKind kind = core::KindOf(question.facts);
  const auto reply = BuildReply(RequestOf(question, kind), kind, answer, kMtu);
  if (!reply) return std::nullopt;
  return core::ReplyPreview{wire::SerializePacket(reply->packet), wire::Describe(reply->packet)};
}

}  // namespace pxe::dhcp
