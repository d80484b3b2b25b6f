// The resources as committed, in memory: what every decision and every read of the API looks at.
//
// Filled from the store at start, changed only after a commit, one object at a time: nothing else
// is copied. Look-ups of hosts by what packets tell take constant time, a subnet by address
// logarithmic time; lists by label or profile begin at once. Pointers stay valid until that very
// object is put again or erased, those to effective profiles until one they inherit from is. Not
// synchronised: it lives inside LiveState, under its mutex.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "base/ipv4.h"
#include "base/mac_address.h"
#include "base/uuid.h"
#include "core/effective_profile.h"
#include "core/model.h"
#include "core/quirk.h"
#include "core/rule_match.h"

namespace pxe::server {

// A host and the one of its NICs that was asked for.
struct HostNic {
  const core::Host* host = nullptr;
  const core::Nic* nic = nullptr;
};

// Hosts in the order of their ids.
struct HostsById {
  using is_transparent = void;
  bool operator()(const core::Host* a, const core::Host* b) const { return a->id < b->id; }
  bool operator()(const core::Host* a, std::string_view id) const { return a->id < id; }
  bool operator()(std::string_view id, const core::Host* b) const { return id < b->id; }
};
using HostSet = absl::btree_set<const core::Host*, HostsById>;

// Ordered by id, so that a list can be paged by key.
template <typename T>
using NounTable = std::map<std::string, T, std::less<>>;

// All templates as they were at one moment: a text and the partials in it belong together.
using TemplateSet = NounTable<core::Template>;

class Catalog {
 public:
  template <typename T>
  using Table = NounTable<T>;

  void Put(core::Subnet subnet);
  void Put(core::Host host);
  void Put(core::Profile profile);
  void Put(core::Template text);
  void Put(core::Rule rule);
  void Put(core::Quirk quirk);
  void EraseSubnet(std::string_view id);
  void EraseHost(std::string_view id);
  void EraseProfile(std::string_view id);
  void EraseTemplate(std::string_view id);
  void EraseRule(std::string_view id);
  void EraseQuirk(std::string_view id);
  void ReserveHosts(size_t hosts, size_t nics);  // room for that many

  const Table<core::Subnet>& subnets() const { return subnets_; }
  const Table<core::Host>& hosts() const { return hosts_; }
  const Table<core::Profile>& profiles() const { return profiles_; }  // as they were written
  const Table<core::Template>& templates() const { return *templates_; }
  const Table<core::Rule>& rules() const { return rules_; }
  const Table<core::Quirk>& quirks() const { return quirks_; }

  // The rule that is asked first, first.
  std::span<const core::RankedRule> ranked_rules() const { return ranked_; }
  std::span<const core::Quirk* const> ranked_quirks() const { return ranked_quirks_; }  // likewise

  // Null, or a HostNic of nulls, when there is none.
  const core::Subnet* FindSubnet(std::string_view id) const;
  const core::Host* FindHost(std::string_view id) const;
  const core::Profile* FindProfile(std::string_view id) const;  // with all that it inherits
  const core::EffectiveProfile* FindEffective(std::string_view id) const;
  const core::Template* FindTemplate(std::string_view id) const;
  const core::Rule* FindRule(std::string_view id) const;
  const core::Quirk* FindQuirk(std::string_view id) const;
  const core::Subnet* SubnetContaining(Ipv4 address) const;
  const core::Subnet* SubnetOfRelay(Ipv4 relay) const;  // that names it; not by its network

  // All subnets of a shared network, by id; none for a subnet that is a link of its own.
  std::span<const core::Subnet* const> LinkOf(const core::Subnet& subnet) const;
  HostNic FindByMac(const MacAddress& mac) const;
  HostNic FindByReservedAddress(Ipv4 address) const;
  const core::Host* FindByUuid(const Uuid& uuid) const;  // in either byte order
  const core::Host* FindByClientId(std::span<const uint8_t> client_id) const;
  const core::Host* FindByCircuitId(std::string_view circuit_id) const;
  const core::Host* FindByRemoteId(std::string_view remote_id) const;

  // Among these are all hosts with that label, or profile of their own; null: there are none. Two
  // labels can share a set, so each host is to be looked at.
  const HostSet* FindByLabel(std::string_view key, std::string_view value) const;
  const HostSet* FindByProfile(std::string_view profile) const;

  // To keep beyond the lock, unchanged: the effective profile, or null, and all templates.
  std::shared_ptr<const core::Profile> ShareProfile(std::string_view id) const;
  std::shared_ptr<const TemplateSet> ShareTemplates() const { return templates_; }

 private:
  static size_t LabelHash(std::string_view key, std::string_view value);
  void IndexHost(const core::Host& host);
  void UnindexHost(const core::Host& host);
  void RankRules();
  void RankQuirks();
  void RefreshEffective(std::string_view id, size_t depth);
  TemplateSet& ChangeTemplates();

  Table<core::Subnet> subnets_;
  Table<core::Host> hosts_;
  Table<core::Profile> profiles_;
  Table<std::shared_ptr<const core::EffectiveProfile>> effective_;
  Table<std::set<std::string>> children_;  // of a profile, by its id
  std::shared_ptr<TemplateSet> templates_ = std::make_shared<TemplateSet>();
  Table<core::Rule> rules_;
  std::vector<core::RankedRule> ranked_;
  Table<core::Quirk> quirks_;
  std::vector<const core::Quirk*> ranked_quirks_;
  std::map<Ipv4, const core::Subnet*> subnets_by_network_;  // subnets do not overlap
  absl::flat_hash_map<Ipv4, const core::Subnet*> by_relay_;
  absl::flat_hash_map<std::string, std::vector<const core::Subnet*>> links_;  // by their names
  absl::flat_hash_map<MacAddress, HostNic> by_mac_;
  absl::flat_hash_map<Ipv4, HostNic> by_address_;
  absl::flat_hash_map<Uuid, const core::Host*> by_uuid_;
  // Their keys are the hosts' own texts and bytes.
  absl::flat_hash_map<std::string_view, const core::Host*> by_client_id_;
  absl::flat_hash_map<std::string_view, const core::Host*> by_circuit_id_;
  absl::flat_hash_map<std::string_view, const core::Host*> by_remote_id_;
  absl::flat_hash_map<size_t, HostSet> by_label_;  // by LabelHash: no copies of keys and values
  std::map<std::string, HostSet, std::less<>> by_profile_;  // of hosts that name one
};

}  // namespace pxe::server
