#include "clients/pxeadm/flags.h"

#include <charconv>

#include "absl/strings/str_format.h"
#include "api/resource_name.h"
#include "base/hex.h"
#include "clients/pxeadm/exit_code.h"

namespace pxe::adm {
namespace {

constexpr double kLongestMs = 1e15;  // far beyond any lease, far below an overflow

std::optional<double> MillisecondsPer(std::string_view unit) {
  if (unit == "ms") return 1;
  if (unit.empty() || unit == "s") return 1000;
  if (unit == "m") return 60 * 1000;
  if (unit == "h") return 3600 * 1000;
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::chrono::milliseconds> ParseDuration(std::string_view flag,
                                                        std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  const auto unit = MillisecondsPer({rest, static_cast<size_t>(end - rest)});
  if (error != std::errc() || !unit || !(number >= 0) || number * *unit > kLongestMs) {
    return UsageError(absl::StrFormat("%s: \"%s\" is no duration; write it like 90s, 10m or 2h",
                                      flag, Printable(text)));
  }
  return std::chrono::milliseconds(static_cast<int64_t>(number * *unit + 0.5));
}

absl::StatusOr<google::protobuf::Duration> ParseProtoDuration(std::string_view flag,
                                                              std::string_view text) {
  const auto parsed = ParseDuration(flag, text);
  if (!parsed.ok()) return parsed.status();
  google::protobuf::Duration duration;
  duration.set_seconds(parsed->count() / 1000);
  duration.set_nanos(static_cast<int32_t>(parsed->count() % 1000 * 1'000'000));
  return duration;
}

std::string FullName(std::string_view collection, std::string_view id_or_name) {
  if (id_or_name.empty() || id_or_name.find('/') != std::string_view::npos) {
    return std::string(id_or_name);
  }
  return api::NameOf(collection, id_or_name);
}

std::string ShortName(std::string_view name) {
  return std::string(name.substr(name.find('/') + 1));
}

void ApplyList(const std::vector<std::string>& flag, const char* field,
               google::protobuf::RepeatedPtrField<std::string>* list,
               google::protobuf::FieldMask& mask) {
  if (flag.empty()) return;
  mask.add_paths(field);
  list->Assign(flag.begin(), flag.end());
}

absl::Status ApplyPairs(std::string_view flag, std::string_view field,
                        const std::vector<std::string>& pairs,
                        google::protobuf::Map<std::string, std::string>* map,
                        google::protobuf::FieldMask& mask, std::string_view collection) {
  for (const std::string& pair : pairs) {
    const size_t equals = pair.find('=');
    const bool removes = equals == std::string::npos && pair.ends_with('-');
    const std::string key = removes ? pair.substr(0, pair.size() - 1) : pair.substr(0, equals);
    if (key.empty() || (equals == std::string::npos && !removes)) {
      return UsageError(
          absl::StrFormat("%s: \"%s\" is neither KEY=VALUE nor KEY-", flag, Printable(pair)));
    }
    if (removes) {
      map->erase(key);
    } else {
      const std::string value = pair.substr(equals + 1);
      (*map)[key] = collection.empty() ? value : FullName(collection, value);
    }
    mask.add_paths(absl::StrFormat("%s.%s", field, key));
  }
  return absl::OkStatus();
}

}  // namespace pxe::adm
