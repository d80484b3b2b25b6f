#include "core/validate.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "core/client_kind.h"
#include "core/text_rules.h"

namespace pxe::core {
namespace {

constexpr size_t kMaxDomainLength = 253;
constexpr size_t kMaxTextLength = 255;     // a title, a value of a label or of a variable
constexpr uint32_t kMaxTimeoutDs = 35996;  // pxelinux's documented limit, just below an hour
constexpr Ipv4 kFirstMulticast{0xe0000000};
// Under 120 s old clients misbehave (C53); an operator may go down to what renewals can follow.
constexpr std::chrono::seconds kMinLease{10};
constexpr std::chrono::seconds kMaxLease{0xfffffffe};  // one more means "for ever", RFC 2131

absl::Status ValidateHostAddress(std::string_view field, Ipv4 address) {
  if (address.IsHostAddress()) return absl::OkStatus();
  return Refuse(field, address.ToString() + " is no address a machine can have");
}

absl::Status ValidateServers(std::string_view field, const std::vector<Ipv4>& servers) {
  PXE_RETURN_IF_ERROR(AtMost(field, servers.size(), kMaxServers));
  for (size_t i = 0; i < servers.size(); ++i) {
    PXE_RETURN_IF_ERROR(ValidateHostAddress(Indexed(field, i), servers[i]));
  }
  return absl::OkStatus();
}

// Labels and variables: keys that templates and command lines can spell, values of one line.
absl::Status ValidateMap(std::string_view field, const std::map<std::string, std::string>& map) {
  PXE_RETURN_IF_ERROR(AtMost(field, map.size(), kMaxLabels));
  for (const auto& [key, value] : map) {
    if (!IsWord(key)) {
      return RefuseText(field, key, "is no key: letters, digits, '_', '.', '-', at most 63");
    }
    PXE_RETURN_IF_ERROR(
        ValidateLine(absl::StrFormat("%s[\"%s\"]", field, key), value, kMaxTextLength));
  }
  return absl::OkStatus();
}

absl::Status ValidateOptionalPath(std::string_view field, std::string_view path) {
  return path.empty() ? absl::OkStatus() : ValidatePath(field, path);
}

absl::Status ValidateOptionalId(std::string_view field, std::string_view id) {
  return id.empty() ? absl::OkStatus() : ValidateId(field, id);
}

// True when the range has an address that can be given away: beyond /30 the network and the
// broadcast address cannot.
bool HasUsableAddress(const Ipv4Range& pool, const Ipv4Prefix& cidr) {
  if (cidr.length >= 31) return true;
  const Ipv4 first{cidr.address.value + 1};
  const Ipv4 last{cidr.Broadcast().value - 1};
  return pool.Overlaps({first, last});
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
    for (size_t j = 0; j < i; ++j) {
      if (!pools[i].Overlaps(pools[j])) continue;
      return Refuse(field,
                    absl::StrFormat("%s overlaps pools[%d], %s", text, j, pools[j].ToString()));
    }
  }
  return absl::OkStatus();
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

absl::Status ValidateUnknownMachines(const Subnet& subnet) {
  const bool wanted = subnet.unknown_machines == UnknownMachines::kProfile;
  if (wanted && subnet.unknown_profile.empty()) {
    return Refuse("subnet.unknown_profile", "is required when unknown machines get a profile");
  }
  if (!wanted && !subnet.unknown_profile.empty()) {
    return Refuse("subnet.unknown_profile", "is only for unknown_machines = PROFILE");
  }
  return ValidateOptionalId("subnet.unknown_profile", subnet.unknown_profile);
}

absl::Status ValidateNic(std::string_view field, const Nic& nic) {
  if (!nic.mac.IsUnicast()) {
    return Refuse(absl::StrFormat("%s.mac", field),
                  nic.mac.ToString() + " is no unicast address; it names no single machine");
  }
  if (nic.address) {
    PXE_RETURN_IF_ERROR(ValidateHostAddress(absl::StrFormat("%s.address", field), *nic.address));
  }
  if (!nic.host_name.empty() && (!IsDnsName(nic.host_name) || nic.host_name.size() > 63)) {
    return RefuseText(absl::StrFormat("%s.host_name", field), nic.host_name,
                      "is no host name (RFC 1123) of at most 63 characters");
  }
  return absl::OkStatus();
}

absl::Status ValidateNicsDiffer(const std::vector<Nic>& nics) {
  std::map<MacAddress, size_t> macs;
  std::map<Ipv4, size_t> addresses;
  for (size_t i = 0; i < nics.size(); ++i) {
    const std::string field = Indexed("host.nics", i);
    const auto [mac, new_mac] = macs.emplace(nics[i].mac, i);
    if (!new_mac) {
      return Refuse(field + ".mac", absl::StrFormat("%s is also that of nics[%d]",
                                                    nics[i].mac.ToString(), mac->second));
    }
    if (!nics[i].address) continue;
    const auto [address, new_address] = addresses.emplace(*nics[i].address, i);
    if (!new_address) {
      return Refuse(field + ".address",
                    absl::StrFormat("%s is also that of nics[%d]", address->first.ToString(),
                                    address->second));
    }
  }
  return absl::OkStatus();
}

absl::Status ValidateEntry(const std::string& field, const Entry& entry) {
  if (!IsWord(entry.name)) {
    return RefuseText(field + ".name", entry.name,
                      "is no name: one word of letters, digits, '_', '.', '-', at most 63");
  }
  PXE_RETURN_IF_ERROR(ValidateLine(field + ".title", entry.title, kMaxTextLength));
  if (entry.kernel.empty() && !entry.local_boot) {
    return Refuse(field + ".kernel", "is required, unless local_boot is set");
  }
  if (entry.local_boot &&
      !(entry.kernel.empty() && entry.initrds.empty() && entry.arguments.empty())) {
    return Refuse(field + ".local_boot", "goes with no kernel, initrds or arguments");
  }
  PXE_RETURN_IF_ERROR(ValidateOptionalPath(field + ".kernel", entry.kernel));
  PXE_RETURN_IF_ERROR(AtMost(field + ".initrds", entry.initrds.size(), kMaxInitrds));
  for (size_t i = 0; i < entry.initrds.size(); ++i) {
    PXE_RETURN_IF_ERROR(ValidatePath(Indexed(field + ".initrds", i), entry.initrds[i]));
  }
  return ValidateLine(field + ".arguments", entry.arguments, kMaxArgumentsLength);
}

absl::Status ValidateMenu(const Menu& menu, const std::set<std::string>& names) {
  for (const auto& [field, name] : {std::pair{"profile.menu.default_entry", &menu.default_entry},
                                    std::pair{"profile.menu.on_timeout", &menu.on_timeout}}) {
    if (name->empty() || names.contains(*name)) continue;
    return RefuseText(field, *name, "names no entry of this profile");
  }
  if (menu.timeout_ds > kMaxTimeoutDs) {
    return Refuse("profile.menu.timeout",
                  absl::StrFormat("%d.%d s are too long; at most 3599.6 s", menu.timeout_ds / 10,
                                  menu.timeout_ds % 10));
  }
  PXE_RETURN_IF_ERROR(ValidateOptionalPath("profile.menu.display", menu.display));
  for (size_t i = 0; i < menu.function_keys.size(); ++i) {
    PXE_RETURN_IF_ERROR(
        ValidateOptionalPath(Indexed("profile.menu.function_keys", i), menu.function_keys[i]));
  }
  PXE_RETURN_IF_ERROR(ValidateOptionalPath("profile.menu.ui", menu.ui));
  return ValidateLine("profile.menu.title", menu.title, kMaxTextLength);
}

absl::Status ValidateLoaders(const Profile& profile) {
  for (const auto& [kind, path] : profile.loaders) {
    if (const auto parsed = ParseClientKind(kind); !parsed.ok()) {
      return Annotate(parsed.status(), "profile.loaders");
    }
    PXE_RETURN_IF_ERROR(ValidatePath(absl::StrFormat("profile.loaders[\"%s\"]", kind), path));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const Subnet& subnet) {
  PXE_RETURN_IF_ERROR(ValidateId("subnet_id", subnet.id));
  if (subnet.cidr.length == 0 || subnet.cidr.address.value >= kFirstMulticast.value) {
    return Refuse("subnet.cidr", subnet.cidr.ToString() + " is no network of machines");
  }
  PXE_RETURN_IF_ERROR(ValidatePools(subnet));
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
  PXE_RETURN_IF_ERROR(ValidateOptionalId("subnet.default_profile", subnet.default_profile));
  return ValidateUnknownMachines(subnet);
}

absl::Status Validate(const Host& host) {
  PXE_RETURN_IF_ERROR(ValidateId("host_id", host.id));
  if (host.nics.empty() && !host.uuid) {
    return Refuse("host.nics", "a host needs a NIC or a UUID to be recognised by");
  }
  PXE_RETURN_IF_ERROR(AtMost("host.nics", host.nics.size(), kMaxNics));
  for (size_t i = 0; i < host.nics.size(); ++i) {
    PXE_RETURN_IF_ERROR(ValidateNic(Indexed("host.nics", i), host.nics[i]));
  }
  PXE_RETURN_IF_ERROR(ValidateNicsDiffer(host.nics));
  if (host.uuid && !host.uuid->IsIdentity()) {
    return Refuse("host.uuid", "all zeros and all ones identify no machine");
  }
  PXE_RETURN_IF_ERROR(ValidateMap("host.labels", host.labels));
  PXE_RETURN_IF_ERROR(ValidateMap("host.variables", host.variables));
  return ValidateOptionalId("host.profile", host.profile);
}

absl::Status Validate(const Profile& profile) {
  PXE_RETURN_IF_ERROR(ValidateId("profile_id", profile.id));
  PXE_RETURN_IF_ERROR(ValidateLoaders(profile));
  if (profile.entries.empty()) return Refuse("profile.entries", "at least one is required");
  PXE_RETURN_IF_ERROR(AtMost("profile.entries", profile.entries.size(), kMaxEntries));
  std::set<std::string> names;
  for (size_t i = 0; i < profile.entries.size(); ++i) {
    const std::string field = Indexed("profile.entries", i);
    PXE_RETURN_IF_ERROR(ValidateEntry(field, profile.entries[i]));
    if (names.insert(profile.entries[i].name).second) continue;
    return RefuseText(field + ".name", profile.entries[i].name, "is also that of another entry");
  }
  PXE_RETURN_IF_ERROR(ValidateMenu(profile.menu, names));
  return ValidateMap("profile.variables", profile.variables);
}

}  // namespace pxe::core
