#include "server/lease_service.h"

#include <mutex>
#include <string>
#include <thread>

#include "api/convert.h"
#include "api/filter.h"
#include "api/grpc_status.h"
#include "api/resource_name.h"
#include "base/status.h"
#include "server/api_read.h"
#include "server/api_write.h"
#include "server/list_slice.h"

namespace pxe::server {
namespace {

absl::StatusOr<Ipv4> ParseLeaseName(const std::string& name) {
  PXE_ASSIGN_OR_RETURN(const std::string id, api::ParseName("name", api::kLeases, name));
  const auto address = ParseIpv4(id);
  if (!address.ok()) return Annotate(address.status(), "name");
  return *address;
}

// The address that a token's page comes after.
absl::StatusOr<Ipv4> ParseLeaseToken(const v1::ListLeasesRequest& request) {
  PXE_ASSIGN_OR_RETURN(const std::string id,
                       api::ParsePageToken(api::kLeases, request.page_token(), request.filter()));
  if (id.empty()) return Ipv4{};
  const auto address = ParseIpv4(id);
  if (!address.ok()) return InvalidArgument("page_token: is not one of a list of leases");
  return *address;
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
  PXE_ASSIGN_OR_RETURN(const auto filter, api::ParseFilter<core::Lease>(request.filter()));
  LeaseSlice slice;
  PXE_ASSIGN_OR_RETURN(slice.last, ParseLeaseToken(request));
  const Seconds now = clock_.Now();
  const auto found = [out] { return static_cast<size_t>(out->leases_size()); };
  for (size_t i = 0; i == 0 || (i < kMaxSlices && slice.more && found() < limit); ++i) {
    if (i > 0) std::this_thread::yield();
    {
      const std::lock_guard lock(state_.mutex);
      slice = SliceOf(state_, filter, slice.last, limit - found(), now);
    }
    for (const auto& [lease, owner] : slice.found) {
      *out->add_leases() = api::ToProto(lease, owner, now);
    }
  }
  if (slice.more) {
    out->set_next_page_token(
        api::PageTokenAfter(api::kLeases, slice.last.ToString(), request.filter()));
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
