// Who makes a call: what the server sees of it, and what the caller says.
//
// The two are never mixed: the first can be relied upon, the second is a note that nobody checks.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace pxe::api {

// Metadata in which a client says who it is: "alice@ops".
inline constexpr const char* kActorMetadata = "pxed-actor";
inline constexpr size_t kMaxClaimedActor = 128;

// "unix", or "tcp:ADDRESS" without the port, from gRPC's spelling of a peer: "ipv4:10.0.0.7:4711",
// "ipv6:%5Bfe80::1%5D:4711", "unix:". Anything else is returned as it is.
std::string ActorOf(std::string_view peer);

// The claim as it is stored. INVALID_ARGUMENT when it is too long or not printable ASCII.
absl::StatusOr<std::string> ParseClaimedActor(std::string_view claim);

}  // namespace pxe::api
