#include "server/catalog.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "absl/hash/hash.h"

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

// Where the id is or belongs. At start objects come in order, each beyond the last.
template <typename T>
auto PlaceFor(Catalog::Table<T>& table, std::string_view id) {
  const bool beyond = table.empty() || std::prev(table.end())->first < id;
  return beyond ? table.end() : table.lower_bound(id);
}

template <typename Map, typename Key>
void EraseFrom(Map& sets, const Key& key, const core::Host* host) {
  const auto it = sets.find(key);
  if (it == sets.end()) return;
  it->second.erase(host);
  if (it->second.empty()) sets.erase(it);
}

template <typename Map, typename Key>
const HostSet* FindSet(const Map& sets, const Key& key) {
  const auto it = sets.find(key);
  return it == sets.end() ? nullptr : &it->second;
}

// Bytes as the key of a map, which are not copied.
std::string_view KeyOf(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// At the end first: that is where hosts belong that come in order.
void AddTo(HostSet& set, const core::Host& host) {
  set.insert(set.end(), &host);
}

}  // namespace

void Catalog::Put(core::Subnet subnet) {
  EraseSubnet(subnet.id);
  const auto [it, fresh] = subnets_.emplace(subnet.id, std::move(subnet));
  const core::Subnet& added = it->second;
  subnets_by_network_[added.cidr.address] = &added;
  for (const Ipv4 relay : added.relay_addresses) by_relay_[relay] = &added;
  if (added.shared_network.empty()) return;
  auto& link = links_[added.shared_network];
  link.insert(std::ranges::upper_bound(link, added.id, {}, &core::Subnet::id), &added);
}

void Catalog::Put(core::Host host) {
  const auto it = PlaceFor(hosts_, host.id);
  if (it != hosts_.end() && it->first == host.id) {
    UnindexHost(it->second);
    it->second = std::move(host);
    return IndexHost(it->second);
  }
  IndexHost(hosts_.emplace_hint(it, host.id, std::move(host))->second);
}

void Catalog::Put(core::Profile profile) {
  EraseProfile(profile.id);
  const std::string id = profile.id;
  if (!profile.parent.empty()) children_[profile.parent].insert(id);
  profiles_.emplace(id, std::move(profile));
  RefreshEffective(id, 0);
}

void Catalog::Put(core::Template text) {
  const std::string id = text.id;
  ChangeTemplates().insert_or_assign(id, std::move(text));
}

void Catalog::Put(core::Rule rule) {
  rules_.insert_or_assign(rule.id, std::move(rule));
  RankRules();
}

void Catalog::Put(core::Quirk quirk) {
  quirks_.insert_or_assign(quirk.id, std::move(quirk));
  RankQuirks();
}

void Catalog::EraseSubnet(std::string_view id) {
  const auto it = subnets_.find(id);
  if (it == subnets_.end()) return;
  const core::Subnet& gone = it->second;
  subnets_by_network_.erase(gone.cidr.address);
  for (const Ipv4 relay : gone.relay_addresses) by_relay_.erase(relay);
  if (const auto link = links_.find(gone.shared_network); link != links_.end()) {
    std::erase(link->second, &gone);
    if (link->second.empty()) links_.erase(link);
  }
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
  if (it == profiles_.end()) return;
  if (const auto siblings = children_.find(it->second.parent); siblings != children_.end()) {
    siblings->second.erase(it->first);
    if (siblings->second.empty()) children_.erase(siblings);
  }
  if (const auto effective = effective_.find(id); effective != effective_.end()) {
    effective_.erase(effective);
  }
  profiles_.erase(it);
}

void Catalog::EraseTemplate(std::string_view id) {
  if (FindTemplate(id) == nullptr) return;
  TemplateSet& templates = ChangeTemplates();
  templates.erase(templates.find(id));
}

void Catalog::EraseRule(std::string_view id) {
  const auto it = rules_.find(id);
  if (it == rules_.end()) return;
  rules_.erase(it);
  RankRules();
}

void Catalog::EraseQuirk(std::string_view id) {
  const auto it = quirks_.find(id);
  if (it == quirks_.end()) return;
  quirks_.erase(it);
  RankQuirks();
}

void Catalog::RankQuirks() {
  ranked_quirks_.clear();
  for (const auto& [id, quirk] : quirks_) ranked_quirks_.push_back(&quirk);
  std::ranges::sort(ranked_quirks_, std::greater(), &core::Quirk::priority);
}

void Catalog::RankRules() {
  std::vector<const core::Rule*> rules;
  for (const auto& [id, rule] : rules_) rules.push_back(&rule);
  ranked_ = core::RankRules(rules);
}

// The profile and all that inherit from it. One whose parent is not there yet, at start, has no
// effective form until it is; the store has refused what never could have one.
void Catalog::RefreshEffective(std::string_view id, size_t depth) {
  const core::Profile* written = Find(profiles_, id);
  if (written == nullptr || depth > core::kMaxProfileDepth) return;
  auto effective = core::EffectiveProfileOf(
      *written, [this](std::string_view parent) { return Find(profiles_, parent); });
  if (!effective.ok()) return;
  effective_.insert_or_assign(
      written->id, std::make_shared<const core::EffectiveProfile>(*std::move(effective)));
  const auto children = children_.find(id);
  if (children == children_.end()) return;
  for (const std::string& child : children->second) RefreshEffective(child, depth + 1);
}

// The set to be changed: a copy when somebody keeps the one that is there.
TemplateSet& Catalog::ChangeTemplates() {
  if (templates_.use_count() > 1) templates_ = std::make_shared<TemplateSet>(*templates_);
  return *templates_;
}

const core::Subnet* Catalog::FindSubnet(std::string_view id) const {
  return Find(subnets_, id);
}
const core::Host* Catalog::FindHost(std::string_view id) const {
  return Find(hosts_, id);
}
const core::EffectiveProfile* Catalog::FindEffective(std::string_view id) const {
  const auto it = effective_.find(id);
  return it == effective_.end() ? nullptr : it->second.get();
}
const core::Profile* Catalog::FindProfile(std::string_view id) const {
  const core::EffectiveProfile* effective = FindEffective(id);
  return effective == nullptr ? nullptr : &effective->profile;
}
const core::Template* Catalog::FindTemplate(std::string_view id) const {
  return Find(*templates_, id);
}
const core::Rule* Catalog::FindRule(std::string_view id) const {
  return Find(rules_, id);
}
const core::Quirk* Catalog::FindQuirk(std::string_view id) const {
  return Find(quirks_, id);
}

std::shared_ptr<const core::Profile> Catalog::ShareProfile(std::string_view id) const {
  const auto it = effective_.find(id);
  if (it == effective_.end()) return nullptr;
  return {it->second, &it->second->profile};
}

const core::Subnet* Catalog::SubnetContaining(Ipv4 address) const {
  auto it = subnets_by_network_.upper_bound(address);
  if (it == subnets_by_network_.begin()) return nullptr;
  --it;
  return it->second->cidr.Contains(address) ? it->second : nullptr;
}

const core::Subnet* Catalog::SubnetOfRelay(Ipv4 relay) const {
  return FindOr(by_relay_, relay);
}

std::span<const core::Subnet* const> Catalog::LinkOf(const core::Subnet& subnet) const {
  const auto it = links_.find(subnet.shared_network);
  if (subnet.shared_network.empty() || it == links_.end()) return {};
  return it->second;
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

const core::Host* Catalog::FindByClientId(std::span<const uint8_t> client_id) const {
  return FindOr(by_client_id_, KeyOf(client_id));
}
const core::Host* Catalog::FindByCircuitId(std::string_view circuit_id) const {
  return FindOr(by_circuit_id_, circuit_id);
}
const core::Host* Catalog::FindByRemoteId(std::string_view remote_id) const {
  return FindOr(by_remote_id_, remote_id);
}

void Catalog::ReserveHosts(size_t hosts, size_t nics) {
  by_mac_.reserve(nics);
  by_uuid_.reserve(hosts);
}

const HostSet* Catalog::FindByLabel(std::string_view key, std::string_view value) const {
  return FindSet(by_label_, LabelHash(key, value));
}
const HostSet* Catalog::FindByProfile(std::string_view profile) const {
  return FindSet(by_profile_, profile);
}

size_t Catalog::LabelHash(std::string_view key, std::string_view value) {
  constexpr std::hash<std::string_view> kHash;
  return absl::HashOf(kHash(key), kHash(value));
}

void Catalog::IndexHost(const core::Host& host) {
  for (const core::Nic& nic : host.nics) {
    by_mac_[nic.mac] = {&host, &nic};
    if (nic.address) by_address_[*nic.address] = {&host, &nic};
  }
  if (host.uuid) by_uuid_[*host.uuid] = &host;
  const auto index = [&host](auto& map, std::string_view key) {
    if (key.empty()) return;
    map.erase(key);  // with the text of another, which may go
    map.emplace(key, &host);
  };
  for (const auto& client_id : host.client_ids) index(by_client_id_, KeyOf(client_id));
  index(by_circuit_id_, host.circuit_id);
  index(by_remote_id_, host.remote_id);
  for (const auto& [key, value] : host.labels) AddTo(by_label_[LabelHash(key, value)], host);
  if (!host.profile.empty()) AddTo(by_profile_[host.profile], host);
}

// Only what is this host's: in one write another may have taken its MAC address over.
void Catalog::UnindexHost(const core::Host& host) {
  const auto erase = [&host](auto& map, const auto& key) {
    const auto it = map.find(key);
    if (it != map.end() && it->second.host == &host) map.erase(it);
  };
  for (const core::Nic& nic : host.nics) {
    erase(by_mac_, nic.mac);
    if (nic.address) erase(by_address_, *nic.address);
  }
  if (host.uuid && FindOr(by_uuid_, *host.uuid) == &host) by_uuid_.erase(*host.uuid);
  const auto unindex = [&host](auto& map, std::string_view key) {
    if (FindOr(map, key) == &host) map.erase(key);
  };
  for (const auto& client_id : host.client_ids) unindex(by_client_id_, KeyOf(client_id));
  unindex(by_circuit_id_, host.circuit_id);
  unindex(by_remote_id_, host.remote_id);
  for (const auto& [key, value] : host.labels) EraseFrom(by_label_, LabelHash(key, value), &host);
  if (!host.profile.empty()) EraseFrom(by_profile_, host.profile, &host);
}

}  // namespace pxe::server
