// The resources as committed, in memory: what every decision and every read of the API looks at.
//
// Filled from the store at start, changed only after a commit. Look-ups by MAC, UUID and reserved
// address take constant time, a subnet by address logarithmic time; pointers stay valid until that
// very object is put again or erased. Not synchronised: it lives inside LiveState, under its mutex.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "base/ipv4.h"
#include "base/mac_address.h"
#include "base/uuid.h"
#include "core/model.h"

namespace pxe::server {

// A host and the one of its NICs that was asked for.
struct HostNic {
  const core::Host* host = nullptr;
  const core::Nic* nic = nullptr;
};

class Catalog {
 public:
  // Ordered by id, so that a list can be paged by key.
  template <typename T>
  using Table = std::map<std::string, T, std::less<>>;

  void Put(core::Subnet subnet);
  void Put(core::Host host);
  void Put(core::Profile profile);
  void EraseSubnet(std::string_view id);
  void EraseHost(std::string_view id);
  void EraseProfile(std::string_view id);

  const Table<core::Subnet>& subnets() const { return subnets_; }
  const Table<core::Host>& hosts() const { return hosts_; }
  const Table<core::Profile>& profiles() const { return profiles_; }

  // Null, or a HostNic of nulls, when there is none.
  const core::Subnet* FindSubnet(std::string_view id) const;
  const core::Host* FindHost(std::string_view id) const;
  const core::Profile* FindProfile(std::string_view id) const;
  const core::Subnet* SubnetContaining(Ipv4 address) const;
  HostNic FindByMac(const MacAddress& mac) const;
  HostNic FindByReservedAddress(Ipv4 address) const;
  const core::Host* FindByUuid(const Uuid& uuid) const;  // in either byte order

 private:
  void IndexHost(const core::Host& host);
  void UnindexHost(const core::Host& host);

  Table<core::Subnet> subnets_;
  Table<core::Host> hosts_;
  Table<core::Profile> profiles_;
  std::map<Ipv4, const core::Subnet*> subnets_by_network_;  // subnets do not overlap
  absl::flat_hash_map<MacAddress, HostNic> by_mac_;
  absl::flat_hash_map<Ipv4, HostNic> by_address_;
  absl::flat_hash_map<Uuid, const core::Host*> by_uuid_;
};

}  // namespace pxe::server
