#include "dhcp/reply.h"

#include <algorithm>
#include <array>
#include <variant>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "dhcp/wire/typed_options.h"

namespace pxe::dhcp {
namespace {

using core::Agent;
using core::ClientKind;
using core::DhcpGrant;
using core::DhcpNak;
using wire::MessageType;
using wire::OptionCode;
using wire::Options;
using wire::Packet;

constexpr uint32_t kInfiniteLease = 0xffffffff;
constexpr int kIpAndUdpHeaders = 28;
constexpr int kMinMessageSize = 576;   // what every client must take, RFC 2131 section 2
constexpr int kMaxMessageSize = 1500;  // EDK2 discards more than 1,472 bytes of payload
constexpr int kMaxClasslessWidth = 32;

// PXE discovery control: no broadcast, no multicast, no menu, just use the boot file (C124). Sent
// only together with option 60: UEFI firmware that gets 60 alone asks port 4011 and gives up
// (rule 1).
constexpr std::array<uint8_t, 4> kUseBootFile = {0x06, 0x01, 0x08, 0xff};
// What the Raspberry Pi's ROM looks for, text and all, before it asks for a file (Q12): the same
// control, a menu of one item of type 0, and a prompt that does not wait.
constexpr auto kRaspberryPiMenu = std::to_array(
    "\x06\x01\x08"
    "\x09\x14"
    "\x00\x00\x11Raspberry Pi Boot"
    "\x0a\x04"
    "\x00PXE\xff");
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

// The first goes first when a reply is too long (C141). What is not named here is never left out.
constexpr std::array kDispensable = {
    OptionCode::kNtpServers, OptionCode::kBroadcastAddress, OptionCode::kDomainName,
    OptionCode::kHostName,   OptionCode::kClientId,         OptionCode::kClientUuid,
    OptionCode::kIpxe,       OptionCode::kRebindingTime,    OptionCode::kRenewalTime,
};

// C141: what a client cannot boot without, whoever put it there.
constexpr std::array kVital = {
    OptionCode::kSubnetMask,  OptionCode::kRouters,         OptionCode::kDnsServers,
    OptionCode::kVendorClass, OptionCode::kVendorOptions,   OptionCode::kTftpServerName,
    OptionCode::kBootFile,    OptionCode::kClasslessRoutes,
};

bool IsVital(OptionCode code) {
  return std::ranges::find(kVital, code) != kVital.end();
}

bool IsClasslessRoutes(OptionCode code) {
  return code == OptionCode::kClasslessRoutes || code == OptionCode::kMsClasslessRoutes;
}

bool Wants(std::span<const uint8_t> wanted, OptionCode code) {
  return std::ranges::find(wanted, static_cast<uint8_t>(code)) != wanted.end();
}

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

void AddTimes(const DhcpGrant& grant, Options& options) {
  const auto lease =
      static_cast<uint32_t>(std::clamp<int64_t>(grant.lease.count(), 0, kInfiniteLease));
  options.AddU32(OptionCode::kLeaseTime, lease);
  if (lease == kInfiniteLease) return;
  options.AddU32(OptionCode::kRenewalTime, lease / 2);
  options.AddU32(OptionCode::kRebindingTime, lease - lease / 8 - (lease % 8 != 0 ? 1 : 0));
}

// The boot fields of the header, byte-equal to option 67: UEFI and U-Boot prefer the option, iPXE,
// PXELINUX and shim the field (rule 3). A file too long for the field goes by option alone (C21).
void SetBootFields(const DhcpGrant& grant, const ClientKind& kind, Packet& reply) {
  if (grant.boot.file.empty()) return;
  reply.siaddr = grant.boot.next_server;
  wire::SetText(reply.file, grant.boot.file);
  if (kind.BootsFromNetwork()) wire::SetText(reply.sname, grant.boot.next_server.ToString());
}

// One of the options that tell a booting client where to go on, and that this is an offer it can
// boot from.
void AddBootOption(OptionCode code, const DhcpGrant& grant, const ClientKind& kind,
                   Options& options) {
  if (grant.boot.file.empty()) return;
  const bool raspberry = kind.agent == Agent::kRaspberryPi;
  const bool firmware = kind.agent == Agent::kFirmware;
  if (code == OptionCode::kBootFile) options.AddText(code, grant.boot.file);
  if (code == OptionCode::kTftpServerName) {
    options.AddText(code, grant.boot.next_server.ToString());
  }
  if (code == OptionCode::kVendorClass && (firmware || raspberry)) {
    options.AddText(code, "PXEClient");
  }
  if (code == OptionCode::kVendorClass && kind.agent == Agent::kHttp) {
    options.AddText(code, "HTTPClient");
  }
  if (code == OptionCode::kVendorOptions && firmware) options.Add(code, kUseBootFile);
  if (code == OptionCode::kVendorOptions && raspberry) {
    options.AddText(code, {kRaspberryPiMenu.data(), kRaspberryPiMenu.size() - 1});
  }
  if (code == OptionCode::kIpxe && kind.agent == Agent::kIpxe) options.Add(code, kNoProxyDhcp);
}

// What the profile says of this option; nothing when it does not.
const core::DhcpOption* OwnOption(const DhcpGrant& grant, OptionCode code) {
  const auto found =
      std::ranges::find(grant.options, static_cast<uint8_t>(code), &core::DhcpOption::code);
  return found == grant.options.end() ? nullptr : &*found;
}

// An IPv4 address is what a boot client came for: it is never told to do without (C89).
bool IsWithheld(OptionCode code, const ClientKind& kind) {
  return code == OptionCode::kIpv6Only && kind.BootsFromNetwork();
}

// Whether these routes (RFC 3442: width, as many bytes of the destination as matter, router) hold
// one to everywhere; true also when they cannot be read, for then nothing is to be added to them.
bool HasDefaultRoute(std::span<const uint8_t> routes) {
  ByteReader in(routes);
  while (in.remaining() > 0) {
    const uint8_t width = in.U8();
    if (width == 0 || width > kMaxClasslessWidth) return true;
    in.Bytes((width + 7u) / 8u + 4u);
  }
  return !in.ok();
}

// Who takes classless routes ignores option 3, so the default route goes with them (C90).
void AddClasslessRoutes(OptionCode code, const DhcpGrant& grant, Options& options) {
  const auto* routes = OwnOption(grant, code);
  if (routes == nullptr) routes = OwnOption(grant, OptionCode::kClasslessRoutes);
  if (routes == nullptr) return;
  ByteWriter out;
  out.Bytes(routes->value);
  if (!grant.routers.empty() && !HasDefaultRoute(routes->value)) {
    out.U8(0);
    out.U32(grant.routers.front().value);
  }
  options.Add(code, out.bytes());
}

// 209 to 211, config file, path prefix and reboot time, go to whoever boots: no firmware lists them
// (C118).
bool IsUnasked(const core::DhcpOption& option, const ClientKind& kind) {
  if (option.code == static_cast<uint8_t>(OptionCode::kIpv6Only)) return false;
  return option.always ||
         (option.code >= kPxelinuxFirst && option.code <= kPxelinuxLast && kind.BootsFromNetwork());
}

void AddNetworkOption(OptionCode code, const DhcpGrant& grant, Options& options) {
  if (code == OptionCode::kRouters) options.AddAddresses(code, grant.routers);
  if (code == OptionCode::kDnsServers) options.AddAddresses(code, grant.dns_servers);
  if (code == OptionCode::kHostName) options.AddText(code, grant.host_name);
  if (code == OptionCode::kDomainName) options.AddText(code, grant.domain_name);
  if (code == OptionCode::kBroadcastAddress) options.AddAddress(code, grant.subnet.Broadcast());
  if (code == OptionCode::kNtpServers) options.AddAddresses(code, grant.ntp_servers);
}

// In the client's order, each code once, those we do not hold passed over (C34, C87); then what
// every client gets. A client without a list gets the latter only (GRUB sends none).
//
// Classless routes come first, because their presence leaves out what they take the place of
// (RFC 3442: "should not" be sent beside them).
void AddParameters(const Packet& request, const ClientKind& kind, const DhcpGrant& grant,
                   Options& options) {
  options.AddAddress(OptionCode::kSubnetMask, grant.subnet.Netmask());
  const auto wanted =
      request.options.Find(OptionCode::kParameterRequestList).value_or(std::span<const uint8_t>());
  const bool routed = Wants(wanted, OptionCode::kClasslessRoutes) &&
                      OwnOption(grant, OptionCode::kClasslessRoutes) != nullptr;
  const auto add = [&](OptionCode code) {
    if (options.Has(code) || IsWithheld(code, kind)) return;
    if (routed && (code == OptionCode::kRouters || code == OptionCode::kStaticRoutes)) return;
    if (IsClasslessRoutes(code)) return AddClasslessRoutes(code, grant, options);
    if (const auto* own = OwnOption(grant, code)) return options.Add(code, own->value);
    AddNetworkOption(code, grant, options);
    AddBootOption(code, grant, kind, options);
  };
  add(OptionCode::kRouters);
  add(OptionCode::kDnsServers);
  for (const uint8_t code : wanted) add(static_cast<OptionCode>(code));
  for (const OptionCode code : kAlwaysSent) add(code);
  for (const core::DhcpOption& option : grant.options) {
    if (IsUnasked(option, kind)) add(static_cast<OptionCode>(option.code));
  }
}

size_t SizeOf(const Options& options, OptionCode code) {
  const auto value = options.Find(code);
  return value ? wire::EncodedSize({code, *value}) : 0;
}

// Bytes of BOOTP payload that this client takes, option 82 not counted (C35, C36, C140): the relay
// takes it off again, but it must not make fragments of the packet on the way there.
size_t BudgetFor(const Packet& request, int mtu) {
  const int asked =
      wire::ReadU16(request.options, OptionCode::kMaxMessageSize).value_or(kMinMessageSize);
  const int limit = std::clamp(std::min(mtu, kMaxMessageSize), kMinMessageSize, kMaxMessageSize);
  const int most = std::clamp(asked, kMinMessageSize, limit);
  const int relays = static_cast<int>(SizeOf(request.options, OptionCode::kRelayAgent));
  return static_cast<size_t>(std::max(std::min(most, limit - relays) - kIpAndUdpHeaders, 0));
}

// Leaves out what the client can live without until the rest fits, the profile's last options
// last; says what.
std::vector<OptionCode> Shrink(const DhcpGrant& grant, Options& options, size_t budget) {
  size_t size = wire::kHeaderBytes + sizeof wire::kMagicCookie + 1;
  for (size_t i = 0; i < options.size(); ++i) size += SizeOf(options, options.at(i).code);
  size -= SizeOf(options, OptionCode::kRelayAgent);
  std::vector<OptionCode> left_out;
  const auto leave_out = [&](OptionCode code) {
    if (size <= budget || !options.Has(code)) return;
    size -= SizeOf(options, code);
    options.Remove(code);
    left_out.push_back(code);
  };
  for (const OptionCode code : kDispensable) leave_out(code);
  for (auto own = grant.options.rbegin(); own != grant.options.rend(); ++own) {
    if (!IsVital(static_cast<OptionCode>(own->code))) leave_out(static_cast<OptionCode>(own->code));
  }
  return left_out;
}

Reply GrantReply(const Packet& request, const ClientKind& kind, const DhcpGrant& grant, int mtu) {
  Reply reply{.packet = HeaderFor(request), .source = grant.server_id, .left_out = {}};
  Packet& packet = reply.packet;
  if (grant.broadcast) packet.flags |= wire::kBroadcastFlag;
  if (grant.committed) packet.ciaddr = request.ciaddr;
  packet.yiaddr = grant.address;
  const auto type = grant.committed ? MessageType::kAck : MessageType::kOffer;
  packet.options.AddU8(OptionCode::kMessageType, static_cast<uint8_t>(type));
  packet.options.AddAddress(OptionCode::kServerId, ServerIdFor(request, grant.server_id));
  AddTimes(grant, packet.options);
  AddParameters(request, kind, grant, packet.options);
  SetBootFields(grant, kind, packet);
  Echo(request, OptionCode::kClientUuid, packet.options);
  EchoClientId(request, packet.options);
  Echo(request, OptionCode::kRelayAgent, packet.options);
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
  EchoClientId(request, packet.options);
  Echo(request, OptionCode::kRelayAgent, packet.options);
  return reply;
}

}  // namespace

std::optional<Reply> BuildReply(const Packet& request, const ClientKind& kind,
                                const core::DhcpAnswer& answer, int mtu) {
  if (const auto* grant = std::get_if<DhcpGrant>(&answer)) {
    return GrantReply(request, kind, *grant, mtu);
  }
  if (const auto* nak = std::get_if<DhcpNak>(&answer)) return NakReply(request, *nak);
  return std::nullopt;
}

}  // namespace pxe::dhcp
