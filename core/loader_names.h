// What a boot program asks for after it has been fetched: the names of its config, in its order.
//
// For simulated boots only: on the wire loaders ask by themselves. Known by file name, as loaders
// are; docs/boot-configs.md lists where each of these orders was seen.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ipv4.h"
#include "base/mac_address.h"
#include "base/uuid.h"

namespace pxe::core {

enum class LoaderFamily {
  kPxelinux,    // pxelinux.0, lpxelinux.0, syslinux.efi
  kGrub,        // grubnetx64.efi, grubx64.efi
  kShim,        // shimx64.efi: starts grubx64.efi beside it
  kIpxe,        // undionly.kpxe, snponly.efi, ipxe.efi: asks DHCP anew
  kIpxeScript,  // boot.ipxe: is the config
  kGrub4dos,    // grldr
  kOther,       // does what it likes
};

LoaderFamily FamilyOf(std::string_view loader);

// The machine, as far as names are made of it.
struct LoaderIdentity {
  MacAddress mac;
  std::optional<Uuid> uuid;
  Ipv4 address;
};

// The names, relative to the TFTP root, until one of them is there. Empty for kIpxe and kOther.
std::vector<std::string> NamesAskedBy(std::string_view loader, const LoaderIdentity& identity);

}  // namespace pxe::core
