// A big-endian appender to a growing buffer; the mirror of ByteReader.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace pxe {

class ByteWriter {
 public:
  void U8(uint8_t value) { bytes_.push_back(value); }
  void U16(uint16_t value) {
    U8(static_cast<uint8_t>(value >> 8));
    U8(static_cast<uint8_t>(value));
  }
  void U32(uint32_t value) {
    U16(static_cast<uint16_t>(value >> 16));
    U16(static_cast<uint16_t>(value));
  }
  void Bytes(std::span<const uint8_t> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  void Text(std::string_view text) { bytes_.insert(bytes_.end(), text.begin(), text.end()); }

  // Exactly `width` bytes: `bytes` cut or filled with zeros.
  void Padded(std::span<const uint8_t> bytes, size_t width) {
    Bytes(bytes.first(std::min(bytes.size(), width)));
    Zeros(width - std::min(bytes.size(), width));
  }
  void Zeros(size_t count) { bytes_.insert(bytes_.end(), count, uint8_t{0}); }

  // Fills with zeros until at least `size` bytes are there.
  void ZerosUpTo(size_t size) {
    if (bytes_.size() < size) Zeros(size - bytes_.size());
  }

  void Reserve(size_t size) { bytes_.reserve(size); }
  size_t size() const { return bytes_.size(); }
  std::span<const uint8_t> bytes() const { return bytes_; }
  std::vector<uint8_t> Take() { return std::move(bytes_); }

 private:
  std::vector<uint8_t> bytes_;
};

}  // namespace pxe
