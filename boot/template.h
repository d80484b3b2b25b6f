// Mustache for text that a machine will obey: strict where Mustache is lenient.
//
// Ordinary Mustache renders an unknown name as nothing and escapes for HTML; here the first would
// boot a machine with half a command line, and the second would turn & into &amp; in it. So an
// unknown name is an error, and values go in as they are. Only variables ({{x}}, {{{x}}}, {{&x}})
// and comments ({{! }}) are allowed. `${...}` and single braces are literal: they are iPXE's.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace pxe::boot {

// The value of a variable by its whole dotted name, or null when there is none of that name. What
// it points to must stay while the text is rendered.
using VariableLookup = std::function<const std::string*(std::string_view name)>;

// INVALID_ARGUMENT says what is wrong with the text, in words for its author: an unknown variable,
// an unclosed tag, a section, a partial, another delimiter. It names no field, the caller adds
// that.
absl::StatusOr<std::string> RenderTemplate(const std::string& text, const VariableLookup& lookup);

}  // namespace pxe::boot
