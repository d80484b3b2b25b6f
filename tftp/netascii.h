// Text as netascii wants it on the wire (RFC 764): LF becomes CR LF, a CR on its own CR NUL.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace pxe::tftp {

std::string ToNetascii(std::string_view text);

// The way back, piece by piece, wherever the wire cuts: CR LF becomes LF, CR NUL a CR. A CR before
// anything else stays, and so does that.
class FromNetascii {
 public:
  std::string Convert(std::span<const uint8_t> piece);
  std::string Finish();  // a CR that ended the last piece

 private:
  bool after_return_ = false;
};

}  // namespace pxe::tftp
