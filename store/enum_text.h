// Enums as their columns hold them: the enum's name, as the CHECK of the column lists it.
#pragma once

#include <array>
#include <string_view>

#include "core/model.h"
#include "core/quirk.h"

namespace pxe::store {

std::string_view TextOf(core::UnknownMachines policy);
std::string_view TextOf(core::Answers answers);
std::string_view TextOf(core::HostState state);
std::string_view TextOf(core::RuleAction action);
std::string_view TextOf(core::SubnetMode mode);
std::string_view TextOf(core::Identity identity);
std::string_view TextOf(core::Bootp bootp);
std::string_view TextOf(core::PoolClients clients);
std::string_view TextOf(core::HostKey key);
std::string_view TextOf(core::VendorOptions options);

// The one of `all` whose text that is. The CHECK of the column admits no other text.
template <typename Enum, size_t kCount>
Enum EnumOf(std::string_view text, const std::array<Enum, kCount>& all) {
  for (const Enum value : all) {
    if (TextOf(value) == text) return value;
  }
  return all.front();
}

inline constexpr std::array kUnknownMachines{
    core::UnknownMachines::kIgnore, core::UnknownMachines::kAddressOnly,
    core::UnknownMachines::kProfile, core::UnknownMachines::kLocal,
    core::UnknownMachines::kDiscover};
inline constexpr std::array kAnswers{core::Answers::kAll, core::Answers::kAddressOnly,
                                     core::Answers::kNothing};
inline constexpr std::array kHostStates{core::HostState::kApproved, core::HostState::kDiscovered,
                                        core::HostState::kRejected};
inline constexpr std::array kRuleActions{core::RuleAction::kProfile, core::RuleAction::kLocal,
                                         core::RuleAction::kIgnore, core::RuleAction::kDiscover};
inline constexpr std::array kVendorOptions{
    core::VendorOptions::kUsual, core::VendorOptions::kOmitted, core::VendorOptions::kGiven};
inline constexpr std::array kSubnetModes{core::SubnetMode::kFull, core::SubnetMode::kProxy,
                                         core::SubnetMode::kReservationsOnly,
                                         core::SubnetMode::kOff};
inline constexpr std::array kIdentities{core::Identity::kMac, core::Identity::kClientId,
                                        core::Identity::kAuto};
inline constexpr std::array kBootps{core::Bootp::kStatic, core::Bootp::kDynamic, core::Bootp::kOff};
inline constexpr std::array kPoolClients{core::PoolClients::kAnybody, core::PoolClients::kKnown,
                                         core::PoolClients::kUnknown};
inline constexpr std::array kHostKeys{core::HostKey::kMac, core::HostKey::kUuid,
                                      core::HostKey::kClientId, core::HostKey::kCircuitId,
                                      core::HostKey::kRemoteId};

}  // namespace pxe::store
