// request_id: the caller's word for a request, under which a repeated one is recognised.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"

namespace pxe::api {

inline constexpr size_t kMaxRequestId = 64;

// A character that ASCII shows, or a space.
inline bool IsPrintable(char c) {
  return c >= ' ' && c <= '~';
}

// INVALID_ARGUMENT naming request_id when it is too long or not printable ASCII. Empty is fine.
absl::Status CheckRequestId(std::string_view id);

// Tells requests of one type apart by all that is in them, the same in every run of the program.
// Not against somebody who wants two of their own requests to look alike.
uint64_t DigestOf(const google::protobuf::Message& request);

}  // namespace pxe::api
