// Changes as messages, and resources of any collection that has a history.
#pragma once

#include <google/protobuf/message.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "api/resource_name.h"
#include "pxe/v1/change.pb.h"

namespace pxe::api {

inline constexpr std::string_view kChanges = "changes";
inline constexpr std::array kCollectionsWithHistory{kHosts,     kSubnets, kProfiles,
                                                    kTemplates, kRules,   kQuirks};

// A resource name, parsed: "hosts/n1".
struct ResourceName {
  std::string_view collection;  // one of resource_name.h
  std::string id;
};

// INVALID_ARGUMENT "<field>: ..." for what is no name in a collection that has a history.
absl::StatusOr<ResourceName> ParseAnyName(std::string_view field, std::string_view name);

// The revision of "changes/12". INVALID_ARGUMENT "<field>: ...".
absl::StatusOr<uint64_t> ParseChangeName(std::string_view field, std::string_view name);

// The message inside `resource` for an object of that collection, made if it is not set.
google::protobuf::Message& MutableObject(std::string_view collection, v1::Resource& resource);

// The message inside `resource`, null if none is set.
const google::protobuf::Message* ObjectOf(const v1::Resource& resource);

}  // namespace pxe::api
