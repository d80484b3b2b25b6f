// Events as messages, and their names; api/convert.h has the other nouns.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/event.h"
#include "pxe/v1/event.pb.h"

namespace pxe::api {

inline constexpr std::string_view kEvents = "events";

v1::Event ToProto(const core::Event& event);

// The number in a name. INVALID_ARGUMENT names `field`.
absl::StatusOr<uint64_t> ParseEventId(std::string_view field, std::string_view text);

// "BOOT_LOOP": as filters spell it. INVALID_ARGUMENT says which there are.
absl::StatusOr<core::EventKind> ParseEventKind(std::string_view text);

}  // namespace pxe::api
