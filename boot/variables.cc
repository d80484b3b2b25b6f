#include "boot/variables.h"

#include <algorithm>
#include <array>

namespace pxe::boot {
namespace {

constexpr std::string_view kHostId = "host.id";
constexpr std::string_view kHostMac = "host.mac";
constexpr std::string_view kHostUuid = "host.uuid";
constexpr std::string_view kHostAddress = "host.address";
constexpr std::string_view kNicMac = "nic.mac";
constexpr std::string_view kServerAddress = "server.address";
constexpr std::array kFixedNames = {kHostId,      kHostMac, kHostUuid,
                                    kHostAddress, kNicMac,  kServerAddress};

constexpr std::string_view kLabelPrefix = "host.labels.";
constexpr std::string_view kVariablePrefix = "vars.";

std::optional<MacAddress> FirstMac(const core::Host* host) {
  if (host == nullptr || host->nics.empty()) return std::nullopt;
  return host->nics.front().mac;
}

}  // namespace

Variables::Variables(const core::Profile& profile, const Machine& machine) {
  const auto set = [this](std::string_view prefix, std::string_view name, std::string value) {
    values_.insert_or_assign(std::string(prefix) + std::string(name), std::move(value));
  };
  const auto first_mac = FirstMac(machine.host);
  const auto nic_mac = machine.nic ? machine.nic : first_mac;
  const auto host_mac = first_mac ? first_mac : machine.nic;
  if (host_mac) set(kHostMac, "", host_mac->ToString());
  if (nic_mac) set(kNicMac, "", nic_mac->ToString());
  if (machine.address) set(kHostAddress, "", machine.address->ToString());
  if (machine.server) set(kServerAddress, "", machine.server->ToString());
  for (const auto& [name, value] : profile.variables) set(kVariablePrefix, name, value);
  if (machine.host == nullptr) return;
  set(kHostId, "", machine.host->id);
  if (machine.host->uuid) set(kHostUuid, "", machine.host->uuid->ToString());
  for (const auto& [name, value] : machine.host->labels) set(kLabelPrefix, name, value);
  for (const auto& [name, value] : machine.host->variables) set(kVariablePrefix, name, value);
}

const std::string* Variables::Find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

VariableLookup Variables::Lookup() const {
  return [this](std::string_view name) { return Find(name); };
}

bool IsKnowableVariable(std::string_view name) {
  const auto extends = [name](std::string_view prefix) {
    return name.starts_with(prefix) && name.size() > prefix.size();
  };
  return std::ranges::find(kFixedNames, name) != kFixedNames.end() || extends(kLabelPrefix) ||
         extends(kVariablePrefix);
}

}  // namespace pxe::boot
