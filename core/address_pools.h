// The pools of every subnet: what each of their addresses is used for, and which is free next.
//
// Bookkeeping only: whoever owns the leases says what an address is used for, and says it again
// with each change. Free lists and statistics follow in constant time at any fill (A1, A5): an
// address is in its pool's free list exactly when its use is kFree, and the counts of a subnet are
// always what counting its addresses would give. Not synchronised.
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

namespace pxe::core {

// The one thing that an address of a pool is used for. Where several apply, the first of kBound,
// kResting, kDeclined, kPending, kOffered, kReserved counts.
enum class AddressUse : uint8_t {
  kFree,      // the next client may get it
  kOffered,   // promised to a client
  kPending,   // its first lease is on its way to the disk
  kBound,     // leased
  kResting,   // its lease has ended, others are kept away for kExpiryGrace
  kDeclined,  // said to be in use by somebody unknown, everybody is kept away
  kReserved,  // set aside for a host, and held by nobody
  kExcluded,  // the network's, the broadcast's or a router's: nobody's (N6)
  kCount,
};

std::string_view ToString(AddressUse use);

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

  // Declares a subnet's pools, or other ones. False: they are what they were, and nothing has
  // changed. True: they are new, every address is kExcluded, and each must be Set once.
  bool Put(const Subnet& subnet);
  void Erase(std::string_view id);

  // Does nothing for an address that is in no pool or that nobody may have. One that becomes free
  // goes to the end of its queue.
  void Set(Ipv4 address, AddressUse use);

  // In a pool, and somebody may have it.
  bool CanBeHad(Ipv4 address) const;

  // Of the subnet that the address lies in, in a pool of it or not.
  std::optional<Ipv4Prefix> NetworkOf(Ipv4 address) const;

  // The address of that subnet that has been free the longest, but `except`; of its pools the first
  // that has any.
  std::optional<Ipv4> NextFree(std::string_view subnet_id, Ipv4 except = {}) const;

  // All zeros for a subnet that is not there.
  PoolStatistics StatisticsOf(std::string_view subnet_id) const;

  // Checks the free lists and the counts against the uses, and these against `use_of`. INTERNAL
  // names the address or the subnet. Looks at every address.
  absl::Status Verify(const std::function<AddressUse(Ipv4)>& use_of) const;

 private:
  struct Pool {
    explicit Pool(const Ipv4Range& addresses)
        : range(addresses),
          free(static_cast<uint32_t>(range.size())),
          uses(range.size(), AddressUse::kExcluded) {}

    Ipv4Range range;
    FreeList free;
    std::vector<AddressUse> uses;
  };
  struct SubnetPools {
    Ipv4Prefix cidr;
    absl::flat_hash_set<Ipv4> never;
    std::vector<Ipv4Range> ranges;
    std::vector<Pool> pools;
    PoolStatistics statistics;
  };

  SubnetPools* Containing(Ipv4 address) const;
  static absl::Status VerifyPool(const SubnetPools& subnet, const Pool& pool,
                                 const std::function<AddressUse(Ipv4)>& use_of,
                                 PoolStatistics& counted);

  std::map<std::string, SubnetPools, std::less<>> subnets_;
  std::map<Ipv4, SubnetPools*> by_network_;  // subnets do not overlap
};

}  // namespace pxe::core
