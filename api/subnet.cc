#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_format.h"
#include "api/convert.h"
#include "api/dhcp_option.h"
#include "api/enum_table.h"
#include "api/fields.h"
#include "api/resource_name.h"
#include "base/status.h"

namespace pxe::api {
namespace {

v1::UnknownMachines ToProto(core::UnknownMachines value) {
  switch (value) {
    case core::UnknownMachines::kIgnore:
      return v1::UNKNOWN_MACHINES_IGNORE;
    case core::UnknownMachines::kAddressOnly:
      return v1::UNKNOWN_MACHINES_ADDRESS_ONLY;
    case core::UnknownMachines::kProfile:
      return v1::UNKNOWN_MACHINES_PROFILE;
    case core::UnknownMachines::kLocal:
      return v1::UNKNOWN_MACHINES_LOCAL;
    case core::UnknownMachines::kDiscover:
      return v1::UNKNOWN_MACHINES_DISCOVER;
  }
  return v1::UNKNOWN_MACHINES_UNSPECIFIED;
}

absl::StatusOr<core::UnknownMachines> FromProto(v1::UnknownMachines value) {
  if (value == v1::UNKNOWN_MACHINES_IGNORE) return core::UnknownMachines::kIgnore;
  if (value == v1::UNKNOWN_MACHINES_PROFILE) return core::UnknownMachines::kProfile;
  if (value == v1::UNKNOWN_MACHINES_LOCAL) return core::UnknownMachines::kLocal;
  if (value == v1::UNKNOWN_MACHINES_DISCOVER) return core::UnknownMachines::kDiscover;
  if (value == v1::UNKNOWN_MACHINES_ADDRESS_ONLY || value == v1::UNKNOWN_MACHINES_UNSPECIFIED) {
    return core::UnknownMachines::kAddressOnly;
  }
  return InvalidArgument(
      absl::StrFormat("subnet.unknown_machines: %d is no known value", static_cast<int>(value)));
}

constexpr EnumTable<core::SubnetMode, v1::SubnetMode, 4> kModes = {{
    {core::SubnetMode::kFull, v1::SUBNET_MODE_FULL},
    {core::SubnetMode::kProxy, v1::SUBNET_MODE_PROXY},
    {core::SubnetMode::kReservationsOnly, v1::SUBNET_MODE_RESERVATIONS_ONLY},
    {core::SubnetMode::kOff, v1::SUBNET_MODE_OFF},
}};

constexpr EnumTable<core::Identity, v1::ClientIdentity, 3> kIdentities = {{
    {core::Identity::kMac, v1::CLIENT_IDENTITY_MAC},
    {core::Identity::kClientId, v1::CLIENT_IDENTITY_CLIENT_ID},
    {core::Identity::kAuto, v1::CLIENT_IDENTITY_AUTO},
}};

constexpr EnumTable<core::Bootp, v1::Bootp, 3> kBootps = {{
    {core::Bootp::kStatic, v1::BOOTP_STATIC},
    {core::Bootp::kDynamic, v1::BOOTP_DYNAMIC},
    {core::Bootp::kOff, v1::BOOTP_OFF},
}};

constexpr EnumTable<core::PoolClients, v1::PoolClients, 3> kPoolClients = {{
    {core::PoolClients::kAnybody, v1::POOL_CLIENTS_ANYBODY},
    {core::PoolClients::kKnown, v1::POOL_CLIENTS_KNOWN},
    {core::PoolClients::kUnknown, v1::POOL_CLIENTS_UNKNOWN},
}};

constexpr EnumTable<core::HostKey, v1::HostKey, 5> kHostKeys = {{
    {core::HostKey::kMac, v1::HOST_KEY_MAC},
    {core::HostKey::kUuid, v1::HOST_KEY_UUID},
    {core::HostKey::kClientId, v1::HOST_KEY_CLIENT_ID},
    {core::HostKey::kCircuitId, v1::HOST_KEY_CIRCUIT_ID},
    {core::HostKey::kRemoteId, v1::HOST_KEY_REMOTE_ID},
}};

// Zero, "not said", is the first of the table.
template <typename Ours, typename Theirs, size_t kSize>
absl::StatusOr<Ours> OrFirst(const EnumTable<Ours, Theirs, kSize>& table, std::string_view field,
                             Theirs value) {
  if (value == Theirs{}) return table.front().first;
  return Translate(table, field, value);
}

void PutLink(const core::Subnet& subnet, v1::Subnet& out) {
  out.set_mode(Translate(kModes, subnet.mode));
  out.set_shared_network(subnet.shared_network);
  PutAddresses(subnet.relay_addresses, out.mutable_relay_addresses());
  out.set_identity(Translate(kIdentities, subnet.identity));
  out.set_bootp(Translate(kBootps, subnet.bootp));
  out.set_rapid_commit(subnet.rapid_commit);
  out.set_echo_client_id(subnet.echo_client_id);
  PutOptions(subnet.options, out.mutable_options());
}

absl::Status ParseLink(const v1::Subnet& in, core::Subnet& out) {
  PXE_ASSIGN_OR_RETURN(out.mode, OrFirst(kModes, "subnet.mode", in.mode()));
  out.shared_network = in.shared_network();
  PXE_ASSIGN_OR_RETURN(out.relay_addresses,
                       ParseAddresses("subnet.relay_addresses", in.relay_addresses()));
  PXE_ASSIGN_OR_RETURN(out.identity, OrFirst(kIdentities, "subnet.identity", in.identity()));
  PXE_ASSIGN_OR_RETURN(out.bootp, OrFirst(kBootps, "subnet.bootp", in.bootp()));
  out.rapid_commit = in.rapid_commit();
  if (in.has_echo_client_id()) out.echo_client_id = in.echo_client_id();
  PXE_ASSIGN_OR_RETURN(out.options, ParseOptions("subnet.options", in.options()));
  return absl::OkStatus();
}

v1::PoolGuard ToProto(const core::PoolGuard& guard) {
  v1::PoolGuard out;
  out.set_pool(guard.pool.ToString());
  out.set_clients(Translate(kPoolClients, guard.clients));
  for (const std::string& kind : guard.kinds) out.add_kinds(kind);
  out.set_vendor_class_prefix(guard.vendor_class_prefix);
  return out;
}

absl::StatusOr<core::PoolGuard> FromProto(const std::string& field, const v1::PoolGuard& guard) {
  core::PoolGuard out;
  const auto pool = ParseIpv4Range(guard.pool());
  if (!pool.ok()) return Annotate(pool.status(), field + ".pool");
  out.pool = *pool;
  PXE_ASSIGN_OR_RETURN(out.clients, OrFirst(kPoolClients, field + ".clients", guard.clients()));
  out.kinds.assign(guard.kinds().begin(), guard.kinds().end());
  std::ranges::sort(out.kinds);
  out.kinds.erase(std::unique(out.kinds.begin(), out.kinds.end()), out.kinds.end());
  out.vendor_class_prefix = guard.vendor_class_prefix();
  return out;
}

// Whose addresses are, which are given, and by what hosts are found.
void PutGuards(const core::Subnet& subnet, v1::Subnet& out) {
  for (const core::PoolGuard& guard : subnet.pool_guards) *out.add_pool_guards() = ToProto(guard);
  out.set_edge_addresses(subnet.edge_addresses);
  out.set_reuse_declined(subnet.reuse_declined);
  for (const core::HostKey key : subnet.host_keys) out.add_host_keys(Translate(kHostKeys, key));
  out.set_ping_check(subnet.ping_check);
  out.set_trust_subnet_selection(subnet.trust_subnet_selection);
  out.set_trust_direct_relay_agent(subnet.trust_direct_relay_agent);
  *out.mutable_min_secs() = ToDuration(subnet.min_secs);
}

absl::Status ParseHostKeys(const v1::Subnet& in, core::Subnet& out) {
  if (in.host_keys().empty()) return absl::OkStatus();
  out.host_keys.clear();
  for (int i = 0; i < in.host_keys_size(); ++i) {
    PXE_ASSIGN_OR_RETURN(
        const core::HostKey key,
        Translate(kHostKeys, absl::StrFormat("subnet.host_keys[%d]", i), in.host_keys(i)));
    out.host_keys.push_back(key);
  }
  return absl::OkStatus();
}

absl::Status ParseGuards(const v1::Subnet& in, core::Subnet& out) {
  for (int i = 0; i < in.pool_guards_size(); ++i) {
    PXE_ASSIGN_OR_RETURN(
        core::PoolGuard guard,
        FromProto(absl::StrFormat("subnet.pool_guards[%d]", i), in.pool_guards(i)));
    out.pool_guards.push_back(std::move(guard));
  }
  out.edge_addresses = in.edge_addresses();
  out.reuse_declined = in.reuse_declined();
  PXE_RETURN_IF_ERROR(ParseHostKeys(in, out));
  out.ping_check = in.ping_check();
  out.trust_subnet_selection = in.trust_subnet_selection();
  if (in.has_trust_direct_relay_agent()) {
    out.trust_direct_relay_agent = in.trust_direct_relay_agent();
  }
  PXE_ASSIGN_OR_RETURN(out.min_secs, ParseSeconds("subnet.min_secs", in.min_secs()));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Ipv4Range>> ParsePools(const StringList& texts) {
  std::vector<Ipv4Range> pools;
  for (int i = 0; i < texts.size(); ++i) {
    const auto pool = ParseIpv4Range(texts[i]);
    if (!pool.ok()) return Annotate(pool.status(), absl::StrFormat("subnet.pools[%d]", i));
    pools.push_back(*pool);
  }
  return pools;
}

// An unset limit makes room for a default lease that lies beyond the usual one.
absl::Status ParseLeaseTimes(const v1::Subnet& in, core::Subnet& out) {
  if (in.has_default_lease()) {
    PXE_ASSIGN_OR_RETURN(out.default_lease,
                         ParseSeconds("subnet.default_lease", in.default_lease()));
  }
  out.min_lease = std::min(out.min_lease, out.default_lease);
  out.max_lease = std::max(out.max_lease, out.default_lease);
  if (in.has_min_lease()) {
    PXE_ASSIGN_OR_RETURN(out.min_lease, ParseSeconds("subnet.min_lease", in.min_lease()));
  }
  if (in.has_max_lease()) {
    PXE_ASSIGN_OR_RETURN(out.max_lease, ParseSeconds("subnet.max_lease", in.max_lease()));
  }
  return absl::OkStatus();
}

}  // namespace

v1::Subnet ToProto(const core::Subnet& subnet) {
  v1::Subnet out;
  out.set_name(NameOf(kSubnets, subnet.id));
  out.set_cidr(subnet.cidr.ToString());
  for (const Ipv4Range& pool : subnet.pools) out.add_pools(pool.ToString());
  PutAddresses(subnet.routers, out.mutable_routers());
  PutAddresses(subnet.dns_servers, out.mutable_dns_servers());
  PutAddresses(subnet.ntp_servers, out.mutable_ntp_servers());
  out.set_domain_name(subnet.domain_name);
  *out.mutable_default_lease() = ToDuration(subnet.default_lease);
  *out.mutable_min_lease() = ToDuration(subnet.min_lease);
  *out.mutable_max_lease() = ToDuration(subnet.max_lease);
  PutAddress(subnet.next_server, out.mutable_next_server());
  out.set_default_profile(Reference(kProfiles, subnet.default_profile));
  out.set_unknown_machines(ToProto(subnet.unknown_machines));
  out.set_unknown_profile(Reference(kProfiles, subnet.unknown_profile));
  out.set_authoritative(subnet.authoritative);
  out.set_always_broadcast(subnet.always_broadcast);
  out.set_plain_boot_file(subnet.plain_boot_file);
  PutAddress(subnet.plain_next_server, out.mutable_plain_next_server());
  PutGuards(subnet, out);
  PutLink(subnet, out);
  out.set_revision(subnet.stamp.revision);
  out.set_etag(EtagOf(subnet.stamp));
  *out.mutable_create_time() = ToTimestamp(subnet.stamp.created);
  *out.mutable_update_time() = ToTimestamp(subnet.stamp.updated);
  return out;
}

absl::StatusOr<core::Subnet> FromProto(std::string_view id, const v1::Subnet& subnet) {
  core::Subnet out;
  out.id = id;
  const auto cidr = ParseIpv4Prefix(subnet.cidr());
  if (!cidr.ok()) return Annotate(cidr.status(), "subnet.cidr");
  out.cidr = *cidr;
  PXE_ASSIGN_OR_RETURN(out.pools, ParsePools(subnet.pools()));
  PXE_ASSIGN_OR_RETURN(out.routers, ParseAddresses("subnet.routers", subnet.routers()));
  PXE_ASSIGN_OR_RETURN(out.dns_servers, ParseAddresses("subnet.dns_servers", subnet.dns_servers()));
  PXE_ASSIGN_OR_RETURN(out.ntp_servers, ParseAddresses("subnet.ntp_servers", subnet.ntp_servers()));
  out.domain_name = subnet.domain_name();
  PXE_RETURN_IF_ERROR(ParseLeaseTimes(subnet, out));
  PXE_ASSIGN_OR_RETURN(out.next_server,
                       ParseOptionalAddress("subnet.next_server", subnet.next_server()));
  PXE_ASSIGN_OR_RETURN(out.default_profile, ParseReference("subnet.default_profile", kProfiles,
                                                           subnet.default_profile()));
  PXE_ASSIGN_OR_RETURN(out.unknown_machines, FromProto(subnet.unknown_machines()));
  PXE_ASSIGN_OR_RETURN(out.unknown_profile, ParseReference("subnet.unknown_profile", kProfiles,
                                                           subnet.unknown_profile()));
  if (subnet.has_authoritative()) out.authoritative = subnet.authoritative();
  out.always_broadcast = subnet.always_broadcast();
  out.plain_boot_file = subnet.plain_boot_file();
  PXE_ASSIGN_OR_RETURN(out.plain_next_server, ParseOptionalAddress("subnet.plain_next_server",
                                                                   subnet.plain_next_server()));
  PXE_RETURN_IF_ERROR(ParseGuards(subnet, out));
  PXE_RETURN_IF_ERROR(ParseLink(subnet, out));
  return out;
}

}  // namespace pxe::api
