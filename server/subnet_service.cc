#include "server/subnet_service.h"

#include "api/resource_name.h"
#include "server/api_read.h"
#include "store/subnets.h"

namespace pxe::server {
namespace {

constexpr Collection<core::Subnet> kSubnets{api::kSubnets, &Catalog::subnets};

}  // namespace

grpc::ServerUnaryReactor* SubnetService::GetSubnet(grpc::CallbackServerContext* context,
                                                   const v1::GetSubnetRequest* request,
                                                   v1::Subnet* response) {
  return Answer(context, GetInto(plane_.state, kSubnets, request->name(), response));
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
  return WriteObject<core::Subnet>(
      plane_,
      [this, created = *std::move(subnet)](store::Database& db) {
        return store::InsertSubnet(db, created, plane_.clock.Now());
      },
      response);
}

grpc::ServerUnaryReactor* SubnetService::UpdateSubnet(grpc::CallbackServerContext* context,
                                                      const v1::UpdateSubnetRequest* request,
                                                      v1::Subnet* response) {
  const auto id = api::ParseName("subnet.name", api::kSubnets, request->subnet().name());
  if (!id.ok()) return Answer(context, id.status());
  return WriteObject<core::Subnet>(
      plane_,
      [this, request, id = *id](store::Database& db) -> absl::StatusOr<core::Subnet> {
        PXE_ASSIGN_OR_RETURN(const core::Subnet stored, store::GetSubnet(db, id));
        PXE_ASSIGN_OR_RETURN(core::Subnet merged,
                             MergeObject(stored, request->subnet(), request->update_mask()));
        return store::UpdateSubnet(db, std::move(merged), plane_.clock.Now());
      },
      response);
}

grpc::ServerUnaryReactor* SubnetService::DeleteSubnet(grpc::CallbackServerContext* context,
                                                      const v1::DeleteSubnetRequest* request,
                                                      google::protobuf::Empty*) {
  auto id = api::ParseName("name", api::kSubnets, request->name());
  if (!id.ok()) return Answer(context, id.status());
  return EraseObject(plane_, *std::move(id), &store::EraseSubnet, &LiveState::ApplySubnetErased);
}

}  // namespace pxe::server
