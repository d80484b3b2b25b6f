#include "server/host_service.h"

#include <algorithm>
#include <random>

#include "api/resource_name.h"
#include "base/uuid.h"
#include "server/api_read.h"
#include "store/hosts.h"

namespace pxe::server {
namespace {

constexpr Collection<core::Host> kHosts{api::kHosts, &Catalog::hosts};

// 128 random bits: tells a host from another that had its id before.
std::string NewUid() {
  std::random_device random;
  Uuid uuid;
  std::ranges::generate(uuid.bytes, [&random] { return static_cast<uint8_t>(random()); });
  return uuid.ToString();
}

}  // namespace

grpc::ServerUnaryReactor* HostService::GetHost(grpc::CallbackServerContext* context,
                                               const v1::GetHostRequest* request,
                                               v1::Host* response) {
  return Answer(context, GetInto(plane_.state, kHosts, request->name(), response));
}

grpc::ServerUnaryReactor* HostService::ListHosts(grpc::CallbackServerContext* context,
                                                 const v1::ListHostsRequest* request,
                                                 v1::ListHostsResponse* response) {
  return Answer(context, ListInto(plane_.state, kHosts, *request, response->mutable_hosts(),
                                  response->mutable_next_page_token()));
}

grpc::ServerUnaryReactor* HostService::CreateHost(grpc::CallbackServerContext* context,
                                                  const v1::CreateHostRequest* request,
                                                  v1::Host* response) {
  auto host = ParseObject(request->host_id(), request->host());
  if (!host.ok()) return Answer(context, host.status());
  host->uid = NewUid();
  return WriteObject<core::Host>(
      plane_,
      [this, created = *std::move(host)](store::Database& db) {
        return store::InsertHost(db, created, plane_.clock.Now());
      },
      response);
}

grpc::ServerUnaryReactor* HostService::UpdateHost(grpc::CallbackServerContext* context,
                                                  const v1::UpdateHostRequest* request,
                                                  v1::Host* response) {
  const auto id = api::ParseName("host.name", api::kHosts, request->host().name());
  if (!id.ok()) return Answer(context, id.status());
  return WriteObject<core::Host>(
      plane_,
      [this, request, id = *id](store::Database& db) -> absl::StatusOr<core::Host> {
        PXE_ASSIGN_OR_RETURN(const core::Host stored, store::GetHost(db, id));
        PXE_ASSIGN_OR_RETURN(core::Host merged,
                             MergeObject(stored, request->host(), request->update_mask()));
        return store::UpdateHost(db, std::move(merged), plane_.clock.Now());
      },
      response);
}

grpc::ServerUnaryReactor* HostService::DeleteHost(grpc::CallbackServerContext* context,
                                                  const v1::DeleteHostRequest* request,
                                                  google::protobuf::Empty*) {
  auto id = api::ParseName("name", api::kHosts, request->name());
  if (!id.ok()) return Answer(context, id.status());
  return EraseObject(plane_, *std::move(id), &store::EraseHost, &LiveState::ApplyHostErased);
}

}  // namespace pxe::server
