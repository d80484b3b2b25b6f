#include "api/grpc_status.h"

#include "base/status.h"

namespace pxe::api {

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return {static_cast<grpc::StatusCode>(status.code()), MessageOf(status)};
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const absl::Status known(static_cast<absl::StatusCode>(status.error_code()), "");
  return absl::Status(known.code(), status.error_message());
}

}  // namespace pxe::api
