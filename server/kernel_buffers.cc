#include "server/kernel_buffers.h"

#include <cstdint>
#include <fstream>

#include "absl/strings/str_format.h"

namespace pxe::server {
namespace {

constexpr int64_t kEnoughBytes = 4 << 20;

}  // namespace

std::optional<std::string> SmallBuffers(const std::filesystem::path& limits) {
  for (const char* name : {"rmem_max", "wmem_max"}) {
    std::ifstream in(limits / name);
    int64_t bytes = 0;
    if (!(in >> bytes) || bytes >= kEnoughBytes) continue;
    return absl::StrFormat(
        "net.core.%s is %d KiB: when many machines start at once, packets are lost; %d KiB would "
        "do "
        "(sysctl)",
        name, bytes / 1024, kEnoughBytes / 1024);
  }
  return std::nullopt;
}

}  // namespace pxe::server
