#include "server/load_state.h"

#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "store/hosts.h"
#include "store/leases.h"
#include "store/profiles.h"
#include "store/quirks.h"
#include "store/rules.h"
#include "store/subnets.h"
#include "store/templates.h"

namespace pxe::server {
namespace {

// Lines of one kind; the rest is counted.
constexpr size_t kMaxOddLeases = 20;

// Into a state that has no hosts yet: there is nothing that they could take the place of.
void ShowHosts(std::vector<core::Host> hosts, LiveState& state) {
  size_t nics = 0;
  for (const core::Host& host : hosts) nics += host.nics.size();
  const std::lock_guard lock(state.mutex);
  state.catalog.ReserveHosts(hosts.size(), nics);
  for (core::Host& host : hosts) {
    for (const core::Nic& nic : host.nics) {
      if (nic.address) state.leases.SetReserved(*nic.address, true);
    }
    state.catalog.Put(std::move(host));
  }
}

}  // namespace

absl::Status LoadState(store::Database& db, Seconds now, LiveState& state) {
  PXE_ASSIGN_OR_RETURN(auto templates, store::ListTemplates(db));
  for (core::Template& text : templates) state.Apply(std::move(text));
  PXE_ASSIGN_OR_RETURN(auto rules, store::ListRules(db));
  for (core::Rule& rule : rules) state.Apply(std::move(rule));
  PXE_ASSIGN_OR_RETURN(auto quirks, store::ListQuirks(db));
  for (core::Quirk& quirk : quirks) state.Apply(std::move(quirk));
  PXE_ASSIGN_OR_RETURN(auto profiles, store::ListProfiles(db));
  for (core::Profile& profile : profiles) state.Apply(std::move(profile));
  PXE_ASSIGN_OR_RETURN(auto hosts, store::ListHosts(db));
  ShowHosts(std::move(hosts), state);
  PXE_ASSIGN_OR_RETURN(auto leases, store::ListLeases(db));
  {
    const std::lock_guard lock(state.mutex);
    state.leases.Reserve(leases.size());
    for (core::Lease& lease : leases) state.leases.Load(std::move(lease), now);
  }
  // Last, so that their free addresses queue up once, by when they were last leased (A2).
  PXE_ASSIGN_OR_RETURN(auto subnets, store::ListSubnets(db));
  for (core::Subnet& subnet : subnets) state.Apply(std::move(subnet));
  const std::lock_guard lock(state.mutex);
  return state.leases.Verify();
}

std::vector<std::string> OddLeases(const LiveState& state, Seconds now) {
  const std::lock_guard lock(state.mutex);
  std::vector<std::string> lines;
  const auto doubles = state.leases.DoubleLeases(now);
  for (size_t i = 0; i < doubles.size() && i < kMaxOddLeases; ++i) {
    const core::DoubleLease& odd = doubles[i];
    lines.push_back(absl::StrFormat(
        "%s has two leases: it is given %s, and %s is kept from others until it ends",
        odd.client.ToString(), odd.answered.ToString(), odd.other.ToString()));
  }
  if (doubles.size() > kMaxOddLeases) {
    lines.push_back(absl::StrFormat("%d more leases like these", doubles.size() - kMaxOddLeases));
  }
  size_t outside = 0;
  for (const Ipv4 address : state.leases.leases().addresses()) {
    if (state.catalog.SubnetContaining(address) == nullptr) ++outside;
  }
  if (outside > 0) {
    lines.push_back(absl::StrFormat("leases in no subnet: %d, kept and not served", outside));
  }
  return lines;
}

}  // namespace pxe::server
