// A big-endian cursor over borrowed bytes with one sticky failure flag.
//
// Read in wire order, check `ok()` once at the end: after the first read past the end every further
// read yields zeros (or an empty span) and `ok()` stays false. The bytes must outlive the cursor
// and every span it hands out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pxe {

class ByteReader {
 public:
  explicit ByteReader(std::span<const uint8_t> bytes) : rest_(bytes) {}

  uint8_t U8() {
    const auto b = Bytes(1);
    return b.empty() ? uint8_t{0} : b[0];
  }
  uint16_t U16() {
    const auto b = Bytes(2);
    return b.empty() ? uint16_t{0} : static_cast<uint16_t>(b[0] << 8 | b[1]);
  }
  uint32_t U32() {
    const auto b = Bytes(4);
    if (b.empty()) return 0;
    return uint32_t{b[0]} << 24 | uint32_t{b[1]} << 16 | uint32_t{b[2]} << 8 | b[3];
  }

  // The next `count` bytes, or an empty span and the failure flag when fewer are left.
  std::span<const uint8_t> Bytes(size_t count) {
    if (!ok_ || count > rest_.size()) {
      ok_ = false;
      return {};
    }
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  // All that is left; never fails.
  std::span<const uint8_t> Rest() { return ok_ ? Bytes(rest_.size()) : std::span<const uint8_t>{}; }

  size_t remaining() const { return ok_ ? rest_.size() : 0; }
  bool ok() const { return ok_; }

 private:
  std::span<const uint8_t> rest_;
  bool ok_ = true;
};

}  // namespace pxe
