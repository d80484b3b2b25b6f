// The committed leases, found by address, by client and by client identifier, and in order.
//
// One row an address, and once there it stays: it remembers the last client. The client identifier
// is no identity (base/hardware_address.h): the index by it only serves who searches, and leaves
// out those that say no more than the hardware address, which nearly all do. Pointers stay valid
// for as long as the table does, what they point at changes with Put. Not synchronised.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/status/status.h"
#include "base/hardware_address.h"
#include "base/ipv4.h"
#include "core/address_pools.h"
#include "core/model.h"

namespace pxe::core {

// The addresses of each client, an index into some other table. A client that goes by its
// identifier is found by that (core/identity.h), and in a LeaseTable by its hardware address too.
// Nearly all have one address, and half the memory of a list; one has more in different networks.
class ClientIndex {
 public:
  void Add(const HardwareAddress& client, Ipv4 address);
  void Remove(const HardwareAddress& client, Ipv4 address);
  void Reserve(size_t clients) { only_.reserve(clients); }

  // In no particular order; empty for an unknown client. Valid until the next change.
  std::span<const Ipv4> Of(const HardwareAddress& client) const;
  size_t CountAddresses() const;  // of all clients; looks at each

 private:
  // A client is in one of them or in neither.
  absl::flat_hash_map<HardwareAddress, Ipv4> only_;
  absl::flat_hash_map<HardwareAddress, std::vector<Ipv4>> several_;
};

class LeaseTable {
 public:
  struct Row {
    Lease lease;
    AddressUse use =
        AddressUse::kFree;  // kBound, kResting, kDeclined, or kFree: others may have it
  };

  void Put(Lease lease, AddressUse use);
  void SetUse(Ipv4 address, AddressUse use) { rows_.at(address).use = use; }
  void Reserve(size_t leases);

  const Row* RowAt(Ipv4 address) const;  // null when there is none
  const Lease* At(Ipv4 address) const {
    const Row* row = RowAt(address);
    return row == nullptr ? nullptr : &row->lease;
  }
  std::span<const Ipv4> OfClient(const HardwareAddress& client) const {
    return by_client_.Of(client);
  }
  std::vector<Ipv4> WithClientId(std::span<const uint8_t> client_id) const;  // by address

  size_t size() const { return rows_.size(); }
  const absl::btree_set<Ipv4>& addresses() const { return addresses_; }

  // Every row is in every index, once. INTERNAL names the address.
  absl::Status Verify() const;

 private:
  // Of a client identifier's hash: equal ones may differ, and are compared when they are found.
  using ClientIdEntry = std::pair<uint64_t, Ipv4>;
  void IndexClient(const Lease& lease);
  void UnindexClient(const Lease& lease);
  static uint64_t Fingerprint(std::span<const uint8_t> client_id);
  static bool IsIndexed(const Lease& lease);

  absl::node_hash_map<Ipv4, Row> rows_;
  absl::btree_set<Ipv4> addresses_;
  ClientIndex by_client_;
  absl::btree_set<ClientIdEntry> by_client_id_;
};

}  // namespace pxe::core
