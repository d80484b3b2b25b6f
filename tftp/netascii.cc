#include "tftp/netascii.h"

#include <utility>

namespace pxe::tftp {

std::string ToNetascii(std::string_view text) {
  std::string converted;
  converted.reserve(text.size() + text.size() / 16);
  for (const char c : text) {
    if (c == '\n') converted += '\r';
    converted += c;
    if (c == '\r') converted += '\0';
  }
  return converted;
}

std::string FromNetascii::Convert(std::span<const uint8_t> piece) {
  std::string text;
  text.reserve(piece.size() + 1);
  for (const uint8_t byte : piece) {
    if (std::exchange(after_return_, byte == '\r')) {
      if (byte == '\0' || byte == '\n') {
        text += byte == '\n' ? '\n' : '\r';
        continue;
      }
      text += '\r';
    }
    if (byte != '\r') text += static_cast<char>(byte);
  }
  return text;
}

std::string FromNetascii::Finish() {
  return std::exchange(after_return_, false) ? "\r" : "";
}

}  // namespace pxe::tftp
