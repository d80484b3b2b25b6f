#include "server/load_state.h"

#include <utility>

#include "base/status.h"
#include "store/hosts.h"
#include "store/leases.h"
#include "store/profiles.h"
#include "store/subnets.h"

namespace pxe::server {

absl::Status LoadState(store::Database& db, Seconds now, LiveState& state) {
  PXE_ASSIGN_OR_RETURN(auto subnets, store::ListSubnets(db));
  PXE_ASSIGN_OR_RETURN(auto profiles, store::ListProfiles(db));
  PXE_ASSIGN_OR_RETURN(auto hosts, store::ListHosts(db));
  PXE_ASSIGN_OR_RETURN(auto leases, store::ListLeases(db));
  for (core::Subnet& subnet : subnets) state.Apply(std::move(subnet));
  for (core::Profile& profile : profiles) state.Apply(std::move(profile));
  for (core::Host& host : hosts) state.Apply(std::move(host));
  const std::lock_guard lock(state.mutex);
  for (core::Lease& lease : leases) state.leases.Load(std::move(lease), now);
  return absl::OkStatus();
}

}  // namespace pxe::server
