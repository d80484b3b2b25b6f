#include "core/filters.h"

#include <algorithm>

namespace pxe::core {
namespace {

template <typename T>
bool Is(const std::optional<T>& wanted, const T& value) {
  return !wanted || *wanted == value;
}

bool IsLater(const std::optional<uint64_t>& than, uint64_t revision) {
  return !than || revision > *than;
}

bool HasAll(const WantedPairs& wanted, const std::map<std::string, std::string>& pairs) {
  return std::ranges::all_of(wanted, [&](const auto& want) {
    const auto it = pairs.find(want.first);
    return it != pairs.end() && Is(want.second, it->second);
  });
}

template <typename T, typename Test>
bool Any(const std::optional<T>& wanted, const auto& list, Test test) {
  return !wanted ||
         std::ranges::any_of(list, [&](const auto& each) { return test(each, *wanted); });
}

}  // namespace

LeaseCondition ConditionOf(const Lease& lease, Seconds now) {
  switch (lease.state) {
    case LeaseState::kBound:
      return lease.ends > now ? LeaseCondition::kBound : LeaseCondition::kExpired;
    case LeaseState::kReleased:
      return LeaseCondition::kReleased;
    case LeaseState::kDeclined:
      return lease.ends > now ? LeaseCondition::kDeclined : LeaseCondition::kExpired;
  }
  return LeaseCondition::kReleased;
}

bool Matches(const HostFilter& filter, const Host& host) {
  const bool uuid =
      !filter.uuid ||
      (host.uuid && (*host.uuid == *filter.uuid || *host.uuid == filter.uuid->Swapped()));
  return uuid && Is(filter.id, host.id) && Is(filter.profile, host.profile) &&
         Is(filter.serial, host.serial) && Is(filter.state, host.state) &&
         IsLater(filter.after_revision, host.stamp.revision) &&
         HasAll(filter.labels, host.labels) &&
         Any(filter.mac, host.nics,
             [](const Nic& nic, const MacAddress& mac) { return nic.mac == mac; }) &&
         Any(filter.address, host.nics,
             [](const Nic& nic, Ipv4 address) { return nic.address == address; });
}

bool Matches(const SubnetFilter& filter, const Subnet& subnet) {
  return Is(filter.id, subnet.id) && Is(filter.cidr, subnet.cidr) &&
         (!filter.contains || subnet.cidr.Contains(*filter.contains)) &&
         Is(filter.default_profile, subnet.default_profile) &&
         Is(filter.unknown_profile, subnet.unknown_profile) &&
         IsLater(filter.after_revision, subnet.stamp.revision);
}

bool Matches(const ProfileFilter& filter, const Profile& profile) {
  return Is(filter.id, profile.id) && Is(filter.parent, profile.parent) &&
         HasAll(filter.loaders, profile.loaders) && HasAll(filter.configs, profile.configs) &&
         IsLater(filter.after_revision, profile.stamp.revision) &&
         Any(filter.kernel, profile.entries,
             [](const Entry& entry, const std::string& kernel) { return entry.kernel == kernel; });
}

bool Matches(const TemplateFilter& filter, const Template& text) {
  return Is(filter.id, text.id) && Is(filter.content_type, text.content_type) &&
         IsLater(filter.after_revision, text.stamp.revision);
}

bool Matches(const RuleFilter& filter, const Rule& rule) {
  return Is(filter.id, rule.id) && Is(filter.priority, rule.priority) &&
         Is(filter.action, rule.action) && Is(filter.profile, rule.profile) &&
         Is(filter.subnet, rule.match.subnet) && HasAll(filter.labels, rule.match.labels) &&
         IsLater(filter.after_revision, rule.stamp.revision);
}

bool Matches(const QuirkFilter& filter, const Quirk& quirk) {
  return Is(filter.id, quirk.id) && Is(filter.priority, quirk.priority) &&
         Is(filter.mac_prefix, quirk.match.mac_prefix) &&
         IsLater(filter.after_revision, quirk.stamp.revision) &&
         Any(filter.kind, quirk.match.kinds,
             [](const std::string& kind, const std::string& wanted) { return kind == wanted; });
}

bool MatchesAlone(const LeaseFilter& filter, const Lease& lease, Seconds now) {
  return Is(filter.address, lease.address) && Is(filter.client, lease.client) &&
         Is(filter.client_id, lease.client_id) &&
         (!filter.condition || *filter.condition == ConditionOf(lease, now)) &&
         Is(filter.kind, lease.kind) && (!filter.ends_from || lease.ends >= *filter.ends_from) &&
         (!filter.ends_until || lease.ends < *filter.ends_until) &&
         IsLater(filter.after_revision, lease.revision);
}

}  // namespace pxe::core
