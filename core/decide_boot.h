// The boot decision: which profile a machine gets, and which loader leads its kind of client there.
//
// The one place that knows precedence; DHCP asks it for the loader, TFTP for the profile whose
// config it renders, and so both always agree. Pure: the caller looks the objects up. Every outcome
// has a reason, for counters, logs and `explain`.
#pragma once

#include <string>
#include <string_view>

#include "core/client_kind.h"
#include "core/model.h"

namespace pxe::core {

// What is known of the machine that asks. Borrowed for the call; each may be null. The profiles are
// those that `host->profile`, `subnet->default_profile` and `subnet->unknown_profile` name.
struct BootFacts {
  const Subnet* subnet = nullptr;  // of the client's link or address; null: in no subnet of ours
  const Host* host = nullptr;      // null: an unknown machine
  const Profile* host_profile = nullptr;
  const Profile* default_profile = nullptr;
  const Profile* unknown_profile = nullptr;
};

enum class BootReason {
  kHostProfile,      // the host names it
  kSubnetDefault,    // a known host without a profile of its own
  kUnknownProfile,   // an unknown machine where the subnet boots everybody
  kLocalDisk,        // a known host for which nobody names a profile: no boot fields
  kAddressOnly,      // an unknown machine in a subnet that gives it an address and no more
  kIgnored,          // an unknown machine in a subnet that is silent to it
  kNoSubnet,         // an unknown machine in no subnet of ours
  kProfileMissing,   // a profile is named and does not exist; no other takes its place
  kNoLoader,         // there is a profile and no loader for this kind of client: address only
  kOperatingSystem,  // there is a profile and the client does not ask to boot: address only
};

// The word in logs and counters: "no_loader".
std::string_view ToString(BootReason reason);

struct ProfileChoice {
  const Profile* profile = nullptr;  // one of the facts'; null: there is none to boot
  BootReason reason = BootReason::kNoSubnet;

  bool operator==(const ProfileChoice&) const = default;
};

// Whose config this machine gets, whatever its kind. First that applies: the host's own profile, a
// known host's subnet default, else its local disk; for an unknown machine what the subnet says.
ProfileChoice ChooseProfile(const BootFacts& facts);

struct BootVerdict {
  const Profile* profile = nullptr;  // also set where only the loader is missing
  std::string loader;                // relative to the TFTP root; empty: no boot fields
  BootReason reason = BootReason::kNoSubnet;

  // The machine is to get no answer at all.
  bool Silent() const { return reason == BootReason::kIgnored; }

  bool operator==(const BootVerdict&) const = default;
};

// ChooseProfile, and the loader for `kind`: the profile's for exactly this kind, else the built-in
// one. HTTP Boot clients get none: what they take is a URL.
BootVerdict DecideBoot(const BootFacts& facts, const ClientKind& kind);

}  // namespace pxe::core
