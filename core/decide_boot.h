// The boot decision: what a machine boots, and which loader leads its kind of client there.
//
// The one place that knows precedence; DHCP asks it for the loader, TFTP for the profile whose
// config it renders, and so both always agree, given the same facts. Pure: the caller looks the
// objects up. Every outcome has a reason, for counters, logs and `explain`, and a trace.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/mac_address.h"
#include "base/uuid.h"
#include "core/boot_trace.h"
#include "core/client_kind.h"
#include "core/effective_profile.h"
#include "core/model.h"

namespace pxe::core {

// What is known of the machine that asks. Borrowed for the call; what is not known is null or
// empty, and fits no rule.
struct BootFacts {
  const Subnet* subnet = nullptr;  // of the client's link or address; null: in no subnet of ours
  const Host* host = nullptr;      // null: the machine is no host
  const Nic* nic = nullptr;        // of the host, by which it was found
  std::optional<MacAddress> mac;
  std::optional<Uuid> uuid;
  std::string_view kind;              // of client, "uefi-x64"
  std::string_view vendor_class;      // option 60
  std::string_view circuit_id;        // option 82.1, as Discovery spells it
  bool ipxe_lacks_bzimage = false;    // as it says itself (ClientFacts)
  std::span<const RankedRule> rules;  // all there are, the highest priority first
  ProfileLookup profiles;             // effective ones
};

enum class BootAction {
  kSilence,      // no answer at all
  kAddressOnly,  // an address, and nothing to boot
  kLocal,        // a loader, and a config that boots the local disk
  kProfile,      // a loader, and the config of `profile`
  kPlainFile,    // the subnet's plain boot file, for clients without a boot kind
};

enum class BootReason {
  kRejected,            // the host was discovered and refused
  kDoNotAnswer,         // the host or its NIC is not to be answered
  kAnswersAddressOnly,  // the host or its NIC is given an address and no more
  kHostLocal,           // the host says so itself
  kHostProfile,         // the host names it
  kRuleProfile,         // the rule names it
  kRuleLocal,
  kRuleIgnore,
  kRuleDiscover,     // the rule discovers the machine, or did
  kSubnetDefault,    // a host for which neither it nor a rule says anything
  kLocalDisk,        // likewise, and its subnet names no default
  kDiscovered,       // the subnet discovers the machine, or did
  kIgnored,          // a machine that is no host, in a subnet that is silent to it,
  kAddressOnly,      // or gives it an address and no more,
  kUnknownProfile,   // or boots everybody,
  kUnknownLocal,     // or leads everybody to the local disk
  kNoSubnet,         // a machine that is no host, in no subnet of ours
  kProfileMissing,   // a profile is named and does not exist; no other takes its place
  kNoLoader,         // there is something to boot and no loader for this kind of client
  kOperatingSystem,  // there is something to boot and the client does not ask for it
  kPlainFile,        // a client without a boot kind, in a subnet that has a file for such
};

// Whether a machine that is told so goes on with files of ours: it is booting.
inline bool LeadsOn(BootAction action) {
  return action == BootAction::kLocal || action == BootAction::kProfile;
}

// The word in logs and counters: "no_loader".
std::string_view ToString(BootReason reason);

struct BootVerdict {
  BootAction action = BootAction::kAddressOnly;
  const Profile* profile = nullptr;  // also set where only the loader is missing
  const Rule* rule = nullptr;        // that decided; null: none did
  std::string loader;                // relative to the TFTP root; with all but the first two
  bool discover = false;             // the machine is no host and is to be made one
  BootReason reason = BootReason::kNoSubnet;
  BootTrace trace;
};

// What this machine boots, without the loader. First that applies: its host is rejected, or it or
// its NIC is not fully answered; what the host says itself; the first rule that matches; for a host
// the subnet's default, else its local disk; for all others what the subnet says. A discovered host
// is given what is said for machines that are discovered, until somebody approves it.
BootVerdict ChooseProfile(const BootFacts& facts);

// ChooseProfile for a client of `kind`, and the loader: the profile's for exactly this kind, else
// the built-in one; for the local disk always the built-in one. HTTP Boot clients get none: what
// they take is a URL. An iPXE on BIOS whose script would start kernels that it cannot start gets
// what the BIOS gets, be it pxelinux or the whole iPXE (C109). Without a loader the machine is
// given an address only; a client without a boot kind the subnet's plain boot file, unless its host
// is given no more than an address or, being firmware, is sent to its disk.
BootVerdict DecideBoot(BootFacts facts, const ClientKind& kind);

}  // namespace pxe::core
