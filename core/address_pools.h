// The pools of every subnet: what each of their addresses is used for, and which is given next.
//
// Bookkeeping only: whoever owns the leases says what an address is used for and when its turn is
// to be given away, and says it again with each change. Queues and statistics follow in constant
// time at any fill (A1, A5): an address is in the queue of its turn and in no other, and the counts
// of a subnet are always what counting its addresses would give. Not synchronised.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "base/ipv4.h"
#include "core/free_list.h"
#include "core/model.h"
#include "core/pool_guard.h"

namespace pxe::core {

// The one thing that an address of a pool is used for. Where several apply, the first of kBound,
// kResting, kPending, kOffered, kDeclined, kReserved counts.
enum class AddressUse : uint8_t {
  kFree,      // the next client may get it
  kOffered,   // promised to a client
  kPending,   // its first lease is on its way to the disk
  kBound,     // leased
  kResting,   // its lease has ended, others are kept away for kExpiryGrace
  kDeclined,  // said to be in use by somebody unknown, everybody is kept away
  kReserved,  // set aside for a host, and held by nobody
  kExcluded,  // the network's, the broadcast's, a router's or an edge: nobody's (N6)
  kCount,
};

std::string_view ToString(AddressUse use);

struct AddressState {
  AddressUse use = AddressUse::kExcluded;
  Turn turn = Turn::kNone;

  bool operator==(const AddressState&) const = default;
};

// How many addresses of a subnet's pools have each use.
struct PoolStatistics {
  std::array<uint32_t, static_cast<size_t>(AddressUse::kCount)> counts{};

  uint32_t& operator[](AddressUse use) { return counts[static_cast<size_t>(use)]; }
  uint32_t operator[](AddressUse use) const { return counts[static_cast<size_t>(use)]; }
  uint32_t size() const;  // of the pools: the sum

  bool operator==(const PoolStatistics&) const = default;
};

class AddressPools {
 public:
  AddressPools() = default;
  AddressPools(const AddressPools&) = delete;  // its indexes point into it
  AddressPools& operator=(const AddressPools&) = delete;

  // Declares a subnet's pools, or other ones. False: they are what they were, and but for whose
  // they are nothing has changed. True: they are new, every address is kExcluded, and each must be
  // Set once.
  bool Put(const Subnet& subnet);
  void Erase(std::string_view id);

  // Does nothing for an address that is in no pool or that nobody may have. One whose turn is
  // another than before goes to the end of that queue.
  void Set(Ipv4 address, AddressState state);

  // In a pool, and somebody may have it.
  bool CanBeHad(Ipv4 address) const;

  // Whether the guard of the pool in which the address lies has nothing against this client.
  bool Admits(Ipv4 address, const PoolClient& client) const;

  // Of the subnet that the address lies in, in a pool of it or not.
  std::optional<Ipv4Prefix> NetworkOf(Ipv4 address) const;

  // The address of that subnet that has had this turn the longest, but `except`; of the pools that
  // are the client's the first that has any.
  std::optional<Ipv4> Next(std::string_view subnet_id, Turn turn, Ipv4 except,
                           const PoolClient& client) const;

  // All zeros for a subnet that is not there.
  PoolStatistics StatisticsOf(std::string_view subnet_id) const;

  // Checks queues and counts against the states, and these against `state_of`. INTERNAL names the
  // address or the subnet. Looks at every address.
  absl::Status Verify(const std::function<AddressState(Ipv4)>& state_of) const;

 private:
  struct Pool {
    explicit Pool(const Ipv4Range& addresses)
        : range(addresses),
          free(static_cast<uint32_t>(range.size())),
          uses(range.size(), AddressUse::kExcluded) {}

    Ipv4Range range;
    std::optional<PoolGuard> guard;
    FreeList free;
    std::vector<AddressUse> uses;
  };
  struct SubnetPools {
    Ipv4Prefix cidr;
    absl::flat_hash_set<Ipv4> never;
    bool edge_addresses = false;
    std::vector<Ipv4Range> ranges;
    std::vector<Pool> pools;
    PoolStatistics statistics;

    bool IsNobodys(Ipv4 address) const {
      return never.contains(address) || (!edge_addresses && IsEdgeAddress(address, cidr));
    }
    const Pool* PoolOf(Ipv4 address) const;  // null: it is in none
  };

  SubnetPools* Containing(Ipv4 address) const;
  static void PutGuards(const Subnet& subnet, SubnetPools& pools);
  static absl::Status VerifyPool(const SubnetPools& subnet, const Pool& pool,
                                 const std::function<AddressState(Ipv4)>& state_of,
                                 PoolStatistics& counted);

  std::map<std::string, SubnetPools, std::less<>> subnets_;
  std::map<Ipv4, SubnetPools*> by_network_;  // subnets do not overlap
};

}  // namespace pxe::core
