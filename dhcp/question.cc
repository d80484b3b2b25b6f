#include "dhcp/question.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/client_kind.h"
#include "core/identity.h"
#include "core/relay_agent.h"
#include "dhcp/wire/typed_options.h"

namespace pxe::dhcp {
namespace {

using wire::DropReason;
using wire::MessageType;
using wire::OptionCode;
using wire::Packet;

constexpr uint8_t kMaxHops = 16;
constexpr size_t kMaxClientId = 255;
constexpr size_t kMinClientId = 2;

void Mark(Notes& notes, Note note, bool odd = true) {
  if (odd) notes.set(static_cast<size_t>(note));
}

// Whether no machine can be reached there. A relay on the loopback interface is a test's, and its
// address is a loopback address.
bool IsBadAddress(Ipv4 address, const Arrival& arrival) {
  return address.IsMulticast() || address.IsBroadcast() ||
         (address.IsLoopback() && !arrival.interface.loopback);
}

std::optional<DropReason> CheckAddresses(const Packet& packet, MessageType type,
                                         const Arrival& arrival) {
  const bool discover = type == MessageType::kDiscover;  // its ciaddr is ignored (C46)
  if (IsBadAddress(packet.giaddr, arrival)) return DropReason::kBadAddress;
  if (!discover && IsBadAddress(packet.ciaddr, arrival)) return DropReason::kBadAddress;
  const auto& options = packet.options;
  if (options.Has(OptionCode::kRequestedAddress) &&
      !wire::ReadAddress(options, OptionCode::kRequestedAddress)) {
    return DropReason::kBadRequested;
  }
  if (!options.Has(OptionCode::kServerId)) return std::nullopt;
  const auto server = wire::ReadAddress(options, OptionCode::kServerId);
  if (!server || server->IsZero()) return DropReason::kBadServerId;
  return std::nullopt;
}

// What the state table of RFC 2131 section 4.3.2 forbids outright.
std::optional<DropReason> CheckState(const Packet& packet, MessageType type) {
  const bool server_id = packet.options.Has(OptionCode::kServerId);
  const bool requested = packet.options.Has(OptionCode::kRequestedAddress);
  if (type == MessageType::kDiscover && server_id) return DropReason::kRfcViolation;
  if (type == MessageType::kRelease && packet.ciaddr.IsZero()) return DropReason::kRfcViolation;
  if (type == MessageType::kDecline && !requested) return DropReason::kRfcViolation;
  if (type == MessageType::kRequest && !server_id && !requested && packet.ciaddr.IsZero()) {
    return DropReason::kBadRequestState;
  }
  return std::nullopt;
}

// C85, C130: what is asked of the boot service is by its port, or by the boot server it names.
bool AsksBootService(const Packet& packet, MessageType type, const Arrival& arrival) {
  if (arrival.boot_service) return true;
  if (type != MessageType::kInform) return false;
  const bool pxe =
      wire::ReadText(packet.options, OptionCode::kVendorClass).starts_with("PXEClient");
  return pxe && wire::ReadBootItem(packet.options).has_value();
}

std::optional<DropReason> CheckBootService(const Packet& packet, MessageType type) {
  constexpr uint16_t kSigned = 0x8000;  // of a layer: the credentials of the file (BIS)
  constexpr uint16_t kBootstrap = 0;    // the only type of boot server that we are
  if (type != MessageType::kRequest && type != MessageType::kInform) {
    return DropReason::kUnsupportedType;
  }
  const auto item = wire::ReadBootItem(packet.options);
  const bool ours = !item || (item->type == kBootstrap && (item->layer & kSigned) == 0);
  return ours ? std::nullopt : std::optional(DropReason::kBootItem);
}

// C102: a client without a hardware address is who its option 61 says.
HardwareAddress IdentityOf(uint8_t htype, std::span<const uint8_t> client_id) {
  HardwareAddress identity{.type = htype};
  if (client_id.size() > HardwareAddress::kMaxLength) {
    identity = core::KeyOfClientId(client_id);
    identity.type = htype;
    return identity;
  }
  identity.length = static_cast<uint8_t>(client_id.size());
  std::ranges::copy(client_id, identity.bytes.begin());
  return identity;
}

bool IsUsable(const HardwareAddress& address) {
  if (const auto mac = address.Mac()) return mac->IsUnicast();
  return !std::ranges::all_of(address.Used(), [](uint8_t byte) { return byte == 0; });
}

std::variant<HardwareAddress, DropReason> ClientOf(const Packet& packet,
                                                   std::span<const uint8_t> client_id) {
  HardwareAddress address{.type = packet.htype, .length = packet.hlen};
  std::copy_n(packet.chaddr.begin(), packet.hlen, address.bytes.begin());
  if (packet.hlen != 0 && IsUsable(address)) return address;
  if (!client_id.empty()) return IdentityOf(packet.htype, client_id);
  return packet.hlen == 0 ? DropReason::kNoIdentity : DropReason::kBadChaddr;
}

core::ClientFacts FactsOf(const wire::Options& options, Notes& notes) {
  auto architectures = wire::ReadArchitectures(options);
  const auto uuid = wire::ReadUuid(options);
  Mark(notes, Note::kArchitectureIgnored,
       !architectures && options.Has(OptionCode::kClientArchitecture));
  Mark(notes, Note::kUuidIgnored, !uuid && options.Has(OptionCode::kClientUuid));
  return {.vendor_class = wire::ReadText(options, OptionCode::kVendorClass),
          .user_class = wire::ReadUserClasses(options),
          .architectures = std::move(architectures).value_or(std::vector<uint16_t>()),
          .uuid = uuid,
          .has_ipxe_options = options.Has(OptionCode::kIpxe),
          .ipxe_lacks_bzimage = wire::LacksBzImage(options)};
}

core::DhcpMessage MessageOf(MessageType type) {
  switch (type) {
    case MessageType::kRequest:
      return core::DhcpMessage::kRequest;
    case MessageType::kRelease:
      return core::DhcpMessage::kRelease;
    case MessageType::kDecline:
      return core::DhcpMessage::kDecline;
    case MessageType::kInform:
      return core::DhcpMessage::kInform;
    case MessageType::kDiscover:
      return core::DhcpMessage::kDiscover;
    case MessageType::kOffer:
    case MessageType::kAck:
    case MessageType::kNak:
      break;
  }
  return core::DhcpMessage::kBootp;
}

std::vector<Ipv4> LocalAddresses(const Arrival& arrival) {
  std::vector<Ipv4> addresses;
  addresses.reserve(arrival.interface.addresses.size() + 1);
  for (const auto& own : arrival.interface.addresses) addresses.push_back(own.address);
  // A packet may reach an address of ours by the interface of another.
  const bool elsewhere = !arrival.unicast_to.IsZero() && !arrival.interface.Has(arrival.unicast_to);
  if (elsewhere) addresses.push_back(arrival.unicast_to);
  return addresses;
}

// P2: iPXE counts its packets there, and has flags beside the count.
std::chrono::seconds WaitedBy(const Packet& packet, const core::ClientFacts& facts) {
  const bool believed = packet.secs != 0 && core::KindOf(facts).agent != core::Agent::kIpxe;
  return std::chrono::seconds{believed ? packet.secs : 0};
}

void ReadRelay(const Packet& packet, core::DhcpQuestion& question, Notes& notes) {
  const auto value = packet.options.Find(OptionCode::kRelayAgent);
  if (!value) return;
  question.relay_agent.assign(value->begin(), value->end());
  const auto relay = wire::ReadRelayAgent(packet.options);
  Mark(notes, Note::kRelayAgentUnread, !relay);
  if (!relay) return;
  question.circuit_id = core::SpellRelayId(relay->circuit_id);
  question.remote_id = core::SpellRelayId(relay->remote_id);
  if (packet.giaddr.IsZero())
    return;  // a switch's or a client's own: it says where, not who we are
  question.link_selection = relay->link_selection;
  // The client knows us by what its relay had us say (RFC 5107, C60).
  const bool names_us = relay->server_id && question.server_id == relay->server_id;
  if (names_us) question.local_addresses.push_back(*relay->server_id);
}

void NoteOddities(const Packet& packet, Notes& notes) {
  const auto& options = packet.options;
  Mark(notes, Note::kOptionTruncated, packet.truncated_tail);
  Mark(notes, Note::kOverloadUnterminated, packet.overload_unterminated);
  Mark(notes, Note::kHopsOdd, packet.hops != 0 && packet.giaddr.IsZero());
  const auto wrong = [&](OptionCode code, size_t length) {
    const auto value = options.Find(code);
    return value && value->size() != length;
  };
  Mark(notes, Note::kOptionIgnored,
       wrong(OptionCode::kLeaseTime, 4) || wrong(OptionCode::kMaxMessageSize, 2) ||
           wrong(OptionCode::kRenewalTime, 4) || wrong(OptionCode::kRebindingTime, 4) ||
           wrong(OptionCode::kSubnetSelection, 4));
  const auto fails = [&](OptionCode code, bool (*is_good)(std::span<const uint8_t>)) {
    const auto value = options.Find(code);
    return value && !is_good(*value);
  };
  Mark(notes, Note::kVendorOptionsIgnored,
       fails(OptionCode::kVendorOptions, wire::IsVendorOptions) ||
           fails(OptionCode::kVendorIdentifyingClass, wire::IsVendorIdentifying) ||
           fails(OptionCode::kVendorIdentifying, wire::IsVendorIdentifying));
  Mark(notes, Note::kFqdnIgnored, fails(OptionCode::kFqdn, wire::IsFqdn));
  const auto client_id = options.Find(OptionCode::kClientId);
  Mark(notes, Note::kClientIdIgnored, client_id && client_id->size() < kMinClientId);
}

}  // namespace

std::string_view ToString(Note note) {
  switch (note) {
    case Note::kOptionTruncated:
      return "opt_truncated_tail";
    case Note::kOverloadUnterminated:
      return "overload_unterminated";
    case Note::kHopsOdd:
      return "hops_odd";
    case Note::kOptionIgnored:
      return "option_ignored";
    case Note::kClientIdIgnored:
      return "client_id_ignored";
    case Note::kArchitectureIgnored:
      return "architecture_ignored";
    case Note::kUuidIgnored:
      return "uuid_ignored";
    case Note::kHostNameIgnored:
      return "host_name_ignored";
    case Note::kVendorOptionsIgnored:
      return "vendor_options_ignored";
    case Note::kFqdnIgnored:
      return "fqdn_ignored";
    case Note::kRelayAgentUnread:
      return "relay_agent_unread";
    case Note::kReplyOptionsLeftOut:
      return "opt_dropped";
    case Note::kCount:
      break;
  }
  return "unknown";
}

std::variant<Asked, DropReason> AskFrom(const Packet& packet, const Arrival& arrival) {
  if (packet.hops > kMaxHops) return DropReason::kHops;
  const MessageType type = packet.type();
  if (const auto reason = CheckAddresses(packet, type, arrival)) return *reason;
  const bool boot_service = AsksBootService(packet, type, arrival);
  const auto state = boot_service ? CheckBootService(packet, type) : CheckState(packet, type);
  if (state) return *state;
  // C5c: who has an address and does not say it has it as the source of the packet.
  const bool has_address = boot_service || type == MessageType::kInform;
  const bool unsaid = has_address && packet.ciaddr.IsZero();
  if (unsaid && arrival.source.IsZero()) return DropReason::kRfcViolation;

  const auto& options = packet.options;
  const auto client_id = wire::ReadClientId(options);
  if (client_id.size() > kMaxClientId) return DropReason::kClientIdLong;
  const auto client = ClientOf(packet, client_id);
  if (const auto* reason = std::get_if<DropReason>(&client)) return *reason;

  std::variant<Asked, DropReason> result;
  Asked& asked = std::get<Asked>(result);
  NoteOddities(packet, asked.notes);
  auto& question = asked.question;
  question.message = boot_service ? core::DhcpMessage::kBootServer : MessageOf(type);
  question.client = std::get<HardwareAddress>(client);
  question.facts = FactsOf(options, asked.notes);
  question.facts.mac = question.client.Mac();
  question.unicast = !arrival.unicast_to.IsZero();
  question.ciaddr = unsaid ? arrival.source : packet.ciaddr;
  question.rapid_commit = options.Has(OptionCode::kRapidCommit);
  question.giaddr = packet.giaddr;
  question.requested = wire::ReadAddress(options, OptionCode::kRequestedAddress);
  question.server_id = wire::ReadAddress(options, OptionCode::kServerId);
  question.lease_seconds = wire::ReadU32(options, OptionCode::kLeaseTime);
  question.subnet_selection = wire::ReadAddress(options, OptionCode::kSubnetSelection);
  question.secs = WaitedBy(packet, question.facts);
  question.client_id.assign(client_id.begin(), client_id.end());
  question.local_addresses = LocalAddresses(arrival);
  if (question.local_addresses.empty()) return DropReason::kNoLocalAddress;
  ReadRelay(packet, question, asked.notes);
  question.host_name = wire::ReadHostName(options);
  const auto host_name = options.Find(OptionCode::kHostName);
  Mark(asked.notes, Note::kHostNameIgnored, host_name && question.host_name.empty());
  question.route_source = arrival.route_source;
  return result;
}

}  // namespace pxe::dhcp
