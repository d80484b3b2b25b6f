#include "tests/support/golden.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/hex.h"

namespace pxe {

void ExpectGolden(std::string_view path, std::string_view text) {
  if (std::getenv("PXE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream out(std::filesystem::path(PXE_TEST_DATA) / path);
    out << text;
    ADD_FAILURE() << "wrote " << path << "; read it, then run without PXE_UPDATE_GOLDEN";
    return;
  }
  EXPECT_EQ(ReadFixture(path), text) << "differs from tests/fixtures/" << path;
}

}  // namespace pxe
