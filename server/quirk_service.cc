#include "server/quirk_service.h"

#include "api/resource_name.h"
#include "server/api_history.h"

namespace pxe::server {
namespace {

constexpr Collection<core::Quirk> kQuirks{api::kQuirks, &Catalog::quirks};

}  // namespace

grpc::ServerUnaryReactor* QuirkService::GetQuirk(grpc::CallbackServerContext* context,
                                                 const v1::GetQuirkRequest* request,
                                                 v1::Quirk* response) {
  return Answer(context, GetInto(plane_, kQuirks, *request, response));
}

grpc::ServerUnaryReactor* QuirkService::ListQuirks(grpc::CallbackServerContext* context,
                                                   const v1::ListQuirksRequest* request,
                                                   v1::ListQuirksResponse* response) {
  return Answer(context, ListInto(plane_.state, kQuirks, *request, response->mutable_quirks(),
                                  response->mutable_next_page_token()));
}

grpc::ServerUnaryReactor* QuirkService::CreateQuirk(grpc::CallbackServerContext* context,
                                                    const v1::CreateQuirkRequest* request,
                                                    v1::Quirk* response) {
  auto quirk = ParseObject(request->quirk_id(), request->quirk());
  if (!quirk.ok()) return Answer(context, quirk.status());
  return CreateObject(plane_, context, *request, *std::move(quirk), response);
}

grpc::ServerUnaryReactor* QuirkService::UpdateQuirk(grpc::CallbackServerContext* context,
                                                    const v1::UpdateQuirkRequest* request,
                                                    v1::Quirk* response) {
  return UpdateObject<core::Quirk>(plane_, context, *request, request->quirk(), response);
}

grpc::ServerUnaryReactor* QuirkService::DeleteQuirk(grpc::CallbackServerContext* context,
                                                    const v1::DeleteQuirkRequest* request,
                                                    google::protobuf::Empty* response) {
  return DeleteObject<core::Quirk>(plane_, context, *request, response);
}

}  // namespace pxe::server
