#include "core/lease_book.h"

#include <algorithm>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "core/identity.h"

namespace pxe::core {
namespace {

// Held by its client, or resting after its end: out of everybody else's reach.
bool KeepsOthersAway(const Lease& lease, Seconds now) {
  return lease.state == LeaseState::kBound && now < lease.ends + kExpiryGrace;
}

bool IsOnProbation(const Lease& lease, Seconds now) {
  return lease.state == LeaseState::kDeclined && now < lease.ends;
}

AddressUse UseBy(const Lease& lease, Seconds now) {
  if (IsLive(lease, now)) return AddressUse::kBound;
  if (IsOnProbation(lease, now)) return AddressUse::kDeclined;
  return KeepsOthersAway(lease, now) ? AddressUse::kResting : AddressUse::kFree;
}

// Offers do not survive a restart, and those that had been made were of the addresses that follow
// the newest lease. They come last, or somebody else would be given what a client is about to take
// (F11). None: the order they have.
void StartAwayFrom(Ipv4 newest, std::vector<Ipv4>& never_leased) {
  if (newest.IsZero() || never_leased.empty()) return;
  const auto next =
      static_cast<size_t>(std::ranges::upper_bound(never_leased, newest) - never_leased.begin());
  const size_t first = (next + never_leased.size() / 2) % never_leased.size();
  std::rotate(never_leased.begin(), never_leased.begin() + static_cast<ptrdiff_t>(first),
              never_leased.end());
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

Lease Declined(Lease lease, Seconds now, std::chrono::seconds probation) {
  lease.state = LeaseState::kDeclined;
  lease.starts = now;
  lease.ends = now + probation;
  return lease;
}

Lease AnsweredPing(Ipv4 address, Seconds now) {
  const Lease nobodys{.address = address, .kind = std::string(kKindOfPing)};
  return Declined(nobodys, now, kDeclineProbation);
}

void LeaseBook::PutSubnet(const Subnet& subnet) {
  if (!pools_.Put(subnet)) return;
  std::vector<Deadline> leased_before;
  for (const Ipv4Range& range : subnet.pools) {
    std::vector<Ipv4> never_leased;
    std::pair<Seconds, Ipv4> newest;
    for (uint64_t i = 0; i < range.size(); ++i) {
      const Ipv4 address{static_cast<uint32_t>(range.first.value + i)};
      const Lease* lease = LeaseAt(address);
      if (lease == nullptr) {
        never_leased.push_back(address);
        continue;
      }
      leased_before.emplace_back(lease->ends, address);
      newest = std::max(newest, {lease->starts, address});
    }
    StartAwayFrom(newest.second, never_leased);
    for (const Ipv4 address : never_leased) Refresh(address);
  }
  std::ranges::sort(leased_before);
  for (const auto& [ends, address] : leased_before) Refresh(address);
}

void LeaseBook::EraseSubnet(std::string_view id) {
  pools_.Erase(id);
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
  if (const LeaseTable::Row* old = leases_.RowAt(address)) StopTimer(*old);
  const AddressUse use = UseBy(lease, now);
  StartTimer(address, use, lease.ends);
  leases_.Put(std::move(lease), use);
  Refresh(address);
}

enum Standing LeaseBook::StandingOf(Ipv4 address, const HardwareAddress& client,
                                    Seconds now) const {
  if (pending_.contains(address)) return Standing::kPending;
  const Lease* lease = LeaseAt(address);
  const bool on_probation = lease != nullptr && IsOnProbation(*lease, now);
  if (lease != nullptr && !on_probation) {
    const bool theirs = KeyOf(*lease) == client;
    if (theirs && IsLive(*lease, now)) return Standing::kOwn;
    if (!theirs && KeepsOthersAway(*lease, now)) return Standing::kOthers;
  }
  if (const auto offer = offers_.find(address);
      offer != offers_.end() && offer->second.until > now) {
    return offer->second.client == client ? Standing::kOwn : Standing::kOthers;
  }
  if (on_probation) return Standing::kDeclined;
  if (withheld_.contains(address)) return Standing::kOutside;
  if (reserved_.contains(address)) return Standing::kReserved;
  return pools_.CanBeHad(address) ? Standing::kFree : Standing::kOutside;
}

std::optional<HardwareAddress> LeaseBook::HolderOf(Ipv4 address, Seconds now) const {
  const Lease* lease = LeaseAt(address);
  if (lease != nullptr && KeepsOthersAway(*lease, now)) return lease->client;
  const auto offer = offers_.find(address);
  const bool held = offer != offers_.end() && offer->second.until > now;
  return held ? std::optional(offer->second.client) : std::nullopt;
}

const Lease* LeaseBook::LeaseOf(const HardwareAddress& client, const Ipv4Prefix& network) const {
  return LastOf(client, network, false);
}

const Lease* LeaseBook::LeaseOfHardware(const HardwareAddress& hardware,
                                        const Ipv4Prefix& network) const {
  return LastOf(hardware, network, true);
}

const Lease* LeaseBook::LastOf(const HardwareAddress& client, const Ipv4Prefix& network,
                               bool any_key) const {
  const Lease* last = nullptr;
  for (const Ipv4 address : leases_.OfClient(client)) {
    if (!network.Contains(address)) continue;
    const Lease* lease = LeaseAt(address);
    if (lease->state == LeaseState::kDeclined) continue;
    if (!any_key && KeyOf(*lease) != client) continue;
    if (last == nullptr || last->ends < lease->ends) last = lease;
  }
  return last;
}

const Offer* LeaseBook::OfferTo(const HardwareAddress& client, const Ipv4Prefix& network,
                                Seconds now) const {
  for (const Ipv4 address : offers_of_.Of(client)) {
    const Offer& offer = offers_.at(address);
    if (network.Contains(address) && offer.until > now) return &offer;
  }
  return nullptr;
}

std::optional<Ipv4> LeaseBook::PendingOf(const HardwareAddress& client) const {
  const auto addresses = pending_of_.Of(client);
  return addresses.empty() ? std::nullopt : std::optional(addresses.front());
}

uint32_t LeaseBook::OffersFrom(uint64_t origin) const {
  const auto found = offers_from_.find(origin);
  return found == offers_from_.end() ? 0 : found->second;
}

void LeaseBook::HoldOffer(Ipv4 address, const HardwareAddress& client, const Ipv4Prefix& network,
                          Seconds now, uint64_t origin) {
  Seconds first = now;
  if (const Offer* old = OfferTo(client, network, now)) {
    if (old->address == address && now < old->first + kOfferHoldCap) first = old->first;
    EndOffer(old->address);
  }
  EndOffer(address);  // a lapsed one of somebody else
  const Seconds until = std::min(now + kOfferHold, first + kOfferHoldCap);
  const Offer offer{address, client, first, until, origin};
  if (origin != 0) ++offers_from_[origin];
  offers_[address] = offer;
  offers_of_.Add(client, address);
  offer_ends_.insert({offer.until, address});
  Refresh(address);
}

void LeaseBook::DropOffers(const HardwareAddress& client) {
  const auto of = offers_of_.Of(client);
  const absl::InlinedVector<Ipv4, 4> addresses(of.begin(), of.end());  // each end changes the index
  for (const Ipv4 address : addresses) EndOffer(address);
}

void LeaseBook::Begin(Lease lease) {
  const Ipv4 address = lease.address;
  pending_of_.Add(KeyOf(lease), address);
  pending_[address] = std::move(lease);
  Refresh(address);
}

void LeaseBook::Commit(Ipv4 address, Seconds now) {
  auto pending = pending_.extract(address);
  const Lease& lease = pending.mapped();
  pending_of_.Remove(KeyOf(lease), address);
  const auto offer = offers_.find(address);
  const bool over = offer != offers_.end() && (offer->second.client == KeyOf(lease) ||
                                               IsLive(lease, now) || IsOnProbation(lease, now));
  if (over) EndOffer(address);
  Load(std::move(pending.mapped()), now);
}

void LeaseBook::Drop(Ipv4 address) {
  const auto it = pending_.find(address);
  pending_of_.Remove(KeyOf(it->second), address);
  pending_.erase(it);
  Refresh(address);
}

bool LeaseBook::Expire(Seconds now, size_t limit) {
  const bool more_offers = ExpireOffers(now, limit);
  const bool more_ended = EndLeases(now, limit);
  // After EndLeases, so that addresses become free in the order in which their leases ended (A2).
  const bool more_rested = FreeEnded(resting_, now - kExpiryGrace, limit);
  const bool more_declined = FreeEnded(declined_, now, limit);
  return more_offers || more_ended || more_rested || more_declined;
}

bool LeaseBook::ExpireOffers(Seconds now, size_t limit) {
  for (size_t i = 0; !offer_ends_.empty() && offer_ends_.begin()->first <= now; ++i) {
    if (i == limit) return true;
    EndOffer(offer_ends_.begin()->second);
  }
  return false;
}

bool LeaseBook::EndLeases(Seconds now, size_t limit) {
  for (size_t i = 0; !bound_.empty() && bound_.begin()->first <= now; ++i) {
    if (i == limit) return true;
    const Ipv4 address = bound_.begin()->second;
    resting_.insert(*bound_.begin());
    bound_.erase(bound_.begin());
    leases_.SetUse(address, AddressUse::kResting);
    Refresh(address);
  }
  return false;
}

bool LeaseBook::FreeEnded(Timers& timers, Seconds until, size_t limit) {
  for (size_t i = 0; !timers.empty() && timers.begin()->first <= until; ++i) {
    if (i == limit) return true;
    const Ipv4 address = timers.begin()->second;
    timers.erase(timers.begin());
    leases_.SetUse(address, AddressUse::kFree);
    Refresh(address);
  }
  return false;
}

std::vector<Lease> LeaseBook::All() const {
  std::vector<Lease> all;
  all.reserve(leases_.size());
  for (const Ipv4 address : leases_.addresses()) all.push_back(*LeaseAt(address));
  return all;
}

AddressUse LeaseBook::UseOf(Ipv4 address) const {
  const LeaseTable::Row* row = leases_.RowAt(address);
  const AddressUse by_lease = row == nullptr ? AddressUse::kFree : row->use;
  if (by_lease == AddressUse::kBound || by_lease == AddressUse::kResting) return by_lease;
  if (pending_.contains(address)) return AddressUse::kPending;
  if (offers_.contains(address)) return AddressUse::kOffered;
  if (by_lease == AddressUse::kDeclined) return by_lease;
  return IsSetAside(address) ? AddressUse::kReserved : AddressUse::kFree;
}

// What is set aside waits for its host, on probation too.
AddressState LeaseBook::StateOf(Ipv4 address) const {
  const AddressUse use = UseOf(address);
  if (use == AddressUse::kDeclined && !IsSetAside(address)) return {use, Turn::kDeclined};
  if (use != AddressUse::kFree) return {use, Turn::kNone};
  const Lease* lease = LeaseAt(address);
  const bool released = lease != nullptr && lease->state == LeaseState::kReleased;
  return {use, released ? Turn::kReleased : Turn::kFree};
}

void LeaseBook::StartTimer(Ipv4 address, AddressUse use, Seconds ends) {
  if (use == AddressUse::kBound) bound_.insert({ends, address});
  if (use == AddressUse::kResting) resting_.insert({ends, address});
  if (use == AddressUse::kDeclined) declined_.insert({ends, address});
}

void LeaseBook::StopTimer(const LeaseTable::Row& row) {
  const Deadline end{row.lease.ends, row.lease.address};
  if (row.use == AddressUse::kBound) bound_.erase(end);
  if (row.use == AddressUse::kResting) resting_.erase(end);
  if (row.use == AddressUse::kDeclined) declined_.erase(end);
}

void LeaseBook::EndOffer(Ipv4 address) {
  const auto it = offers_.find(address);
  if (it == offers_.end()) return;
  offers_of_.Remove(it->second.client, address);
  offer_ends_.erase({it->second.until, address});
  const auto from = offers_from_.find(it->second.origin);
  if (from != offers_from_.end() && --from->second == 0) offers_from_.erase(from);
  offers_.erase(it);
  Refresh(address);
}

}  // namespace pxe::core
