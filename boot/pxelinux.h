// The text that pxelinux.0 and syslinux.efi read as their config, made from a profile.
//
// The format has no quoting: a line end in a value would begin a directive of its own, a line over
// 4096 bytes is cut and its rest obeyed. So every value is checked after its variables are in, and
// a config that the loader would misread is an error instead of a text. docs/boot-configs.md shows
// the format and says how paths are written.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "boot/template.h"
#include "core/model.h"

namespace pxe::boot {

// Never empty, ends in one newline. INVALID_ARGUMENT names the field as the API spells it, like
// "profile.entries[0].arguments: unknown variable \"foo.bar\"". FAILED_PRECONDITION: the profile is
// for other loaders (boot/config_text.h).
absl::StatusOr<std::string> RenderPxelinux(const core::Profile& profile,
                                           const VariableLookup& lookup);

}  // namespace pxe::boot
