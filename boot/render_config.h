// Every text that a machine is given under a virtual name: the config of its loader in the flavour
// that the name asks for, and the files of its profile.
//
// A profile is effective here (core/effective_profile.h). Where it names a template for a flavour,
// that is the whole config. Errors name the field as the API spells it, then, in a template, its
// name, the line and the variable.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "boot/template.h"
#include "core/flavour.h"
#include "core/model.h"

namespace pxe::boot {

// Never empty, ends in a newline. FAILED_PRECONDITION: the profile is for loaders of another
// flavour (boot/config_text.h).
absl::StatusOr<std::string> RenderConfig(core::Flavour flavour, const core::Profile& profile,
                                         const VariableLookup& lookup,
                                         const PartialLookup& templates);

// The config that boots the local disk.
std::string LocalBootConfig(core::Flavour flavour);

// The text of profile.files[path]; NOT_FOUND when there is none.
absl::StatusOr<std::string> RenderFile(const core::Profile& profile, const std::string& path,
                                       const VariableLookup& lookup,
                                       const PartialLookup& templates);

// What is wrong with a profile's text whatever the machine: called before one is stored. A variable
// that some machine could have passes, and so does an entry that only some loaders can boot. An
// error of some flavours only ends in their names: "... (grub, ipxe)".
absl::Status CheckProfile(const core::Profile& profile, const PartialLookup& templates);

}  // namespace pxe::boot
