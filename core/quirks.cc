#include "core/quirks.h"

#include <algorithm>
#include <array>

namespace pxe::core {
namespace {

// Discovery control, then a prompt that waits for nobody and a menu with the one item that the ROM
// looks for by its name (Q12); no other firmware can be shown such a menu (C127).
constexpr std::array<uint8_t, 32> kRaspberryPiBoot = {
    6,   1,   3,                                  // no broadcast, no multicast
    10,  4,   0,   'P', 'X', 'E',                 // prompt
    9,   20,  0,   0,   17,                       // menu, item of type 0
    'R', 'a', 's', 'p', 'b', 'e', 'r', 'r', 'y',  //
    ' ', 'P', 'i', ' ', 'B', 'o', 'o', 't', 255};

constexpr std::array kQuirks = {
    Quirk{.name = "raspberry_pi",
          .why = "its ROM boots only from an offer with the menu item \"Raspberry Pi Boot\"",
          .agent = Agent::kRaspberryPi,
          .vendor_class = "PXEClient",
          .vendor_options = kRaspberryPiBoot},
};

}  // namespace

const Quirk* QuirkOf(const ClientKind& kind) {
  const auto* found = std::ranges::find(kQuirks, kind.agent, &Quirk::agent);
  return found == kQuirks.end() ? nullptr : found;
}

}  // namespace pxe::core
