#include "store/subnet_keys.h"

#include <utility>

#include "base/status.h"
#include "store/enum_text.h"

namespace pxe::store {
namespace {

constexpr Sql kLoadGuards = R"sql(
  SELECT subnet, first, last, clients, vendor_class_prefix FROM pool_guard
  WHERE subnet BETWEEN ?1 AND ?2 ORDER BY subnet, position
)sql";

constexpr Sql kLoadKinds = R"sql(
  SELECT subnet, guard, kind FROM pool_guard_kind
  WHERE subnet BETWEEN ?1 AND ?2 ORDER BY subnet, guard, kind
)sql";

constexpr Sql kLoadKeys = R"sql(
  SELECT subnet, host_key FROM subnet_host_key
  WHERE subnet BETWEEN ?1 AND ?2 ORDER BY subnet, position
)sql";

constexpr Sql kInsertGuard = R"sql(
  INSERT INTO pool_guard (subnet, position, first, last, clients, vendor_class_prefix)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6)
)sql";

constexpr Sql kInsertKind = "INSERT INTO pool_guard_kind (subnet, guard, kind) VALUES (?1, ?2, ?3)";

constexpr Sql kInsertKey =
    "INSERT INTO subnet_host_key (subnet, position, host_key) VALUES (?1, ?2, ?3)";

core::PoolGuard ReadGuard(Statement& row) {
  core::PoolGuard guard;
  guard.pool.first = row.Address();
  guard.pool.last = row.Address();
  guard.clients = EnumOf(row.TextView(), kPoolClients);
  guard.vendor_class_prefix = row.Text();
  return guard;
}

absl::Status AddKind(core::Subnet& subnet, Statement& row) {
  const auto guard = static_cast<size_t>(row.Int());
  if (guard >= subnet.pool_guards.size()) {
    return DataLoss("database: a kind of subnets/" + subnet.id + " belongs to no guard");
  }
  subnet.pool_guards[guard].kinds.push_back(row.Text());
  return absl::OkStatus();
}

}  // namespace

absl::Status LoadGuardsAndKeys(Database& db, IdRange ids, std::vector<core::Subnet>& subnets) {
  const auto children = [&](Sql sql, auto add) {
    return AddChildren(subnets, db.Query(sql, ids.first, ids.last), add);
  };
  for (core::Subnet& subnet : subnets) subnet.host_keys.clear();
  PXE_RETURN_IF_ERROR(children(kLoadGuards, [](core::Subnet& subnet, Statement& row) {
    subnet.pool_guards.push_back(ReadGuard(row));
    return absl::OkStatus();
  }));
  PXE_RETURN_IF_ERROR(children(kLoadKinds, &AddKind));
  return children(kLoadKeys, [](core::Subnet& subnet, Statement& row) {
    subnet.host_keys.push_back(EnumOf(row.TextView(), kHostKeys));
    return absl::OkStatus();
  });
}

absl::Status InsertGuardsAndKeys(Database& db, const core::Subnet& subnet) {
  for (size_t i = 0; i < subnet.pool_guards.size(); ++i) {
    const core::PoolGuard& guard = subnet.pool_guards[i];
    PXE_RETURN_IF_ERROR(db.Run(kInsertGuard, subnet.id, i, guard.pool.first, guard.pool.last,
                               TextOf(guard.clients), guard.vendor_class_prefix));
    for (const std::string& kind : guard.kinds) {
      PXE_RETURN_IF_ERROR(db.Run(kInsertKind, subnet.id, i, kind));
    }
  }
  for (size_t i = 0; i < subnet.host_keys.size(); ++i) {
    PXE_RETURN_IF_ERROR(db.Run(kInsertKey, subnet.id, i, TextOf(subnet.host_keys[i])));
  }
  return absl::OkStatus();
}

absl::Status EraseGuardsAndKeys(Database& db, std::string_view id) {
  PXE_RETURN_IF_ERROR(db.Run("DELETE FROM pool_guard WHERE subnet = ?1", id));
  return db.Run("DELETE FROM subnet_host_key WHERE subnet = ?1", id);
}

}  // namespace pxe::store
