// The ChangeService of the contract: proto/pxe/v1/change.proto says what it does.
#pragma once

#include "pxe/v1/change.grpc.pb.h"
#include "server/api_write.h"

namespace pxe::server {

class ChangeService final : public v1::ChangeService::CallbackService {
 public:
  explicit ChangeService(const ControlPlane& plane) : plane_(plane) {}

  grpc::ServerUnaryReactor* GetChange(grpc::CallbackServerContext* context,
                                      const v1::GetChangeRequest* request,
                                      v1::Change* response) override;
  grpc::ServerUnaryReactor* ListChanges(grpc::CallbackServerContext* context,
                                        const v1::ListChangesRequest* request,
                                        v1::ListChangesResponse* response) override;
  grpc::ServerUnaryReactor* DiffResource(grpc::CallbackServerContext* context,
                                         const v1::DiffResourceRequest* request,
                                         v1::DiffResourceResponse* response) override;
  grpc::ServerUnaryReactor* RevertResource(grpc::CallbackServerContext* context,
                                           const v1::RevertResourceRequest* request,
                                           v1::Change* response) override;

 private:
  const ControlPlane plane_;
};

}  // namespace pxe::server
