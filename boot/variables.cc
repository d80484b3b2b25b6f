#include "boot/variables.h"

#include <algorithm>
#include <array>
#include <map>

namespace pxe::boot {
namespace {

constexpr std::string_view kHostId = "host.id";
constexpr std::string_view kHostMac = "host.mac";
constexpr std::string_view kHostUuid = "host.uuid";
constexpr std::string_view kHostAddress = "host.address";
constexpr std::string_view kHostSerial = "host.serial";
constexpr std::string_view kNicMac = "nic.mac";
constexpr std::string_view kServerAddress = "server.address";
constexpr std::array kFixedNames = {kHostId,     kHostMac, kHostUuid,     kHostAddress,
                                    kHostSerial, kNicMac,  kServerAddress};

constexpr std::string_view kLabelPrefix = "host.labels.";
constexpr std::string_view kVariablePrefix = "vars.";

constexpr size_t kMaxHarmless = 64;
constexpr std::string_view kHarmlessMarks = "._:-";

std::optional<MacAddress> FirstMac(const core::Host* host) {
  if (host == nullptr || host->nics.empty()) return std::nullopt;
  return host->nics.front().mac;
}

template <typename Value>
std::string TextOf(const std::optional<Value>& value) {
  return value ? value->ToString() : std::string();
}

const std::string* FindIn(const std::map<std::string, std::string>& values,
                          const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? nullptr : &found->second;
}

// A discovered host is made of what packets said, whoever has approved it since.
bool HasUsableSerial(const core::Host& host) {
  return !host.serial.empty() && (!host.discovery || IsHarmless(host.serial));
}

}  // namespace

Variables::Variables(const core::Profile& profile, const Machine& machine)
    : profile_(profile), host_(machine.host) {
  const auto first_mac = FirstMac(host_);
  host_mac_ = TextOf(first_mac ? first_mac : machine.nic);
  nic_mac_ = TextOf(machine.nic ? machine.nic : first_mac);
  host_address_ = TextOf(machine.address);
  server_address_ = TextOf(machine.server);
  if (host_ != nullptr) host_uuid_ = TextOf(host_->uuid);
}

const std::string* Variables::Find(std::string_view name) const {
  const std::string* fixed = FindFixed(name);
  return fixed != nullptr ? fixed : FindNamed(name);
}

const std::string* Variables::FindFixed(std::string_view name) const {
  const auto known = [](const std::string& text) { return text.empty() ? nullptr : &text; };
  if (name == kHostMac) return known(host_mac_);
  if (name == kHostUuid) return known(host_uuid_);
  if (name == kHostAddress) return known(host_address_);
  if (name == kNicMac) return known(nic_mac_);
  if (name == kServerAddress) return known(server_address_);
  if (host_ == nullptr) return nullptr;
  if (name == kHostId) return &host_->id;
  if (name == kHostSerial && HasUsableSerial(*host_)) return &host_->serial;
  return nullptr;
}

const std::string* Variables::FindNamed(std::string_view name) const {
  if (name.starts_with(kVariablePrefix)) {
    const std::string variable(name.substr(kVariablePrefix.size()));
    const std::string* own = host_ == nullptr ? nullptr : FindIn(host_->variables, variable);
    return own != nullptr ? own : FindIn(profile_.variables, variable);
  }
  if (host_ == nullptr || !name.starts_with(kLabelPrefix)) return nullptr;
  return FindIn(host_->labels, std::string(name.substr(kLabelPrefix.size())));
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

VariableLookup KnowableVariables() {
  return [stand_in = std::string("x")](std::string_view name) {
    return IsKnowableVariable(name) ? &stand_in : nullptr;
  };
}

bool IsHarmless(std::string_view text) {
  const auto harmless = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           kHarmlessMarks.find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= kMaxHarmless && std::ranges::all_of(text, harmless);
}

}  // namespace pxe::boot
