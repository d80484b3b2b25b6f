#include "store/leases.h"

#include <algorithm>

#include "base/status.h"
#include "store/revision.h"

namespace pxe::store {
namespace {

constexpr Sql kPut = R"sql(
  INSERT OR REPLACE INTO lease (address, htype, chaddr, client_id, host_name, state, starts, ends,
                                kind, relay_agent, revision, by_client_id)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
)sql";

constexpr Sql kList = R"sql(
  SELECT address, htype, chaddr, client_id, host_name, state, starts, ends, kind, relay_agent,
         revision, by_client_id
  FROM lease ORDER BY address
)sql";

std::string_view TextOf(core::LeaseState state) {
  switch (state) {
    case core::LeaseState::kBound:
      return "BOUND";
    case core::LeaseState::kReleased:
      return "RELEASED";
    case core::LeaseState::kDeclined:
      return "DECLINED";
  }
  return "";
}

// Of one of these texts: the table takes no other.
core::LeaseState StateOf(std::string_view text) {
  if (text == "BOUND") return core::LeaseState::kBound;
  return text == "DECLINED" ? core::LeaseState::kDeclined : core::LeaseState::kReleased;
}

HardwareAddress ReadClient(Statement& row) {
  HardwareAddress client{.type = static_cast<uint8_t>(row.Int())};
  const auto bytes = row.BlobView();
  client.length = static_cast<uint8_t>(std::min(bytes.size(), HardwareAddress::kMaxLength));
  std::copy_n(bytes.begin(), client.length, client.bytes.begin());
  return client;
}

core::Lease ReadLease(Statement& row) {
  core::Lease lease;
  lease.address = row.Address();
  lease.client = ReadClient(row);
  lease.client_id = row.Blob();
  lease.host_name = row.Text();
  lease.state = StateOf(row.TextView());
  lease.starts = row.Time();
  lease.ends = row.Time();
  lease.kind = row.Text();
  lease.relay_agent = row.Blob();
  lease.revision = static_cast<uint64_t>(row.Int());
  lease.by_client_id = row.Bool();
  return lease;
}

}  // namespace

absl::StatusOr<uint64_t> PutLease(Database& db, const core::Lease& lease) {
  PXE_ASSIGN_OR_RETURN(const uint64_t revision, NextRevision(db));
  PXE_RETURN_IF_ERROR(db.Run(kPut, lease.address, lease.client.type, lease.client.Used(),
                             lease.client_id, lease.host_name, TextOf(lease.state), lease.starts,
                             lease.ends, lease.kind, lease.relay_agent, revision,
                             lease.by_client_id));
  return revision;
}

absl::StatusOr<std::vector<core::Lease>> ListLeases(Database& db) {
  std::vector<core::Lease> leases;
  Statement rows = db.Query(kList);
  while (rows.Next()) leases.push_back(ReadLease(rows));
  PXE_RETURN_IF_ERROR(rows.status());
  return leases;
}

}  // namespace pxe::store
