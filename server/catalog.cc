#include "server/catalog.h"

#include <utility>

namespace pxe::server {
namespace {

template <typename T>
const T* Find(const Catalog::Table<T>& table, std::string_view id) {
  const auto it = table.find(id);
  return it == table.end() ? nullptr : &it->second;
}

template <typename Map, typename Key>
auto FindOr(const Map& map, const Key& key) -> typename Map::mapped_type {
  const auto it = map.find(key);
  return it == map.end() ? typename Map::mapped_type{} : it->second;
}

}  // namespace

void Catalog::Put(core::Subnet subnet) {
  EraseSubnet(subnet.id);
  const auto [it, fresh] = subnets_.emplace(subnet.id, std::move(subnet));
  subnets_by_network_[it->second.cidr.address] = &it->second;
}

void Catalog::Put(core::Host host) {
  EraseHost(host.id);
  const auto [it, fresh] = hosts_.emplace(host.id, std::move(host));
  IndexHost(it->second);
}

void Catalog::Put(core::Profile profile) {
  std::string id = profile.id;
  profiles_.insert_or_assign(std::move(id), std::move(profile));
}

void Catalog::EraseSubnet(std::string_view id) {
  const auto it = subnets_.find(id);
  if (it == subnets_.end()) return;
  subnets_by_network_.erase(it->second.cidr.address);
  subnets_.erase(it);
}

void Catalog::EraseHost(std::string_view id) {
  const auto it = hosts_.find(id);
  if (it == hosts_.end()) return;
  UnindexHost(it->second);
  hosts_.erase(it);
}

void Catalog::EraseProfile(std::string_view id) {
  const auto it = profiles_.find(id);
  if (it != profiles_.end()) profiles_.erase(it);
}

const core::Subnet* Catalog::FindSubnet(std::string_view id) const {
  return Find(subnets_, id);
}
const core::Host* Catalog::FindHost(std::string_view id) const {
  return Find(hosts_, id);
}
const core::Profile* Catalog::FindProfile(std::string_view id) const {
  return Find(profiles_, id);
}

const core::Subnet* Catalog::SubnetContaining(Ipv4 address) const {
  auto it = subnets_by_network_.upper_bound(address);
  if (it == subnets_by_network_.begin()) return nullptr;
  --it;
  return it->second->cidr.Contains(address) ? it->second : nullptr;
}

HostNic Catalog::FindByMac(const MacAddress& mac) const {
  return FindOr(by_mac_, mac);
}
HostNic Catalog::FindByReservedAddress(Ipv4 address) const {
  return FindOr(by_address_, address);
}

const core::Host* Catalog::FindByUuid(const Uuid& uuid) const {
  const core::Host* host = FindOr(by_uuid_, uuid);
  return host != nullptr ? host : FindOr(by_uuid_, uuid.Swapped());
}

void Catalog::IndexHost(const core::Host& host) {
  for (const core::Nic& nic : host.nics) {
    by_mac_[nic.mac] = {&host, &nic};
    if (nic.address) by_address_[*nic.address] = {&host, &nic};
  }
  if (host.uuid) by_uuid_[*host.uuid] = &host;
}

void Catalog::UnindexHost(const core::Host& host) {
  for (const core::Nic& nic : host.nics) {
    by_mac_.erase(nic.mac);
    if (nic.address) by_address_.erase(*nic.address);
  }
  if (host.uuid) by_uuid_.erase(*host.uuid);
}

}  // namespace pxe::server
