// Whole texts compared with files, so that a change of output shows as a change of a file.
#pragma once

#include <string_view>

namespace pxe {

// Expects `text` to be what tests/fixtures/`path` holds. With PXE_UPDATE_GOLDEN=1 in the
// environment the file is written instead, and the test fails once to say so.
void ExpectGolden(std::string_view path, std::string_view text);

}  // namespace pxe
