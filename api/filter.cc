#include "api/filter.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "api/event.h"
#include "api/fields.h"
#include "api/filter_terms.h"
#include "api/resource_name.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe::api {
namespace {

// A field that can be asked for. A name that ends in '.' is a map's, and a key follows.
template <typename Filter>
struct Field {
  std::string_view name;
  std::vector<std::string_view> operations;
  absl::Status (*set)(const FilterTerm&, Filter&);
};

const std::vector<std::string_view> kEquals{"="};
const std::vector<std::string_view> kCompares{"<", "<=", ">", ">="};

// "a, b and c"
std::string Enumerate(const std::vector<std::string_view>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

template <typename Filter>
const Field<Filter>* FindField(const std::vector<Field<Filter>>& fields, std::string_view name) {
  for (const Field<Filter>& field : fields) {
    const bool map = field.name.ends_with('.');
    if (map ? name.starts_with(field.name) && name != field.name : name == field.name) {
      return &field;
    }
  }
  return nullptr;
}

template <typename Filter>
std::string NamesOf(const std::vector<Field<Filter>>& fields) {
  std::vector<std::string> names;
  for (const Field<Filter>& field : fields) {
    names.push_back(std::string(field.name) + (field.name.ends_with('.') ? "KEY" : ""));
  }
  return Enumerate({names.begin(), names.end()});
}

template <typename Filter>
absl::StatusOr<Filter> Parse(std::string_view text, const std::vector<Field<Filter>>& fields) {
  PXE_ASSIGN_OR_RETURN(auto terms, ParseFilterTerms(text));
  Filter filter;
  for (FilterTerm& term : terms) {
    const Field<Filter>* field = FindField(fields, term.field);
    if (field == nullptr) {
      return RefuseFilter(term.column, absl::StrFormat("\"%s\" cannot be asked for here, only %s",
                                                       Printable(term.field), NamesOf(fields)));
    }
    const auto& known = field->operations;
    if (std::find(known.begin(), known.end(), term.operation) == known.end()) {
      return RefuseFilter(term.column,
                          absl::StrFormat("%s goes with %s only", term.field, Enumerate(known)));
    }
    term.key = term.field.substr(field->name.size());
    PXE_RETURN_IF_ERROR(field->set(term, filter));
  }
  return filter;
}

template <typename T>
absl::Status SetOnce(const FilterTerm& term, absl::StatusOr<T> value, std::optional<T>& slot) {
  if (!value.ok()) return RefuseFilter(term.value_column, MessageOf(value.status()));
  if (slot) return RefuseFilter(term.column, term.field + " is asked for twice");
  slot = *std::move(value);
  return absl::OkStatus();
}

absl::Status SetName(const FilterTerm& term, std::string_view collection,
                     std::optional<std::string>& slot) {
  return SetOnce(term, ParseName(term.field, collection, term.value), slot);
}

absl::Status SetText(const FilterTerm& term, std::optional<std::string>& slot) {
  return SetOnce(term, absl::StatusOr<std::string>(term.value), slot);
}

absl::Status SetReference(const FilterTerm& term, std::string_view collection,
                          std::optional<std::string>& slot) {
  return SetOnce(term, ParseReference(term.field, collection, term.value), slot);
}
absl::Status SetProfile(const FilterTerm& term, std::optional<std::string>& slot) {
  return SetReference(term, kProfiles, slot);
}

// `labels.rack = a`, `labels.rack:*`.
absl::Status SetPair(const FilterTerm& term, core::WantedPairs& pairs) {
  const bool any = term.operation == ":";
  if (any && (term.quoted || term.value != "*")) {
    return RefuseFilter(term.value_column, "only * goes with :, for any value");
  }
  const auto wanted = any ? std::nullopt : std::optional(term.value);
  if (pairs.emplace(term.key, wanted).second) return absl::OkStatus();
  return RefuseFilter(term.column, term.field + " is asked for twice");
}

absl::StatusOr<uint64_t> ParseNumber(const std::string& text) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && rest == end) return number;
  return InvalidArgument(absl::StrFormat("\"%s\" is not a whole number", Printable(text)));
}

absl::StatusOr<uint32_t> ParseSmallNumber(const std::string& text) {
  PXE_ASSIGN_OR_RETURN(const uint64_t number, ParseNumber(text));
  if (number <= UINT32_MAX) return static_cast<uint32_t>(number);
  return InvalidArgument(absl::StrFormat("%d is too large", number));
}

absl::Status SetRevision(const FilterTerm& term, std::optional<uint64_t>& slot) {
  return SetOnce(term, ParseNumber(term.value), slot);
}

absl::StatusOr<Seconds> ParseTime(const std::string& text) {
  google::protobuf::Timestamp time;
  if (google::protobuf::util::TimeUtil::FromString(text, &time) && time.nanos() == 0) {
    return Seconds{std::chrono::seconds{time.seconds()}};
  }
  return InvalidArgument(absl::StrFormat(
      "\"%s\" is not a time like 2026-01-31T13:00:00Z, to the second", Printable(text)));
}

// Times are whole seconds: after T is from T + 1 on.
absl::Status SetTime(const FilterTerm& term, std::optional<Seconds>& from,
                     std::optional<Seconds>& until) {
  auto time = ParseTime(term.value);
  const bool next = term.operation == ">" || term.operation == "<=";
  if (time.ok() && next) *time += std::chrono::seconds{1};
  return SetOnce(term, std::move(time), term.operation.front() == '<' ? until : from);
}

absl::StatusOr<core::LeaseCondition> ParseCondition(const std::string& text) {
  if (text == "BOUND") return core::LeaseCondition::kBound;
  if (text == "EXPIRED") return core::LeaseCondition::kExpired;
  if (text == "RELEASED") return core::LeaseCondition::kReleased;
  if (text == "DECLINED") return core::LeaseCondition::kDeclined;
  return InvalidArgument(
      absl::StrFormat("\"%s\" is none of BOUND, EXPIRED, RELEASED and DECLINED", Printable(text)));
}

absl::StatusOr<core::HostState> ParseHostState(const std::string& text) {
  if (text == "APPROVED") return core::HostState::kApproved;
  if (text == "DISCOVERED") return core::HostState::kDiscovered;
  if (text == "REJECTED") return core::HostState::kRejected;
  return InvalidArgument(
      absl::StrFormat("\"%s\" is none of APPROVED, DISCOVERED and REJECTED", Printable(text)));
}

absl::StatusOr<core::RuleAction> ParseRuleAction(const std::string& text) {
  if (text == "PROFILE") return core::RuleAction::kProfile;
  if (text == "LOCAL") return core::RuleAction::kLocal;
  if (text == "IGNORE") return core::RuleAction::kIgnore;
  if (text == "DISCOVER") return core::RuleAction::kDiscover;
  return InvalidArgument(
      absl::StrFormat("\"%s\" is none of PROFILE, LOCAL, IGNORE and DISCOVER", Printable(text)));
}

// "": rows that are about any MAC address.
absl::StatusOr<std::vector<uint8_t>> ParsePrefix(const std::string& text) {
  if (text.empty()) return std::vector<uint8_t>();
  return ParseMacPrefix("match.mac_prefix", text);
}

// `configs.grub = templates/menu`, `configs.grub:*`.
absl::Status SetTemplate(FilterTerm term, core::WantedPairs& pairs) {
  if (term.operation == "=") {
    auto id = ParseName(term.field, kTemplates, term.value);
    if (!id.ok()) return RefuseFilter(term.value_column, MessageOf(id.status()));
    term.value = *std::move(id);
  }
  return SetPair(term, pairs);
}

absl::StatusOr<HardwareAddress> ParseClient(const std::string& text) {
  PXE_ASSIGN_OR_RETURN(const MacAddress mac, ParseMacAddress(text));
  return HardwareAddress::Of(mac);
}

// However it is spelt, as events have it; what is no MAC address is taken as it stands.
absl::StatusOr<std::string> ParseMachine(const std::string& text) {
  if (text.starts_with("type ")) return text;
  PXE_ASSIGN_OR_RETURN(const MacAddress mac, ParseMacAddress(text));
  return mac.ToString();
}

absl::StatusOr<std::vector<uint8_t>> ParseClientId(const std::string& text) {
  auto bytes = ParseHex(text);
  if (bytes && !bytes->empty()) return *std::move(bytes);
  return InvalidArgument(absl::StrFormat("\"%s\" is not hexadecimal", Printable(text)));
}

}  // namespace

template <>
absl::StatusOr<core::HostFilter> ParseFilter<core::Host>(std::string_view text) {
  using Filter = core::HostFilter;
  const std::vector<Field<Filter>> fields{
      {"name", kEquals, [](const auto& t, Filter& f) { return SetName(t, kHosts, f.id); }},
      {"nics.mac", kEquals,
       [](const auto& t, Filter& f) { return SetOnce(t, ParseMacAddress(t.value), f.mac); }},
      {"nics.address", kEquals,
       [](const auto& t, Filter& f) { return SetOnce(t, ParseIpv4(t.value), f.address); }},
      {"uuid", kEquals,
       [](const auto& t, Filter& f) { return SetOnce(t, ParseUuid(t.value), f.uuid); }},
      {"profile", kEquals, [](const auto& t, Filter& f) { return SetProfile(t, f.profile); }},
      {"serial", kEquals, [](const auto& t, Filter& f) { return SetText(t, f.serial); }},
      {"state", kEquals,
       [](const auto& t, Filter& f) { return SetOnce(t, ParseHostState(t.value), f.state); }},
      {"labels.", {"=", ":"}, [](const auto& t, Filter& f) { return SetPair(t, f.labels); }},
      {"revision",
       {">"},
       [](const auto& t, Filter& f) { return SetRevision(t, f.after_revision); }},
  };
  return Parse(text, fields);
}

template <>
absl::StatusOr<core::SubnetFilter> ParseFilter<core::Subnet>(std::string_view text) {
  using Filter = core::SubnetFilter;
  const std::vector<Field<Filter>> fields{
      {"name", kEquals, [](const auto& t, Filter& f) { return SetName(t, kSubnets, f.id); }},
      {"cidr",
       {"=", ":"},
       [](const auto& t, Filter& f) {
         return t.operation == "=" ? SetOnce(t, ParseIpv4Prefix(t.value), f.cidr)
                                   : SetOnce(t, ParseIpv4(t.value), f.contains);
       }},
      {"default_profile", kEquals,
       [](const auto& t, Filter& f) { return SetProfile(t, f.default_profile); }},
      {"unknown_profile", kEquals,
       [](const auto& t, Filter& f) { return SetProfile(t, f.unknown_profile); }},
      {"revision",
       {">"},
       [](const auto& t, Filter& f) { return SetRevision(t, f.after_revision); }},
  };
  return Parse(text, fields);
}

template <>
absl::StatusOr<core::ProfileFilter> ParseFilter<core::Profile>(std::string_view text) {
  using Filter = core::ProfileFilter;
  const std::vector<Field<Filter>> fields{
      {"name", kEquals, [](const auto& t, Filter& f) { return SetName(t, kProfiles, f.id); }},
      {"entries.kernel", kEquals, [](const auto& t, Filter& f) { return SetText(t, f.kernel); }},
      {"parent", kEquals, [](const auto& t, Filter& f) { return SetProfile(t, f.parent); }},
      {"loaders.", {"=", ":"}, [](const auto& t, Filter& f) { return SetPair(t, f.loaders); }},
      {"configs.", {"=", ":"}, [](const auto& t, Filter& f) { return SetTemplate(t, f.configs); }},
      {"revision",
       {">"},
       [](const auto& t, Filter& f) { return SetRevision(t, f.after_revision); }},
  };
  return Parse(text, fields);
}

template <>
absl::StatusOr<core::TemplateFilter> ParseFilter<core::Template>(std::string_view text) {
  using Filter = core::TemplateFilter;
  const std::vector<Field<Filter>> fields{
      {"name", kEquals, [](const auto& t, Filter& f) { return SetName(t, kTemplates, f.id); }},
      {"content_type", kEquals,
       [](const auto& t, Filter& f) { return SetText(t, f.content_type); }},
      {"revision",
       {">"},
       [](const auto& t, Filter& f) { return SetRevision(t, f.after_revision); }},
  };
  return Parse(text, fields);
}

template <>
absl::StatusOr<core::RuleFilter> ParseFilter<core::Rule>(std::string_view text) {
  using Filter = core::RuleFilter;
  const std::vector<Field<Filter>> fields{
      {"name", kEquals, [](const auto& t, Filter& f) { return SetName(t, kRules, f.id); }},
      {"priority", kEquals,
       [](const auto& t, Filter& f) { return SetOnce(t, ParseSmallNumber(t.value), f.priority); }},
      {"action", kEquals,
       [](const auto& t, Filter& f) { return SetOnce(t, ParseRuleAction(t.value), f.action); }},
      {"profile", kEquals, [](const auto& t, Filter& f) { return SetProfile(t, f.profile); }},
      {"match.subnet", kEquals,
       [](const auto& t, Filter& f) { return SetReference(t, kSubnets, f.subnet); }},
      {"match.labels.", {"=", ":"}, [](const auto& t, Filter& f) { return SetPair(t, f.labels); }},
      {"revision",
       {">"},
       [](const auto& t, Filter& f) { return SetRevision(t, f.after_revision); }},
  };
  return Parse(text, fields);
}

template <>
absl::StatusOr<core::QuirkFilter> ParseFilter<core::Quirk>(std::string_view text) {
  using Filter = core::QuirkFilter;
  const std::vector<Field<Filter>> fields{
      {"name", kEquals, [](const auto& t, Filter& f) { return SetName(t, kQuirks, f.id); }},
      {"priority", kEquals,
       [](const auto& t, Filter& f) { return SetOnce(t, ParseSmallNumber(t.value), f.priority); }},
      {"match.mac_prefix", kEquals,
       [](const auto& t, Filter& f) { return SetOnce(t, ParsePrefix(t.value), f.mac_prefix); }},
      {"match.kinds", kEquals, [](const auto& t, Filter& f) { return SetText(t, f.kind); }},
      {"revision",
       {">"},
       [](const auto& t, Filter& f) { return SetRevision(t, f.after_revision); }},
  };
  return Parse(text, fields);
}

template <>
absl::StatusOr<core::LeaseFilter> ParseFilter<core::Lease>(std::string_view text) {
  using Filter = core::LeaseFilter;
  const std::vector<Field<Filter>> fields{
      {"address", kEquals,
       [](const auto& t, Filter& f) { return SetOnce(t, ParseIpv4(t.value), f.address); }},
      {"subnet", kEquals, [](const auto& t, Filter& f) { return SetName(t, kSubnets, f.subnet); }},
      {"host", kEquals, [](const auto& t, Filter& f) { return SetName(t, kHosts, f.host); }},
      {"mac", kEquals,
       [](const auto& t, Filter& f) { return SetOnce(t, ParseClient(t.value), f.client); }},
      {"client_id", kEquals,
       [](const auto& t, Filter& f) { return SetOnce(t, ParseClientId(t.value), f.client_id); }},
      {"state", kEquals,
       [](const auto& t, Filter& f) { return SetOnce(t, ParseCondition(t.value), f.condition); }},
      {"kind", kEquals, [](const auto& t, Filter& f) { return SetText(t, f.kind); }},
      {"end_time", kCompares,
       [](const auto& t, Filter& f) { return SetTime(t, f.ends_from, f.ends_until); }},
      {"revision",
       {">"},
       [](const auto& t, Filter& f) { return SetRevision(t, f.after_revision); }},
  };
  return Parse(text, fields);
}

template <>
absl::StatusOr<core::EventFilter> ParseFilter<core::Event>(std::string_view text) {
  using Filter = core::EventFilter;
  const std::vector<Field<Filter>> fields{
      {"kind", kEquals,
       [](const auto& t, Filter& f) { return SetOnce(t, ParseEventKind(t.value), f.kind); }},
      {"machine", kEquals,
       [](const auto& t, Filter& f) { return SetOnce(t, ParseMachine(t.value), f.machine); }},
      {"address", kEquals,
       [](const auto& t, Filter& f) { return SetOnce(t, ParseIpv4(t.value), f.address); }},
      {"subnet", kEquals,
       [](const auto& t, Filter& f) { return SetReference(t, kSubnets, f.subnet); }},
      {"host", kEquals, [](const auto& t, Filter& f) { return SetReference(t, kHosts, f.host); }},
      {"last_time", kCompares,
       [](const auto& t, Filter& f) { return SetTime(t, f.from, f.until); }},
  };
  return Parse(text, fields);
}

}  // namespace pxe::api
