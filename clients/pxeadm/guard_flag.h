// Guards of pools on the command line: POOL=WHOSE.
#pragma once

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/repeated_ptr_field.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "pxe/v1/subnet.pb.h"

namespace pxe::adm {

inline constexpr char kGuardHelp[] =
    "Whose a pool is: POOL=known, POOL=unknown, POOL=kind:uefi-x64,kind:ipxe-uefi-x64, "
    "POOL=vendor:PXEClient, or POOL- for anybody's; POOL as 10.0.0.10-10.0.0.99";

// Sets or removes the guards of the pools that are named; the others stay. UsageError names the
// flag.
absl::Status ApplyGuards(const std::vector<std::string>& flags,
                         google::protobuf::RepeatedPtrField<v1::PoolGuard>* guards,
                         google::protobuf::FieldMask& mask);

}  // namespace pxe::adm
