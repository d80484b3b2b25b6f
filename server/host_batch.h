// BatchUpsertHosts: many hosts at once, all or none.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/model.h"
#include "pxe/v1/host.pb.h"
#include "server/change_writer.h"

namespace pxe::server {

inline constexpr int kMaxBatch = 1000;

// The time and 74 random bits, as a UUID: tells a host from another that had its id before.
std::string NewUid();

// A host as it is to be, and the etag that the stored one must have; empty: whatever is there.
struct WantedHost {
  core::Host host;
  std::string etag;
};

// The hosts of a request, legal on their own and no name twice. Errors name the first that is not:
// "hosts[17].nics[0].mac: ...".
absl::StatusOr<std::vector<WantedHost>> ParseHosts(
    const google::protobuf::RepeatedPtrField<v1::Host>& hosts);

// Creates or replaces them, in order; they may trade MACs, addresses and UUIDs. The errors are
// those of store/hosts.h and ABORTED for an etag, with `hosts[17]` in their field.
absl::Status UpsertHosts(ChangeWriter& writer, const std::vector<WantedHost>& wanted,
                         v1::BatchUpsertHostsResponse* out);

}  // namespace pxe::server
