// Everything of the TFTP data plane that could grow without bound, and where it stops.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace pxe::tftp {

// What a client can be granted at all: RFC 2348 and 7440, and our own ceiling for windows, which
// keeps 16-bit block numbers unambiguous with much to spare.
inline constexpr uint16_t kMinBlockBytes = 8;
inline constexpr uint16_t kMaxBlockBytes = 65464;
inline constexpr uint16_t kMaxWindowBlocks = 64;

struct Limits {
  uint16_t max_block_bytes = kMaxBlockBytes;  // the MTU of the path cuts further
  uint16_t max_window_blocks = 16;            // at most kMaxWindowBlocks
  uint32_t max_window_bytes = 256 * 1024;     // of one window, whatever its block size

  // The windows of all transfers together: what switches on the way must hold if all send at once.
  // Divided by the transfers that run; one of many is granted a smaller window.
  size_t max_window_bytes_in_all = 32 * 1024 * 1024;

  size_t max_transfers = 4096;             // beyond it requests are dropped, and clients ask again
  size_t max_transfers_per_client = 1024;  // per source address; many may stand behind one NAT
  uint32_t max_requests_per_second = 0;    // per source address; 0: as many as it likes

  // Requests that are taken, and answered, before running transfers get their turn, in which who
  // acknowledges each block gets one.
  size_t requests_per_turn = 64;

  // Files up to this size, configs and loaders, are sent on before those of larger ones, so that a
  // machine gets its config while others load their RAM disks.
  uint64_t small_file_bytes = 256 * 1024;

  // A file asked for in netascii is converted as a whole; a larger one is refused.
  size_t max_netascii_bytes = 4 * 1024 * 1024;

  // A question the control plane has not answered by then is forgotten; the client asks again.
  std::chrono::milliseconds max_wait_for_answer{10'000};
};

}  // namespace pxe::tftp
