#include "tftp/netascii.h"

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

}  // namespace pxe::tftp
