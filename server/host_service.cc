#include "server/host_service.h"

#include <utility>

#include "api/resource_name.h"
#include "server/api_history.h"
#include "server/host_batch.h"

namespace pxe::server {
namespace {

constexpr Collection<core::Host> kHosts{api::kHosts, &Catalog::hosts};

}  // namespace

grpc::ServerUnaryReactor* HostService::GetHost(grpc::CallbackServerContext* context,
                                               const v1::GetHostRequest* request,
                                               v1::Host* response) {
  return Answer(context, GetInto(plane_, kHosts, *request, response));
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
  return CreateObject(plane_, context, *request, *std::move(host), response);
}

grpc::ServerUnaryReactor* HostService::UpdateHost(grpc::CallbackServerContext* context,
                                                  const v1::UpdateHostRequest* request,
                                                  v1::Host* response) {
  return UpdateObject<core::Host>(plane_, context, *request, request->host(), response);
}

grpc::ServerUnaryReactor* HostService::DeleteHost(grpc::CallbackServerContext* context,
                                                  const v1::DeleteHostRequest* request,
                                                  google::protobuf::Empty* response) {
  return DeleteObject<core::Host>(plane_, context, *request, response);
}

grpc::ServerUnaryReactor* HostService::BatchUpsertHosts(grpc::CallbackServerContext* context,
                                                        const v1::BatchUpsertHostsRequest* request,
                                                        v1::BatchUpsertHostsResponse* response) {
  auto wanted = ParseHosts(request->hosts());
  if (!wanted.ok()) return Answer(context, wanted.status());
  return StartWrite(plane_, context, *request, TermsOf(*request), response,
                    [response, wanted = *std::move(wanted)](ChangeWriter& writer) {
                      return UpsertHosts(writer, wanted, response);
                    });
}

}  // namespace pxe::server
