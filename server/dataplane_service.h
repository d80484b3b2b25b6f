// The control plane's end of the seam for data planes in other processes: one stream each, all with
// the one resolver that this process's own data planes use.
//
// Who can reach the listener can ask, and so can learn what any machine boots and take addresses:
// the socket's permissions guard it as they guard the rest of the API.
#pragma once

#include <mutex>

#include "absl/container/flat_hash_set.h"
#include "base/counters.h"
#include "core/resolver.h"
#include "pxe/v1/dataplane.grpc.pb.h"
#include "server/dataplane_stream.h"

namespace pxe::server {

class DataPlaneService final : public v1::DataPlaneService::CallbackService {
 public:
  // `resolver` must outlive the service, and answer every question before it is destroyed itself.
  explicit DataPlaneService(core::Resolver& resolver, DataPlaneLimits limits = {})
      : resolver_(resolver), limits_(limits) {}

  grpc::ServerBidiReactor<v1::ResolveRequest, v1::ResolveResponse>* Resolve(
      grpc::CallbackServerContext* context) override;

  // Ends every stream with UNAVAILABLE and takes no more: streams have no end of their own, and the
  // server's shutdown would wait for them in vain.
  void Stop();

  const Counters<DataPlaneCount>& counts() const { return counts_; }

 private:
  core::Resolver& resolver_;
  const DataPlaneLimits limits_;
  Counters<DataPlaneCount> counts_;

  std::mutex mutex_;  // guards the rest
  bool stopped_ = false;
  absl::flat_hash_set<DataPlaneStream*> streams_;  // each owns itself
};

}  // namespace pxe::server
