// Who can take an address back by hand: the resolver, which owns every change of a lease.
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "base/ipv4.h"

namespace pxe::server {

class LeaseReleaser {
 public:
  using Done = std::function<void(const absl::Status&)>;

  virtual ~LeaseReleaser() = default;

  // Calls `done` exactly once, on any thread: OK after the commit (at once when the lease is
  // released already), NOT_FOUND for an address never granted, ABORTED while a packet is changing
  // this lease, else why it could not be committed.
  virtual void ReleaseLease(Ipv4 address, Done done) = 0;
};

}  // namespace pxe::server
