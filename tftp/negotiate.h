// What the client asked for, cut to what it may have: the options of one transfer (RFC 2347-2349,
// 7440).
//
// Nothing is refused here: a value that is unusable or unknown is left out of the answer, which
// every client takes for "the default"; ERROR 8 ends a boot. What is answered was asked for, once,
// in the client's spelling, in plain decimal: PXELINUX and EDK2 abort on anything else.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "tftp/limits.h"
#include "tftp/wire/packet.h"

namespace pxe::tftp {

struct AgreedOptions {
  uint16_t block_bytes = 512;
  uint16_t window_blocks = 1;
  std::optional<std::chrono::seconds> retry_after;  // the client's wish, else ours to choose
  std::vector<wire::OackOption> oack;               // empty: no OACK, DATA 1 comes first
};

// How the client is reached.
struct Path {
  int mtu = 1500;   // largest IP packet, in bytes
  bool v6 = false;  // its header is twice as long
};

// `transfer_bytes` is what will be sent, after netascii conversion; for an upload, what the client
// has announced.
AgreedOptions Negotiate(const wire::Request& request, uint64_t transfer_bytes, const Path& path,
                        const Limits& limits);

}  // namespace pxe::tftp
