#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "api/convert.h"
#include "api/dhcp_option.h"
#include "api/fields.h"
#include "api/resource_name.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe::api {
namespace {

v1::Answers ToProto(core::Answers answers) {
  switch (answers) {
    case core::Answers::kAll:
      return v1::ANSWERS_ALL;
    case core::Answers::kAddressOnly:
      return v1::ANSWERS_ADDRESS_ONLY;
    case core::Answers::kNothing:
      return v1::ANSWERS_NOTHING;
  }
  return v1::ANSWERS_UNSPECIFIED;
}

absl::StatusOr<core::Answers> ParseAnswers(std::string_view field, v1::Answers value) {
  if (value == v1::ANSWERS_ADDRESS_ONLY) return core::Answers::kAddressOnly;
  if (value == v1::ANSWERS_NOTHING) return core::Answers::kNothing;
  if (value == v1::ANSWERS_ALL || value == v1::ANSWERS_UNSPECIFIED) return core::Answers::kAll;
  return InvalidArgument(
      absl::StrFormat("%s: %d is no known value", field, static_cast<int>(value)));
}

v1::HostState ToProto(core::HostState state) {
  switch (state) {
    case core::HostState::kApproved:
      return v1::HOST_STATE_APPROVED;
    case core::HostState::kDiscovered:
      return v1::HOST_STATE_DISCOVERED;
    case core::HostState::kRejected:
      return v1::HOST_STATE_REJECTED;
  }
  return v1::HOST_STATE_UNSPECIFIED;
}

// Hosts that were logged before there were states have none.
core::HostState FromProto(v1::HostState state) {
  if (state == v1::HOST_STATE_DISCOVERED) return core::HostState::kDiscovered;
  if (state == v1::HOST_STATE_REJECTED) return core::HostState::kRejected;
  return core::HostState::kApproved;
}

v1::Discovery ToProto(const core::Discovery& discovery) {
  v1::Discovery out;
  out.set_subnet(Reference(kSubnets, discovery.subnet));
  out.set_kind(discovery.kind);
  out.set_vendor_class(discovery.vendor_class);
  out.set_circuit_id(discovery.circuit_id);
  *out.mutable_first_seen_time() = ToTimestamp(discovery.first_seen);
  return out;
}

absl::StatusOr<core::Nic> FromProto(const std::string& field, const v1::Nic& nic) {
  core::Nic out;
  const auto mac = ParseMacAddress(nic.mac());
  if (!mac.ok()) return Annotate(mac.status(), field + ".mac");
  out.mac = *mac;
  PXE_ASSIGN_OR_RETURN(out.address, ParseOptionalAddress(field + ".address", nic.address()));
  out.host_name = nic.host_name();
  PXE_ASSIGN_OR_RETURN(out.answers, ParseAnswers(field + ".answers", nic.answers()));
  return out;
}

// Hexadecimal digits, as leases show them, or with colons between the bytes, as people write them.
absl::StatusOr<std::vector<std::vector<uint8_t>>> ParseClientIds(const StringList& texts) {
  std::vector<std::vector<uint8_t>> client_ids;
  for (int i = 0; i < texts.size(); ++i) {
    std::string digits = texts[i];
    std::erase(digits, ':');
    auto bytes = ParseHex(digits);
    if (!bytes) {
      return InvalidArgument(
          absl::StrFormat("host.client_ids[%d]: \"%s\" is no even number of hexadecimal digits", i,
                          Printable(texts[i])));
    }
    client_ids.push_back(*std::move(bytes));
  }
  return client_ids;
}

}  // namespace

v1::Host ToProto(const core::Host& host) {
  v1::Host out;
  out.set_name(NameOf(kHosts, host.id));
  out.set_uid(host.uid);
  for (const core::Nic& nic : host.nics) {
    v1::Nic& added = *out.add_nics();
    added.set_mac(nic.mac.ToString());
    PutAddress(nic.address, added.mutable_address());
    added.set_host_name(nic.host_name);
    added.set_answers(ToProto(nic.answers));
  }
  if (host.uuid) out.set_uuid(host.uuid->ToString());
  for (const auto& client_id : host.client_ids) out.add_client_ids(ToHex(client_id));
  out.set_circuit_id(host.circuit_id);
  out.set_remote_id(host.remote_id);
  PutMap(host.labels, out.mutable_labels());
  PutMap(host.variables, out.mutable_variables());
  out.set_profile(Reference(kProfiles, host.profile));
  out.set_serial(host.serial);
  out.set_local_boot(host.local_boot);
  out.set_answers(ToProto(host.answers));
  out.set_state(ToProto(host.state));
  PutAddress(host.next_server, out.mutable_next_server());
  if (host.discovery) *out.mutable_discovery() = ToProto(*host.discovery);
  PutOptions(host.options, out.mutable_options());
  out.set_revision(host.stamp.revision);
  out.set_etag(EtagOf(host.stamp));
  *out.mutable_create_time() = ToTimestamp(host.stamp.created);
  *out.mutable_update_time() = ToTimestamp(host.stamp.updated);
  return out;
}

absl::StatusOr<core::Host> FromProto(std::string_view id, const v1::Host& host) {
  core::Host out;
  out.id = id;
  for (int i = 0; i < host.nics_size(); ++i) {
    PXE_ASSIGN_OR_RETURN(core::Nic nic,
                         FromProto(absl::StrFormat("host.nics[%d]", i), host.nics(i)));
    out.nics.push_back(std::move(nic));
  }
  PXE_ASSIGN_OR_RETURN(out.uuid, ParseOptionalUuid("host.uuid", host.uuid()));
  PXE_ASSIGN_OR_RETURN(out.client_ids, ParseClientIds(host.client_ids()));
  out.circuit_id = host.circuit_id();
  out.remote_id = host.remote_id();
  out.labels = FromMap(host.labels());
  out.variables = FromMap(host.variables());
  PXE_ASSIGN_OR_RETURN(out.profile, ParseReference("host.profile", kProfiles, host.profile()));
  out.serial = host.serial();
  out.local_boot = host.local_boot();
  PXE_ASSIGN_OR_RETURN(out.answers, ParseAnswers("host.answers", host.answers()));
  PXE_ASSIGN_OR_RETURN(out.next_server,
                       ParseOptionalAddress("host.next_server", host.next_server()));
  PXE_ASSIGN_OR_RETURN(out.options, ParseOptions("host.options", host.options()));
  return out;
}

absl::Status ReadOutput(const v1::Host& host, core::Host& out) {
  out.uid = host.uid();
  out.state = FromProto(host.state());
  out.discovery.reset();
  if (!host.has_discovery()) return absl::OkStatus();
  const v1::Discovery& from = host.discovery();
  PXE_ASSIGN_OR_RETURN(std::string subnet,
                       ParseReference("host.discovery.subnet", kSubnets, from.subnet()));
  out.discovery = {.subnet = std::move(subnet),
                   .kind = from.kind(),
                   .vendor_class = from.vendor_class(),
                   .circuit_id = from.circuit_id(),
                   .first_seen = FromTimestamp(from.first_seen_time())};
  return absl::OkStatus();
}

}  // namespace pxe::api
