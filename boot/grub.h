// The text that GRUB 2 reads as grub.cfg, made from a profile: for UEFI machines, whose GRUB is
// grubnetx64.efi.
//
// It is a script: `$`, quotes, `;` and braces in a value would be obeyed. So every value stands in
// single quotes, where only the quote itself means anything, and none has a line end.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "boot/template.h"
#include "core/model.h"

namespace pxe::boot {

// Never empty, ends in one newline. Errors as those of RenderPxelinux.
absl::StatusOr<std::string> RenderGrub(const core::Profile& profile, const VariableLookup& lookup);

// Commands, each line behind `indent`, that start the loader of a local disk; the firmware goes on
// with its next boot entry where there is none.
std::string GrubLocalBoot(std::string_view indent);

}  // namespace pxe::boot
