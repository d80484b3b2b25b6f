// Bytes as hexadecimal digits and back, and foreign text made safe to print.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pxe {

// 0..15, or -1 when `c` is no hexadecimal digit.
int HexDigitValue(char c);

// "0aff": two lower-case digits a byte, nothing between.
std::string ToHex(std::span<const uint8_t> bytes);

// The inverse, in either case; nothing for an odd count or any other character.
std::optional<std::vector<uint8_t>> ParseHex(std::string_view digits);

// Text that came from a packet or a user, fit for a log line or a message: bytes outside
// 0x20..0x7e, quotes and backslashes become \xNN, and what exceeds 200 characters is cut with
// "...".
std::string Printable(std::string_view text);

}  // namespace pxe
