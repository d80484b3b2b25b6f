#include "server/live_state.h"

#include <utility>

namespace pxe::server {
namespace {

void Reserve(core::LeaseBook& leases, const core::Host& host, bool reserved) {
  for (const core::Nic& nic : host.nics) {
    if (nic.address) leases.SetReserved(*nic.address, reserved);
  }
}

}  // namespace

void LiveState::Apply(core::Subnet subnet) {
  const std::lock_guard lock(mutex);
  leases.PutSubnet(subnet);
  catalog.Put(std::move(subnet));
}

void LiveState::Apply(core::Host host) {
  const std::lock_guard lock(mutex);
  if (const core::Host* old = catalog.FindHost(host.id)) Reserve(leases, *old, false);
  Reserve(leases, host, true);
  catalog.Put(std::move(host));
}

void LiveState::Apply(core::Profile profile) {
  const std::lock_guard lock(mutex);
  catalog.Put(std::move(profile));
}

void LiveState::ApplySubnetErased(std::string_view id) {
  const std::lock_guard lock(mutex);
  leases.EraseSubnet(id);
  catalog.EraseSubnet(id);
}

void LiveState::ApplyHostErased(std::string_view id) {
  const std::lock_guard lock(mutex);
  if (const core::Host* old = catalog.FindHost(id)) Reserve(leases, *old, false);
  catalog.EraseHost(id);
}

void LiveState::ApplyProfileErased(std::string_view id) {
  const std::lock_guard lock(mutex);
  catalog.EraseProfile(id);
}

}  // namespace pxe::server
