// The LeaseService of the contract: proto/pxe/v1/lease.proto says what it does.
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/ipv4.h"
#include "pxe/v1/lease.grpc.pb.h"
#include "server/live_state.h"

namespace pxe::server {

// Who can take an address back: the resolver, which owns every change of a lease.
class LeaseReleaser {
 public:
  using Done = std::function<void(const absl::Status&)>;

  virtual ~LeaseReleaser() = default;

  // Calls `done` exactly once, on any thread: OK after the commit (at once when the lease is
  // released already), NOT_FOUND for an address never granted, ABORTED while a packet is changing
  // this lease, else why it could not be committed.
  virtual void ReleaseLease(Ipv4 address, Done done) = 0;
};

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
