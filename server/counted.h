// Counters as text for the log.
#pragma once

#include <string>

#include "absl/strings/str_format.h"
#include "base/counters.h"

namespace pxe::server {

// " offered=12 acked=12", from any enum with a ToString; those that are zero are left out.
template <typename Enum>
std::string Counted(const Counters<Enum>& counters) {
  std::string text;
  for (size_t i = 0; i < Counters<Enum>::kSize; ++i) {
    const auto which = static_cast<Enum>(i);
    if (counters.Get(which) == 0) continue;
    text += absl::StrFormat(" %s=%d", ToString(which), counters.Get(which));
  }
  return text;
}

}  // namespace pxe::server
