#include "api/change.h"

#include <charconv>

#include "absl/strings/str_format.h"
#include "api/resource_name.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe::api {

absl::StatusOr<ResourceName> ParseAnyName(std::string_view field, std::string_view name) {
  for (const std::string_view collection : kCollectionsWithHistory) {
    auto id = ParseName(field, collection, name);
    if (id.ok()) return ResourceName{collection, *std::move(id)};
  }
  return InvalidArgument(absl::StrFormat(
      "%s: \"%s\" is not of the form hosts/{id}, subnets/{id}, profiles/{id}, templates/{id}, "
      "rules/{id} or quirks/{id}",
      field, Printable(name)));
}

absl::StatusOr<uint64_t> ParseChangeName(std::string_view field, std::string_view name) {
  PXE_ASSIGN_OR_RETURN(const std::string id, ParseName(field, kChanges, name));
  uint64_t revision = 0;
  const char* const end = id.data() + id.size();
  const auto [rest, error] = std::from_chars(id.data(), end, revision);
  if (error == std::errc() && rest == end && revision != 0) return revision;
  return InvalidArgument(absl::StrFormat("%s: \"%s\" is no revision", field, Printable(id)));
}

google::protobuf::Message& MutableObject(std::string_view collection, v1::Resource& resource) {
  if (collection == kHosts) return *resource.mutable_host();
  if (collection == kSubnets) return *resource.mutable_subnet();
  if (collection == kTemplates) return *resource.mutable_template_();
  if (collection == kRules) return *resource.mutable_rule();
  if (collection == kQuirks) return *resource.mutable_quirk();
  return *resource.mutable_profile();
}

const google::protobuf::Message* ObjectOf(const v1::Resource& resource) {
  switch (resource.kind_case()) {
    case v1::Resource::kSubnet:
      return &resource.subnet();
    case v1::Resource::kHost:
      return &resource.host();
    case v1::Resource::kProfile:
      return &resource.profile();
    case v1::Resource::kTemplate:
      return &resource.template_();
    case v1::Resource::kRule:
      return &resource.rule();
    case v1::Resource::kQuirk:
      return &resource.quirk();
    case v1::Resource::KIND_NOT_SET:
      return nullptr;
  }
  return nullptr;
}

}  // namespace pxe::api
