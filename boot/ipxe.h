// The script that iPXE runs, made from a profile. iPXE of 2019 (Debian 12) and later runs it.
//
// iPXE splits a line at blanks, takes `||`, `&&`, `;` and `#...` as its own where they are words,
// and then expands `${...}` again and again. Such words are kept apart from their meaning; `${` in
// the value of a variable is an error. In a profile's own text it is iPXE's to expand.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "boot/template.h"
#include "core/model.h"

namespace pxe::boot {

// Never empty, ends in one newline. Errors as those of RenderPxelinux.
absl::StatusOr<std::string> RenderIpxe(const core::Profile& profile, const VariableLookup& lookup);

}  // namespace pxe::boot
