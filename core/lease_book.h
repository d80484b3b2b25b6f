// Who has which address: bindings, offers and the free addresses of every pool, in memory.
//
// A binding has a committed value and at most one pending change (a lease handed to the writer and
// not yet durable). Nothing is decided on a pending change: Standing() says kPending, and whoever
// meets it waits for Commit or Drop. Offers live beside bindings, only in memory, and survive a
// failed commit. Invariants, kept by every call and checked by Verify(): one address has one owner;
// an address is in the queue of its pool in which its turn comes; the statistics are what counting
// would give. One client has at most one live binding in a subnet, as long as the changes
// are those of core/decide_dhcp.h. A lease in no subnet stays, harmless, and counts again when a
// subnet is put around it. Time is an argument. Not synchronised: it lives inside
// server/live_state.h, under its mutex.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/node_hash_map.h"
#include "absl/status/status.h"
#include "base/clock.h"
#include "base/hardware_address.h"
#include "base/ipv4.h"
#include "core/address_pools.h"
#include "core/lease_table.h"
#include "core/model.h"

namespace pxe::core {

// An offered address is kept for its client this long, and renewed by each DISCOVER up to the cap.
// edk2 collects offers for 4 s, slow ROMs behind spanning tree need a minute (C50, C51).
inline constexpr std::chrono::seconds kOfferHold{120};
inline constexpr std::chrono::seconds kOfferHoldCap{600};

// An expired address rests this long before anybody else gets it (L8).
inline constexpr std::chrono::seconds kExpiryGrace{60};

// Nobody gets a declined address this long (C79), or this long if it is set aside for a host, which
// is given another meanwhile (C80).
inline constexpr std::chrono::seconds kDeclineProbation{86'400};
inline constexpr std::chrono::seconds kDeclineStaticBackoff{600};

struct Offer {
  Ipv4 address;
  HardwareAddress client;
  Seconds first{};  // of this run of DISCOVERs
  Seconds until{};
  uint64_t origin = 0;  // the circuit it was asked for by (core/offer_limits.h)
};

// What an address is to one client, now.
enum class Standing {
  kFree,      // in a pool, and anybody may have it
  kOwn,       // leased or offered to this client
  kOthers,    // leased or offered to another
  kReserved,  // set aside for a host and held by nobody; the catalog knows for whom
  kDeclined,  // on probation and offered to nobody: nobody may have it, its last client neither
  kPending,   // a change of it is on its way to the disk
  kOutside,   // in no pool and not reserved
};

// Two live leases of one client in one subnet.
struct DoubleLease {
  HardwareAddress client;
  Ipv4 answered;  // ends later: what the client is told it has
  Ipv4 other;     // kept away from others until it ends
};

// Bound and not yet past its end: its client may use the address.
bool IsLive(const Lease& lease, Seconds now);

// The same lease given up at `now`: nobody's, but its last client comes back to it if it is free.
Lease Released(Lease lease, Seconds now);

// The same address declined at `now`, and nobody's for the time of its probation.
Lease Declined(Lease lease, Seconds now, std::chrono::seconds probation);

// What is kept of an address that answered a ping: a lease declined by nobody (C144). No client is
// blamed, and its kind says why.
inline constexpr std::string_view kKindOfPing = "ping";
Lease AnsweredPing(Ipv4 address, Seconds now);

class LeaseBook {
 public:
  // Declares a subnet's pools or changes them. Bindings outside of the new pools stay. The free
  // addresses of new pools queue up by the rule of A2: those never leased in their order, half a
  // round away from the newest lease (F11), then the others by the end of their last lease.
  void PutSubnet(const Subnet& subnet);
  void EraseSubnet(std::string_view id);

  // A reserved address is in nobody's reach but its host's, from now on or once it is free (A6).
  void SetReserved(Ipv4 address, bool reserved);

  bool IsReserved(Ipv4 address) const { return reserved_.contains(address); }

  // An address of our own is no client's, whatever pool it lies in (N6). Said again with every
  // packet that came in by it, it costs a look-up.
  void Withhold(Ipv4 address) {
    if (withheld_.insert(address).second) Refresh(address);
  }

  // Takes over a lease read from the database at start; best before the subnets are put.
  void Load(Lease lease, Seconds now);
  void Reserve(size_t leases) { leases_.Reserve(leases); }  // room for that many

  enum Standing StandingOf(Ipv4 address, const HardwareAddress& client, Seconds now) const;

  // The client's committed lease in that network, live or not; null when there is none. Of several
  // the one that ends or ended last: the live one, if any is. What it declined is not its lease.
  // `client` is a key (core/identity.h), here and everywhere.
  const Lease* LeaseOf(const HardwareAddress& client, const Ipv4Prefix& network) const;
  // The same for a piece of hardware, whatever the lease is kept under.
  const Lease* LeaseOfHardware(const HardwareAddress& hardware, const Ipv4Prefix& network) const;
  const Lease* LeaseAt(Ipv4 address) const { return leases_.At(address); }
  const Offer* OfferTo(const HardwareAddress& client, const Ipv4Prefix& network, Seconds now) const;

  // Offers held that were asked for by way of one circuit; of none: 0.
  uint32_t OffersFrom(uint64_t origin) const;

  bool IsPending(Ipv4 address) const { return pending_.contains(address); }

  // The address of a pending change of this client; its packets wait for it.
  std::optional<Ipv4> PendingOf(const HardwareAddress& client) const;

  // The address a new client of the subnet gets: of the pools that are its, the one that has been
  // free the longest, but `except`; when there is none, the one that was released first (A4).
  std::optional<Ipv4> NextFree(std::string_view subnet_id, Ipv4 except = {},
                               const PoolClient& client = {}) const {
    const auto next = pools_.Next(subnet_id, Turn::kFree, except, client);
    return next ? next : pools_.Next(subnet_id, Turn::kReleased, except, client);
  }

  // The same of those on probation: the one that was declined first.
  std::optional<Ipv4> NextDeclined(std::string_view subnet_id, Ipv4 except,
                                   const PoolClient& client) const {
    return pools_.Next(subnet_id, Turn::kDeclined, except, client);
  }

  // Whether the pool of an address is the client's (N4).
  bool Admits(Ipv4 address, const PoolClient& client) const {
    return pools_.Admits(address, client);
  }

  // The hardware address, or else the key, of who keeps others away from an address: its client or
  // the one it is offered to.
  std::optional<HardwareAddress> HolderOf(Ipv4 address, Seconds now) const;

  // Exact, and as of the last Expire() that returned false: without one an address counts as
  // offered, bound, resting or declined beyond its time. All zeros for a subnet that is not there.
  PoolStatistics StatisticsOf(std::string_view subnet_id) const {
    return pools_.StatisticsOf(subnet_id);
  }

  // Keeps an address for a client; an offer of another address to it in the same network ends.
  void HoldOffer(Ipv4 address, const HardwareAddress& client, const Ipv4Prefix& network,
                 Seconds now, uint64_t origin = 0);
  void DropOffers(const HardwareAddress& client);

  // A change goes to the writer / is durable / was lost. The address must not be pending at Begin,
  // and be pending at Commit or Drop.
  void Begin(Lease lease);
  void Commit(Ipv4 address, Seconds now);
  void Drop(Ipv4 address);

  // Returns what has run out by `now` to the free lists, at most `limit` of each kind, so that one
  // call stays short. True: there is more of it. Decisions do not depend on it: a client gets
  // expired addresses late, never wrongly.
  bool Expire(Seconds now, size_t limit);

  std::vector<Lease> All() const;  // committed, ordered by address
  const LeaseTable& leases() const { return leases_; }

  // Checks everything that every call keeps, looking at all there is. INTERNAL names the address,
  // the client or the subnet of the first thing found wrong: a fault of this program.
  absl::Status Verify() const;

  // What no sequence of our own changes leads to, but a database can hold: written by somebody
  // else, or under subnets that have been joined since. Defined and harmless, but worth a word.
  std::vector<DoubleLease> DoubleLeases(Seconds now) const;

 private:
  using Deadline = std::pair<Seconds, Ipv4>;
  using Timers = absl::btree_set<Deadline>;  // the next one first

  const Lease* LastOf(const HardwareAddress& client, const Ipv4Prefix& network, bool any_key) const;
  bool IsSetAside(Ipv4 address) const {
    return reserved_.contains(address) || withheld_.contains(address);
  }
  AddressUse UseOf(Ipv4 address) const;
  AddressState StateOf(Ipv4 address) const;
  void Refresh(Ipv4 address) { pools_.Set(address, StateOf(address)); }
  void StartTimer(Ipv4 address, AddressUse use, Seconds ends);
  void StopTimer(const LeaseTable::Row& row);
  void EndOffer(Ipv4 address);
  bool ExpireOffers(Seconds now, size_t limit);
  bool EndLeases(Seconds now, size_t limit);
  bool FreeEnded(Timers& timers, Seconds until, size_t limit);
  absl::Status VerifyTimers() const;
  absl::Status VerifyPending() const;
  absl::Status VerifyOffers() const;

  AddressPools pools_;
  absl::flat_hash_set<Ipv4> reserved_;
  absl::flat_hash_set<Ipv4> withheld_;
  LeaseTable leases_;  // committed
  Timers bound_;       // the ends of the leases of that use
  Timers resting_;     // the same
  Timers declined_;    // the same

  absl::flat_hash_map<Ipv4, Lease> pending_;  // handed to the writer
  ClientIndex pending_of_;                    // into pending_
  absl::node_hash_map<Ipv4, Offer> offers_;
  ClientIndex offers_of_;                                // into offers_
  absl::flat_hash_map<uint64_t, uint32_t> offers_from_;  // how many of offers_; by origin, but 0
  Timers offer_ends_;
};

}  // namespace pxe::core
