#include "store/hosts.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "base/hex.h"
#include "base/status.h"
#include "store/addresses.h"
#include "store/host_rows.h"
#include "store/profiles.h"
#include "store/revision.h"
#include "store/rows.h"

namespace pxe::store {
namespace {

constexpr Sql kFind = "SELECT id FROM host WHERE id = ?1";

constexpr Sql kCountDiscovered =
    "SELECT count(*) FROM host WHERE state = 'DISCOVERED' AND discovered_in = ?1";

constexpr Sql kOtherWithMac = "SELECT host FROM nic WHERE mac = ?1 AND host <> ?2";
constexpr Sql kOtherWithAddress = "SELECT host FROM nic WHERE address = ?1 AND host <> ?2";
constexpr Sql kOtherWithUuid = "SELECT id FROM host WHERE uuid IN (?1, ?2) AND id <> ?3";

constexpr Sql kOtherWithClientId =
    "SELECT host FROM host_client_id WHERE client_id = ?1 AND host <> ?2";

// "<> ''" is what makes SQLite use the index, which has only those.
constexpr Sql kOtherWithCircuitId =
    "SELECT id FROM host WHERE circuit_id = ?1 AND circuit_id <> '' AND id <> ?2";
constexpr Sql kOtherWithRemoteId =
    "SELECT id FROM host WHERE remote_id = ?1 AND remote_id <> '' AND id <> ?2";

constexpr Sql kRouter = R"sql(
  SELECT subnet FROM subnet_server WHERE subnet = ?1 AND service = 'ROUTER' AND address = ?2
)sql";

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

absl::Status CheckClientIds(Database& db, const core::Host& host) {
  for (size_t i = 0; i < host.client_ids.size(); ++i) {
    const std::span<const uint8_t> client_id = host.client_ids[i];
    PXE_ASSIGN_OR_RETURN(const auto owner,
                         FirstText(db.Query(kOtherWithClientId, client_id, host.id)));
    if (!owner) continue;
    return BelongsTo(absl::StrFormat("host.client_ids[%d]", i), ToHex(client_id), *owner);
  }
  return absl::OkStatus();
}

absl::Status CheckRelayIds(Database& db, const core::Host& host) {
  PXE_ASSIGN_OR_RETURN(const auto circuit,
                       FirstText(db.Query(kOtherWithCircuitId, host.circuit_id, host.id)));
  if (circuit) return BelongsTo("host.circuit_id", Printable(host.circuit_id), *circuit);
  PXE_ASSIGN_OR_RETURN(const auto remote,
                       FirstText(db.Query(kOtherWithRemoteId, host.remote_id, host.id)));
  return remote ? BelongsTo("host.remote_id", Printable(host.remote_id), *remote)
                : absl::OkStatus();
}

// NICs that are `stored` so already are this host's: each write keeps them from all others.
absl::Status CheckAgainstOthers(Database& db, const core::Host& host,
                                const std::vector<core::Nic>& stored) {
  for (size_t i = 0; i < host.nics.size(); ++i) {
    const core::Nic& nic = host.nics[i];
    const bool has_it = std::ranges::find(stored, nic) != stored.end();
    if (!has_it) PXE_RETURN_IF_ERROR(CheckOwner(db, host.id, i, nic));
    if (nic.address) PXE_RETURN_IF_ERROR(CheckPlace(db, i, *nic.address));
  }
  PXE_RETURN_IF_ERROR(CheckUuid(db, host));
  PXE_RETURN_IF_ERROR(CheckClientIds(db, host));
  PXE_RETURN_IF_ERROR(CheckRelayIds(db, host));
  return RequireProfile(db, "host.profile", host.profile);
}

}  // namespace

absl::StatusOr<core::Host> InsertHost(Database& db, core::Host host, Seconds now) {
  PXE_ASSIGN_OR_RETURN(const auto taken, FirstText(db.Query(kFind, host.id)));
  if (taken) return ExistsAlready("hosts", host.id);
  PXE_RETURN_IF_ERROR(CheckAgainstOthers(db, host, {}));
  PXE_ASSIGN_OR_RETURN(const uint64_t revision, NextRevision(db));
  host.stamp = {.revision = revision, .created = now, .updated = now};
  PXE_RETURN_IF_ERROR(InsertHostRows(db, host));
  return host;
}

absl::StatusOr<core::Host> UpdateHost(Database& db, core::Host host, Seconds now) {
  PXE_ASSIGN_OR_RETURN(const core::Host stored, GetHost(db, host.id));
  host.uid = stored.uid;
  host.stamp.created = stored.stamp.created;
  PXE_RETURN_IF_ERROR(CheckAgainstOthers(db, host, stored.nics));
  PXE_ASSIGN_OR_RETURN(host.stamp.revision, NextRevision(db));
  host.stamp.updated = now;
  PXE_RETURN_IF_ERROR(UpdateHostRows(db, stored, host));
  return host;
}

absl::Status FreeIdentity(Database& db, std::string_view id) {
  PXE_RETURN_IF_ERROR(EraseNics(db, id));
  PXE_RETURN_IF_ERROR(EraseClientIds(db, id));
  return db.Run("UPDATE host SET uuid = NULL, circuit_id = '', remote_id = '' WHERE id = ?1", id);
}

absl::Status EraseHost(Database& db, std::string_view id) {
  return EraseRow(db, "DELETE FROM host WHERE id = ?1", "hosts", id);
}

absl::StatusOr<core::Host> GetHost(Database& db, std::string_view id) {
  return OnlyOne(LoadHosts(db, OneId(id)), "hosts", id);
}

absl::StatusOr<std::vector<core::Host>> ListHosts(Database& db) {
  return LoadHosts(db, kAllIds);
}

absl::StatusOr<uint64_t> CountDiscoveredHosts(Database& db, std::string_view subnet) {
  Statement rows = db.Query(kCountDiscovered, subnet);
  uint64_t count = 0;
  if (rows.Next()) count = static_cast<uint64_t>(rows.Int());
  PXE_RETURN_IF_ERROR(rows.status());
  return count;
}

}  // namespace pxe::store
