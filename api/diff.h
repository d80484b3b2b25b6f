// In which fields two states of an object differ, for any message of the contract.
#pragma once

#include <google/protobuf/message.h>
#include <google/protobuf/repeated_ptr_field.h>

#include "pxe/v1/change.pb.h"

namespace pxe::api {

// Adds a difference for each field, key of a map or place in a list that is not the same; null: the
// object does not exist. At least one of the two does, and they are of one type. The fields that
// the server sets are left out.
void Diff(const google::protobuf::Message* before, const google::protobuf::Message* after,
          google::protobuf::RepeatedPtrField<v1::FieldDifference>* out);

}  // namespace pxe::api
