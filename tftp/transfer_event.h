// What the control plane is told of one transfer or request: core::BootEvent as TFTP fills it.
#pragma once

#include <string_view>

#include "core/resolver.h"
#include "tftp/client_link.h"
#include "tftp/retry_timer.h"

namespace pxe::tftp {

// Running transfers are told about so often, and for the first time when they have taken so long:
// what is over sooner is one event, its end.
inline constexpr std::chrono::seconds kTellEvery{1};

// The parts that all have in common. `name` is as it came; it leaves printable.
core::BootEvent TransferEvent(core::BootEvent::Step step, const SessionKey& key,
                              std::string_view name);

// The whole milliseconds since `began`.
uint64_t MillisecondsSince(TimePoint began);

}  // namespace pxe::tftp
