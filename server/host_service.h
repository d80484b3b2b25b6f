// The HostService of the contract: proto/pxe/v1/host.proto says what it does.
#pragma once

#include "pxe/v1/host.grpc.pb.h"
#include "server/api_write.h"

namespace pxe::server {

class HostService final : public v1::HostService::CallbackService {
 public:
  explicit HostService(const ControlPlane& plane) : plane_(plane) {}

  grpc::ServerUnaryReactor* GetHost(grpc::CallbackServerContext* context,
                                    const v1::GetHostRequest* request, v1::Host* response) override;
  grpc::ServerUnaryReactor* ListHosts(grpc::CallbackServerContext* context,
                                      const v1::ListHostsRequest* request,
                                      v1::ListHostsResponse* response) override;
  grpc::ServerUnaryReactor* CreateHost(grpc::CallbackServerContext* context,
                                       const v1::CreateHostRequest* request,
                                       v1::Host* response) override;
  grpc::ServerUnaryReactor* UpdateHost(grpc::CallbackServerContext* context,
                                       const v1::UpdateHostRequest* request,
                                       v1::Host* response) override;
  grpc::ServerUnaryReactor* DeleteHost(grpc::CallbackServerContext* context,
                                       const v1::DeleteHostRequest* request,
                                       google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* BatchUpsertHosts(grpc::CallbackServerContext* context,
                                             const v1::BatchUpsertHostsRequest* request,
                                             v1::BatchUpsertHostsResponse* response) override;
  grpc::ServerUnaryReactor* ApproveHost(grpc::CallbackServerContext* context,
                                        const v1::ApproveHostRequest* request,
                                        v1::Host* response) override;
  grpc::ServerUnaryReactor* RejectHost(grpc::CallbackServerContext* context,
                                       const v1::RejectHostRequest* request,
                                       v1::Host* response) override;

 private:
  const ControlPlane plane_;
};

}  // namespace pxe::server
