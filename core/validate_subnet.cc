#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "core/pool_guard.h"
#include "core/text_rules.h"
#include "core/validate.h"
#include "core/validate_options.h"

namespace pxe::core {
namespace {

constexpr size_t kMaxDomainLength = 253;
constexpr Ipv4 kFirstMulticast{0xe0000000};
// Under 120 s old clients misbehave (C53); an operator may go down to what renewals can follow.
constexpr std::chrono::seconds kMinLease{10};
constexpr std::chrono::seconds kMaxLease = kForever;
constexpr std::chrono::seconds kMaxMinSecs{60};

absl::Status ValidateServers(std::string_view field, const std::vector<Ipv4>& servers) {
  PXE_RETURN_IF_ERROR(AtMost(field, servers.size(), kMaxServers));
  for (size_t i = 0; i < servers.size(); ++i) {
    PXE_RETURN_IF_ERROR(ValidateHostAddress(Indexed(field, i), servers[i]));
  }
  return absl::OkStatus();
}

// True when the range has an address that can be given away: beyond /30 the network and the
// broadcast address cannot.
bool HasUsableAddress(const Ipv4Range& pool, const Ipv4Prefix& cidr) {
  if (cidr.length >= 31) return true;
  const Ipv4 first{cidr.address.value + 1};
  const Ipv4 last{cidr.Broadcast().value - 1};
  return pool.Overlaps({first, last});
}

// A range of more than two has others between them.
bool HasOnlyEdges(const Ipv4Range& pool, const Ipv4Prefix& cidr) {
  return pool.size() <= 2 && IsEdgeAddress(pool.first, cidr) && IsEdgeAddress(pool.last, cidr);
}

// Addresses in all pools of a subnet. Each costs eight bytes of memory and a moment under the mutex
// when the subnet is put, so a mistyped /8 must not get that far.
constexpr uint64_t kMaxPoolAddresses = 1 << 18;

absl::Status ValidatePools(const Subnet& subnet) {
  const auto& pools = subnet.pools;
  uint64_t addresses = 0;
  PXE_RETURN_IF_ERROR(AtMost("subnet.pools", pools.size(), kMaxPools));
  for (size_t i = 0; i < pools.size(); ++i) {
    const std::string field = Indexed("subnet.pools", i);
    const std::string text = pools[i].ToString();
    if (pools[i].last < pools[i].first) return Refuse(field, text + " ends before it begins");
    if (!subnet.cidr.Contains(pools[i].first) || !subnet.cidr.Contains(pools[i].last)) {
      return Refuse(field, absl::StrFormat("%s is not inside %s", text, subnet.cidr.ToString()));
    }
    addresses += pools[i].size();
    if (addresses > kMaxPoolAddresses) {
      return Refuse(field, absl::StrFormat("%s makes %d addresses in pools; at most %d", text,
                                           addresses, kMaxPoolAddresses));
    }
    if (!HasUsableAddress(pools[i], subnet.cidr)) {
      return Refuse(field, text + " has only the network's own or its broadcast address");
    }
    if (!subnet.edge_addresses && HasOnlyEdges(pools[i], subnet.cidr)) {
      return Refuse(field, text + " ends in .0 or .255 and needs edge_addresses");
    }
    for (size_t j = 0; j < i; ++j) {
      if (!pools[i].Overlaps(pools[j])) continue;
      return Refuse(field,
                    absl::StrFormat("%s overlaps pools[%d], %s", text, j, pools[j].ToString()));
    }
  }
  return absl::OkStatus();
}

absl::Status ValidateGuards(const Subnet& subnet) {
  const auto& guards = subnet.pool_guards;
  PXE_RETURN_IF_ERROR(AtMost("subnet.pool_guards", guards.size(), kMaxPools));
  for (size_t i = 0; i < guards.size(); ++i) {
    const std::string field = Indexed("subnet.pool_guards", i);
    const std::string pool = guards[i].pool.ToString();
    if (std::ranges::find(subnet.pools, guards[i].pool) == subnet.pools.end()) {
      return Refuse(field + ".pool", pool + " is none of the pools");
    }
    const auto before = guards.begin() + static_cast<std::ptrdiff_t>(i);
    const bool again = std::any_of(guards.begin(), before, [&](const PoolGuard& other) {
      return other.pool == guards[i].pool;
    });
    if (again) return Refuse(field + ".pool", pool + " has a guard already");
    PXE_RETURN_IF_ERROR(ValidateKinds(field + ".kinds", guards[i].kinds));
    PXE_RETURN_IF_ERROR(ValidateLine(field + ".vendor_class_prefix", guards[i].vendor_class_prefix,
                                     kMaxTextLength));
  }
  return absl::OkStatus();
}

absl::Status ValidateHostKeys(const std::vector<HostKey>& keys) {
  if (keys.empty()) return Refuse("subnet.host_keys", "hosts are found by one key at least");
  for (size_t i = 1; i < keys.size(); ++i) {
    const auto before = keys.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(keys.begin(), before, keys[i]) == before) continue;
    return Refuse(Indexed("subnet.host_keys", i), "is there already");
  }
  return absl::OkStatus();
}

absl::Status ValidateMinSecs(std::chrono::seconds min_secs) {
  if (min_secs.count() >= 0 && min_secs <= kMaxMinSecs) return absl::OkStatus();
  return Refuse("subnet.min_secs",
                absl::StrFormat("%d s are too long; at most %d s, after which clients give up",
                                min_secs.count(), kMaxMinSecs.count()));
}

absl::Status ValidateLeaseTimes(const Subnet& subnet) {
  if (subnet.min_lease < kMinLease) {
    return Refuse("subnet.min_lease", absl::StrFormat("%d s are too short; at least %d s",
                                                      subnet.min_lease.count(), kMinLease.count()));
  }
  if (subnet.max_lease > kMaxLease) {
    return Refuse("subnet.max_lease", absl::StrFormat("%d s are too long; at most %d s",
                                                      subnet.max_lease.count(), kMaxLease.count()));
  }
  if (subnet.default_lease < subnet.min_lease || subnet.default_lease > subnet.max_lease) {
    return Refuse("subnet.default_lease",
                  absl::StrFormat("%d s are not between min_lease (%d s) and max_lease (%d s)",
                                  subnet.default_lease.count(), subnet.min_lease.count(),
                                  subnet.max_lease.count()));
  }
  return absl::OkStatus();
}

absl::Status ValidatePlainBoot(const Subnet& subnet) {
  PXE_RETURN_IF_ERROR(
      ValidateLine("subnet.plain_boot_file", subnet.plain_boot_file, kMaxTextLength));
  if (!subnet.plain_next_server) return absl::OkStatus();
  if (subnet.plain_boot_file.empty()) {
    return Refuse("subnet.plain_next_server", "goes with a plain_boot_file only");
  }
  return ValidateHostAddress("subnet.plain_next_server", *subnet.plain_next_server);
}

// Whether machines that are no host can be given a profile.
bool TakesUnknownProfile(UnknownMachines policy) {
  return policy == UnknownMachines::kProfile || policy == UnknownMachines::kDiscover;
}

absl::Status ValidateUnknownMachines(const Subnet& subnet) {
  const bool required = subnet.unknown_machines == UnknownMachines::kProfile;
  if (required && subnet.unknown_profile.empty()) {
    return Refuse("subnet.unknown_profile", "is required when unknown machines get a profile");
  }
  if (!TakesUnknownProfile(subnet.unknown_machines) && !subnet.unknown_profile.empty()) {
    return Refuse("subnet.unknown_profile", "is only for unknown_machines = PROFILE or DISCOVER");
  }
  return ValidateOptionalId("subnet.unknown_profile", subnet.unknown_profile);
}

absl::Status ValidateRelays(const std::vector<Ipv4>& relays) {
  PXE_RETURN_IF_ERROR(AtMost("subnet.relay_addresses", relays.size(), kMaxRelays));
  for (size_t i = 0; i < relays.size(); ++i) {
    const std::string field = Indexed("subnet.relay_addresses", i);
    PXE_RETURN_IF_ERROR(ValidateHostAddress(field, relays[i]));
    const auto before = relays.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(relays.begin(), before, relays[i]) == before) continue;
    return Refuse(field, relays[i].ToString() + " is here twice");
  }
  return absl::OkStatus();
}

absl::Status ValidateLink(const Subnet& subnet) {
  PXE_RETURN_IF_ERROR(ValidateOptionalId("subnet.shared_network", subnet.shared_network));
  return ValidateRelays(subnet.relay_addresses);
}

}  // namespace

absl::Status Validate(const Subnet& subnet) {
  PXE_RETURN_IF_ERROR(ValidateId("subnet_id", subnet.id));
  if (subnet.cidr.length == 0 || subnet.cidr.address.value >= kFirstMulticast.value) {
    return Refuse("subnet.cidr", subnet.cidr.ToString() + " is no network of machines");
  }
  PXE_RETURN_IF_ERROR(ValidatePools(subnet));
  PXE_RETURN_IF_ERROR(ValidateGuards(subnet));
  PXE_RETURN_IF_ERROR(ValidateHostKeys(subnet.host_keys));
  PXE_RETURN_IF_ERROR(ValidateMinSecs(subnet.min_secs));
  PXE_RETURN_IF_ERROR(ValidateServers("subnet.routers", subnet.routers));
  for (size_t i = 0; i < subnet.routers.size(); ++i) {
    if (subnet.cidr.Contains(subnet.routers[i])) continue;
    return Refuse(Indexed("subnet.routers", i),
                  absl::StrFormat("%s is not inside %s, no machine could reach it",
                                  subnet.routers[i].ToString(), subnet.cidr.ToString()));
  }
  PXE_RETURN_IF_ERROR(ValidateServers("subnet.dns_servers", subnet.dns_servers));
  PXE_RETURN_IF_ERROR(ValidateServers("subnet.ntp_servers", subnet.ntp_servers));
  if (!subnet.domain_name.empty() &&
      (!IsDnsName(subnet.domain_name) || subnet.domain_name.size() > kMaxDomainLength)) {
    return RefuseText("subnet.domain_name", subnet.domain_name, "is no domain name");
  }
  PXE_RETURN_IF_ERROR(ValidateLeaseTimes(subnet));
  if (subnet.next_server) {
    PXE_RETURN_IF_ERROR(ValidateHostAddress("subnet.next_server", *subnet.next_server));
  }
  PXE_RETURN_IF_ERROR(ValidatePlainBoot(subnet));
  PXE_RETURN_IF_ERROR(ValidateOptionalId("subnet.default_profile", subnet.default_profile));
  PXE_RETURN_IF_ERROR(ValidateUnknownMachines(subnet));
  PXE_RETURN_IF_ERROR(ValidateLink(subnet));
  return ValidateOptions("subnet.options", subnet.options);
}

}  // namespace pxe::core
