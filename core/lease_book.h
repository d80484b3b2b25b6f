// Who has which address: bindings, offers and the free addresses of every pool, in memory.
//
// A binding has a committed value and at most one pending change (a lease handed to the writer and
// not yet durable). Nothing is decided on a pending change: Standing() says kPending, and whoever
// meets it waits for Commit or Drop. Offers live beside bindings, only in memory, and survive a
// failed commit. Invariants, kept by every call: one address has one owner; one client has at most
// one live binding in a subnet; an address is in its pool's free list exactly when anybody may have
// it. Time is an argument. Not synchronised: it lives inside server/live_state.h, under its mutex.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/node_hash_map.h"
#include "base/clock.h"
#include "base/hardware_address.h"
#include "base/ipv4.h"
#include "core/free_list.h"
#include "core/model.h"

namespace pxe::core {

// An offered address is kept for its client this long, and renewed by each DISCOVER up to the cap.
// edk2 collects offers for 4 s, slow ROMs behind spanning tree need a minute (C50, C51).
inline constexpr std::chrono::seconds kOfferHold{120};
inline constexpr std::chrono::seconds kOfferHoldCap{600};

// An expired address rests this long before anybody else gets it (L8).
inline constexpr std::chrono::seconds kExpiryGrace{60};

struct Offer {
  Ipv4 address;
  HardwareAddress client;
  Seconds first{};  // of this run of DISCOVERs
  Seconds until{};
};

// What an address is to one client, now.
enum class Standing {
  kFree,      // in a pool, and anybody may have it
  kOwn,       // leased or offered to this client
  kOthers,    // leased or offered to another
  kReserved,  // set aside for a host and held by nobody; the catalog knows for whom
  kPending,   // a change of it is on its way to the disk
  kOutside,   // in no pool and not reserved
};

// Bound and not yet past its end: its client may use the address.
bool IsLive(const Lease& lease, Seconds now);

// The same lease given up at `now`: nobody's, but its last client comes back to it if it is free.
Lease Released(Lease lease, Seconds now);

class LeaseBook {
 public:
  // Declares a subnet's pools or changes them. Bindings outside of the new pools stay.
  void PutSubnet(const Subnet& subnet);
  void EraseSubnet(std::string_view id);

  // A reserved address is in nobody's reach but its host's, from now on or once it is free (A6).
  void SetReserved(Ipv4 address, bool reserved);

  // Takes over a lease read from the database at start.
  void Load(Lease lease, Seconds now);

  enum Standing StandingOf(Ipv4 address, const HardwareAddress& client, Seconds now) const;

  // The client's committed lease in that network, live or not; null when there is none. When both
  // exist, the live one.
  const Lease* LeaseOf(const HardwareAddress& client, const Ipv4Prefix& network) const;
  const Lease* LeaseAt(Ipv4 address) const;
  const Offer* OfferTo(const HardwareAddress& client, const Ipv4Prefix& network, Seconds now) const;

  bool IsPending(Ipv4 address) const { return pending_.contains(address); }

  // The address of a pending change of this client; its packets wait for it.
  std::optional<Ipv4> PendingOf(const HardwareAddress& client) const;

  // The address a new client of the subnet gets: the one that has been free the longest.
  std::optional<Ipv4> NextFree(std::string_view subnet_id) const;

  // Keeps an address for a client; an offer of another address to it in the same network ends.
  void HoldOffer(Ipv4 address, const HardwareAddress& client, const Ipv4Prefix& network,
                 Seconds now);
  void DropOffers(const HardwareAddress& client);

  // A change goes to the writer / is durable / was lost. The address must not be pending at Begin,
  // and be pending at Commit or Drop.
  void Begin(Lease lease);
  void Commit(Ipv4 address, Seconds now);
  void Drop(Ipv4 address);

  // Returns what has run out by `now` to the free lists, at most `limit` of each kind, so that one
  // call stays short. Decisions do not depend on it: a client gets expired addresses late, never
  // wrongly.
  void Expire(Seconds now, size_t limit);

  std::vector<Lease> All() const;  // committed, ordered by address

  // The first `limit` of All() with addresses beyond `address`; copies no more than these.
  std::vector<Lease> After(Ipv4 address, size_t limit) const;

 private:
  struct Pool {
    Ipv4Range range;
    FreeList free;
  };
  struct SubnetPools {
    Ipv4Prefix cidr;
    absl::flat_hash_set<Ipv4> never;  // network, broadcast, routers: ours to avoid (N6)
    std::vector<Pool> pools;
  };

  SubnetPools* PoolsContaining(Ipv4 address);
  const SubnetPools* PoolsContaining(Ipv4 address) const;
  bool IsHeld(Ipv4 address) const;
  void Refresh(Ipv4 address);
  void Store(Lease lease);
  void Forget(Ipv4 address);
  void EndOffer(Ipv4 address);

  std::map<std::string, SubnetPools, std::less<>> subnets_;
  std::map<Ipv4, SubnetPools*> subnet_by_network_;
  absl::flat_hash_set<Ipv4> reserved_;

  absl::node_hash_map<Ipv4, Lease> leases_;                            // committed
  absl::flat_hash_map<HardwareAddress, std::vector<Ipv4>> leases_of_;  // into leases_
  std::set<std::pair<Seconds, Ipv4>> expiries_;  // of bound leases not yet returned by Expire
  absl::flat_hash_map<Ipv4, Lease> pending_;     // handed to the writer
  absl::flat_hash_map<HardwareAddress, Ipv4> pending_of_;  // into pending_
  absl::node_hash_map<Ipv4, Offer> offers_;
  absl::flat_hash_map<HardwareAddress, std::vector<Ipv4>> offers_of_;  // into offers_
  std::set<std::pair<Seconds, Ipv4>> offer_ends_;
};

}  // namespace pxe::core
