// What texts may look like, whichever noun they belong to: words, lines, names, paths.
//
// Texts end up as file names, config lines and DHCP options, so control characters are refused
// everywhere: no value can begin a line of its own. Errors are INVALID_ARGUMENT, "field: reason".
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/ipv4.h"

namespace pxe::core {

inline constexpr size_t kMaxTextLength = 255;  // a title, a value of a label or of a variable

absl::Status Refuse(std::string_view field, std::string_view reason);

// The same, quoting the offending text in printable form.
absl::Status RefuseText(std::string_view field, std::string_view text, std::string_view reason);

absl::Status AtMost(std::string_view field, size_t count, size_t limit);

// "host.nics[2]"
std::string Indexed(std::string_view field, size_t index);

// Letters, digits, '_', '.', '-', 1 to 63 of them: what can be typed at a prompt or be a key.
bool IsWord(std::string_view text);

// RFC 1123 section 2.1, without a final dot; the length as a whole is the caller's to check.
bool IsDnsName(std::string_view name);

// Text of one line, of at most `limit` bytes.
absl::Status ValidateLine(std::string_view field, std::string_view text, size_t limit);

// A file name beneath the TFTP root that every loader reads as one word: relative, parts separated
// by '/', none of them empty, "." or "..", no spaces (pxelinux splits its lines there).
absl::Status ValidatePath(std::string_view field, std::string_view path);

// The same, or an id (validate.h), or nothing.
absl::Status ValidateOptionalPath(std::string_view field, std::string_view path);
absl::Status ValidateOptionalId(std::string_view field, std::string_view id);

// Labels and variables: keys that templates and command lines can spell, values of one line.
absl::Status ValidateMap(std::string_view field, const std::map<std::string, std::string>& map);

// Kinds of client (client_kind.h), any of which will do: sorted, none twice.
absl::Status ValidateKinds(std::string_view field, const std::vector<std::string>& kinds);

// An address that a machine can have.
absl::Status ValidateHostAddress(std::string_view field, Ipv4 address);

}  // namespace pxe::core
