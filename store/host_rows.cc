#include "store/host_rows.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "base/status.h"
#include "core/validate.h"
#include "store/enum_text.h"
#include "store/option_rows.h"

namespace pxe::store {
namespace {

constexpr Sql kLoad = R"sql(
  SELECT id, uid, uuid, circuit_id, remote_id, profile, serial, local_boot, answers, state,
         next_server, revision, created, updated, discovered_in, discovered_kind,
         discovered_vendor_class, discovered_circuit_id, first_seen
  FROM host WHERE id BETWEEN ?1 AND ?2 ORDER BY id
)sql";

constexpr Sql kLoadNics = R"sql(
  SELECT host, mac, address, host_name, answers FROM nic
  WHERE host BETWEEN ?1 AND ?2 ORDER BY host, position
)sql";

constexpr Sql kLoadAllNics = "SELECT host, position, mac, address, host_name, answers FROM nic";

constexpr Sql kLoadLabels = R"sql(
  SELECT host, name, value FROM host_label WHERE host BETWEEN ?1 AND ?2 ORDER BY host, name
)sql";

constexpr Sql kLoadVariables = R"sql(
  SELECT host, name, value FROM host_variable WHERE host BETWEEN ?1 AND ?2 ORDER BY host, name
)sql";

constexpr Sql kLoadOptions = R"sql(
  SELECT host, code, value, always FROM host_option
  WHERE host BETWEEN ?1 AND ?2 ORDER BY host, position
)sql";

constexpr Sql kLoadClientIds = R"sql(
  SELECT host, client_id FROM host_client_id
  WHERE host BETWEEN ?1 AND ?2 ORDER BY host, position
)sql";

constexpr Sql kInsert = R"sql(
  INSERT INTO host (id, uid, uuid, circuit_id, remote_id, profile, serial, local_boot, answers,
                    state, next_server, discovered_in, discovered_kind, discovered_vendor_class,
                    discovered_circuit_id, first_seen, revision, created, updated)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
)sql";

constexpr Sql kUpdate = R"sql(
  UPDATE host SET uuid = ?2, circuit_id = ?3, remote_id = ?4, profile = ?5, serial = ?6,
                  local_boot = ?7, answers = ?8, state = ?9, next_server = ?10, discovered_in = ?11,
                  discovered_kind = ?12, discovered_vendor_class = ?13, discovered_circuit_id = ?14,
                  first_seen = ?15, revision = ?16, updated = ?17
  WHERE id = ?1
)sql";

constexpr Sql kTouch = "UPDATE host SET revision = ?2, updated = ?3 WHERE id = ?1";

constexpr Sql kInsertNic = R"sql(
  INSERT INTO nic (mac, host, position, address, host_name, answers)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6)
)sql";

constexpr Sql kInsertClientId =
    "INSERT INTO host_client_id (client_id, host, position) VALUES (?1, ?2, ?3)";

constexpr Sql kInsertLabel = "INSERT INTO host_label (host, name, value) VALUES (?1, ?2, ?3)";
constexpr Sql kInsertVariable = "INSERT INTO host_variable (host, name, value) VALUES (?1, ?2, ?3)";
constexpr Sql kInsertOption = R"sql(
  INSERT INTO host_option (host, position, code, value, always) VALUES (?1, ?2, ?3, ?4, ?5)
)sql";

absl::StatusOr<core::Host> ReadHost(Statement& row) {
  core::Host host;
  host.id = row.Text();
  host.uid = row.Text();
  if (const std::string_view uuid = row.TextView(); !uuid.empty()) {
    PXE_ASSIGN_OR_RETURN(host.uuid, ParseUuid(uuid));
  }
  host.circuit_id = row.Text();
  host.remote_id = row.Text();
  host.profile = row.Text();
  host.serial = row.Text();
  host.local_boot = row.Bool();
  host.answers = EnumOf(row.TextView(), kAnswers);
  host.state = EnumOf(row.TextView(), kHostStates);
  host.next_server = row.OptionalAddress();
  host.stamp = ReadStamp(row);
  if (std::optional<std::string> subnet = row.OptionalText()) {
    core::Discovery& discovery = host.discovery.emplace();
    discovery.subnet = *std::move(subnet);
    discovery.kind = row.Text();
    discovery.vendor_class = row.Text();
    discovery.circuit_id = row.Text();
    discovery.first_seen = row.Time();
  }
  return host;
}

absl::StatusOr<core::Nic> ReadNic(Statement& row) {
  core::Nic nic;
  PXE_ASSIGN_OR_RETURN(nic.mac, ParseMacAddress(row.TextView()));
  nic.address = row.OptionalAddress();
  nic.host_name = row.Text();
  nic.answers = EnumOf(row.TextView(), kAnswers);
  return nic;
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

absl::Status InsertNics(Database& db, const core::Host& host) {
  for (size_t i = 0; i < host.nics.size(); ++i) {
    const core::Nic& nic = host.nics[i];
    PXE_RETURN_IF_ERROR(db.Run(kInsertNic, nic.mac.ToString(), host.id, i, nic.address,
                               nic.host_name, TextOf(nic.answers)));
  }
  return absl::OkStatus();
}

absl::Status InsertClientIds(Database& db, const core::Host& host) {
  for (size_t i = 0; i < host.client_ids.size(); ++i) {
    const std::span<const uint8_t> client_id = host.client_ids[i];
    PXE_RETURN_IF_ERROR(db.Run(kInsertClientId, client_id, host.id, i));
  }
  return absl::OkStatus();
}

std::optional<std::string> UuidText(const std::optional<Uuid>& uuid) {
  return uuid ? std::optional(uuid->ToString()) : std::nullopt;
}

// What the columns of a host's discovery hold: all NULL when there was none.
struct DiscoveryColumns {
  explicit DiscoveryColumns(const std::optional<core::Discovery>& from) {
    if (!from) return;
    subnet = from->subnet;
    kind = from->kind;
    vendor_class = from->vendor_class;
    circuit_id = from->circuit_id;
    first_seen = from->first_seen;
  }
  std::optional<std::string_view> subnet, kind, vendor_class, circuit_id;
  std::optional<Seconds> first_seen;
};

bool SameRow(const core::Host& a, const core::Host& b) {
  return a.uuid == b.uuid && a.circuit_id == b.circuit_id && a.remote_id == b.remote_id &&
         a.profile == b.profile && a.serial == b.serial && a.local_boot == b.local_boot &&
         a.answers == b.answers && a.state == b.state && a.next_server == b.next_server &&
         a.discovery == b.discovery;
}

absl::Status UpdateRow(Database& db, const core::Host& stored, const core::Host& host) {
  if (SameRow(stored, host)) {  // spares its indexes
    return db.Run(kTouch, host.id, host.stamp.revision, host.stamp.updated);
  }
  const DiscoveryColumns discovered(host.discovery);
  return db.Run(kUpdate, host.id, UuidText(host.uuid), host.circuit_id, host.remote_id,
                OrNull(host.profile), host.serial, host.local_boot, TextOf(host.answers),
                TextOf(host.state), host.next_server, discovered.subnet, discovered.kind,
                discovered.vendor_class, discovered.circuit_id, discovered.first_seen,
                host.stamp.revision, host.stamp.updated);
}

}  // namespace

absl::StatusOr<std::vector<core::Host>> LoadHosts(Database& db, IdRange ids) {
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
  PXE_RETURN_IF_ERROR(children(kLoadClientIds, [](core::Host& host, Statement& row) {
    host.client_ids.push_back(row.Blob());
    return absl::OkStatus();
  }));
  PXE_RETURN_IF_ERROR(children(kLoadLabels, [](core::Host& host, Statement& row) {
    ReadPair(host.labels, row);
    return absl::OkStatus();
  }));
  PXE_RETURN_IF_ERROR(children(kLoadVariables, [](core::Host& host, Statement& row) {
    ReadPair(host.variables, row);
    return absl::OkStatus();
  }));
  PXE_RETURN_IF_ERROR(children(kLoadOptions, [](core::Host& host, Statement& row) {
    host.options.push_back(ReadOption(row));
    return absl::OkStatus();
  }));
  return hosts;
}

absl::Status InsertHostRows(Database& db, const core::Host& host) {
  const DiscoveryColumns discovered(host.discovery);
  PXE_RETURN_IF_ERROR(db.Run(kInsert, host.id, host.uid, UuidText(host.uuid), host.circuit_id,
                             host.remote_id, OrNull(host.profile), host.serial, host.local_boot,
                             TextOf(host.answers), TextOf(host.state), host.next_server,
                             discovered.subnet, discovered.kind, discovered.vendor_class,
                             discovered.circuit_id, discovered.first_seen, host.stamp.revision,
                             host.stamp.created, host.stamp.updated));
  PXE_RETURN_IF_ERROR(InsertNics(db, host));
  PXE_RETURN_IF_ERROR(InsertClientIds(db, host));
  PXE_RETURN_IF_ERROR(InsertPairs(db, kInsertLabel, host.id, host.labels));
  PXE_RETURN_IF_ERROR(InsertPairs(db, kInsertVariable, host.id, host.variables));
  return InsertOptions(db, kInsertOption, host.id, host.options);
}

absl::Status UpdateHostRows(Database& db, const core::Host& stored, const core::Host& host) {
  PXE_RETURN_IF_ERROR(UpdateRow(db, stored, host));
  if (host.nics != stored.nics) {
    PXE_RETURN_IF_ERROR(EraseNics(db, host.id));
    PXE_RETURN_IF_ERROR(InsertNics(db, host));
  }
  if (host.client_ids != stored.client_ids) {
    PXE_RETURN_IF_ERROR(EraseClientIds(db, host.id));
    PXE_RETURN_IF_ERROR(InsertClientIds(db, host));
  }
  if (host.labels != stored.labels) {
    PXE_RETURN_IF_ERROR(db.Run("DELETE FROM host_label WHERE host = ?1", host.id));
    PXE_RETURN_IF_ERROR(InsertPairs(db, kInsertLabel, host.id, host.labels));
  }
  if (host.variables != stored.variables) {
    PXE_RETURN_IF_ERROR(db.Run("DELETE FROM host_variable WHERE host = ?1", host.id));
    PXE_RETURN_IF_ERROR(InsertPairs(db, kInsertVariable, host.id, host.variables));
  }
  if (host.options == stored.options) return absl::OkStatus();
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM host_option WHERE host = ?1", host.id));
  return InsertOptions(db, kInsertOption, host.id, host.options);
}

absl::Status EraseNics(Database& db, std::string_view host) {
  return db.Run("DELETE FROM nic WHERE host = ?1", host);
}

absl::Status EraseClientIds(Database& db, std::string_view host) {
  return db.Run("DELETE FROM host_client_id WHERE host = ?1", host);
}

}  // namespace pxe::store
