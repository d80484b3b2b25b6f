#include "dhcp/reply.h"

#include <algorithm>
#include <array>
#include <string>
#include <variant>

#include "dhcp/reply_size.h"
#include "dhcp/wire/typed_options.h"

namespace pxe::dhcp {
namespace {

using core::Agent;
using core::ClientKind;
using core::DhcpGrant;
using core::DhcpNak;
using core::GrantKind;
using wire::MessageType;
using wire::OptionCode;
using wire::Options;
using wire::Packet;

constexpr uint32_t kInfiniteLease = 0xffffffff;

// PXE discovery control: no broadcast, no multicast, no menu, just use the boot file (C124). Sent
// only together with option 60: UEFI firmware that gets 60 alone asks port 4011 and gives up
// (rule 1).
constexpr std::array<uint8_t, 4> kUseBootFile = {0x06, 0x01, 0x08, 0xff};
// no-pxedhcp: iPXE does not wait three seconds for a ProxyDHCP server (C121).
constexpr std::array<uint8_t, 3> kNoProxyDhcp = {0xb0, 0x01, 0x01};

// 209 to 211 (RFC 5071): config file, path prefix, reboot time.
constexpr uint8_t kPxelinuxFirst = 209;
constexpr uint8_t kPxelinuxLast = 211;

// Sent whether asked for or not, where we have them.
constexpr std::array kAlwaysSent = {
    OptionCode::kHostName,    OptionCode::kDomainName,    OptionCode::kBroadcastAddress,
    OptionCode::kVendorClass, OptionCode::kVendorOptions, OptionCode::kBootFile,
    OptionCode::kIpxe,
};

// A relay may have the client know us by another address, its own for instance, so that renewals
// pass it (RFC 5107).
Ipv4 ServerIdFor(const Packet& request, Ipv4 ours) {
  if (request.giaddr.IsZero()) return ours;
  const auto relay = wire::ReadRelayAgent(request.options);
  return relay ? relay->server_id.value_or(ours) : ours;
}

Packet HeaderFor(const Packet& request) {
  Packet reply;
  reply.op = wire::kBootReply;
  reply.htype = request.htype;
  reply.hlen = request.hlen;
  reply.hops = request.giaddr.IsZero() ? uint8_t{0} : request.hops;
  reply.xid = request.xid;
  reply.flags = request.flags;
  reply.giaddr = request.giaddr;
  reply.chaddr = request.chaddr;
  reply.has_cookie = request.has_cookie;
  return reply;
}

void Echo(const Packet& request, OptionCode code, Options& options) {
  const auto value = request.options.Find(code);
  if (value && !options.Has(code)) options.Add(code, *value);
}

// RFC 6842. A value too short to be one is not sent back: EDK2 would drop the packet (C26).
void EchoClientId(const Packet& request, Options& options) {
  if (!wire::ReadClientId(request.options).empty()) Echo(request, OptionCode::kClientId, options);
}

// Up to an eighth, another for each machine and renewal: machines that were switched on together do
// not renew together for ever. The same for a retransmission (C75, C76).
uint32_t Spread(const Packet& request, uint32_t time) {
  if (request.ciaddr.IsZero() || time < 8) return 0;
  uint32_t hash = request.xid;
  for (const uint8_t byte : request.chaddr) hash = (hash ^ byte) * 0x01000193;
  return hash % (time / 8);
}

// C75: halfway and at seven eighths, and never in another order.
void AddTimes(const Packet& request, const DhcpGrant& grant, Options& options) {
  const auto lease =
      static_cast<uint32_t>(std::clamp<int64_t>(grant.lease.count(), 0, kInfiniteLease));
  options.AddU32(OptionCode::kLeaseTime, lease);
  if (lease == kInfiniteLease) return;
  const uint32_t renewal = lease / 2;
  const uint32_t rebinding = lease - lease / 8 - (lease % 8 != 0 ? 1 : 0);
  options.AddU32(OptionCode::kRenewalTime, renewal - Spread(request, renewal));
  options.AddU32(OptionCode::kRebindingTime, rebinding - Spread(request, rebinding - renewal));
}

// The boot fields of the header, byte-equal to option 67: UEFI and U-Boot prefer the option, iPXE,
// PXELINUX and shim the field (rule 3). A file too long for the field goes by option alone (C21).
void SetBootFields(const DhcpGrant& grant, const ClientKind& kind, Packet& reply) {
  if (grant.boot.file.empty()) return;
  reply.siaddr = grant.boot.next_server;
  wire::SetText(reply.file, grant.boot.file);
  if (kind.BootsFromNetwork()) wire::SetText(reply.sname, grant.boot.next_server.ToString());
}

// Some ROMs look for the end of a name within its length (Q5).
void AddName(OptionCode code, std::string name, const core::ReplyHabits& habits, Options& options) {
  if (habits.nul_in_length) name.push_back('\0');
  options.AddText(code, name);
}

void AddBootFile(const DhcpGrant& grant, Options& options) {
  if (grant.habits.omit_boot_option) return;
  AddName(OptionCode::kBootFile, grant.boot.file, grant.habits, options);
}

// What the profile says of this option; nothing when it does not.
const core::DhcpOption* OwnOption(const DhcpGrant& grant, OptionCode code) {
  const auto found =
      std::ranges::find(grant.options, static_cast<uint8_t>(code), &core::DhcpOption::code);
  return found == grant.options.end() ? nullptr : &*found;
}

// 209 to 211, config file, path prefix and reboot time, go to whoever boots: no firmware lists them
// (C118).
bool IsUnasked(const core::DhcpOption& option, const ClientKind& kind) {
  if (option.code == static_cast<uint8_t>(OptionCode::kIpv6Only)) return false;
  return option.always ||
         (option.code >= kPxelinuxFirst && option.code <= kPxelinuxLast && kind.BootsFromNetwork());
}

bool IsWanted(const Packet& request, OptionCode code) {
  const auto wanted = request.options.Find(OptionCode::kParameterRequestList);
  return wanted && std::ranges::find(*wanted, static_cast<uint8_t>(code)) != wanted->end();
}

void AddNetworkOption(OptionCode code, const DhcpGrant& grant, Options& options) {
  if (code == OptionCode::kRouters) options.AddAddresses(code, grant.routers);
  if (code == OptionCode::kDnsServers) options.AddAddresses(code, grant.dns_servers);
  if (code == OptionCode::kHostName) options.AddText(code, grant.host_name);
  if (code == OptionCode::kDomainName) options.AddText(code, grant.domain_name);
  if (code == OptionCode::kBroadcastAddress) options.AddAddress(code, grant.subnet.Broadcast());
  if (code == OptionCode::kNtpServers) options.AddAddresses(code, grant.ntp_servers);
}

// One of the options that tell a booting client where to go on, and that this is an offer it can
// boot from.
void AddBootOption(OptionCode code, const DhcpGrant& grant, const ClientKind& kind,
                   Options& options) {
  if (grant.boot.file.empty()) return;
  const bool firmware = kind.agent == Agent::kFirmware;
  if (code == OptionCode::kBootFile) AddBootFile(grant, options);
  if (code == OptionCode::kTftpServerName) {
    AddName(code, grant.boot.next_server.ToString(), grant.habits, options);
  }
  if (code == OptionCode::kVendorClass && firmware) options.AddText(code, "PXEClient");
  if (code == OptionCode::kVendorClass && kind.agent == Agent::kHttp) {
    options.AddText(code, "HTTPClient");
  }
  if (code == OptionCode::kVendorOptions && firmware && !grant.habits.omit_vendor_options) {
    options.Add(code, kUseBootFile);
  }
  if (code == OptionCode::kIpxe && kind.agent == Agent::kIpxe) options.Add(code, kNoProxyDhcp);
}

// What a subnet, a host or a boot decision can have a value for. Firmware asks for dozens of
// options, most of which nobody has.
constexpr auto kGrantable = [] {
  std::array<bool, 256> grantable{};
  for (const OptionCode code :
       {OptionCode::kRouters, OptionCode::kDnsServers, OptionCode::kHostName,
        OptionCode::kDomainName, OptionCode::kBroadcastAddress, OptionCode::kNtpServers,
        OptionCode::kBootFile, OptionCode::kTftpServerName, OptionCode::kVendorClass,
        OptionCode::kVendorOptions, OptionCode::kIpxe}) {
    grantable[static_cast<uint8_t>(code)] = true;
  }
  return grantable;
}();

// C89: a machine that is to boot needs an IPv4 address, whatever its network prefers.
bool IsForbidden(OptionCode code, const ClientKind& kind) {
  return code == OptionCode::kIpv6Only && kind.BootsFromNetwork();
}

// In the client's order, each code once, those we do not hold passed over (C34, C87); then what
// every client gets. A client without a list gets the latter only (GRUB sends none). Who takes
// classless routes is not sent what they take the place of (RFC 3442).
void AddParameters(const Packet& request, const ClientKind& kind, const DhcpGrant& grant,
                   Options& options) {
  options.AddAddress(OptionCode::kSubnetMask, grant.subnet.Netmask());
  const bool routed = IsWanted(request, OptionCode::kClasslessRoutes) &&
                      OwnOption(grant, OptionCode::kClasslessRoutes) != nullptr;
  const auto add = [&](OptionCode code) {
    if (options.Has(code) || IsForbidden(code, kind)) return;
    if (routed && (code == OptionCode::kRouters || code == OptionCode::kStaticRoutes)) return;
    if (const auto* own = OwnOption(grant, code)) return options.Add(code, own->value);
    if (!kGrantable[static_cast<uint8_t>(code)]) return;
    AddNetworkOption(code, grant, options);
    AddBootOption(code, grant, kind, options);
  };
  add(OptionCode::kRouters);
  add(OptionCode::kDnsServers);
  const auto wanted = request.options.Find(OptionCode::kParameterRequestList);
  for (const uint8_t code : wanted.value_or(std::span<const uint8_t>())) {
    add(static_cast<OptionCode>(code));
  }
  for (const OptionCode code : kAlwaysSent) add(code);
  for (const core::DhcpOption& option : grant.options) {
    if (IsUnasked(option, kind)) add(static_cast<OptionCode>(option.code));
  }
}

bool IsOffer(GrantKind kind) {
  return kind == GrantKind::kOffer || kind == GrantKind::kProxyOffer;
}

void StartGrant(const Packet& request, const DhcpGrant& grant, Packet& packet) {
  if (grant.broadcast) packet.flags |= wire::kBroadcastFlag;
  if (!IsOffer(grant.kind)) packet.ciaddr = request.ciaddr;
  packet.yiaddr = grant.address;
  const auto type = IsOffer(grant.kind) ? MessageType::kOffer : MessageType::kAck;
  packet.options.AddU8(OptionCode::kMessageType, static_cast<uint8_t>(type));
  packet.options.AddAddress(OptionCode::kServerId, ServerIdFor(request, grant.server_id));
}

// C129: to UEFI firmware no option 43, so that it asks the boot service, which is what its many
// versions have in common; to all others, and in the answer of that service, the word to go
// straight to the boot file. A boot server that was asked for by number is named again (C130).
void AddDiscoveryControl(const Packet& request, const ClientKind& kind, const DhcpGrant& grant,
                         Options& options) {
  if (kind.agent == Agent::kHttp) return;
  if (const auto item = wire::ReadBootItem(request.options)) {
    const std::array<uint8_t, 7> chosen = {71,
                                           4,
                                           static_cast<uint8_t>(item->type >> 8),
                                           static_cast<uint8_t>(item->type),
                                           static_cast<uint8_t>(item->layer >> 8),
                                           static_cast<uint8_t>(item->layer),
                                           255};
    options.Remove(OptionCode::kVendorOptions);
    return options.Add(OptionCode::kVendorOptions, chosen);
  }
  if (options.Has(OptionCode::kVendorOptions) || grant.habits.omit_vendor_options) return;
  const bool asks_again =
      grant.kind == GrantKind::kProxyOffer && kind.platform != core::Platform::kBios;
  if (!asks_again) options.Add(OptionCode::kVendorOptions, kUseBootFile);
}

// Where to boot from and nothing else: what a ProxyDHCP server may say (P2).
Reply BootOnlyReply(const Packet& request, const ClientKind& kind, const DhcpGrant& grant,
                    int mtu) {
  Reply reply{.packet = HeaderFor(request), .source = grant.server_id, .left_out = {}};
  Packet& packet = reply.packet;
  StartGrant(request, grant, packet);
  if (grant.kind == GrantKind::kProxyOffer) packet.flags |= wire::kBroadcastFlag;
  Options& options = packet.options;
  if (OwnOption(grant, OptionCode::kVendorClass) == nullptr) {
    options.AddText(OptionCode::kVendorClass,
                    kind.agent == Agent::kHttp ? "HTTPClient" : "PXEClient");
  }
  for (const core::DhcpOption& option : grant.options) {
    const auto code = static_cast<OptionCode>(option.code);
    if (IsWanted(request, code) || IsUnasked(option, kind)) options.Add(code, option.value);
  }
  AddDiscoveryControl(request, kind, grant, options);
  AddBootFile(grant, options);
  SetBootFields(grant, kind, packet);
  Echo(request, OptionCode::kClientUuid, options);
  if (grant.echo_client_id) EchoClientId(request, options);
  Echo(request, OptionCode::kRelayAgent, options);
  reply.left_out = Shrink(grant, options, BudgetFor(request, mtu));
  return reply;
}

// C147: BOOTP has 64 bytes for what it calls vendor information and none of DHCP's own options; the
// boot file has its field. What does not fit is left out from the end.
Reply BootpReply(const Packet& request, const ClientKind& kind, const DhcpGrant& grant) {
  Reply reply{.packet = HeaderFor(request), .source = grant.server_id, .left_out = {}};
  Packet& packet = reply.packet;
  if (grant.broadcast) packet.flags |= wire::kBroadcastFlag;
  packet.ciaddr = request.ciaddr;
  packet.yiaddr = grant.address;
  SetBootFields(grant, kind, packet);
  if (!packet.has_cookie) return reply;  // C148
  Options& options = packet.options;
  AddParameters(request, kind, grant, options);
  for (const OptionCode code : {OptionCode::kBootFile, OptionCode::kTftpServerName}) {
    options.Remove(code);
  }
  Echo(request, OptionCode::kRelayAgent, options);
  while (SizeWithout82(options) > wire::kMinReplyBytes) {
    const auto last = options.at(options.size() - 1).code;
    const bool relays = last == OptionCode::kRelayAgent;
    const auto leaves = relays ? options.at(options.size() - 2).code : last;
    options.Remove(leaves);
    reply.left_out.push_back(leaves);
  }
  return reply;
}

Reply GrantReply(const Packet& request, const ClientKind& kind, const DhcpGrant& grant, int mtu) {
  Reply reply{.packet = HeaderFor(request), .source = grant.server_id, .left_out = {}};
  Packet& packet = reply.packet;
  StartGrant(request, grant, packet);
  if (grant.kind == GrantKind::kRapidAck) packet.options.AddFlag(OptionCode::kRapidCommit);
  if (grant.kind != GrantKind::kInformed) AddTimes(request, grant, packet.options);
  AddParameters(request, kind, grant, packet.options);
  SetBootFields(grant, kind, packet);
  Echo(request, OptionCode::kClientUuid, packet.options);
  if (grant.echo_client_id) EchoClientId(request, packet.options);
  if (grant.echo_subnet_selection) Echo(request, OptionCode::kSubnetSelection, packet.options);
  // C18: an INFORM is answered past the relay, which has nothing to take off then.
  const bool past_relay = grant.kind == GrantKind::kInformed && !request.ciaddr.IsZero();
  if (past_relay) {
    packet.giaddr = {};
    packet.hops = 0;
  } else {
    Echo(request, OptionCode::kRelayAgent, packet.options);
  }
  reply.left_out = Shrink(grant, packet.options, BudgetFor(request, mtu));
  return reply;
}

// Nothing but what RFC 2131 table 3 allows. Through a relay with the broadcast bit, or the relay
// would send it to an address the client does not have (C72).
Reply NakReply(const Packet& request, const DhcpNak& nak) {
  Reply reply{.packet = HeaderFor(request), .source = nak.server_id, .left_out = {}};
  Packet& packet = reply.packet;
  if (!request.giaddr.IsZero()) packet.flags |= wire::kBroadcastFlag;
  packet.options.AddU8(OptionCode::kMessageType, static_cast<uint8_t>(MessageType::kNak));
  packet.options.AddAddress(OptionCode::kServerId, ServerIdFor(request, nak.server_id));
  packet.options.AddText(OptionCode::kMessage, nak.message);
  if (nak.echo_client_id) EchoClientId(request, packet.options);
  if (nak.echo_subnet_selection) Echo(request, OptionCode::kSubnetSelection, packet.options);
  Echo(request, OptionCode::kRelayAgent, packet.options);
  return reply;
}

Reply ReplyTo(const Packet& request, const ClientKind& kind, const DhcpGrant& grant, int mtu) {
  switch (grant.kind) {
    case GrantKind::kOffer:
    case GrantKind::kAck:
    case GrantKind::kRapidAck:
    case GrantKind::kInformed:
      return GrantReply(request, kind, grant, mtu);
    case GrantKind::kProxyOffer:
    case GrantKind::kBootServer:
      return BootOnlyReply(request, kind, grant, mtu);
    case GrantKind::kBootp:
      break;
  }
  return BootpReply(request, kind, grant);
}

}  // namespace

std::optional<Reply> BuildReply(const Packet& request, const ClientKind& kind,
                                const core::DhcpAnswer& answer, int mtu) {
  if (const auto* grant = std::get_if<DhcpGrant>(&answer)) {
    Reply reply = ReplyTo(request, kind, *grant, mtu);
    reply.packet.pad_to = PaddingFor(*grant, mtu);
    return reply;
  }
  if (const auto* nak = std::get_if<DhcpNak>(&answer)) return NakReply(request, *nak);
  return std::nullopt;
}

}  // namespace pxe::dhcp
