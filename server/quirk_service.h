// The QuirkService of the contract: proto/pxe/v1/quirk.proto says what it does.
#pragma once

#include "pxe/v1/quirk.grpc.pb.h"
#include "server/api_write.h"

namespace pxe::server {

class QuirkService final : public v1::QuirkService::CallbackService {
 public:
  explicit QuirkService(const ControlPlane& plane) : plane_(plane) {}

  grpc::ServerUnaryReactor* GetQuirk(grpc::CallbackServerContext* context,
                                     const v1::GetQuirkRequest* request,
                                     v1::Quirk* response) override;
  grpc::ServerUnaryReactor* ListQuirks(grpc::CallbackServerContext* context,
                                       const v1::ListQuirksRequest* request,
                                       v1::ListQuirksResponse* response) override;
  grpc::ServerUnaryReactor* CreateQuirk(grpc::CallbackServerContext* context,
                                        const v1::CreateQuirkRequest* request,
                                        v1::Quirk* response) override;
  grpc::ServerUnaryReactor* UpdateQuirk(grpc::CallbackServerContext* context,
                                        const v1::UpdateQuirkRequest* request,
                                        v1::Quirk* response) override;
  grpc::ServerUnaryReactor* DeleteQuirk(grpc::CallbackServerContext* context,
                                        const v1::DeleteQuirkRequest* request,
                                        google::protobuf::Empty* response) override;

 private:
  const ControlPlane plane_;
};

}  // namespace pxe::server
