// Names as clients ask for them, and as they are meant: "/tftpboot/pxelinux.0" from a DHCP server
// that hands out whole paths, "startrom.n12" for a file that lies in a folder here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pxe::tftp {

// `from` ends with "/": all names in that folder, of which it is cut off; else one whole name.
struct RemapRule {
  std::string from;
  std::string to;

  bool operator==(const RemapRule&) const = default;
};

// "FROM=TO". INVALID_ARGUMENT says what is wrong with it.
absl::StatusOr<RemapRule> ParseRemapRule(std::string_view text);

// The name by the first rule that fits, else as it is. Leading and repeated slashes do not count,
// "\" is "/", and letters are compared without regard to their case.
std::string Remap(const std::vector<RemapRule>& rules, std::string_view name);

}  // namespace pxe::tftp
