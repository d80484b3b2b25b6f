#include "api/convert.h"
#include "api/fields.h"
#include "api/resource_name.h"
#include "base/hex.h"

namespace pxe::api {
namespace {

v1::LeaseState StateOf(const core::Lease& lease, Seconds now) {
  switch (lease.state) {
    case core::LeaseState::kBound:
      return lease.ends > now ? v1::LEASE_STATE_BOUND : v1::LEASE_STATE_EXPIRED;
    case core::LeaseState::kReleased:
      return v1::LEASE_STATE_RELEASED;
    case core::LeaseState::kDeclined:
      return lease.ends > now ? v1::LEASE_STATE_DECLINED : v1::LEASE_STATE_EXPIRED;
  }
  return v1::LEASE_STATE_UNSPECIFIED;
}

}  // namespace

v1::Lease ToProto(const core::Lease& lease, std::string_view host_id, Seconds now) {
  v1::Lease out;
  out.set_name(NameOf(kLeases, lease.address.ToString()));
  out.set_address(lease.address.ToString());
  if (lease.client.length != 0) out.set_mac(lease.client.ToString());  // else nobody's
  out.set_client_id(ToHex(lease.client_id));
  out.set_host_name(Printable(lease.host_name));
  if (!host_id.empty()) out.set_host(NameOf(kHosts, host_id));
  out.set_state(StateOf(lease, now));
  *out.mutable_start_time() = ToTimestamp(lease.starts);
  *out.mutable_end_time() = ToTimestamp(lease.ends);
  out.set_kind(lease.kind);
  out.set_relay_agent(ToHex(lease.relay_agent));
  out.set_revision(lease.revision);
  return out;
}

}  // namespace pxe::api
