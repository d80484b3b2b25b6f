// DHCP options on the command line: CODE=VALUE, in the form that the option's values are written.
#pragma once

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/repeated_ptr_field.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "pxe/v1/option.pb.h"

namespace pxe::adm {

inline constexpr char kOptionHelp[] =
    "DHCP option CODE=VALUE, or CODE-: 209=menu.cfg, 150=10.0.0.1,10.0.0.2, 211=300, "
    "119=a.example,b.example, 121=10.1.0.0/16=10.0.0.1, 43=6:08,10:0000, 224=hex:0aff";

// Sets or removes options by their codes; the others stay. UsageError names the flag. A value of an
// option whose form is not known begins with "hex:" or "text:", as that of any option may.
absl::Status ApplyOptions(const std::vector<std::string>& flags,
                          google::protobuf::RepeatedPtrField<v1::DhcpOption>* options,
                          google::protobuf::FieldMask& mask);

}  // namespace pxe::adm
