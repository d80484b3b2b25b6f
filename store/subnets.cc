#include "store/subnets.h"

#include <string>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "store/addresses.h"
#include "store/enum_text.h"
#include "store/option_rows.h"
#include "store/profiles.h"
#include "store/revision.h"
#include "store/rows.h"
#include "store/subnet_keys.h"

namespace pxe::store {
namespace {

constexpr Sql kLoad = R"sql(
  SELECT id, address, length, domain_name, default_lease, min_lease, max_lease, next_server,
         default_profile, unknown_machines, unknown_profile, authoritative, always_broadcast,
         plain_boot_file, plain_next_server, mode, shared_network, identity, bootp, rapid_commit,
         echo_client_id, edge_addresses, reuse_declined, ping_check, trust_subnet_selection,
         trust_direct_relay_agent, min_secs, revision, created, updated
  FROM subnet WHERE id BETWEEN ?1 AND ?2 ORDER BY id
)sql";

constexpr Sql kLoadPools = R"sql(
  SELECT subnet, first, last FROM pool WHERE subnet BETWEEN ?1 AND ?2 ORDER BY subnet, position
)sql";

constexpr Sql kLoadServers = R"sql(
  SELECT subnet, service, address FROM subnet_server
  WHERE subnet BETWEEN ?1 AND ?2 ORDER BY subnet, service, position
)sql";

constexpr Sql kLoadRelays = R"sql(
  SELECT subnet, address FROM subnet_relay WHERE subnet BETWEEN ?1 AND ?2 ORDER BY subnet, position
)sql";

constexpr Sql kLoadOptions = R"sql(
  SELECT subnet, code, value, always FROM subnet_option
  WHERE subnet BETWEEN ?1 AND ?2 ORDER BY subnet, position
)sql";

constexpr Sql kOtherWithRelay =
    "SELECT subnet FROM subnet_relay WHERE address = ?1 AND subnet <> ?2";

constexpr Sql kFind = "SELECT id FROM subnet WHERE id = ?1";

constexpr Sql kInsert = R"sql(
  INSERT INTO subnet (id, address, length, domain_name, default_lease, min_lease, max_lease,
                      next_server, default_profile, unknown_machines, unknown_profile,
                      authoritative, always_broadcast, plain_boot_file, plain_next_server, mode,
                      shared_network, identity, bootp, rapid_commit, echo_client_id,
                      edge_addresses, reuse_declined, ping_check, trust_subnet_selection,
                      trust_direct_relay_agent, min_secs, revision, created, updated)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
          ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30)
)sql";

constexpr Sql kUpdate = R"sql(
  UPDATE subnet SET address = ?2, length = ?3, domain_name = ?4, default_lease = ?5, min_lease = ?6,
                    max_lease = ?7, next_server = ?8, default_profile = ?9, unknown_machines = ?10,
                    unknown_profile = ?11, authoritative = ?12, always_broadcast = ?13,
                    plain_boot_file = ?14, plain_next_server = ?15, mode = ?16,
                    shared_network = ?17, identity = ?18, bootp = ?19, rapid_commit = ?20,
                    echo_client_id = ?21, edge_addresses = ?22, reuse_declined = ?23,
                    ping_check = ?24, trust_subnet_selection = ?25, trust_direct_relay_agent = ?26,
                    min_secs = ?27, revision = ?28, updated = ?29
  WHERE id = ?1
)sql";

constexpr Sql kInsertPool =
    "INSERT INTO pool (subnet, position, first, last) VALUES (?1, ?2, ?3, ?4)";

constexpr Sql kInsertServer =
    "INSERT INTO subnet_server (subnet, service, position, address) VALUES (?1, ?2, ?3, ?4)";

constexpr Sql kInsertRelay =
    "INSERT INTO subnet_relay (address, subnet, position) VALUES (?1, ?2, ?3)";

constexpr Sql kInsertOption = R"sql(
  INSERT INTO subnet_option (subnet, position, code, value, always) VALUES (?1, ?2, ?3, ?4, ?5)
)sql";

constexpr Sql kUsers =
    "SELECT 'rules/' || id || ' (match.subnet)' FROM rule WHERE subnet = ?1 ORDER BY 1";

constexpr std::string_view kRouter = "ROUTER";
constexpr std::string_view kDns = "DNS";
constexpr std::string_view kNtp = "NTP";

core::Subnet ReadSubnet(Statement& row) {
  core::Subnet subnet;
  subnet.id = row.Text();
  subnet.cidr.address = row.Address();
  subnet.cidr.length = static_cast<int>(row.Int());
  subnet.domain_name = row.Text();
  subnet.default_lease = std::chrono::seconds{row.Int()};
  subnet.min_lease = std::chrono::seconds{row.Int()};
  subnet.max_lease = std::chrono::seconds{row.Int()};
  subnet.next_server = row.OptionalAddress();
  subnet.default_profile = row.Text();
  subnet.unknown_machines = EnumOf(row.TextView(), kUnknownMachines);
  subnet.unknown_profile = row.Text();
  subnet.authoritative = row.Bool();
  subnet.always_broadcast = row.Bool();
  subnet.plain_boot_file = row.Text();
  subnet.plain_next_server = row.OptionalAddress();
  subnet.mode = EnumOf(row.TextView(), kSubnetModes);
  subnet.shared_network = row.Text();
  subnet.identity = EnumOf(row.TextView(), kIdentities);
  subnet.bootp = EnumOf(row.TextView(), kBootps);
  subnet.rapid_commit = row.Bool();
  subnet.echo_client_id = row.Bool();
  subnet.edge_addresses = row.Bool();
  subnet.reuse_declined = row.Bool();
  subnet.ping_check = row.Bool();
  subnet.trust_subnet_selection = row.Bool();
  subnet.trust_direct_relay_agent = row.Bool();
  subnet.min_secs = std::chrono::seconds{row.Int()};
  subnet.stamp = ReadStamp(row);
  return subnet;
}

std::vector<Ipv4>& ServersOf(core::Subnet& subnet, std::string_view service) {
  if (service == kRouter) return subnet.routers;
  return service == kDns ? subnet.dns_servers : subnet.ntp_servers;
}

absl::StatusOr<std::vector<core::Subnet>> Load(Database& db, IdRange ids) {
  std::vector<core::Subnet> subnets;
  Statement rows = db.Query(kLoad, ids.first, ids.last);
  while (rows.Next()) subnets.push_back(ReadSubnet(rows));
  PXE_RETURN_IF_ERROR(rows.status());

  const auto children = [&](Sql sql, auto add) {
    return AddChildren(subnets, db.Query(sql, ids.first, ids.last), add);
  };
  PXE_RETURN_IF_ERROR(children(kLoadPools, [](core::Subnet& subnet, Statement& row) {
    const Ipv4 first = row.Address();
    subnet.pools.push_back({first, row.Address()});
    return absl::OkStatus();
  }));
  PXE_RETURN_IF_ERROR(children(kLoadServers, [](core::Subnet& subnet, Statement& row) {
    const std::string service = row.Text();
    ServersOf(subnet, service).push_back(row.Address());
    return absl::OkStatus();
  }));
  PXE_RETURN_IF_ERROR(children(kLoadRelays, [](core::Subnet& subnet, Statement& row) {
    subnet.relay_addresses.push_back(row.Address());
    return absl::OkStatus();
  }));
  PXE_RETURN_IF_ERROR(children(kLoadOptions, [](core::Subnet& subnet, Statement& row) {
    subnet.options.push_back(ReadOption(row));
    return absl::OkStatus();
  }));
  PXE_RETURN_IF_ERROR(LoadGuardsAndKeys(db, ids, subnets));
  return subnets;
}

// One relay stands on one link, and the subnet that names it stands for that link.
absl::Status CheckRelays(Database& db, const core::Subnet& subnet) {
  for (size_t i = 0; i < subnet.relay_addresses.size(); ++i) {
    const Ipv4 relay = subnet.relay_addresses[i];
    PXE_ASSIGN_OR_RETURN(const auto other, FirstText(db.Query(kOtherWithRelay, relay, subnet.id)));
    if (!other) continue;
    return FailedPrecondition(absl::StrFormat(
        "subnet.relay_addresses[%d]: %s is that of subnets/%s", i, relay.ToString(), *other));
  }
  return absl::OkStatus();
}

absl::Status CheckReferences(Database& db, const core::Subnet& subnet) {
  PXE_ASSIGN_OR_RETURN(const auto other, OverlappingSubnet(db, subnet.cidr, subnet.id));
  if (other) {
    return FailedPrecondition(absl::StrFormat("subnet.cidr: %s overlaps %s of subnets/%s",
                                              subnet.cidr.ToString(), other->cidr.ToString(),
                                              other->id));
  }
  PXE_RETURN_IF_ERROR(CheckRelays(db, subnet));
  PXE_RETURN_IF_ERROR(RequireProfile(db, "subnet.default_profile", subnet.default_profile));
  return RequireProfile(db, "subnet.unknown_profile", subnet.unknown_profile);
}

// Refuses a new cidr under which a host would lose its address.
absl::Status CheckOrphans(Database& db, const core::Subnet& old, const core::Subnet& subnet) {
  const Ipv4Range before{old.cidr.address, old.cidr.Broadcast()};
  const Ipv4Range after{subnet.cidr.address, subnet.cidr.Broadcast()};
  PXE_ASSIGN_OR_RETURN(auto orphan, ReservationOutside(db, before, after));
  if (orphan) {
    return FailedPrecondition(absl::StrFormat("subnet.cidr: %s of hosts/%s would lie in no subnet",
                                              orphan->address.ToString(), orphan->host));
  }
  for (const Ipv4 address : {after.first, after.last}) {
    const auto special = SpecialAddress(subnet.cidr, address);
    if (!special) continue;
    PXE_ASSIGN_OR_RETURN(const auto holder, ReservationIn(db, {address, address}));
    if (holder) {
      return FailedPrecondition(absl::StrFormat("subnet.cidr: %s of hosts/%s would become %s",
                                                address.ToString(), holder->host, *special));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRouters(Database& db, const core::Subnet& subnet) {
  for (size_t i = 0; i < subnet.routers.size(); ++i) {
    const Ipv4 router = subnet.routers[i];
    PXE_ASSIGN_OR_RETURN(const auto holder, ReservationIn(db, {router, router}));
    if (holder) {
      return FailedPrecondition(absl::StrFormat("subnet.routers[%d]: %s belongs to hosts/%s", i,
                                                router.ToString(), holder->host));
    }
  }
  return absl::OkStatus();
}

absl::Status InsertServers(Database& db, const core::Subnet& subnet, std::string_view service,
                           const std::vector<Ipv4>& addresses) {
  for (size_t i = 0; i < addresses.size(); ++i) {
    PXE_RETURN_IF_ERROR(db.Run(kInsertServer, subnet.id, service, i, addresses[i]));
  }
  return absl::OkStatus();
}

absl::Status InsertChildren(Database& db, const core::Subnet& subnet) {
  for (size_t i = 0; i < subnet.pools.size(); ++i) {
    const Ipv4Range& pool = subnet.pools[i];
    PXE_RETURN_IF_ERROR(db.Run(kInsertPool, subnet.id, i, pool.first, pool.last));
  }
  for (size_t i = 0; i < subnet.relay_addresses.size(); ++i) {
    PXE_RETURN_IF_ERROR(db.Run(kInsertRelay, subnet.relay_addresses[i], subnet.id, i));
  }
  PXE_RETURN_IF_ERROR(InsertGuardsAndKeys(db, subnet));
  PXE_RETURN_IF_ERROR(InsertOptions(db, kInsertOption, subnet.id, subnet.options));
  PXE_RETURN_IF_ERROR(InsertServers(db, subnet, kRouter, subnet.routers));
  PXE_RETURN_IF_ERROR(InsertServers(db, subnet, kDns, subnet.dns_servers));
  return InsertServers(db, subnet, kNtp, subnet.ntp_servers);
}

absl::Status EraseChildren(Database& db, std::string_view id) {
  PXE_RETURN_IF_ERROR(EraseGuardsAndKeys(db, id));
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM pool WHERE subnet = ?1", id));
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM subnet_relay WHERE subnet = ?1", id));
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM subnet_option WHERE subnet = ?1", id));
  return db.Run("DELETE FROM subnet_server WHERE subnet = ?1", id);
}

}  // namespace

absl::StatusOr<core::Subnet> InsertSubnet(Database& db, core::Subnet subnet, Seconds now) {
  PXE_ASSIGN_OR_RETURN(const auto taken, FirstText(db.Query(kFind, subnet.id)));
  if (taken) return ExistsAlready("subnets", subnet.id);
  PXE_RETURN_IF_ERROR(CheckReferences(db, subnet));
  PXE_RETURN_IF_ERROR(CheckRouters(db, subnet));
  PXE_ASSIGN_OR_RETURN(const uint64_t revision, NextRevision(db));
  subnet.stamp = {.revision = revision, .created = now, .updated = now};
  PXE_RETURN_IF_ERROR(db.Run(kInsert, subnet.id, subnet.cidr.address, subnet.cidr.length,
                             subnet.domain_name, subnet.default_lease, subnet.min_lease,
                             subnet.max_lease, subnet.next_server, OrNull(subnet.default_profile),
                             TextOf(subnet.unknown_machines), OrNull(subnet.unknown_profile),
                             subnet.authoritative, subnet.always_broadcast, subnet.plain_boot_file,
                             subnet.plain_next_server, TextOf(subnet.mode), subnet.shared_network,
                             TextOf(subnet.identity), TextOf(subnet.bootp), subnet.rapid_commit,
                             subnet.echo_client_id, subnet.edge_addresses, subnet.reuse_declined,
                             subnet.ping_check, subnet.trust_subnet_selection,
                             subnet.trust_direct_relay_agent, subnet.min_secs, revision, now, now));
  PXE_RETURN_IF_ERROR(InsertChildren(db, subnet));
  return subnet;
}

absl::StatusOr<core::Subnet> UpdateSubnet(Database& db, core::Subnet subnet, Seconds now) {
  PXE_ASSIGN_OR_RETURN(const core::Subnet old, GetSubnet(db, subnet.id));
  PXE_RETURN_IF_ERROR(CheckReferences(db, subnet));
  PXE_RETURN_IF_ERROR(CheckOrphans(db, old, subnet));
  PXE_RETURN_IF_ERROR(CheckRouters(db, subnet));
  PXE_ASSIGN_OR_RETURN(const uint64_t revision, NextRevision(db));
  subnet.stamp = {.revision = revision, .created = old.stamp.created, .updated = now};
  PXE_RETURN_IF_ERROR(db.Run(kUpdate, subnet.id, subnet.cidr.address, subnet.cidr.length,
                             subnet.domain_name, subnet.default_lease, subnet.min_lease,
                             subnet.max_lease, subnet.next_server, OrNull(subnet.default_profile),
                             TextOf(subnet.unknown_machines), OrNull(subnet.unknown_profile),
                             subnet.authoritative, subnet.always_broadcast, subnet.plain_boot_file,
                             subnet.plain_next_server, TextOf(subnet.mode), subnet.shared_network,
                             TextOf(subnet.identity), TextOf(subnet.bootp), subnet.rapid_commit,
                             subnet.echo_client_id, subnet.edge_addresses, subnet.reuse_declined,
                             subnet.ping_check, subnet.trust_subnet_selection,
                             subnet.trust_direct_relay_agent, subnet.min_secs, revision, now));
  PXE_RETURN_IF_ERROR(EraseChildren(db, subnet.id));
  PXE_RETURN_IF_ERROR(InsertChildren(db, subnet));
  return subnet;
}

absl::Status EraseSubnet(Database& db, std::string_view id) {
  PXE_ASSIGN_OR_RETURN(const core::Subnet subnet, GetSubnet(db, id));
  PXE_ASSIGN_OR_RETURN(const auto reservation,
                       ReservationIn(db, {subnet.cidr.address, subnet.cidr.Broadcast()}));
  if (reservation) {
    return FailedPrecondition(absl::StrFormat("subnets/%s: hosts/%s has the address %s in it", id,
                                              reservation->host, reservation->address.ToString()));
  }
  PXE_RETURN_IF_ERROR(RefuseIfUsed(db.Query(kUsers, id), "subnets", id));
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM subnet WHERE id = ?1", id));
  return NextRevision(db).status();
}

absl::Status RequireSubnet(Database& db, std::string_view field, std::string_view id) {
  return RequireReference(db, kFind, field, "subnets", id);
}

absl::StatusOr<core::Subnet> GetSubnet(Database& db, std::string_view id) {
  return OnlyOne(Load(db, OneId(id)), "subnets", id);
}

absl::StatusOr<std::vector<core::Subnet>> ListSubnets(Database& db) {
  return Load(db, kAllIds);
}

}  // namespace pxe::store
