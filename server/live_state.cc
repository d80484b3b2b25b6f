#include "server/live_state.h"

#include <string_view>
#include <utility>

namespace pxe::server {
namespace {

void Reserve(core::LeaseBook& leases, const core::Host& host, bool reserved) {
  for (const core::Nic& nic : host.nics) {
    if (nic.address) leases.SetReserved(*nic.address, reserved);
  }
}

void ForgetHost(LiveState& state, std::string_view id) {
  if (const core::Host* old = state.catalog.FindHost(id)) Reserve(state.leases, *old, false);
  state.catalog.EraseHost(id);
}

// Under the mutex; the object is moved from.
void Show(LiveState& state, core::Subnet& subnet) {
  state.leases.PutSubnet(subnet);
  state.catalog.Put(std::move(subnet));
}
void Show(LiveState& state, core::Host& host) {
  ForgetHost(state, host.id);
  Reserve(state.leases, host, true);
  state.catalog.Put(std::move(host));
}
void Show(LiveState& state, core::Profile& profile) {
  state.catalog.Put(std::move(profile));
}
void Show(LiveState& state, core::Template& text) {
  state.catalog.Put(std::move(text));
}
void Show(LiveState& state, core::Rule& rule) {
  state.catalog.Put(std::move(rule));
}
void Show(LiveState& state, core::Quirk& quirk) {
  state.catalog.Put(std::move(quirk));
}
void Show(LiveState& state, const Erased<core::Subnet>& subnet) {
  state.leases.EraseSubnet(subnet.id);
  state.catalog.EraseSubnet(subnet.id);
}
void Show(LiveState& state, const Erased<core::Host>& host) {
  ForgetHost(state, host.id);
}
void Show(LiveState& state, const Erased<core::Profile>& profile) {
  state.catalog.EraseProfile(profile.id);
}
void Show(LiveState& state, const Erased<core::Template>& text) {
  state.catalog.EraseTemplate(text.id);
}
void Show(LiveState& state, const Erased<core::Rule>& rule) {
  state.catalog.EraseRule(rule.id);
}
void Show(LiveState& state, const Erased<core::Quirk>& quirk) {
  state.catalog.EraseQuirk(quirk.id);
}

}  // namespace

void LiveState::Apply(core::Subnet subnet) {
  const std::lock_guard lock(mutex);
  Show(*this, subnet);
}

void LiveState::Apply(core::Host host) {
  const std::lock_guard lock(mutex);
  Show(*this, host);
}

void LiveState::Apply(core::Profile profile) {
  const std::lock_guard lock(mutex);
  Show(*this, profile);
}

void LiveState::Apply(core::Template text) {
  const std::lock_guard lock(mutex);
  Show(*this, text);
}

void LiveState::Apply(core::Rule rule) {
  const std::lock_guard lock(mutex);
  Show(*this, rule);
}

void LiveState::Apply(core::Quirk quirk) {
  const std::lock_guard lock(mutex);
  Show(*this, quirk);
}

void LiveState::Apply(std::vector<CatalogChange> changes) {
  const std::lock_guard lock(mutex);
  // What hosts had goes first: another of them may have it now.
  for (const CatalogChange& change : changes) {
    if (const auto* host = std::get_if<core::Host>(&change)) ForgetHost(*this, host->id);
  }
  for (CatalogChange& change : changes) {
    std::visit([this](auto& object) { Show(*this, object); }, change);
  }
}

}  // namespace pxe::server
