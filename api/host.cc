#include "absl/strings/str_format.h"
#include "api/convert.h"
#include "api/fields.h"
#include "api/resource_name.h"
#include "base/status.h"

namespace pxe::api {
namespace {

absl::StatusOr<core::Nic> FromProto(const std::string& field, const v1::Nic& nic) {
  core::Nic out;
  const auto mac = ParseMacAddress(nic.mac());
  if (!mac.ok()) return Annotate(mac.status(), field + ".mac");
  out.mac = *mac;
  PXE_ASSIGN_OR_RETURN(out.address, ParseOptionalAddress(field + ".address", nic.address()));
  out.host_name = nic.host_name();
  return out;
}

}  // namespace

v1::Host ToProto(const core::Host& host) {
  v1::Host out;
  out.set_name(NameOf(kHosts, host.id));
  out.set_uid(host.uid);
  for (const core::Nic& nic : host.nics) {
    v1::Nic& added = *out.add_nics();
    added.set_mac(nic.mac.ToString());
    if (nic.address) added.set_address(nic.address->ToString());
    added.set_host_name(nic.host_name);
  }
  if (host.uuid) out.set_uuid(host.uuid->ToString());
  PutMap(host.labels, out.mutable_labels());
  PutMap(host.variables, out.mutable_variables());
  out.set_profile(ProfileReference(host.profile));
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
  if (!host.uuid().empty()) {
    const auto uuid = ParseUuid(host.uuid());
    if (!uuid.ok()) return Annotate(uuid.status(), "host.uuid");
    out.uuid = *uuid;
  }
  out.labels = FromMap(host.labels());
  out.variables = FromMap(host.variables());
  PXE_ASSIGN_OR_RETURN(out.profile, ParseProfileReference("host.profile", host.profile()));
  return out;
}

}  // namespace pxe::api
