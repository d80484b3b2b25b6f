// A lease book that is obviously right and slow: maps and loops, nothing kept that can be looked
// up. What the model test holds the real one against.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/lease_book.h"

namespace pxe::core {

class LeaseModel {
 public:
  void PutSubnet(const Subnet& subnet) {
    const auto old = subnets_.find(subnet.id);
    const bool same = old != subnets_.end() && old->second.cidr == subnet.cidr &&
                      old->second.pools == subnet.pools && old->second.routers == subnet.routers;
    subnets_[subnet.id] = subnet;
    if (same) return;
    FindPlaces();
    auto& queues = free_[subnet.id];
    queues.assign(subnet.pools.size(), {});
    std::vector<std::pair<Seconds, Ipv4>> leased;
    for (const Ipv4Range& pool : subnet.pools) {
      for (const Ipv4 address : NeverLeased(pool, leased)) Refresh(address);
    }
    std::ranges::sort(leased);
    for (const auto& [ends, address] : leased) Refresh(address);
  }
  // In the order in which they are given: half a round away from what follows the newest lease. The
  // others go to `leased`.
  std::vector<Ipv4> NeverLeased(const Ipv4Range& pool,
                                std::vector<std::pair<Seconds, Ipv4>>& leased) const {
    std::vector<Ipv4> before, after;
    std::pair<Seconds, Ipv4> newest;
    for (Ipv4 address = pool.first; address <= pool.last; ++address.value) {
      const auto lease = leases_.find(address);
      if (lease == leases_.end()) continue;
      leased.emplace_back(lease->second.ends, address);
      newest = std::max(newest, {lease->second.starts, address});
    }
    for (Ipv4 address = pool.first; address <= pool.last; ++address.value) {
      if (leases_.contains(address)) continue;
      (address > newest.second ? after : before).push_back(address);
    }
    std::vector<Ipv4> round = after;
    round.insert(round.end(), before.begin(), before.end());
    const bool none = newest.second.IsZero();
    const auto half = round.begin() + static_cast<ptrdiff_t>(none ? 0 : round.size() / 2);
    std::ranges::rotate(round, half);
    return round;
  }
  void EraseSubnet(const std::string& id) {
    subnets_.erase(id);
    free_.erase(id);
    FindPlaces();
  }
  void SetReserved(Ipv4 address, bool reserved) {
    reserved ? (void)reserved_.insert(address) : (void)reserved_.erase(address);
    Refresh(address);
  }
  void HoldOffer(Ipv4 address, const HardwareAddress& client, const Ipv4Prefix& network,
                 Seconds now) {
    Seconds first = now;
    for (const Offer& old : std::vector(offers_)) {
      const bool its = old.client == client && network.Contains(old.address) && old.until > now;
      if (!its && old.address != address) continue;
      if (its && old.address == address && now < old.first + kOfferHoldCap) first = old.first;
      EndOffer(old.address);
    }
    offers_.push_back({address, client, first, std::min(now + kOfferHold, first + kOfferHoldCap)});
    Refresh(address);
  }
  void DropOffers(const HardwareAddress& client) {
    for (const Offer& offer : std::vector(offers_)) {
      if (offer.client == client) EndOffer(offer.address);
    }
  }
  void Begin(const Lease& lease) {
    pending_[lease.address] = lease;
    Refresh(lease.address);
  }
  void Commit(Ipv4 address, Seconds now) {
    const Lease lease = pending_.at(address);
    pending_.erase(address);
    const auto offer = OfferAt(address);
    const bool its = offer != offers_.end() && offer->client == lease.client;
    const AddressUse use = StageOf(lease, now);
    if (its || use == AddressUse::kBound || use == AddressUse::kDeclined) {
      EndOffer(address);
    }
    leases_[address] = lease;
    stage_[address] = use;
    Refresh(address);
  }
  void Drop(Ipv4 address) {
    pending_.erase(address);
    Refresh(address);
  }
  void Expire(Seconds now, size_t limit) {
    std::vector<std::pair<Seconds, Ipv4>> offers;
    for (const Offer& offer : offers_) offers.emplace_back(offer.until, offer.address);
    for (const Ipv4 address : Due(offers, now, limit)) EndOffer(address);
    for (const Ipv4 address : Due(InStage(AddressUse::kBound), now, limit)) {
      stage_[address] = AddressUse::kResting;
      Refresh(address);
    }
    Free(Due(InStage(AddressUse::kResting), now - kExpiryGrace, limit));
    Free(Due(InStage(AddressUse::kDeclined), now, limit));
  }

  enum Standing StandingOf(Ipv4 address, const HardwareAddress& client, Seconds now) const {
    if (pending_.contains(address)) return Standing::kPending;
    if (const auto it = leases_.find(address); it != leases_.end()) {
      const bool own = it->second.client == client;
      const AddressUse use = StageOf(it->second, now);
      const auto offer = OfferAt(address);
      const bool reused = offer != offers_.end() && offer->until > now;
      if (use == AddressUse::kDeclined && !reused) return Standing::kDeclined;
      if (own && use == AddressUse::kBound) return Standing::kOwn;
      const bool away = use == AddressUse::kBound || use == AddressUse::kResting;
      if (!own && away) return Standing::kOthers;
    }
    if (const auto it = OfferAt(address); it != offers_.end() && it->until > now) {
      return it->client == client ? Standing::kOwn : Standing::kOthers;
    }
    if (reserved_.contains(address)) return Standing::kReserved;
    const auto place = places_.find(address);
    const bool anybodys = place != places_.end() && !place->second.nobodys;
    return anybodys ? Standing::kFree : Standing::kOutside;
  }
  std::optional<Ipv4> NextFree(const std::string& subnet_id) const {
    const auto queues = free_.find(subnet_id);
    if (queues == free_.end()) return std::nullopt;
    for (const bool released : {false, true}) {
      for (const auto& queue : queues->second) {
        for (const Ipv4 address : queue) {
          if (WasReleased(address) == released) return address;
        }
      }
    }
    return std::nullopt;
  }
  PoolStatistics StatisticsOf(const std::string& subnet_id) const {
    PoolStatistics counted;
    for (const auto& [address, place] : places_) {
      if (place.subnet != subnet_id) continue;
      ++counted[place.nobodys ? AddressUse::kExcluded : UseOf(address)];
    }
    return counted;
  }
  // Live leases of the client in that network.
  int CountLive(const HardwareAddress& client, const Ipv4Prefix& network, Seconds now) const {
    return static_cast<int>(std::ranges::count_if(leases_, [&](const auto& row) {
      return row.second.client == client && network.Contains(row.first) && IsLive(row.second, now);
    }));
  }
  std::vector<Lease> All() const {
    std::vector<Lease> all;
    for (const auto& [address, lease] : leases_) all.push_back(lease);
    return all;
  }

  const std::map<std::string, Subnet>& subnets() const { return subnets_; }

 private:
  static std::vector<Ipv4> AddressesOf(const Ipv4Range& range) {
    std::vector<Ipv4> all;
    for (uint32_t value = range.first.value; value <= range.last.value; ++value) {
      all.push_back({value});
    }
    return all;
  }
  static AddressUse StageOf(const Lease& lease, Seconds now) {
    if (lease.state == LeaseState::kReleased) return AddressUse::kFree;
    if (lease.state == LeaseState::kDeclined) {
      return now < lease.ends ? AddressUse::kDeclined : AddressUse::kFree;
    }
    if (now < lease.ends) return AddressUse::kBound;
    return now < lease.ends + kExpiryGrace ? AddressUse::kResting : AddressUse::kFree;
  }
  AddressUse UseOf(Ipv4 address) const {
    const auto found = stage_.find(address);
    const AddressUse stage = found == stage_.end() ? AddressUse::kFree : found->second;
    if (stage == AddressUse::kBound || stage == AddressUse::kResting) return stage;
    if (pending_.contains(address)) return AddressUse::kPending;
    if (OfferAt(address) != offers_.end()) return AddressUse::kOffered;
    if (stage == AddressUse::kDeclined) return stage;
    return reserved_.contains(address) ? AddressUse::kReserved : AddressUse::kFree;
  }
  bool WasReleased(Ipv4 address) const {
    const auto lease = leases_.find(address);
    return lease != leases_.end() && lease->second.state == LeaseState::kReleased;
  }
  void Free(const std::vector<Ipv4>& addresses) {
    for (const Ipv4 address : addresses) {
      stage_[address] = AddressUse::kFree;
      Refresh(address);
    }
  }
  // Where every pool address lies; made anew with each change of a subnet.
  struct Place {
    std::string subnet;
    size_t pool;
    bool nobodys;
  };
  void FindPlaces() {
    places_.clear();
    for (const auto& [id, subnet] : subnets_) {
      for (size_t i = 0; i < subnet.pools.size(); ++i) {
        for (const Ipv4 address : AddressesOf(subnet.pools[i])) {
          const bool nobodys = address == subnet.cidr.address ||
                               address == subnet.cidr.Broadcast() ||
                               std::ranges::count(subnet.routers, address) > 0;
          places_[address] = {id, i, nobodys};
        }
      }
    }
  }
  // First in, first out: what has just become free goes to the back, what is not free any more out.
  void Refresh(Ipv4 address) {
    const auto place = places_.find(address);
    if (place == places_.end() || place->second.nobodys) return;
    auto& queue = free_.at(place->second.subnet)[place->second.pool];
    const bool listed = std::ranges::count(queue, address) > 0;
    const bool free = UseOf(address) == AddressUse::kFree;
    if (free && !listed) queue.push_back(address);
    if (!free && listed) std::erase(queue, address);
  }
  std::vector<Offer>::const_iterator OfferAt(Ipv4 address) const {
    return std::ranges::find(offers_, address, &Offer::address);
  }
  void EndOffer(Ipv4 address) {
    const auto it = OfferAt(address);
    if (it == offers_.end()) return;
    offers_.erase(it);
    Refresh(address);
  }
  std::vector<std::pair<Seconds, Ipv4>> InStage(AddressUse stage) const {
    std::vector<std::pair<Seconds, Ipv4>> found;
    for (const auto& [address, use] : stage_) {
      if (use == stage) found.emplace_back(leases_.at(address).ends, address);
    }
    return found;
  }
  static std::vector<Ipv4> Due(std::vector<std::pair<Seconds, Ipv4>> ends, Seconds now,
                               size_t limit) {
    std::ranges::sort(ends);
    std::vector<Ipv4> due;
    for (const auto& [end, address] : ends) {
      if (end <= now && due.size() < limit) due.push_back(address);
    }
    return due;
  }

  std::map<std::string, Subnet> subnets_;
  std::map<Ipv4, Place> places_;
  std::map<std::string, std::vector<std::deque<Ipv4>>> free_;  // by subnet, one queue a pool
  std::set<Ipv4> reserved_;
  std::map<Ipv4, Lease> leases_;
  std::map<Ipv4, AddressUse> stage_;  // of the leases, as Expire has left them
  std::map<Ipv4, Lease> pending_;
  std::vector<Offer> offers_;  // in the order in which they were made
};

}  // namespace pxe::core
