#include "clients/pxeadm/option_flag.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "api/dhcp_option.h"
#include "base/hex.h"
#include "base/status.h"
#include "clients/pxeadm/exit_code.h"

namespace pxe::adm {
namespace {

constexpr std::string_view kHex = "hex:";
constexpr std::string_view kText = "text:";

absl::Status Refuse(const std::string& flag, std::string_view reason) {
  return UsageError(absl::StrFormat("--option: \"%s\" %s", Printable(flag), reason));
}

std::optional<uint32_t> ParseNumber(std::string_view text) {
  uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || text.empty()) return std::nullopt;
  return number;
}

// Calls `put` with each part of a list, until one is not taken.
template <typename Put>
bool PutEach(std::string_view list, Put put) {
  for (size_t comma = list.find(','); comma != std::string_view::npos; comma = list.find(',')) {
    if (!put(list.substr(0, comma))) return false;
    list.remove_prefix(comma + 1);
  }
  return put(list);
}

// Both sides of the first `mark`; nothing when there is none.
std::optional<std::pair<std::string, std::string>> Halves(std::string_view text, char mark) {
  const size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  return std::pair(std::string(text.substr(0, at)), std::string(text.substr(at + 1)));
}

bool PutRoute(std::string_view text, v1::RouteList* out) {
  const auto halves = Halves(text, '=');
  if (!halves) return false;
  v1::ClasslessRoute* route = out->add_routes();
  route->set_destination(halves->first);
  route->set_router(halves->second);
  return true;
}

bool PutNested(std::string_view text, v1::NestedOptions* out) {
  const auto halves = Halves(text, ':');
  if (!halves) return false;
  const auto code = ParseNumber(halves->first);
  const auto bytes = ParseHex(halves->second);
  if (!code || !bytes) return false;
  v1::NestedOption* option = out->add_options();
  option->set_code(*code);
  option->set_bytes(std::string(bytes->begin(), bytes->end()));
  return true;
}

// Whether the value is written in that form; what it may be beyond that is the API's to say.
bool PutValue(api::OptionForm form, std::string_view value, v1::DhcpOption& option) {
  const auto number = ParseNumber(value);
  switch (form) {
    case api::OptionForm::kText:
      option.set_text(std::string(value));
      return true;
    case api::OptionForm::kAddresses:
      return PutEach(value, [&option](std::string_view address) {
        option.mutable_addresses()->add_addresses(std::string(address));
        return true;
      });
    case api::OptionForm::kU8:
      option.set_u8(number.value_or(0));
      return number.has_value();
    case api::OptionForm::kU16:
      option.set_u16(number.value_or(0));
      return number.has_value();
    case api::OptionForm::kU32:
      option.set_u32(number.value_or(0));
      return number.has_value();
    case api::OptionForm::kBoolean:
      option.set_boolean(value == "true");
      return value == "true" || value == "false";
    case api::OptionForm::kDomains:
      return PutEach(value, [&option](std::string_view domain) {
        option.mutable_domains()->add_domains(std::string(domain));
        return true;
      });
    case api::OptionForm::kRoutes:
      return PutEach(value, [&option](std::string_view route) {
        return PutRoute(route, option.mutable_routes());
      });
    case api::OptionForm::kNested:
      return PutEach(value, [&option](std::string_view nested) {
        return PutNested(nested, option.mutable_nested());
      });
  }
  return false;
}

std::string_view WantedBy(api::OptionForm form) {
  if (form == api::OptionForm::kBoolean) return "is true or false";
  if (form == api::OptionForm::kRoutes) return "is a list of NETWORK=ROUTER";
  if (form == api::OptionForm::kNested) return "is a list of CODE:HEX";
  return "is no number";
}

absl::Status ParseValue(const std::string& flag, std::string_view value, v1::DhcpOption& option) {
  if (value.starts_with(kHex)) {
    const auto bytes = ParseHex(value.substr(kHex.size()));
    if (!bytes) return Refuse(flag, "has no hexadecimal digits after hex:");
    option.set_bytes(std::string(bytes->begin(), bytes->end()));
    return absl::OkStatus();
  }
  if (value.starts_with(kText)) {
    option.set_bytes(std::string(value.substr(kText.size())));
    return absl::OkStatus();
  }
  const auto form = api::FormOf(option.code());
  if (!form) return Refuse(flag, "is of no known form; write it as hex:0aff or text:...");
  if (PutValue(*form, value, option)) return absl::OkStatus();
  return Refuse(flag, WantedBy(*form));
}

}  // namespace

absl::Status ApplyOptions(const std::vector<std::string>& flags,
                          google::protobuf::RepeatedPtrField<v1::DhcpOption>* options,
                          google::protobuf::FieldMask& mask) {
  if (flags.empty()) return absl::OkStatus();
  mask.add_paths("options");
  for (const std::string& flag : flags) {
    const std::string_view text = flag;
    const size_t equals = text.find('=');
    const bool removes = equals == std::string_view::npos && text.ends_with('-');
    const auto code = ParseNumber(removes ? text.substr(0, text.size() - 1)
                                          : text.substr(0, std::min(equals, text.size())));
    if (!code || (equals == std::string_view::npos && !removes)) {
      return Refuse(flag, "is neither CODE=VALUE nor CODE-");
    }
    const auto same = [&code](const v1::DhcpOption& option) { return option.code() == *code; };
    options->erase(std::remove_if(options->begin(), options->end(), same), options->end());
    if (removes) continue;
    v1::DhcpOption& option = *options->Add();
    option.set_code(*code);
    PXE_RETURN_IF_ERROR(ParseValue(flag, text.substr(equals + 1), option));
  }
  return absl::OkStatus();
}

}  // namespace pxe::adm
