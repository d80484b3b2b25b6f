#include "server/lease_service.h"

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "api/convert.h"
#include "api/grpc_status.h"
#include "api/resource_name.h"
#include "base/status.h"
#include "server/api_write.h"

namespace pxe::server {
namespace {

// A lease and the id of the host its MAC belongs to now.
struct OwnedLease {
  core::Lease lease;
  std::string host_id;
};

absl::StatusOr<Ipv4> ParseLeaseName(const std::string& name) {
  PXE_ASSIGN_OR_RETURN(const std::string id, api::ParseName("name", api::kLeases, name));
  const auto address = ParseIpv4(id);
  if (!address.ok()) return Annotate(address.status(), "name");
  return *address;
}

absl::StatusOr<Ipv4> ParseLeaseToken(const std::string& token) {
  PXE_ASSIGN_OR_RETURN(const std::string id, api::ParsePageToken(api::kLeases, token));
  if (id.empty()) return Ipv4{};
  const auto address = ParseIpv4(id);
  if (!address.ok()) return InvalidArgument("page_token: is not one of a list of leases");
  return *address;
}

std::string OwnerOf(const core::Lease& lease, const Catalog& catalog) {
  const auto mac = lease.client.Mac();
  if (!mac) return "";
  const core::Host* host = catalog.FindByMac(*mac).host;
  return host == nullptr ? "" : host->id;
}

}  // namespace

absl::Status LeaseService::Get(const std::string& name, v1::Lease* out) const {
  PXE_ASSIGN_OR_RETURN(const Ipv4 address, ParseLeaseName(name));
  const std::lock_guard lock(state_.mutex);
  const core::Lease* lease = state_.leases.LeaseAt(address);
  if (lease == nullptr) return NotFound(name + " does not exist");
  *out = api::ToProto(*lease, OwnerOf(*lease, state_.catalog), clock_.Now());
  return absl::OkStatus();
}

absl::Status LeaseService::List(const v1::ListLeasesRequest& request,
                                v1::ListLeasesResponse* out) const {
  PXE_ASSIGN_OR_RETURN(const size_t limit, api::PageSize(request.page_size()));
  PXE_ASSIGN_OR_RETURN(const Ipv4 after, ParseLeaseToken(request.page_token()));
  std::vector<OwnedLease> page;
  {
    const std::lock_guard lock(state_.mutex);
    // One more than wanted tells whether there is a next page.
    for (core::Lease& lease : state_.leases.After(after, limit + 1)) {
      std::string owner = OwnerOf(lease, state_.catalog);
      page.push_back({std::move(lease), std::move(owner)});
    }
  }
  if (page.size() > limit) {
    page.pop_back();
    const std::string last = page.back().lease.address.ToString();
    out->set_next_page_token(api::PageTokenAfter(api::kLeases, last));
  }
  for (const auto& [lease, owner] : page) {
    *out->add_leases() = api::ToProto(lease, owner, clock_.Now());
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* LeaseService::GetLease(grpc::CallbackServerContext* context,
                                                 const v1::GetLeaseRequest* request,
                                                 v1::Lease* response) {
  return Answer(context, Get(request->name(), response));
}

grpc::ServerUnaryReactor* LeaseService::ListLeases(grpc::CallbackServerContext* context,
                                                   const v1::ListLeasesRequest* request,
                                                   v1::ListLeasesResponse* response) {
  return Answer(context, List(*request, response));
}

grpc::ServerUnaryReactor* LeaseService::ReleaseLease(grpc::CallbackServerContext* context,
                                                     const v1::ReleaseLeaseRequest* request,
                                                     google::protobuf::Empty*) {
  const auto address = ParseLeaseName(request->name());
  if (!address.ok()) return Answer(context, address.status());
  auto* reactor = context->DefaultReactor();
  releaser_.ReleaseLease(
      *address, [reactor](const absl::Status& status) { reactor->Finish(api::ToGrpc(status)); });
  return reactor;
}

}  // namespace pxe::server
