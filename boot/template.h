// Mustache for text that a machine will obey: strict where Mustache is lenient.
//
// Ordinary Mustache renders an unknown name as nothing and escapes for HTML; here the first would
// boot a machine with half a command line, and the second would turn & into &amp; in it. So an
// unknown name is an error, values go in as they are, and a value is one line. Only variables
// ({{x}}, {{{x}}}, {{&x}}), comments ({{! }}) and, in templates, partials ({{> id}}) are allowed.
// `${...}` and single braces are literal: they are iPXE's.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pxe::boot {

// The value of a variable by its whole dotted name, or null when there is none of that name. What
// it points to must stay while the text is rendered.
using VariableLookup = std::function<const std::string*(std::string_view name)>;

// The text of a template by its id, or null when there is none; it must stay likewise.
using PartialLookup = std::function<const std::string*(std::string_view id)>;

// Templates inside templates, and all of them in one text: more is a mistake or an attack.
inline constexpr size_t kMaxPartialDepth = 16;
inline constexpr size_t kMaxPartials = 1000;
inline constexpr size_t kMaxRenderedBytes = 1 << 20;

// One field's text, without partials. INVALID_ARGUMENT says what is wrong with it, in words for its
// author: an unknown variable, an unclosed tag, a section, another delimiter. It names no field,
// the caller adds that.
absl::StatusOr<std::string> RenderText(std::string_view text, const VariableLookup& lookup);

// The template of that id with its partials in. As in Mustache, a partial or comment alone on its
// line leaves no line of its own, and the blanks before such a partial indent all its lines.
// Errors begin with the place: "templates/ks line 3: unknown variable \"foo.bar\"".
absl::StatusOr<std::string> RenderTemplate(std::string_view id, const VariableLookup& lookup,
                                           const PartialLookup& templates);

// What is wrong with a template whatever the machine: called before one is stored, with itself
// among `templates`. Which variables a machine has shows when its text is rendered.
absl::Status CheckTemplate(std::string_view id, const PartialLookup& templates);

// The templates that a text names itself, sorted, each once.
std::vector<std::string> PartialsOf(std::string_view text);

}  // namespace pxe::boot
