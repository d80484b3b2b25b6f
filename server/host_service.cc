#include "server/host_service.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "api/resource_name.h"
#include "base/status.h"
#include "server/api_history.h"
#include "server/host_batch.h"

namespace pxe::server {
namespace {

constexpr Collection<core::Host> kHosts{api::kHosts, &Catalog::hosts};

absl::Status StateForbids(const core::Host& host, std::string_view state) {
  return FailedPrecondition(absl::StrFormat("name: hosts/%s is %s already", host.id, state));
}

// The refusal of a stored host, "host.profile: ...", as that of a verb, "profile: ...".
absl::Status AsVerb(const absl::Status& status) {
  constexpr std::string_view kObject = "host.";
  const std::string message = MessageOf(status);
  if (!message.starts_with(kObject)) return status;
  return absl::Status(status.code(), message.substr(kObject.size()));
}

absl::Status Approve(ChangeWriter& writer, const std::string& id,
                     const v1::ApproveHostRequest& request, v1::Host* out) {
  PXE_ASSIGN_OR_RETURN(const core::Host stored,
                       writer.Expect<core::Host>(id, "etag", request.etag()));
  core::Host host = stored;
  if (host.state == core::HostState::kApproved) return StateForbids(host, "approved");
  host.state = core::HostState::kApproved;
  if (!request.profile().empty()) {
    PXE_ASSIGN_OR_RETURN(host.profile,
                         api::ParseName("profile", api::kProfiles, request.profile()));
  }
  PXE_RETURN_IF_ERROR(AsVerb(core::Validate(host)));
  const auto written = writer.Replace(stored, std::move(host));
  PXE_RETURN_IF_ERROR(AsVerb(written.status()));
  *out = api::ToProto(*written);
  return absl::OkStatus();
}

absl::Status Reject(ChangeWriter& writer, const std::string& id,
                    const v1::RejectHostRequest& request, v1::Host* out) {
  PXE_ASSIGN_OR_RETURN(const core::Host stored,
                       writer.Expect<core::Host>(id, "etag", request.etag()));
  core::Host host = stored;
  if (host.state == core::HostState::kApproved) return StateForbids(host, "approved");
  if (host.state == core::HostState::kRejected) return StateForbids(host, "rejected");
  host.state = core::HostState::kRejected;
  PXE_ASSIGN_OR_RETURN(const core::Host written, writer.Replace(stored, std::move(host)));
  *out = api::ToProto(written);
  return absl::OkStatus();
}

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

grpc::ServerUnaryReactor* HostService::ApproveHost(grpc::CallbackServerContext* context,
                                                   const v1::ApproveHostRequest* request,
                                                   v1::Host* response) {
  auto id = api::ParseName("name", api::kHosts, request->name());
  if (!id.ok()) return Answer(context, id.status());
  return StartWrite(plane_, context, *request, TermsOf(*request), response,
                    [request, response, id = *std::move(id)](ChangeWriter& writer) {
                      return Approve(writer, id, *request, response);
                    });
}

grpc::ServerUnaryReactor* HostService::RejectHost(grpc::CallbackServerContext* context,
                                                  const v1::RejectHostRequest* request,
                                                  v1::Host* response) {
  auto id = api::ParseName("name", api::kHosts, request->name());
  if (!id.ok()) return Answer(context, id.status());
  return StartWrite(plane_, context, *request, TermsOf(*request), response,
                    [request, response, id = *std::move(id)](ChangeWriter& writer) {
                      return Reject(writer, id, *request, response);
                    });
}

}  // namespace pxe::server
