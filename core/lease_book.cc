#include "core/lease_book.h"

#include <algorithm>

namespace pxe::core {
namespace {

// Held by its client, or resting after its end: out of everybody else's reach.
bool KeepsOthersAway(const Lease& lease, Seconds now) {
  return lease.state == LeaseState::kBound && now < lease.ends + kExpiryGrace;
}

template <typename Map>
void EraseFrom(Map& map, const HardwareAddress& client, Ipv4 address) {
  const auto it = map.find(client);
  if (it == map.end()) return;
  std::erase(it->second, address);
  if (it->second.empty()) map.erase(it);
}

}  // namespace

bool IsLive(const Lease& lease, Seconds now) {
  return lease.state == LeaseState::kBound && now < lease.ends;
}

Lease Released(Lease lease, Seconds now) {
  lease.state = LeaseState::kReleased;
  lease.ends = now;
  return lease;
}

void LeaseBook::PutSubnet(const Subnet& subnet) {
  EraseSubnet(subnet.id);
  SubnetPools& added = subnets_[subnet.id];
  added.cidr = subnet.cidr;
  added.never = {subnet.cidr.address, subnet.cidr.Broadcast()};
  added.never.insert(subnet.routers.begin(), subnet.routers.end());
  subnet_by_network_[subnet.cidr.address] = &added;
  for (const Ipv4Range& range : subnet.pools) {
    added.pools.push_back({range, FreeList(static_cast<uint32_t>(range.size()))});
    for (uint64_t i = 0; i < range.size(); ++i) {
      Refresh({static_cast<uint32_t>(range.first.value + i)});
    }
  }
}

void LeaseBook::EraseSubnet(std::string_view id) {
  const auto it = subnets_.find(id);
  if (it == subnets_.end()) return;
  subnet_by_network_.erase(it->second.cidr.address);
  subnets_.erase(it);
}

void LeaseBook::SetReserved(Ipv4 address, bool reserved) {
  if (reserved) {
    reserved_.insert(address);
  } else {
    reserved_.erase(address);
  }
  Refresh(address);
}

void LeaseBook::Load(Lease lease, Seconds now) {
  const Ipv4 address = lease.address;
  const bool held = KeepsOthersAway(lease, now);
  const Seconds ends = lease.ends;
  Store(std::move(lease));
  if (!held) expiries_.erase({ends, address});
  Refresh(address);
}

enum Standing LeaseBook::StandingOf(Ipv4 address, const HardwareAddress& client,
                                    Seconds now) const {
  if (pending_.contains(address)) return Standing::kPending;
  if (const Lease* lease = LeaseAt(address)) {
    if (lease->client == client && IsLive(*lease, now)) return Standing::kOwn;
    if (lease->client != client && KeepsOthersAway(*lease, now)) return Standing::kOthers;
  }
  if (const auto offer = offers_.find(address);
      offer != offers_.end() && offer->second.until > now) {
    return offer->second.client == client ? Standing::kOwn : Standing::kOthers;
  }
  if (reserved_.contains(address)) return Standing::kReserved;
  const SubnetPools* subnet = PoolsContaining(address);
  if (subnet == nullptr || subnet->never.contains(address)) return Standing::kOutside;
  const bool pooled = std::ranges::any_of(
      subnet->pools, [&](const Pool& pool) { return pool.range.Contains(address); });
  return pooled ? Standing::kFree : Standing::kOutside;
}

const Lease* LeaseBook::LeaseOf(const HardwareAddress& client, const Ipv4Prefix& network) const {
  const auto found = leases_of_.find(client);
  if (found == leases_of_.end()) return nullptr;
  const Lease* best = nullptr;
  for (const Ipv4 address : found->second) {
    if (!network.Contains(address)) continue;
    const Lease* lease = LeaseAt(address);
    const auto rank = [](const Lease& l) {
      return std::pair(l.state == LeaseState::kBound, l.ends);
    };
    if (best == nullptr || rank(*best) < rank(*lease)) best = lease;
  }
  return best;
}

const Lease* LeaseBook::LeaseAt(Ipv4 address) const {
  const auto it = leases_.find(address);
  return it == leases_.end() ? nullptr : &it->second;
}

const Offer* LeaseBook::OfferTo(const HardwareAddress& client, const Ipv4Prefix& network,
                                Seconds now) const {
  const auto found = offers_of_.find(client);
  if (found == offers_of_.end()) return nullptr;
  for (const Ipv4 address : found->second) {
    const Offer& offer = offers_.at(address);
    if (network.Contains(address) && offer.until > now) return &offer;
  }
  return nullptr;
}

std::optional<Ipv4> LeaseBook::PendingOf(const HardwareAddress& client) const {
  const auto it = pending_of_.find(client);
  return it == pending_of_.end() ? std::nullopt : std::optional(it->second);
}

std::optional<Ipv4> LeaseBook::NextFree(std::string_view subnet_id) const {
  const auto subnet = subnets_.find(subnet_id);
  if (subnet == subnets_.end()) return std::nullopt;
  for (const Pool& pool : subnet->second.pools) {
    if (const auto index = pool.free.Front()) return Ipv4{pool.range.first.value + *index};
  }
  return std::nullopt;
}

void LeaseBook::HoldOffer(Ipv4 address, const HardwareAddress& client, const Ipv4Prefix& network,
                          Seconds now) {
  Seconds first = now;
  if (const Offer* old = OfferTo(client, network, now)) {
    if (old->address == address && now < old->first + kOfferHoldCap) first = old->first;
    EndOffer(old->address);
  }
  EndOffer(address);  // a lapsed one of somebody else
  const Offer offer{address, client, first, std::min(now + kOfferHold, first + kOfferHoldCap)};
  offers_[address] = offer;
  offers_of_[client].push_back(address);
  offer_ends_.insert({offer.until, address});
  Refresh(address);
}

void LeaseBook::DropOffers(const HardwareAddress& client) {
  const auto found = offers_of_.find(client);
  if (found == offers_of_.end()) return;
  const std::vector<Ipv4> addresses = found->second;
  for (const Ipv4 address : addresses) EndOffer(address);
}

void LeaseBook::Begin(Lease lease) {
  const Ipv4 address = lease.address;
  pending_of_[lease.client] = address;
  pending_[address] = std::move(lease);
  Refresh(address);
}

void LeaseBook::Commit(Ipv4 address, Seconds now) {
  Lease lease = std::move(pending_.at(address));
  const HardwareAddress client = lease.client;
  pending_.erase(address);
  pending_of_.erase(client);
  EndOffer(address);
  Load(std::move(lease), now);
}

void LeaseBook::Drop(Ipv4 address) {
  const auto it = pending_.find(address);
  pending_of_.erase(it->second.client);
  pending_.erase(it);
  Refresh(address);
}

void LeaseBook::Expire(Seconds now, size_t limit) {
  for (size_t i = 0; i < limit && !offer_ends_.empty(); ++i) {
    const auto [until, address] = *offer_ends_.begin();
    if (until > now) break;
    EndOffer(address);
  }
  for (size_t i = 0; i < limit && !expiries_.empty(); ++i) {
    const auto [ends, address] = *expiries_.begin();
    if (ends + kExpiryGrace > now) break;
    expiries_.erase(expiries_.begin());
    Refresh(address);
  }
}

std::vector<Lease> LeaseBook::All() const {
  std::vector<Lease> all;
  all.reserve(leases_.size());
  for (const auto& [address, lease] : leases_) all.push_back(lease);
  std::ranges::sort(all, {}, &Lease::address);
  return all;
}

std::vector<Lease> LeaseBook::After(Ipv4 address, size_t limit) const {
  std::vector<const Lease*> beyond;
  for (const auto& [leased, lease] : leases_) {
    if (leased > address) beyond.push_back(&lease);
  }
  const auto end = beyond.begin() + static_cast<ptrdiff_t>(std::min(limit, beyond.size()));
  std::ranges::partial_sort(beyond, end, {}, &Lease::address);
  std::vector<Lease> page;
  for (auto it = beyond.begin(); it != end; ++it) page.push_back(**it);
  return page;
}

LeaseBook::SubnetPools* LeaseBook::PoolsContaining(Ipv4 address) {
  auto it = subnet_by_network_.upper_bound(address);
  if (it == subnet_by_network_.begin()) return nullptr;
  --it;
  return it->second->cidr.Contains(address) ? it->second : nullptr;
}

const LeaseBook::SubnetPools* LeaseBook::PoolsContaining(Ipv4 address) const {
  return const_cast<LeaseBook*>(this)->PoolsContaining(address);
}

bool LeaseBook::IsHeld(Ipv4 address) const {
  const Lease* lease = LeaseAt(address);
  const bool bound = lease != nullptr && expiries_.contains({lease->ends, address});
  return bound || pending_.contains(address) || offers_.contains(address) ||
         reserved_.contains(address);
}

void LeaseBook::Refresh(Ipv4 address) {
  SubnetPools* subnet = PoolsContaining(address);
  if (subnet == nullptr) return;
  const bool free = !subnet->never.contains(address) && !IsHeld(address);
  for (Pool& pool : subnet->pools) {
    if (!pool.range.Contains(address)) continue;
    const uint32_t index = address.value - pool.range.first.value;
    if (free) {
      pool.free.PushBack(index);
    } else {
      pool.free.Remove(index);
    }
  }
}

void LeaseBook::Store(Lease lease) {
  const Ipv4 address = lease.address;
  Forget(address);
  leases_of_[lease.client].push_back(address);
  if (lease.state == LeaseState::kBound) expiries_.insert({lease.ends, address});
  leases_[address] = std::move(lease);
}

void LeaseBook::Forget(Ipv4 address) {
  const Lease* lease = LeaseAt(address);
  if (lease == nullptr) return;
  EraseFrom(leases_of_, lease->client, address);
  expiries_.erase({lease->ends, address});
}

void LeaseBook::EndOffer(Ipv4 address) {
  const auto it = offers_.find(address);
  if (it == offers_.end()) return;
  EraseFrom(offers_of_, it->second.client, address);
  offer_ends_.erase({it->second.until, address});
  offers_.erase(it);
  Refresh(address);
}

}  // namespace pxe::core
