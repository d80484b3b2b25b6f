#include "server/profile_service.h"

#include <mutex>

#include "absl/strings/str_format.h"
#include "api/resource_name.h"
#include "base/hex.h"
#include "base/status.h"
#include "server/api_history.h"

namespace pxe::server {
namespace {

constexpr Collection<core::Profile> kProfiles{api::kProfiles, &Catalog::profiles};

absl::StatusOr<PreviewTarget> ParseTarget(const v1::PreviewConfigRequest& request) {
  PreviewTarget target;
  if (!request.flavour().empty()) {
    const auto flavour = core::ParseFlavour(request.flavour());
    if (!flavour) {
      return InvalidArgument(
          absl::StrFormat("flavour: \"%s\" is none of pxelinux, grub, ipxe and grub4dos",
                          Printable(request.flavour())));
    }
    target.flavour = *flavour;
  }
  if (request.has_host()) {
    PXE_ASSIGN_OR_RETURN(target.host_id, api::ParseName("host", api::kHosts, request.host()));
    return target;
  }
  if (!request.has_mac()) return InvalidArgument("host: either host or mac is required");
  const auto mac = ParseMacAddress(request.mac());
  if (!mac.ok()) return Annotate(mac.status(), "mac");
  target.mac = *mac;
  return target;
}

absl::Status EffectiveInto(const LiveState& state, const std::string& name,
                           v1::EffectiveProfile* out) {
  PXE_ASSIGN_OR_RETURN(const std::string id, api::ParseName("name", api::kProfiles, name));
  const std::lock_guard lock(state.mutex);
  const core::EffectiveProfile* found = state.catalog.FindEffective(id);
  if (found == nullptr) return NotFound(Printable(name) + " does not exist");
  *out = api::ToProto(*found);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* ProfileService::GetProfile(grpc::CallbackServerContext* context,
                                                     const v1::GetProfileRequest* request,
                                                     v1::Profile* response) {
  return Answer(context, GetInto(plane_, kProfiles, *request, response));
}

grpc::ServerUnaryReactor* ProfileService::ListProfiles(grpc::CallbackServerContext* context,
                                                       const v1::ListProfilesRequest* request,
                                                       v1::ListProfilesResponse* response) {
  return Answer(context, ListInto(plane_.state, kProfiles, *request, response->mutable_profiles(),
                                  response->mutable_next_page_token()));
}

grpc::ServerUnaryReactor* ProfileService::CreateProfile(grpc::CallbackServerContext* context,
                                                        const v1::CreateProfileRequest* request,
                                                        v1::Profile* response) {
  auto profile = ParseObject(request->profile_id(), request->profile());
  if (!profile.ok()) return Answer(context, profile.status());
  return CreateObject(plane_, context, *request, *std::move(profile), response);
}

grpc::ServerUnaryReactor* ProfileService::UpdateProfile(grpc::CallbackServerContext* context,
                                                        const v1::UpdateProfileRequest* request,
                                                        v1::Profile* response) {
  return UpdateObject<core::Profile>(plane_, context, *request, request->profile(), response);
}

grpc::ServerUnaryReactor* ProfileService::DeleteProfile(grpc::CallbackServerContext* context,
                                                        const v1::DeleteProfileRequest* request,
                                                        google::protobuf::Empty* response) {
  return DeleteObject<core::Profile>(plane_, context, *request, response);
}

grpc::ServerUnaryReactor* ProfileService::GetEffectiveProfile(
    grpc::CallbackServerContext* context, const v1::GetEffectiveProfileRequest* request,
    v1::EffectiveProfile* response) {
  return Answer(context, EffectiveInto(plane_.state, request->name(), response));
}

grpc::ServerUnaryReactor* ProfileService::PreviewConfig(grpc::CallbackServerContext* context,
                                                        const v1::PreviewConfigRequest* request,
                                                        v1::PreviewConfigResponse* response) {
  const auto target = ParseTarget(*request);
  if (!target.ok()) return Answer(context, target.status());
  auto text = preview_(*target);
  if (!text.ok()) return Answer(context, text.status());
  response->set_text(*std::move(text));
  return Answer(context, absl::OkStatus());
}

}  // namespace pxe::server
