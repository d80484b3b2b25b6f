#include "core/address_pools.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/status.h"

namespace pxe::core {
namespace {

// A /31 and a /32 have neither a network address nor a broadcast address (RFC 3021).
absl::flat_hash_set<Ipv4> NobodysAddresses(const Subnet& subnet) {
  absl::flat_hash_set<Ipv4> never(subnet.routers.begin(), subnet.routers.end());
  if (subnet.next_server) never.insert(*subnet.next_server);
  if (subnet.cidr.length < 31) never.insert({subnet.cidr.address, subnet.cidr.Broadcast()});
  return never;
}

}  // namespace

std::string_view ToString(AddressUse use) {
  switch (use) {
    case AddressUse::kFree:
      return "free";
    case AddressUse::kOffered:
      return "offered";
    case AddressUse::kPending:
      return "pending";
    case AddressUse::kBound:
      return "bound";
    case AddressUse::kResting:
      return "resting";
    case AddressUse::kDeclined:
      return "declined";
    case AddressUse::kReserved:
      return "reserved";
    case AddressUse::kExcluded:
      return "excluded";
    case AddressUse::kCount:
      break;
  }
  return "unknown";
}

uint32_t PoolStatistics::size() const {
  return std::accumulate(counts.begin(), counts.end(), uint32_t{0});
}

bool AddressPools::Put(const Subnet& subnet) {
  absl::flat_hash_set<Ipv4> never = NobodysAddresses(subnet);
  if (const auto old = subnets_.find(subnet.id);
      old != subnets_.end() && old->second.cidr == subnet.cidr &&
      old->second.ranges == subnet.pools && old->second.never == never &&
      old->second.edge_addresses == subnet.edge_addresses) {
    PutGuards(subnet, old->second);
    return false;
  }
  Erase(subnet.id);
  SubnetPools& added = subnets_[subnet.id];
  added.cidr = subnet.cidr;
  added.never = std::move(never);
  added.edge_addresses = subnet.edge_addresses;
  added.ranges = subnet.pools;
  added.pools.reserve(subnet.pools.size());
  for (const Ipv4Range& range : subnet.pools) {
    added.pools.emplace_back(range);
    added.statistics[AddressUse::kExcluded] += static_cast<uint32_t>(range.size());
  }
  PutGuards(subnet, added);
  by_network_[subnet.cidr.address] = &added;
  return true;
}

void AddressPools::PutGuards(const Subnet& subnet, SubnetPools& pools) {
  for (Pool& pool : pools.pools) {
    const auto guard = std::ranges::find(subnet.pool_guards, pool.range, &PoolGuard::pool);
    pool.guard = guard == subnet.pool_guards.end() ? std::nullopt : std::optional(*guard);
  }
}

void AddressPools::Erase(std::string_view id) {
  const auto it = subnets_.find(id);
  if (it == subnets_.end()) return;
  by_network_.erase(it->second.cidr.address);
  subnets_.erase(it);
}

void AddressPools::Set(Ipv4 address, AddressState state) {
  SubnetPools* subnet = Containing(address);
  if (subnet == nullptr || subnet->IsNobodys(address)) return;
  for (Pool& pool : subnet->pools) {
    if (!pool.range.Contains(address)) continue;
    const uint32_t index = address.value - pool.range.first.value;
    --subnet->statistics[pool.uses[index]];
    ++subnet->statistics[state.use];
    pool.uses[index] = state.use;
    pool.free.Put(index, state.turn);
    return;
  }
}

bool AddressPools::CanBeHad(Ipv4 address) const {
  const SubnetPools* subnet = Containing(address);
  return subnet != nullptr && !subnet->IsNobodys(address) && subnet->PoolOf(address) != nullptr;
}

bool AddressPools::Admits(Ipv4 address, const PoolClient& client) const {
  const SubnetPools* subnet = Containing(address);
  const Pool* pool = subnet == nullptr ? nullptr : subnet->PoolOf(address);
  return pool == nullptr || !pool->guard || core::Admits(*pool->guard, client);
}

const AddressPools::Pool* AddressPools::SubnetPools::PoolOf(Ipv4 address) const {
  for (const Pool& pool : pools) {
    if (pool.range.Contains(address)) return &pool;
  }
  return nullptr;
}

std::optional<Ipv4Prefix> AddressPools::NetworkOf(Ipv4 address) const {
  const SubnetPools* subnet = Containing(address);
  return subnet == nullptr ? std::nullopt : std::optional(subnet->cidr);
}

std::optional<Ipv4> AddressPools::Next(std::string_view subnet_id, Turn turn, Ipv4 except,
                                       const PoolClient& client) const {
  const auto subnet = subnets_.find(subnet_id);
  if (subnet == subnets_.end()) return std::nullopt;
  for (const Pool& pool : subnet->second.pools) {
    if (pool.guard && !core::Admits(*pool.guard, client)) continue;
    const bool inside = pool.range.Contains(except);
    const uint32_t but = except.value - pool.range.first.value;
    const auto index = inside ? pool.free.FrontBut(turn, but) : pool.free.Front(turn);
    if (index) return Ipv4{pool.range.first.value + *index};
  }
  return std::nullopt;
}

PoolStatistics AddressPools::StatisticsOf(std::string_view subnet_id) const {
  const auto subnet = subnets_.find(subnet_id);
  return subnet == subnets_.end() ? PoolStatistics{} : subnet->second.statistics;
}

absl::Status AddressPools::VerifyPool(const SubnetPools& subnet, const Pool& pool,
                                      const std::function<AddressState(Ipv4)>& state_of,
                                      PoolStatistics& counted) {
  for (uint32_t index = 0; index < pool.uses.size(); ++index) {
    const Ipv4 address{pool.range.first.value + index};
    const AddressState right = subnet.IsNobodys(address) ? AddressState{} : state_of(address);
    if (pool.uses[index] != right.use) {
      return Internal(absl::StrFormat("pool address %s is kept as %s and is %s", address.ToString(),
                                      ToString(pool.uses[index]), ToString(right.use)));
    }
    if (pool.free.TurnOf(index) != right.turn) {
      return Internal(absl::StrFormat("pool address %s is %s and in the wrong queue",
                                      address.ToString(), ToString(right.use)));
    }
    ++counted[right.use];
  }
  return absl::OkStatus();
}

absl::Status AddressPools::Verify(const std::function<AddressState(Ipv4)>& state_of) const {
  for (const auto& [id, subnet] : subnets_) {
    PoolStatistics counted;
    uint32_t listed = 0;
    for (const Pool& pool : subnet.pools) {
      PXE_RETURN_IF_ERROR(VerifyPool(subnet, pool, state_of, counted));
      listed += pool.free.CountOf(Turn::kFree) + pool.free.CountOf(Turn::kReleased);
    }
    if (counted != subnet.statistics || listed != counted[AddressUse::kFree]) {
      return Internal(absl::StrFormat("subnets/%s: the counts of its pools are wrong", id));
    }
  }
  return absl::OkStatus();
}

AddressPools::SubnetPools* AddressPools::Containing(Ipv4 address) const {
  auto it = by_network_.upper_bound(address);
  if (it == by_network_.begin()) return nullptr;
  --it;
  return it->second->cidr.Contains(address) ? it->second : nullptr;
}

}  // namespace pxe::core
