// The text that grub4dos (grldr) reads as menu.lst, made from a profile.
//
// A line is a command and its words, without quotes; `%...%`, `^` and words such as `&&` or `>` are
// the shell's. An entry with one of these is left out.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "boot/template.h"
#include "core/model.h"

namespace pxe::boot {

// Never empty, ends in one newline. Errors as those of RenderPxelinux.
absl::StatusOr<std::string> RenderGrub4dos(const core::Profile& profile,
                                           const VariableLookup& lookup);

}  // namespace pxe::boot
