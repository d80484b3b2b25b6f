// DHCP options as objects have them: in the form that people write, and as bytes of the wire.
//
// Options of a known form are taken in it and given back in it; all others, and any option, as
// bytes. Errors name the field: "profile.options[2].u8: 300 does not fit".
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/model.h"
#include "pxe/v1/option.pb.h"

namespace pxe::api {

// The fields of v1::DhcpOption but `bytes`.
enum class OptionForm { kText, kAddresses, kU8, kU16, kU32, kBoolean, kDomains, kRoutes, kNested };

// How the value of an option is written; nothing: as bytes.
std::optional<OptionForm> FormOf(uint32_t code);

v1::DhcpOption ToProto(const core::DhcpOption& option);
absl::StatusOr<core::DhcpOption> FromProto(const std::string& field, const v1::DhcpOption& option);

// The options of an object: "subnet.options[2]" names one.
using OptionList = google::protobuf::RepeatedPtrField<v1::DhcpOption>;
void PutOptions(const std::vector<core::DhcpOption>& options, OptionList* out);
absl::StatusOr<std::vector<core::DhcpOption>> ParseOptions(const std::string& field,
                                                           const OptionList& options);

}  // namespace pxe::api
