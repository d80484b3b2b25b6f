// Where the API listens: "unix:PATH" or "HOST:PORT", and which of them may be used.
//
// A unix socket is guarded by its file's permissions. A TCP port without TLS is guarded by nothing,
// so it is refused unless the operator says --insecure-tcp, and for an address that others can
// reach, says it again with that very HOST:PORT.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pxe::server {

struct ListenAddress {
  std::string unix_path;  // empty: TCP
  std::string host;       // numeric, or "localhost"
  uint16_t port = 0;      // 0: any free one

  std::string ToString() const;  // as it was written
  bool IsLoopback() const;       // TCP that only this machine reaches
};

// INVALID_ARGUMENT shows the two forms; also for a path longer than the 107 bytes a socket address
// holds.
absl::StatusOr<ListenAddress> ParseListenAddress(std::string_view text);

// PERMISSION_DENIED names the flag that would allow it. `insecure_tcp` has the flag's values: a
// HOST:PORT, or "" or "loopback" for any loopback address.
absl::Status CheckAllowed(const ListenAddress& address, std::span<const std::string> insecure_tcp);

// Makes way for a unix socket: creates its directory (not that one's parents) and removes a socket
// that nobody listens on any more. FAILED_PRECONDITION when somebody does, or when the path is
// something else than a socket.
absl::Status PrepareUnixSocket(const std::string& path);

// Why nobody can listen there, by trying; OK when it would work now.
absl::Status WhyNotListening(const ListenAddress& address);

}  // namespace pxe::server
