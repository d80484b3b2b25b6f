#include "server/list_slice.h"

#include <algorithm>
#include <optional>
#include <span>

namespace pxe::server {
namespace {

const core::Host& Object(const core::Host* host) {
  return *host;
}
template <typename Noun>
const Noun& Object(const std::pair<const std::string, Noun>& row) {
  return row.second;
}

// From `next` on, until the slice is full or `end`.
template <typename Noun, typename Iterator, typename Filter>
ListSlice<Noun> Walk(Iterator next, Iterator end, const Filter& filter, std::string_view after,
                     size_t limit) {
  ListSlice<Noun> slice;
  const Noun* last = nullptr;
  for (size_t looked = 0; next != end; ++next, ++looked) {
    if (looked == kScanSlice || slice.found.size() == limit) break;
    last = &Object(*next);
    if (core::Matches(filter, *last)) slice.found.push_back(*last);
  }
  slice.last = last == nullptr ? std::string(after) : last->id;
  slice.more = next != end;
  return slice;
}

template <typename Noun, typename Filter>
ListSlice<Noun> WalkTable(const Catalog::Table<Noun>& table, const Filter& filter,
                          std::string_view after, size_t limit) {
  return Walk<Noun>(table.upper_bound(after), table.end(), filter, after, limit);
}

// What an index names at most one of.
template <typename Noun, typename Filter>
ListSlice<Noun> OnlyOne(const Noun* noun, const Filter& filter, std::string_view after) {
  ListSlice<Noun> slice;
  slice.last = after;
  if (noun != nullptr && noun->id > after && core::Matches(filter, *noun)) {
    slice.found.push_back(*noun);
  }
  return slice;
}

// The one in the table with that id: a profile as it was written, not with what it inherits.
template <typename Noun, typename Filter>
ListSlice<Noun> OnlyOneOf(const Catalog::Table<Noun>& table, const std::string& id,
                          const Filter& filter, std::string_view after) {
  const auto found = table.find(id);
  return OnlyOne(found == table.end() ? nullptr : &found->second, filter, after);
}

bool NamesOneHost(const core::HostFilter& filter) {
  return filter.id || filter.mac || filter.address || filter.uuid;
}

const core::Host* OneHost(const Catalog& catalog, const core::HostFilter& filter) {
  if (filter.id) return catalog.FindHost(*filter.id);
  if (filter.mac) return catalog.FindByMac(*filter.mac).host;
  if (filter.address) return catalog.FindByReservedAddress(*filter.address).host;
  return catalog.FindByUuid(*filter.uuid);
}

// The smallest set that an index gives; nothing: no index helps. Null: no host matches.
std::optional<const HostSet*> SmallestSet(const Catalog& catalog, const core::HostFilter& filter) {
  std::optional<const HostSet*> smallest;
  const auto consider = [&smallest](const HostSet* set) {
    const bool better =
        !smallest || set == nullptr || (*smallest != nullptr && set->size() < (*smallest)->size());
    if (better) smallest = set;
  };
  for (const auto& [key, value] : filter.labels) {
    if (value) consider(catalog.FindByLabel(key, *value));
  }
  if (filter.profile && !filter.profile->empty()) consider(catalog.FindByProfile(*filter.profile));
  return smallest;
}

std::vector<Ipv4> InOrder(std::span<const Ipv4> addresses) {
  std::vector<Ipv4> sorted(addresses.begin(), addresses.end());
  std::ranges::sort(sorted);
  return sorted;
}

std::vector<Ipv4> LeasesOfHost(const LiveState& state, const std::string& id) {
  const core::Host* host = state.catalog.FindHost(id);
  if (host == nullptr) return {};
  std::vector<Ipv4> all;
  for (const core::Nic& nic : host->nics) {
    const auto of = state.leases.leases().OfClient(HardwareAddress::Of(nic.mac));
    all.insert(all.end(), of.begin(), of.end());
  }
  return InOrder(all);
}

// The few addresses that an index gives, in order; nothing: no index helps.
std::optional<std::vector<Ipv4>> FewLeases(const LiveState& state,
                                           const core::LeaseFilter& filter) {
  const core::LeaseTable& table = state.leases.leases();
  if (filter.address) {
    if (table.At(*filter.address) == nullptr) return std::vector<Ipv4>();
    return std::vector<Ipv4>{*filter.address};
  }
  if (filter.client) return InOrder(table.OfClient(*filter.client));
  if (filter.host) return LeasesOfHost(state, *filter.host);
  if (filter.client_id) return table.WithClientId(*filter.client_id);
  return std::nullopt;
}

template <typename Iterator>
LeaseSlice WalkLeases(Iterator next, Iterator end, const LiveState& state,
                      const core::LeaseFilter& filter, Ipv4 after, size_t limit, Seconds now) {
  LeaseSlice slice{.last = after};
  for (size_t looked = 0; next != end; ++next, ++looked) {
    if (looked == kScanSlice || slice.found.size() == limit) break;
    slice.last = *next;
    const core::Lease& lease = *state.leases.LeaseAt(*next);
    if (!core::MatchesAlone(filter, lease, now)) continue;
    std::string owner = OwnerOf(lease, state.catalog);
    if (filter.host && owner != *filter.host) continue;
    slice.found.push_back({lease, std::move(owner)});
  }
  slice.more = next != end;
  return slice;
}

}  // namespace

ListSlice<core::Host> SliceOf(const Catalog& catalog, const core::HostFilter& filter,
                              std::string_view after, size_t limit) {
  if (NamesOneHost(filter)) return OnlyOne(OneHost(catalog, filter), filter, after);
  const auto set = SmallestSet(catalog, filter);
  if (!set) return WalkTable(catalog.hosts(), filter, after, limit);
  if (*set == nullptr) return OnlyOne<core::Host>(nullptr, filter, after);
  return Walk<core::Host>((*set)->upper_bound(after), (*set)->end(), filter, after, limit);
}

ListSlice<core::Subnet> SliceOf(const Catalog& catalog, const core::SubnetFilter& filter,
                                std::string_view after, size_t limit) {
  if (filter.id) return OnlyOne(catalog.FindSubnet(*filter.id), filter, after);
  if (filter.contains) return OnlyOne(catalog.SubnetContaining(*filter.contains), filter, after);
  return WalkTable(catalog.subnets(), filter, after, limit);
}

ListSlice<core::Profile> SliceOf(const Catalog& catalog, const core::ProfileFilter& filter,
                                 std::string_view after, size_t limit) {
  if (filter.id) return OnlyOneOf(catalog.profiles(), *filter.id, filter, after);
  return WalkTable(catalog.profiles(), filter, after, limit);
}

ListSlice<core::Template> SliceOf(const Catalog& catalog, const core::TemplateFilter& filter,
                                  std::string_view after, size_t limit) {
  if (filter.id) return OnlyOneOf(catalog.templates(), *filter.id, filter, after);
  return WalkTable(catalog.templates(), filter, after, limit);
}

ListSlice<core::Rule> SliceOf(const Catalog& catalog, const core::RuleFilter& filter,
                              std::string_view after, size_t limit) {
  if (filter.id) return OnlyOneOf(catalog.rules(), *filter.id, filter, after);
  return WalkTable(catalog.rules(), filter, after, limit);
}

ListSlice<core::Quirk> SliceOf(const Catalog& catalog, const core::QuirkFilter& filter,
                               std::string_view after, size_t limit) {
  if (filter.id) return OnlyOneOf(catalog.quirks(), *filter.id, filter, after);
  return WalkTable(catalog.quirks(), filter, after, limit);
}

std::string OwnerOf(const core::Lease& lease, const Catalog& catalog) {
  const auto mac = lease.client.Mac();
  if (!mac) return "";
  const core::Host* host = catalog.FindByMac(*mac).host;
  return host == nullptr ? "" : host->id;
}

LeaseSlice SliceOf(const LiveState& state, const core::LeaseFilter& filter, Ipv4 after,
                   size_t limit, Seconds now) {
  Ipv4Prefix network;
  if (filter.subnet) {
    const core::Subnet* subnet = state.catalog.FindSubnet(*filter.subnet);
    if (subnet == nullptr) return {.last = after};
    network = subnet->cidr;
  }
  if (auto few = FewLeases(state, filter)) {
    std::erase_if(*few,
                  [&](Ipv4 address) { return !network.Contains(address) || address <= after; });
    return WalkLeases(few->cbegin(), few->cend(), state, filter, after, limit, now);
  }
  const auto& addresses = state.leases.leases().addresses();
  const auto first = after < network.address ? addresses.lower_bound(network.address)
                                             : addresses.upper_bound(after);
  const auto end = addresses.upper_bound(network.Broadcast());
  if (first == addresses.end() || network.Broadcast() < *first) return {.last = after};
  return WalkLeases(first, end, state, filter, after, limit, now);
}

}  // namespace pxe::server
