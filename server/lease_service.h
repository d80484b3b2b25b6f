// The LeaseService of the contract: proto/pxe/v1/lease.proto says what it does.
#pragma once

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/ipv4.h"
#include "pxe/v1/lease.grpc.pb.h"
#include "server/lease_releaser.h"
#include "server/live_state.h"

namespace pxe::server {

class LeaseService final : public v1::LeaseService::CallbackService {
 public:
  // All must outlive the service.
  LeaseService(const LiveState& state, const Clock& clock, LeaseReleaser& releaser)
      : state_(state), clock_(clock), releaser_(releaser) {}

  grpc::ServerUnaryReactor* GetLease(grpc::CallbackServerContext* context,
                                     const v1::GetLeaseRequest* request,
                                     v1::Lease* response) override;
  grpc::ServerUnaryReactor* ListLeases(grpc::CallbackServerContext* context,
                                       const v1::ListLeasesRequest* request,
                                       v1::ListLeasesResponse* response) override;
  grpc::ServerUnaryReactor* ReleaseLease(grpc::CallbackServerContext* context,
                                         const v1::ReleaseLeaseRequest* request,
                                         google::protobuf::Empty* response) override;

 private:
  absl::Status Get(const std::string& name, v1::Lease* out) const;
  absl::Status List(const v1::ListLeasesRequest& request, v1::ListLeasesResponse* out) const;

  const LiveState& state_;
  const Clock& clock_;
  LeaseReleaser& releaser_;
};

}  // namespace pxe::server
