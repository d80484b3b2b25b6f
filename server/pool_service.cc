#include "server/pool_service.h"

#include <mutex>
#include <string>
#include <thread>

#include "api/resource_name.h"
#include "base/hex.h"
#include "base/status.h"
#include "server/api_write.h"

namespace pxe::server {
namespace {

constexpr size_t kSlice = 256;  // leases and offers that are put back at a time

void Fill(const core::PoolStatistics& counted, v1::GetPoolStatisticsResponse* out) {
  using core::AddressUse;
  out->set_total(counted.size());
  out->set_free(counted[AddressUse::kFree]);
  out->set_offered(counted[AddressUse::kOffered]);
  out->set_pending(counted[AddressUse::kPending]);
  out->set_bound(counted[AddressUse::kBound]);
  out->set_resting(counted[AddressUse::kResting]);
  out->set_declined(counted[AddressUse::kDeclined]);
  out->set_reserved(counted[AddressUse::kReserved]);
  out->set_excluded(counted[AddressUse::kExcluded]);
}

}  // namespace

absl::Status PoolService::Count(const std::string& subnet, v1::GetPoolStatisticsResponse* out) {
  PXE_ASSIGN_OR_RETURN(const std::string id, api::ParseName("subnet", api::kSubnets, subnet));
  const Seconds now = clock_.Now();
  while (true) {
    {
      const std::lock_guard lock(state_.mutex);
      if (!state_.catalog.subnets().contains(id)) {
        return NotFound(Printable(subnet) + " does not exist");
      }
      if (!state_.leases.Expire(now, kSlice)) {
        Fill(state_.leases.StatisticsOf(id), out);
        return absl::OkStatus();
      }
    }
    std::this_thread::yield();
  }
}

grpc::ServerUnaryReactor* PoolService::GetPoolStatistics(
    grpc::CallbackServerContext* context, const v1::GetPoolStatisticsRequest* request,
    v1::GetPoolStatisticsResponse* response) {
  return Answer(context, Count(request->subnet(), response));
}

}  // namespace pxe::server
