#include "server/subnet_service.h"

#include "api/resource_name.h"
#include "server/api_history.h"

namespace pxe::server {
namespace {

constexpr Collection<core::Subnet> kSubnets{api::kSubnets, &Catalog::subnets};

}  // namespace

grpc::ServerUnaryReactor* SubnetService::GetSubnet(grpc::CallbackServerContext* context,
                                                   const v1::GetSubnetRequest* request,
                                                   v1::Subnet* response) {
  return Answer(context, GetInto(plane_, kSubnets, *request, response));
}

grpc::ServerUnaryReactor* SubnetService::ListSubnets(grpc::CallbackServerContext* context,
                                                     const v1::ListSubnetsRequest* request,
                                                     v1::ListSubnetsResponse* response) {
  return Answer(context, ListInto(plane_.state, kSubnets, *request, response->mutable_subnets(),
                                  response->mutable_next_page_token()));
}

grpc::ServerUnaryReactor* SubnetService::CreateSubnet(grpc::CallbackServerContext* context,
                                                      const v1::CreateSubnetRequest* request,
                                                      v1::Subnet* response) {
  auto subnet = ParseObject(request->subnet_id(), request->subnet());
  if (!subnet.ok()) return Answer(context, subnet.status());
  return CreateObject(plane_, context, *request, *std::move(subnet), response);
}

grpc::ServerUnaryReactor* SubnetService::UpdateSubnet(grpc::CallbackServerContext* context,
                                                      const v1::UpdateSubnetRequest* request,
                                                      v1::Subnet* response) {
  return UpdateObject<core::Subnet>(plane_, context, *request, request->subnet(), response);
}

grpc::ServerUnaryReactor* SubnetService::DeleteSubnet(grpc::CallbackServerContext* context,
                                                      const v1::DeleteSubnetRequest* request,
                                                      google::protobuf::Empty* response) {
  return DeleteObject<core::Subnet>(plane_, context, *request, response);
}

}  // namespace pxe::server
