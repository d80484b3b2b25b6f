// The StatusService of the contract: proto/pxe/v1/status.proto says what it does.
#pragma once

#include "absl/status/status.h"
#include "pxe/v1/status.grpc.pb.h"
#include "server/live_state.h"
#include "server/live_transfers.h"

namespace pxe::server {

class StatusService final : public v1::StatusService::CallbackService {
 public:
  // Both must outlive the service.
  StatusService(const LiveState& state, LiveTransfers& transfers)
      : state_(state), transfers_(transfers) {}

  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;

 private:
  absl::Status Get(const v1::GetStatusRequest& request, v1::GetStatusResponse* out);

  const LiveState& state_;
  LiveTransfers& transfers_;
};

}  // namespace pxe::server
