// The PoolService of the contract: proto/pxe/v1/pool.proto says what it does.
//
// What has run out is put back first, in slices between which packets have their turn, so that the
// figures are those of the moment.
#pragma once

#include "absl/status/status.h"
#include "base/clock.h"
#include "pxe/v1/pool.grpc.pb.h"
#include "server/live_state.h"

namespace pxe::server {

class PoolService final : public v1::PoolService::CallbackService {
 public:
  // Both must outlive the service.
  PoolService(LiveState& state, const Clock& clock) : state_(state), clock_(clock) {}

  grpc::ServerUnaryReactor* GetPoolStatistics(grpc::CallbackServerContext* context,
                                              const v1::GetPoolStatisticsRequest* request,
                                              v1::GetPoolStatisticsResponse* response) override;

 private:
  absl::Status Count(const std::string& subnet, v1::GetPoolStatisticsResponse* out);

  LiveState& state_;
  const Clock& clock_;
};

}  // namespace pxe::server
