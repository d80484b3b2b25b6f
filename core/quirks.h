// What clients of some kinds must be told otherwise than all the rest, as data.
//
// What every reply can do for the odd ones it does for all (a PAD after option 67, 300 bytes, 53
// first; dhcp/reply.cc). A row here is for what would be wrong elsewhere. `explain` names it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/client_kind.h"

namespace pxe::core {

struct Quirk {
  std::string_view name;  // "raspberry_pi"
  std::string_view why;
  Agent agent = Agent::kOs;                 // whose it is
  std::string_view vendor_class;            // option 60 to who boots
  std::span<const uint8_t> vendor_options;  // option 43 to who boots
};

// Null: a client like the others.
const Quirk* QuirkOf(const ClientKind& kind);

}  // namespace pxe::core
