// The SubnetService of the contract: proto/pxe/v1/subnet.proto says what it does.
#pragma once

#include "pxe/v1/subnet.grpc.pb.h"
#include "server/api_write.h"

namespace pxe::server {

class SubnetService final : public v1::SubnetService::CallbackService {
 public:
  explicit SubnetService(const ControlPlane& plane) : plane_(plane) {}

  grpc::ServerUnaryReactor* GetSubnet(grpc::CallbackServerContext* context,
                                      const v1::GetSubnetRequest* request,
                                      v1::Subnet* response) override;
  grpc::ServerUnaryReactor* ListSubnets(grpc::CallbackServerContext* context,
                                        const v1::ListSubnetsRequest* request,
                                        v1::ListSubnetsResponse* response) override;
  grpc::ServerUnaryReactor* CreateSubnet(grpc::CallbackServerContext* context,
                                         const v1::CreateSubnetRequest* request,
                                         v1::Subnet* response) override;
  grpc::ServerUnaryReactor* UpdateSubnet(grpc::CallbackServerContext* context,
                                         const v1::UpdateSubnetRequest* request,
                                         v1::Subnet* response) override;
  grpc::ServerUnaryReactor* DeleteSubnet(grpc::CallbackServerContext* context,
                                         const v1::DeleteSubnetRequest* request,
                                         google::protobuf::Empty* response) override;

 private:
  const ControlPlane plane_;
};

}  // namespace pxe::server
