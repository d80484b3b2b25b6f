// Any bytes as the name of a file that is asked for: it is refused, or stays beneath the root,
// holds nothing that a log or a file system would stumble over, and means the same when asked for
// again.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/status.h"
#include "core/boot_path.h"

namespace {

bool IsSafe(std::string_view path) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return !path.empty() && path.front() != '/' && path.back() != '/' &&
         path.find('\\') == std::string_view::npos &&
         std::none_of(path.begin(), path.end(), control);
}

bool IsSafeComponent(std::string_view part) {
  return !part.empty() && part != "." && part != ".." &&
         part.size() <= pxe::core::kMaxRequestedComponent;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string name(data, data + size);
  const auto path = pxe::core::ParseBootPath(name);
  if (!path.ok()) {
    const auto printable = [](char c) { return c >= 0x20 && c <= 0x7e; };
    const std::string message = pxe::MessageOf(path.status());
    if (!std::all_of(message.begin(), message.end(), printable)) std::abort();
    return 0;
  }
  const std::string& text = pxe::core::PathOf(*path);
  if (!IsSafe(text) || size > pxe::core::kMaxRequestedPath) std::abort();
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find('/'));
    if (!IsSafeComponent(part)) std::abort();
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  }
  if (text.ends_with(' ')) return 0;  // of "a /": what boards add to a name is cut at its end only
  const auto again = pxe::core::ParseBootPath(text);
  if (!again.ok() || *again != *path) std::abort();
  return 0;
}
