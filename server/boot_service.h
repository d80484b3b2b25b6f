// pxe.v1.BootService: what a machine would boot, and why.
#pragma once

#include <utility>

#include "pxe/v1/boot.grpc.pb.h"
#include "server/api_write.h"
#include "server/simulate.h"

namespace pxe::server {

class BootService final : public v1::BootService::CallbackService {
 public:
  BootService(const ControlPlane& plane, SimulationTools tools)
      : plane_(plane), tools_(std::move(tools)) {}

  grpc::ServerUnaryReactor* ExplainBoot(grpc::CallbackServerContext* context,
                                        const v1::ExplainBootRequest* request,
                                        v1::ExplainBootResponse* response) override;
  grpc::ServerUnaryReactor* SimulateBoot(grpc::CallbackServerContext* context,
                                         const v1::SimulateBootRequest* request,
                                         v1::SimulateBootResponse* response) override;

 private:
  const ControlPlane plane_;
  const SimulationTools tools_;
};

}  // namespace pxe::server
