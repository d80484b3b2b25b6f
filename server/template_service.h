// The TemplateService of the contract: proto/pxe/v1/template.proto says what it does.
#pragma once

#include "pxe/v1/template.grpc.pb.h"
#include "server/api_write.h"

namespace pxe::server {

class TemplateService final : public v1::TemplateService::CallbackService {
 public:
  explicit TemplateService(const ControlPlane& plane) : plane_(plane) {}

  grpc::ServerUnaryReactor* GetTemplate(grpc::CallbackServerContext* context,
                                        const v1::GetTemplateRequest* request,
                                        v1::Template* response) override;
  grpc::ServerUnaryReactor* ListTemplates(grpc::CallbackServerContext* context,
                                          const v1::ListTemplatesRequest* request,
                                          v1::ListTemplatesResponse* response) override;
  grpc::ServerUnaryReactor* CreateTemplate(grpc::CallbackServerContext* context,
                                           const v1::CreateTemplateRequest* request,
                                           v1::Template* response) override;
  grpc::ServerUnaryReactor* UpdateTemplate(grpc::CallbackServerContext* context,
                                           const v1::UpdateTemplateRequest* request,
                                           v1::Template* response) override;
  grpc::ServerUnaryReactor* DeleteTemplate(grpc::CallbackServerContext* context,
                                           const v1::DeleteTemplateRequest* request,
                                           google::protobuf::Empty* response) override;

 private:
  const ControlPlane plane_;
};

}  // namespace pxe::server
