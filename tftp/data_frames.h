// DATA packets of consecutive blocks, back to back in one buffer: what UDP_SEGMENT wants, filled by
// one read.
#pragma once

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "tftp/content.h"
#include "tftp/transfer.h"

namespace pxe::tftp {

// Into `buffer`: each block behind its header, all of `block_bytes` but perhaps the last of the
// file. At most 64 blocks, and the buffer must have room for them. Returns the part that is used.
absl::StatusOr<std::span<const uint8_t>> BuildDataFrames(const Content& content, SendBlocks blocks,
                                                         uint16_t block_bytes,
                                                         std::span<uint8_t> buffer);

}  // namespace pxe::tftp
