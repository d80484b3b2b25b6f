// Objects as they were: states and changes from the change log, as messages.
//
// The functions on a database run inside a transaction, on the writer thread or through a
// store::Reader. Bytes of the log that cannot be read any more are DATA_LOSS.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "pxe/v1/change.pb.h"
#include "server/api_read.h"
#include "server/api_write.h"
#include "store/changes.h"

namespace pxe::server {

inline constexpr uint64_t kNow = UINT64_MAX;  // a revision after all that there are

// Sets in `out` the resource as it was right after `revision`, nothing if it did not exist. The
// log must reach that far (store::CheckRevision).
absl::Status StateInto(store::Database& db, const store::ResourceId& resource, uint64_t revision,
                       v1::Resource* out);

absl::Status ChangeInto(store::Database& db, const store::Change& change, v1::Change* out);

// Fills `out` with the object as it was. OUT_OF_RANGE names at_revision, NOT_FOUND both.
absl::Status GetThen(store::Reader& history, const store::ResourceId& resource, uint64_t revision,
                     google::protobuf::Message* out);

// Get of any noun: the object as it is, or at the revision that was asked for.
template <typename Noun, typename Request>
absl::Status GetInto(const ControlPlane& plane, const Collection<Noun>& collection,
                     const Request& request, ProtoOf<Noun>* out) {
  if (request.at_revision() == 0) return GetInto(plane.state, collection, request.name(), out);
  PXE_ASSIGN_OR_RETURN(std::string id, api::ParseName("name", collection.name, request.name()));
  return GetThen(plane.history, {std::string(collection.name), std::move(id)},
                 request.at_revision(), out);
}

}  // namespace pxe::server
