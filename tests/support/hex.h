// Packets written as text, so that a review can read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pxe {

// "01 01 06 00  # op htype hlen hops": hexadecimal bytes, `00*10` for ten of one, `#` to the end of
// the line is comment. A text that is not of this form is a test failure.
std::vector<uint8_t> BytesOf(std::string_view text);

// The names under tests/fixtures/`folder` that end in `suffix`, without it, sorted.
std::vector<std::string> FixtureNames(std::string_view folder, std::string_view suffix);

// A file under tests/fixtures, whole. A missing one is a test failure.
std::string ReadFixture(std::string_view path);

}  // namespace pxe
