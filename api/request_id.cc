#include "api/request_id.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_format.h"
#include "base/status.h"

namespace pxe::api {
namespace {

// Maps in the order of their keys, not in that of a hash table.
std::string CanonicalBytes(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream out(&bytes);
    google::protobuf::io::CodedOutputStream coded(&out);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

}  // namespace

absl::Status CheckRequestId(std::string_view id) {
  if (id.size() <= kMaxRequestId && std::ranges::all_of(id, IsPrintable)) return absl::OkStatus();
  return InvalidArgument(
      absl::StrFormat("request_id: at most %d printable characters", kMaxRequestId));
}

uint64_t DigestOf(const google::protobuf::Message& request) {
  // FNV-1a, 64 bits.
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : CanonicalBytes(request)) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  }
  return hash;
}

}  // namespace pxe::api
