#include "api/fields.h"

#include <algorithm>
#include <ratio>

#include "absl/strings/str_format.h"
#include "api/resource_name.h"
#include "base/hex.h"
#include "base/mac_address.h"
#include "base/status.h"

namespace pxe::api {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;
// google.protobuf.Duration's own limit, 10,000 years; keeps the arithmetic below from overflowing.
constexpr int64_t kMaxDurationSeconds = 315'576'000'000;

absl::Status NotA(std::string_view field, std::string_view what) {
  return InvalidArgument(absl::StrFormat("%s: must be %s", field, what));
}

}  // namespace

absl::StatusOr<std::optional<Ipv4>> ParseOptionalAddress(std::string_view field,
                                                         const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto address = ParseIpv4(text);
  if (!address.ok()) return Annotate(address.status(), field);
  return *address;
}

absl::StatusOr<std::vector<Ipv4>> ParseAddresses(std::string_view field, const StringList& texts) {
  std::vector<Ipv4> addresses;
  for (int i = 0; i < texts.size(); ++i) {
    const auto address = ParseIpv4(texts[i]);
    if (!address.ok()) return Annotate(address.status(), absl::StrFormat("%s[%d]", field, i));
    addresses.push_back(*address);
  }
  return addresses;
}

void PutAddresses(const std::vector<Ipv4>& addresses, StringList* out) {
  for (const Ipv4 address : addresses) out->Add(address.ToString());
}

absl::StatusOr<Deciseconds> ParseDeciseconds(std::string_view field,
                                             const google::protobuf::Duration& duration) {
  const int64_t nanos = duration.nanos();
  if (duration.seconds() < 0 || nanos < 0) return NotA(field, "zero or more");
  if (duration.seconds() > kMaxDurationSeconds || nanos >= kNanosPerSecond) {
    return NotA(field, "a valid duration, like 3600s");
  }
  if (nanos % (kNanosPerSecond / 10) != 0) return NotA(field, "whole tenths of a second");
  return Deciseconds{duration.seconds() * 10 + nanos / (kNanosPerSecond / 10)};
}

absl::StatusOr<std::chrono::seconds> ParseSeconds(std::string_view field,
                                                  const google::protobuf::Duration& duration) {
  PXE_ASSIGN_OR_RETURN(const Deciseconds tenths, ParseDeciseconds(field, duration));
  if (tenths.count() % 10 != 0) return NotA(field, "whole seconds");
  return std::chrono::duration_cast<std::chrono::seconds>(tenths);
}

google::protobuf::Duration ToDuration(Deciseconds value) {
  google::protobuf::Duration duration;
  duration.set_seconds(value.count() / 10);
  duration.set_nanos(static_cast<int32_t>(value.count() % 10 * (kNanosPerSecond / 10)));
  return duration;
}

google::protobuf::Timestamp ToTimestamp(Seconds time) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(time.time_since_epoch().count());
  return timestamp;
}

Seconds FromTimestamp(const google::protobuf::Timestamp& timestamp) {
  return Seconds{std::chrono::seconds{timestamp.seconds()}};
}

absl::StatusOr<std::string> ParseReference(std::string_view field, std::string_view collection,
                                           const std::string& name) {
  if (name.empty()) return std::string();
  return ParseName(field, collection, name);
}

std::string Reference(std::string_view collection, std::string_view id) {
  return id.empty() ? std::string() : NameOf(collection, id);
}

absl::StatusOr<std::map<std::string, std::string>> ParseReferences(std::string_view field,
                                                                   std::string_view collection,
                                                                   const StringMap& map) {
  std::map<std::string, std::string> ids;
  for (const auto& [key, name] : FromMap(map)) {
    PXE_ASSIGN_OR_RETURN(
        ids[key], ParseName(absl::StrFormat("%s.%s", field, Printable(key)), collection, name));
  }
  return ids;
}

void PutReferences(std::string_view collection, const std::map<std::string, std::string>& ids,
                   StringMap* out) {
  for (const auto& [key, id] : ids) (*out)[key] = NameOf(collection, id);
}

absl::StatusOr<std::vector<uint8_t>> ParseMacPrefix(std::string_view field, std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ':' && c != '-') digits += c;
  }
  auto bytes = ParseHex(digits);
  const bool whole = text.size() == digits.size() || text.size() == digits.size() / 2 * 3 - 1;
  if (!bytes || bytes->empty() || !whole || bytes->size() > MacAddress{}.bytes.size()) {
    return InvalidArgument(
        absl::StrFormat("%s: \"%s\" is not 1 to 6 bytes like 52:54:00", field, Printable(text)));
  }
  return *std::move(bytes);
}

std::string MacPrefixText(std::span<const uint8_t> bytes) {
  std::string out;
  for (const uint8_t byte : bytes) {
    absl::StrAppendFormat(&out, "%s%02x", out.empty() ? "" : ":", byte);
  }
  return out;
}

std::vector<std::string> KindsOf(const StringList& kinds) {
  std::vector<std::string> sorted(kinds.begin(), kinds.end());
  std::ranges::sort(sorted);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return sorted;
}

absl::StatusOr<std::optional<Uuid>> ParseOptionalUuid(std::string_view field,
                                                      const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto uuid = ParseUuid(text);
  if (!uuid.ok()) return Annotate(uuid.status(), field);
  return *uuid;
}

}  // namespace pxe::api
