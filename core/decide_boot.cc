#include "core/decide_boot.h"

namespace pxe::core {
namespace {

ProfileChoice Named(const Profile* profile, BootReason reason) {
  return {profile, profile == nullptr ? BootReason::kProfileMissing : reason};
}

ProfileChoice ForKnownHost(const BootFacts& facts) {
  if (!facts.host->profile.empty()) return Named(facts.host_profile, BootReason::kHostProfile);
  if (facts.subnet != nullptr && !facts.subnet->default_profile.empty()) {
    return Named(facts.default_profile, BootReason::kSubnetDefault);
  }
  return {nullptr, BootReason::kLocalDisk};
}

ProfileChoice ForUnknownMachine(const BootFacts& facts) {
  if (facts.subnet == nullptr) return {nullptr, BootReason::kNoSubnet};
  switch (facts.subnet->unknown_machines) {
    case UnknownMachines::kIgnore:
      return {nullptr, BootReason::kIgnored};
    case UnknownMachines::kAddressOnly:
      return {nullptr, BootReason::kAddressOnly};
    case UnknownMachines::kProfile:
      return Named(facts.unknown_profile, BootReason::kUnknownProfile);
  }
  return {nullptr, BootReason::kAddressOnly};
}

std::string LoaderFor(const Profile& profile, const ClientKind& kind) {
  if (kind.agent == Agent::kHttp) return "";
  const auto own = profile.loaders.find(ToString(kind));
  if (own != profile.loaders.end()) return own->second;
  return BuiltInLoader(kind).value_or("");
}

}  // namespace

std::string_view ToString(BootReason reason) {
  switch (reason) {
    case BootReason::kHostProfile:
      return "host_profile";
    case BootReason::kSubnetDefault:
      return "subnet_default";
    case BootReason::kUnknownProfile:
      return "unknown_profile";
    case BootReason::kLocalDisk:
      return "local_disk";
    case BootReason::kAddressOnly:
      return "address_only";
    case BootReason::kIgnored:
      return "ignored";
    case BootReason::kNoSubnet:
      return "no_subnet";
    case BootReason::kProfileMissing:
      return "profile_missing";
    case BootReason::kNoLoader:
      return "no_loader";
    case BootReason::kOperatingSystem:
      return "operating_system";
  }
  return "unknown";
}

ProfileChoice ChooseProfile(const BootFacts& facts) {
  return facts.host != nullptr ? ForKnownHost(facts) : ForUnknownMachine(facts);
}

BootVerdict DecideBoot(const BootFacts& facts, const ClientKind& kind) {
  const ProfileChoice choice = ChooseProfile(facts);
  if (choice.profile == nullptr) return {nullptr, "", choice.reason};
  if (!kind.BootsFromNetwork()) return {choice.profile, "", BootReason::kOperatingSystem};
  const std::string loader = LoaderFor(*choice.profile, kind);
  if (loader.empty()) return {choice.profile, "", BootReason::kNoLoader};
  return {choice.profile, loader, choice.reason};
}

}  // namespace pxe::core
