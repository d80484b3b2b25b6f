// What clients of a kind say of themselves, for boots that are simulated.
#pragma once

#include "core/client_kind.h"

namespace pxe::core {

// Facts that KindOf() reads as this kind; a Raspberry Pi also needs a MAC address of its maker's.
ClientFacts TypicalFacts(const ClientKind& kind);

}  // namespace pxe::core
