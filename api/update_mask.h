// update_mask: which fields of an update request replace those of the stored object (AIP-134).
#pragma once

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/message.h>

#include "absl/status/status.h"

namespace pxe::api {

// Copies the masked fields of `changes` into `object`, of the same type. An empty mask means all
// that is set in `changes`; "*" all fields, set or not. A repeated field or map is replaced whole;
// "labels.KEY" or "match.labels.KEY" sets one key of a map, or removes it when `changes` has no
// such key; a key may hold dots and slashes. A masked field that `changes` does not set is emptied.
// INVALID_ARGUMENT names a path that is no field; `object` is then half merged and of no use.
absl::Status MergeMasked(const google::protobuf::FieldMask& mask,
                         const google::protobuf::Message& changes,
                         google::protobuf::Message& object);

}  // namespace pxe::api
