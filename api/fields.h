// The kinds of field that several messages share: addresses, durations, times, references.
//
// Parsers return INVALID_ARGUMENT, "<field>: reason".
#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/map.h>
#include <google/protobuf/repeated_ptr_field.h>
#include <google/protobuf/timestamp.pb.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/ipv4.h"
#include "base/uuid.h"
#include "core/model.h"

namespace pxe::api {

using StringList = google::protobuf::RepeatedPtrField<std::string>;
using StringMap = google::protobuf::Map<std::string, std::string>;
using Deciseconds = std::chrono::duration<int64_t, std::deci>;

absl::StatusOr<std::optional<Ipv4>> ParseOptionalAddress(std::string_view field,
                                                         const std::string& text);
inline void PutAddress(const std::optional<Ipv4>& address, std::string* out) {
  if (address) *out = address->ToString();
}
absl::StatusOr<std::vector<Ipv4>> ParseAddresses(std::string_view field, const StringList& texts);
void PutAddresses(const std::vector<Ipv4>& addresses, StringList* out);

// Not negative, and a whole number of the unit.
absl::StatusOr<std::chrono::seconds> ParseSeconds(std::string_view field,
                                                  const google::protobuf::Duration& duration);
absl::StatusOr<Deciseconds> ParseDeciseconds(std::string_view field,
                                             const google::protobuf::Duration& duration);
google::protobuf::Duration ToDuration(Deciseconds value);
google::protobuf::Timestamp ToTimestamp(Seconds time);
Seconds FromTimestamp(const google::protobuf::Timestamp& timestamp);  // without its nanos

// "profiles/deb" -> "deb"; "" -> "".
absl::StatusOr<std::string> ParseReference(std::string_view field, std::string_view collection,
                                           const std::string& name);
std::string Reference(std::string_view collection, std::string_view id);  // "" for ""

// The values of a map, all of them references.
absl::StatusOr<std::map<std::string, std::string>> ParseReferences(std::string_view field,
                                                                   std::string_view collection,
                                                                   const StringMap& map);
void PutReferences(std::string_view collection, const std::map<std::string, std::string>& ids,
                   StringMap* out);

// Whole bytes that a MAC address begins with, 1 to 6: "52-54-00" and "525400" too. The other way
// they are written as MAC addresses are here, "52:54:00".
absl::StatusOr<std::vector<uint8_t>> ParseMacPrefix(std::string_view field, std::string_view text);
std::string MacPrefixText(std::span<const uint8_t> bytes);

// Kinds of client as they are kept: sorted, each once.
std::vector<std::string> KindsOf(const StringList& kinds);

// An identity as firmware sends it; "" is none.
absl::StatusOr<std::optional<Uuid>> ParseOptionalUuid(std::string_view field,
                                                      const std::string& text);

// The version of an object, as clients hand it back. Every write of the object changes it.
inline std::string EtagOf(const core::Stamp& stamp) {
  return std::to_string(stamp.revision);
}

inline std::map<std::string, std::string> FromMap(const StringMap& map) {
  return {map.begin(), map.end()};
}
inline void PutMap(const std::map<std::string, std::string>& map, StringMap* out) {
  for (const auto& [key, value] : map) (*out)[key] = value;
}

}  // namespace pxe::api
