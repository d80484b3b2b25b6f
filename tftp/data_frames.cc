#include "tftp/data_frames.h"

#include <algorithm>
#include <array>

#include "base/status.h"

namespace pxe::tftp {

absl::StatusOr<std::span<const uint8_t>> BuildDataFrames(const Content& content, SendBlocks blocks,
                                                         uint16_t block_bytes,
                                                         std::span<uint8_t> buffer) {
  std::array<iovec, kMaxWindowBlocks> pieces;
  const uint64_t offset = (blocks.first - 1) * block_bytes;
  uint64_t left = content.size() - offset;
  size_t used = 0;
  for (uint32_t i = 0; i < blocks.count; ++i) {
    const size_t bytes = std::min<uint64_t>(left, block_bytes);
    // The wire's number is the block's modulo 2^16: 65535 is followed by 0.
    wire::WriteDataHeader(static_cast<uint16_t>(blocks.first + i),
                          buffer.subspan(used).first<wire::kDataHeaderBytes>());
    used += wire::kDataHeaderBytes;
    pieces[i] = {.iov_base = buffer.data() + used, .iov_len = bytes};
    used += bytes;
    left -= bytes;
  }
  PXE_RETURN_IF_ERROR(content.Read(offset, std::span(pieces).first(blocks.count)));
  return buffer.first(used);
}

}  // namespace pxe::tftp
