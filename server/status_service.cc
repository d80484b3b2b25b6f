#include "server/status_service.h"

#include <google/protobuf/util/time_util.h>

#include <mutex>
#include <string>

#include "api/resource_name.h"
#include "base/status.h"
#include "server/api_write.h"
#include "server/list_slice.h"

namespace pxe::server {
namespace {

// Whose address it is, as far as the lease book tells. The mutex is held.
void NameMachine(Ipv4 address, const LiveState& state, v1::RunningTransfer* out) {
  const core::Lease* lease = state.leases.LeaseAt(address);
  std::string host;
  if (lease != nullptr) {
    if (lease->client.length != 0) out->set_mac(lease->client.ToString());
    host = OwnerOf(*lease, state.catalog);
  } else if (const auto reserved = state.catalog.FindByReservedAddress(address); reserved.host) {
    host = reserved.host->id;
  }
  if (!host.empty()) out->set_host(api::NameOf(api::kHosts, host));
}

}  // namespace

absl::Status StatusService::Get(const v1::GetStatusRequest& request, v1::GetStatusResponse* out) {
  PXE_ASSIGN_OR_RETURN(const size_t limit, api::PageSize(request.page_size()));
  const auto listing = transfers_.List(limit, LiveTransfers::TimePoint::clock::now());
  out->set_transfer_count(static_cast<uint32_t>(listing.count));
  const std::lock_guard lock(state_.mutex);
  for (const LiveTransfer& transfer : listing.transfers) {
    v1::RunningTransfer* message = out->add_transfers();
    message->set_address(transfer.client);
    message->set_file(transfer.file);
    message->set_bytes(transfer.bytes);
    message->set_of_bytes(transfer.of_bytes);
    *message->mutable_running() = google::protobuf::util::TimeUtil::MillisecondsToDuration(
        static_cast<int64_t>(transfer.milliseconds));
    NameMachine(transfer.address, state_, message);
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* StatusService::GetStatus(grpc::CallbackServerContext* context,
                                                   const v1::GetStatusRequest* request,
                                                   v1::GetStatusResponse* response) {
  return Answer(context, Get(*request, response));
}

}  // namespace pxe::server
