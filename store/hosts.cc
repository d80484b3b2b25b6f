#include "store/hosts.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "base/status.h"
#include "core/validate.h"
#include "store/addresses.h"
#include "store/profiles.h"
#include "store/revision.h"
#include "store/rows.h"

namespace pxe::store {
namespace {

constexpr Sql kLoad = R"sql(
  SELECT id, uid, uuid, profile, revision, created, updated
  FROM host WHERE id BETWEEN ?1 AND ?2 ORDER BY id
)sql";

constexpr Sql kLoadNics = R"sql(
  SELECT host, mac, address, host_name FROM nic
  WHERE host BETWEEN ?1 AND ?2 ORDER BY host, position
)sql";

constexpr Sql kLoadAllNics = "SELECT host, position, mac, address, host_name FROM nic";

constexpr Sql kLoadLabels = R"sql(
  SELECT host, name, value FROM host_label WHERE host BETWEEN ?1 AND ?2 ORDER BY host, name
)sql";

constexpr Sql kLoadVariables = R"sql(
  SELECT host, name, value FROM host_variable WHERE host BETWEEN ?1 AND ?2 ORDER BY host, name
)sql";

constexpr Sql kFind = "SELECT id FROM host WHERE id = ?1";

constexpr Sql kInsert = R"sql(
  INSERT INTO host (id, uid, uuid, profile, revision, created, updated)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
)sql";

constexpr Sql kUpdate = R"sql(
  UPDATE host SET uuid = ?2, profile = ?3, revision = ?4, updated = ?5
  WHERE id = ?1
)sql";
constexpr Sql kTouch = "UPDATE host SET revision = ?2, updated = ?3 WHERE id = ?1";

constexpr Sql kInsertNic = R"sql(
  INSERT INTO nic (mac, host, position, address, host_name) VALUES (?1, ?2, ?3, ?4, ?5)
)sql";

constexpr Sql kEraseNics = "DELETE FROM nic WHERE host = ?1";
constexpr Sql kInsertLabel = "INSERT INTO host_label (host, name, value) VALUES (?1, ?2, ?3)";
constexpr Sql kInsertVariable = "INSERT INTO host_variable (host, name, value) VALUES (?1, ?2, ?3)";

constexpr Sql kOtherWithMac = "SELECT host FROM nic WHERE mac = ?1 AND host <> ?2";
constexpr Sql kOtherWithAddress = "SELECT host FROM nic WHERE address = ?1 AND host <> ?2";
constexpr Sql kOtherWithUuid = "SELECT id FROM host WHERE uuid IN (?1, ?2) AND id <> ?3";

constexpr Sql kRouter = R"sql(
  SELECT subnet FROM subnet_server WHERE subnet = ?1 AND service = 'ROUTER' AND address = ?2
)sql";

absl::StatusOr<core::Host> ReadHost(Statement& row) {
  core::Host host;
  host.id = row.Text();
  host.uid = row.Text();
  if (const std::string_view uuid = row.TextView(); !uuid.empty()) {
    PXE_ASSIGN_OR_RETURN(host.uuid, ParseUuid(uuid));
  }
  host.profile = row.Text();
  host.stamp = ReadStamp(row);
  return host;
}

absl::StatusOr<core::Nic> ReadNic(Statement& row) {
  core::Nic nic;
  PXE_ASSIGN_OR_RETURN(nic.mac, ParseMacAddress(row.TextView()));
  nic.address = row.OptionalAddress();
  nic.host_name = row.Text();
  return nic;
}

void ReadPair(std::map<std::string, std::string>& pairs, Statement& row) {
  std::string name = row.Text();
  pairs.emplace_hint(pairs.end(), std::move(name), row.Text());  // they come by name
}

// Of all hosts, in the order of the table, which is that of MACs: looked up through the index by
// host each row would be a search of its own.
absl::Status AddAllNics(Database& db, std::vector<core::Host>& hosts) {
  absl::flat_hash_map<std::string_view, core::Host*> by_id;
  by_id.reserve(hosts.size());
  for (core::Host& host : hosts) by_id.emplace(host.id, &host);
  Statement rows = db.Query(kLoadAllNics);
  while (rows.Next()) {
    const std::string_view id = rows.TextView();
    const auto host = by_id.find(id);
    const auto position = static_cast<size_t>(rows.Int());
    if (host == by_id.end() || position >= core::kMaxNics) {
      return DataLoss(
          absl::StrFormat("database: a NIC belongs to hosts/%s, which has no place for it", id));
    }
    auto& nics = host->second->nics;
    if (nics.size() <= position) nics.resize(position + 1);
    PXE_ASSIGN_OR_RETURN(nics[position], ReadNic(rows));
  }
  PXE_RETURN_IF_ERROR(rows.status());
  for (const core::Host& host : hosts) {
    const bool gap = std::ranges::find(host.nics, MacAddress{}, &core::Nic::mac) != host.nics.end();
    if (gap) return DataLoss("database: a NIC of hosts/" + host.id + " is missing");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<core::Host>> Load(Database& db, IdRange ids) {
  std::vector<core::Host> hosts;
  Statement rows = db.Query(kLoad, ids.first, ids.last);
  while (rows.Next()) {
    PXE_ASSIGN_OR_RETURN(core::Host host, ReadHost(rows));
    hosts.push_back(std::move(host));
  }
  PXE_RETURN_IF_ERROR(rows.status());
  if (hosts.empty()) return hosts;

  const auto children = [&](Sql sql, auto add) {
    return AddChildren(hosts, db.Query(sql, ids.first, ids.last), add);
  };
  const auto add_nic = [](core::Host& host, Statement& row) {
    PXE_ASSIGN_OR_RETURN(core::Nic nic, ReadNic(row));
    host.nics.push_back(std::move(nic));
    return absl::OkStatus();
  };
  const bool one = ids.first == ids.last;
  PXE_RETURN_IF_ERROR(one ? children(kLoadNics, add_nic) : AddAllNics(db, hosts));
  PXE_RETURN_IF_ERROR(children(kLoadLabels, [](core::Host& host, Statement& row) {
    ReadPair(host.labels, row);
    return absl::OkStatus();
  }));
  PXE_RETURN_IF_ERROR(children(kLoadVariables, [](core::Host& host, Statement& row) {
    ReadPair(host.variables, row);
    return absl::OkStatus();
  }));
  return hosts;
}

absl::Status BelongsTo(std::string_view field, std::string_view value, std::string_view owner) {
  return AlreadyExists(absl::StrFormat("%s: %s belongs to hosts/%s", field, value, owner));
}

std::string AddressField(size_t index) {
  return absl::StrFormat("host.nics[%d].address", index);
}

absl::Status CheckPlace(Database& db, size_t index, Ipv4 address) {
  PXE_ASSIGN_OR_RETURN(const auto subnet, SubnetOf(db, address));
  if (!subnet) {
    return FailedPrecondition(
        absl::StrFormat("%s: %s lies in no subnet", AddressField(index), address.ToString()));
  }
  std::optional<std::string_view> special = SpecialAddress(subnet->cidr, address);
  PXE_ASSIGN_OR_RETURN(const auto router, FirstText(db.Query(kRouter, subnet->id, address)));
  if (router) special = "its router";
  if (!special) return absl::OkStatus();
  return InvalidArgument(
      absl::StrFormat("%s: %s cannot be given to a host: subnets/%s has it as %s",
                      AddressField(index), address.ToString(), subnet->id, *special));
}

absl::Status CheckOwner(Database& db, std::string_view host, size_t index, const core::Nic& nic) {
  const std::string mac = nic.mac.ToString();
  PXE_ASSIGN_OR_RETURN(const auto mac_owner, FirstText(db.Query(kOtherWithMac, mac, host)));
  if (mac_owner) return BelongsTo(absl::StrFormat("host.nics[%d].mac", index), mac, *mac_owner);
  if (!nic.address) return absl::OkStatus();
  PXE_ASSIGN_OR_RETURN(const auto address_owner,
                       FirstText(db.Query(kOtherWithAddress, *nic.address, host)));
  if (!address_owner) return absl::OkStatus();
  return BelongsTo(AddressField(index), nic.address->ToString(), *address_owner);
}

// A machine shows its UUID in either byte order, so both spellings must be free.
absl::Status CheckUuid(Database& db, const core::Host& host) {
  if (!host.uuid) return absl::OkStatus();
  const std::string uuid = host.uuid->ToString();
  PXE_ASSIGN_OR_RETURN(
      const auto owner,
      FirstText(db.Query(kOtherWithUuid, uuid, host.uuid->Swapped().ToString(), host.id)));
  return owner ? BelongsTo("host.uuid", uuid, *owner) : absl::OkStatus();
}

// NICs that are `stored` so already are this host's: the database keeps them from all others.
absl::Status CheckAgainstOthers(Database& db, const core::Host& host,
                                const std::vector<core::Nic>& stored) {
  for (size_t i = 0; i < host.nics.size(); ++i) {
    const core::Nic& nic = host.nics[i];
    const bool has_it = std::ranges::find(stored, nic) != stored.end();
    if (!has_it) PXE_RETURN_IF_ERROR(CheckOwner(db, host.id, i, nic));
    if (nic.address) PXE_RETURN_IF_ERROR(CheckPlace(db, i, *nic.address));
  }
  PXE_RETURN_IF_ERROR(CheckUuid(db, host));
  return RequireProfile(db, "host.profile", host.profile);
}

absl::Status InsertNics(Database& db, const core::Host& host) {
  for (size_t i = 0; i < host.nics.size(); ++i) {
    const core::Nic& nic = host.nics[i];
    PXE_RETURN_IF_ERROR(
        db.Run(kInsertNic, nic.mac.ToString(), host.id, i, nic.address, nic.host_name));
  }
  return absl::OkStatus();
}

absl::Status InsertPairs(Database& db, Sql insert, const core::Host& host,
                         const std::map<std::string, std::string>& pairs) {
  for (const auto& [name, value] : pairs) {
    PXE_RETURN_IF_ERROR(db.Run(insert, host.id, name, value));
  }
  return absl::OkStatus();
}

// The rows that differ from those of `stored`: most writes leave most of them as they are.
absl::Status ReplaceChildren(Database& db, const core::Host& stored, const core::Host& host) {
  if (host.nics != stored.nics) {
    PXE_RETURN_IF_ERROR(db.Run(kEraseNics, host.id));
    PXE_RETURN_IF_ERROR(InsertNics(db, host));
  }
  if (host.labels != stored.labels) {
    PXE_RETURN_IF_ERROR(db.Run("DELETE FROM host_label WHERE host = ?1", host.id));
    PXE_RETURN_IF_ERROR(InsertPairs(db, kInsertLabel, host, host.labels));
  }
  if (host.variables == stored.variables) return absl::OkStatus();
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM host_variable WHERE host = ?1", host.id));
  return InsertPairs(db, kInsertVariable, host, host.variables);
}

std::optional<std::string> TextOf(const std::optional<Uuid>& uuid) {
  return uuid ? std::optional(uuid->ToString()) : std::nullopt;
}

absl::Status UpdateRow(Database& db, const core::Host& stored, const core::Host& host) {
  if (host.uuid == stored.uuid && host.profile == stored.profile) {  // spares two indexes
    return db.Run(kTouch, host.id, host.stamp.revision, host.stamp.updated);
  }
  return db.Run(kUpdate, host.id, TextOf(host.uuid), OrNull(host.profile), host.stamp.revision,
                host.stamp.updated);
}

}  // namespace

absl::StatusOr<core::Host> InsertHost(Database& db, core::Host host, Seconds now) {
  PXE_ASSIGN_OR_RETURN(const auto taken, FirstText(db.Query(kFind, host.id)));
  if (taken) return ExistsAlready("hosts", host.id);
  PXE_RETURN_IF_ERROR(CheckAgainstOthers(db, host, {}));
  PXE_ASSIGN_OR_RETURN(const uint64_t revision, NextRevision(db));
  host.stamp = {.revision = revision, .created = now, .updated = now};
  PXE_RETURN_IF_ERROR(db.Run(kInsert, host.id, host.uid, TextOf(host.uuid), OrNull(host.profile),
                             revision, now, now));
  PXE_RETURN_IF_ERROR(InsertNics(db, host));
  PXE_RETURN_IF_ERROR(InsertPairs(db, kInsertLabel, host, host.labels));
  PXE_RETURN_IF_ERROR(InsertPairs(db, kInsertVariable, host, host.variables));
  return host;
}

absl::StatusOr<core::Host> UpdateHost(Database& db, core::Host host, Seconds now) {
  PXE_ASSIGN_OR_RETURN(const core::Host stored, GetHost(db, host.id));
  host.uid = stored.uid;
  host.stamp.created = stored.stamp.created;
  PXE_RETURN_IF_ERROR(CheckAgainstOthers(db, host, stored.nics));
  PXE_ASSIGN_OR_RETURN(host.stamp.revision, NextRevision(db));
  host.stamp.updated = now;
  PXE_RETURN_IF_ERROR(UpdateRow(db, stored, host));
  PXE_RETURN_IF_ERROR(ReplaceChildren(db, stored, host));
  return host;
}

absl::Status FreeIdentity(Database& db, std::string_view id) {
  PXE_RETURN_IF_ERROR(db.Run(kEraseNics, id));
  return db.Run("UPDATE host SET uuid = NULL WHERE id = ?1", id);
}

absl::Status EraseHost(Database& db, std::string_view id) {
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM host WHERE id = ?1", id));
  if (db.changes() == 0) return DoesNotExist("hosts", id);
  return NextRevision(db).status();
}

absl::StatusOr<core::Host> GetHost(Database& db, std::string_view id) {
  return OnlyOne(Load(db, OneId(id)), "hosts", id);
}

absl::StatusOr<std::vector<core::Host>> ListHosts(Database& db) {
  return Load(db, kAllIds);
}

}  // namespace pxe::store
