// What is said of the system's limits of socket buffers.
#include "server/kernel_buffers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace pxe::server {
namespace {

using testing::HasSubstr;
using testing::Optional;

class KernelBuffersTest : public testing::Test {
 protected:
  void Set(const std::string& name, const std::string& text) {
    std::ofstream(dir_.path() / name) << text << "\n";
  }

  TempDir dir_;
};

TEST_F(KernelBuffersTest, TheLimitThatIsTooSmallIsNamed) {
  Set("rmem_max", "8388608");
  Set("wmem_max", "212992");
  EXPECT_THAT(SmallBuffers(dir_.path()), Optional(HasSubstr("net.core.wmem_max is 208 KiB")));
  Set("rmem_max", "212992");
  EXPECT_THAT(SmallBuffers(dir_.path()), Optional(HasSubstr("net.core.rmem_max is 208 KiB")));
}

TEST_F(KernelBuffersTest, EnoughAndUnknownAreNoWords) {
  EXPECT_EQ(SmallBuffers(dir_.path()), std::nullopt);
  Set("rmem_max", "4194304");
  Set("wmem_max", "33554432");
  EXPECT_EQ(SmallBuffers(dir_.path()), std::nullopt);
}

}  // namespace
}  // namespace pxe::server
