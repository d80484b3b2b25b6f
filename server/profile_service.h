// The ProfileService of the contract: proto/pxe/v1/profile.proto says what it does.
#pragma once

#include <utility>

#include "pxe/v1/profile.grpc.pb.h"
#include "server/api_write.h"
#include "server/preview_target.h"

namespace pxe::server {

class ProfileService final : public v1::ProfileService::CallbackService {
 public:
  ProfileService(const ControlPlane& plane, PreviewFn preview)
      : plane_(plane), preview_(std::move(preview)) {}

  grpc::ServerUnaryReactor* GetProfile(grpc::CallbackServerContext* context,
                                       const v1::GetProfileRequest* request,
                                       v1::Profile* response) override;
  grpc::ServerUnaryReactor* ListProfiles(grpc::CallbackServerContext* context,
                                         const v1::ListProfilesRequest* request,
                                         v1::ListProfilesResponse* response) override;
  grpc::ServerUnaryReactor* CreateProfile(grpc::CallbackServerContext* context,
                                          const v1::CreateProfileRequest* request,
                                          v1::Profile* response) override;
  grpc::ServerUnaryReactor* UpdateProfile(grpc::CallbackServerContext* context,
                                          const v1::UpdateProfileRequest* request,
                                          v1::Profile* response) override;
  grpc::ServerUnaryReactor* DeleteProfile(grpc::CallbackServerContext* context,
                                          const v1::DeleteProfileRequest* request,
                                          google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* GetEffectiveProfile(grpc::CallbackServerContext* context,
                                                const v1::GetEffectiveProfileRequest* request,
                                                v1::EffectiveProfile* response) override;
  grpc::ServerUnaryReactor* PreviewConfig(grpc::CallbackServerContext* context,
                                          const v1::PreviewConfigRequest* request,
                                          v1::PreviewConfigResponse* response) override;

 private:
  const ControlPlane plane_;
  const PreviewFn preview_;
};

}  // namespace pxe::server
