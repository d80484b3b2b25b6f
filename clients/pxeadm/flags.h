// Values of flags: durations, ids, KEY=VALUE pairs. Errors are UsageError and name the flag.
#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/map.h>
#include <google/protobuf/repeated_ptr_field.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pxe::adm {

// "90", "90s", "1.5s", "500ms", "10m", "2h"; a bare number is seconds.
absl::StatusOr<std::chrono::milliseconds> ParseDuration(std::string_view flag,
                                                        std::string_view text);
absl::StatusOr<google::protobuf::Duration> ParseProtoDuration(std::string_view flag,
                                                              std::string_view text);

// "n1" and "hosts/n1" both name hosts/n1; "" stays "".
std::string FullName(std::string_view collection, std::string_view id_or_name);
// The other way: "hosts/n1" -> "n1".
std::string ShortName(std::string_view name);

// Whether the flag was given; then its field is put into the mask.
template <typename T>
bool Named(const std::optional<T>& flag, const char* field, google::protobuf::FieldMask& mask) {
  if (flag) mask.add_paths(field);
  return flag.has_value();
}

// A repeated flag replaces the list; never given, it leaves it alone.
void ApplyList(const std::vector<std::string>& flag, const char* field,
               google::protobuf::RepeatedPtrField<std::string>* list,
               google::protobuf::FieldMask& mask);

// KEY=VALUE sets a key, KEY- removes it. Each becomes a path of its own in the mask
// ("labels.KEY"), so that other keys stay. Where the values name resources, `collection` says
// which.
absl::Status ApplyPairs(std::string_view flag, std::string_view field,
                        const std::vector<std::string>& pairs,
                        google::protobuf::Map<std::string, std::string>* map,
                        google::protobuf::FieldMask& mask, std::string_view collection = "");

}  // namespace pxe::adm
