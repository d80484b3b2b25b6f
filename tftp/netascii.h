// Text as netascii wants it on the wire (RFC 764): LF becomes CR LF, a CR on its own CR NUL.
#pragma once

#include <string>
#include <string_view>

namespace pxe::tftp {

std::string ToNetascii(std::string_view text);

}  // namespace pxe::tftp
