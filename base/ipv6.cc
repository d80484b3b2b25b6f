#include "base/ipv6.h"

#include "absl/strings/str_format.h"

namespace pxe {
namespace {

constexpr size_t kGroups = 8;

// From `begin` on, the groups that are written as "::"; none when they are fewer than two.
struct ZeroRun {
  size_t begin = kGroups;
  size_t count = 1;
};

ZeroRun LongestZeroRun(const std::array<unsigned, kGroups>& groups) {
  ZeroRun longest;
  size_t count = 0;
  for (size_t i = 0; i < kGroups; ++i) {
    count = groups[i] == 0 ? count + 1 : 0;
    if (count > longest.count) longest = {i + 1 - count, count};
  }
  return longest;
}

}  // namespace

// RFC 5952: lower case, no leading zeros, the first of the longest runs of zeros cut out.
std::string Ipv6::ToString() const {
  std::array<unsigned, kGroups> groups;
  for (size_t i = 0; i < kGroups; ++i) groups[i] = unsigned{bytes[2 * i]} << 8 | bytes[2 * i + 1];
  const ZeroRun zeros = LongestZeroRun(groups);
  std::string text;
  for (size_t i = 0; i < kGroups; ++i) {
    if (i == zeros.begin) {
      text += "::";
      i += zeros.count - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += absl::StrFormat("%x", groups[i]);
  }
  if (scope != 0) text += "%" + std::to_string(scope);
  return text;
}

}  // namespace pxe
