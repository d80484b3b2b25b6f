// Errors across the wire: absl::Status in our code, grpc::Status in gRPC's.
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace pxe::api {

// Code and message are kept. Both enums carry the numbers of google.rpc.Code; the tests hold every
// pair together.
grpc::Status ToGrpc(const absl::Status& status);

// A code that absl does not know becomes UNKNOWN.
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace pxe::api
