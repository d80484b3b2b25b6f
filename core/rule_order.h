// Whether every rule among others can win: priorities are unique, and no rule stands behind one
// that takes all its machines.
#pragma once

#include <span>

#include "absl/status/status.h"
#include "core/model.h"

namespace pxe::core {

// Whether `lower` can never apply: every condition of `higher`, which is asked first, is implied by
// it. Rules that together leave nothing for a third are not seen. One that discovers machines takes
// none that are hosts already, so it hides only others that discover.
bool Hides(const Rule& higher, const Rule& lower);

// Whether `rule` may stand among `others` (one with its own id is passed over: it is being
// replaced). ALREADY_EXISTS when its priority is taken; FAILED_PRECONDITION when it could never
// apply, or another could not any more. Both name the other rule.
absl::Status CheckRuleOrder(const Rule& rule, std::span<const Rule> others);

}  // namespace pxe::core
