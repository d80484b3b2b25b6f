// The text that pxelinux.0 and syslinux.efi read as their config, made from a profile.
//
// The format has no quoting: a line end in a value would begin a directive of its own, a line over
// 4096 bytes is cut and its rest obeyed. So every value is checked after its variables are in, and
// a config that the loader would misread is an error instead of a text. docs/boot-configs.md shows
// the format and says how paths are written.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "boot/template.h"
#include "core/model.h"

namespace pxe::boot {

// The loader's line buffer is 4096 bytes; we stay clear of it.
inline constexpr size_t kMaxPxelinuxLine = 4000;
// BOOT_IMAGE=, kernel, arguments and initrds as the kernel sees them; its limit on x86.
inline constexpr size_t kMaxKernelCommandLine = 2047;
// What every version of the loaders holds of one file name, the "::" before it included.
inline constexpr size_t kMaxPxelinuxFileName = 127;

// Never empty, ends in one newline. INVALID_ARGUMENT names the field as the API spells it, like
// "profile.entries[0].arguments: unknown variable \"foo.bar\"".
absl::StatusOr<std::string> RenderPxelinux(const core::Profile& profile,
                                           const VariableLookup& lookup);

// What is wrong with a profile's text whatever the machine: called before one is stored. A variable
// that some machine could have passes; whether this one has it shows when its config is rendered.
absl::Status CheckPxelinux(const core::Profile& profile);

}  // namespace pxe::boot
