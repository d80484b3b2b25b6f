#include "server/template_service.h"

#include "api/resource_name.h"
#include "server/api_history.h"

namespace pxe::server {
namespace {

constexpr Collection<core::Template> kTemplates{api::kTemplates, &Catalog::templates};

}  // namespace

grpc::ServerUnaryReactor* TemplateService::GetTemplate(grpc::CallbackServerContext* context,
                                                       const v1::GetTemplateRequest* request,
                                                       v1::Template* response) {
  return Answer(context, GetInto(plane_, kTemplates, *request, response));
}

grpc::ServerUnaryReactor* TemplateService::ListTemplates(grpc::CallbackServerContext* context,
                                                         const v1::ListTemplatesRequest* request,
                                                         v1::ListTemplatesResponse* response) {
  return Answer(context, ListInto(plane_.state, kTemplates, *request, response->mutable_templates(),
                                  response->mutable_next_page_token()));
}

grpc::ServerUnaryReactor* TemplateService::CreateTemplate(grpc::CallbackServerContext* context,
                                                          const v1::CreateTemplateRequest* request,
                                                          v1::Template* response) {
  auto text = ParseObject(request->template_id(), request->template_());
  if (!text.ok()) return Answer(context, text.status());
  return CreateObject(plane_, context, *request, *std::move(text), response);
}

grpc::ServerUnaryReactor* TemplateService::UpdateTemplate(grpc::CallbackServerContext* context,
                                                          const v1::UpdateTemplateRequest* request,
                                                          v1::Template* response) {
  return UpdateObject<core::Template>(plane_, context, *request, request->template_(), response);
}

grpc::ServerUnaryReactor* TemplateService::DeleteTemplate(grpc::CallbackServerContext* context,
                                                          const v1::DeleteTemplateRequest* request,
                                                          google::protobuf::Empty* response) {
  return DeleteObject<core::Template>(plane_, context, *request, response);
}

}  // namespace pxe::server
