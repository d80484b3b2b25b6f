// What a requested file name means: a config made for one machine, or a file beneath the TFTP root.
//
// Names arrive as firmware spells them: with backslashes, doubled or leading slashes, behind the
// folder of whatever loader asks. They are normalised here, before anything is looked up; a name
// that could leave the root or forge a log line is refused here and never reaches a file system.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "absl/status/statusor.h"
#include "base/ipv4.h"
#include "base/mac_address.h"
#include "base/uuid.h"
#include "core/flavour.h"

namespace pxe::core {

inline constexpr size_t kMaxRequestedPath = 512;       // no firmware is known to send half of it
inline constexpr size_t kMaxRequestedComponent = 255;  // NAME_MAX of every Linux file system

// Whose config it is. The names in these comments are PXELINUX's; the other loaders spell the same
// marks in their own ways (boot_path.cc).

// pxelinux.cfg/b8945908-d6a6-41a9-611d-74a6ab80b83d. PXELINUX writes the SMBIOS memory order, which
// is not the order of the text form: try this one and `Swapped()`.
struct ConfigForUuid {
  Uuid uuid;  // in the order as written

  bool operator==(const ConfigForUuid&) const = default;
};

// pxelinux.cfg/01-52-54-00-aa-bb-cc.
struct ConfigForMac {
  MacAddress mac;

  bool operator==(const ConfigForMac&) const = default;
};

// pxelinux.cfg/20-...: a hardware address that is no Ethernet MAC, and so belongs to no host.
struct ConfigForOtherHardware {
  bool operator==(const ConfigForOtherHardware&) const = default;
};

// pxelinux.cfg/0A4D0034: the address the client believes to have.
struct ConfigForAddress {
  Ipv4 address;

  bool operator==(const ConfigForAddress&) const = default;
};

// pxelinux.cfg/0A4D00, down to one digit: a network of a multiple of four bits, on the way from the
// address to `default`.
struct ConfigForNetwork {
  Ipv4Prefix network;

  bool operator==(const ConfigForNetwork&) const = default;
};

// pxelinux.cfg/default: the end of the search.
struct ConfigForAnybody {
  bool operator==(const ConfigForAnybody&) const = default;
};

using ConfigOwner = std::variant<ConfigForUuid, ConfigForMac, ConfigForOtherHardware,
                                 ConfigForAddress, ConfigForNetwork, ConfigForAnybody>;

// A config, in the folder of whatever loader asks.
struct ConfigName {
  Flavour flavour = Flavour::kPxelinux;
  ConfigOwner owner;
  std::string path;  // as FileBelowRoot has it: a file may have that name too

  bool operator==(const ConfigName&) const = default;
};

// Any other name: no leading slash, '/' only, no empty, "." or ".." component.
struct FileBelowRoot {
  std::string path;

  bool operator==(const FileBelowRoot&) const = default;
};

using BootPath = std::variant<ConfigName, FileBelowRoot>;

// The name itself, normalised.
const std::string& PathOf(const BootPath& path);

// INVALID_ARGUMENT, with the name made printable, for one that is never served: empty, over-long,
// with a control character or with "..".
absl::StatusOr<BootPath> ParseBootPath(std::string_view requested);

}  // namespace pxe::core
