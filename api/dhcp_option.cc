#include "api/dhcp_option.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "api/option_values.h"
#include "base/status.h"

namespace pxe::api {
namespace {

// RFC 2132 unless said otherwise.
constexpr std::array<std::pair<uint32_t, OptionForm>, 63> kCodes = {{
    {2, OptionForm::kU32},          // time offset
    {3, OptionForm::kAddresses},    // routers
    {4, OptionForm::kAddresses},    // time servers
    {5, OptionForm::kAddresses},    // name servers
    {6, OptionForm::kAddresses},    // DNS servers
    {7, OptionForm::kAddresses},    // log servers
    {8, OptionForm::kAddresses},    // cookie servers
    {9, OptionForm::kAddresses},    // LPR servers
    {10, OptionForm::kAddresses},   // impress servers
    {11, OptionForm::kAddresses},   // resource location servers
    {12, OptionForm::kText},        // host name
    {13, OptionForm::kU16},         // boot file size
    {14, OptionForm::kText},        // merit dump file
    {15, OptionForm::kText},        // domain name
    {17, OptionForm::kText},        // root path
    {18, OptionForm::kText},        // extensions path
    {19, OptionForm::kBoolean},     // IP forwarding
    {20, OptionForm::kBoolean},     // non-local source routing
    {21, OptionForm::kAddresses},   // policy filter, pairs
    {22, OptionForm::kU16},         // largest datagram reassembled
    {23, OptionForm::kU8},          // IP time to live
    {24, OptionForm::kU32},         // path MTU ageing
    {26, OptionForm::kU16},         // MTU
    {27, OptionForm::kBoolean},     // all subnets are local
    {29, OptionForm::kBoolean},     // mask discovery
    {30, OptionForm::kBoolean},     // mask supplier
    {31, OptionForm::kBoolean},     // router discovery
    {32, OptionForm::kAddresses},   // router solicitation
    {33, OptionForm::kAddresses},   // static routes, pairs
    {34, OptionForm::kBoolean},     // trailer encapsulation
    {35, OptionForm::kU32},         // ARP cache time-out
    {36, OptionForm::kBoolean},     // Ethernet encapsulation
    {37, OptionForm::kU8},          // TCP time to live
    {38, OptionForm::kU32},         // TCP keep-alive interval
    {39, OptionForm::kBoolean},     // TCP keep-alive garbage
    {40, OptionForm::kText},        // NIS domain
    {41, OptionForm::kAddresses},   // NIS servers
    {42, OptionForm::kAddresses},   // NTP servers
    {43, OptionForm::kNested},      // vendors'
    {44, OptionForm::kAddresses},   // NetBIOS name servers
    {45, OptionForm::kAddresses},   // NetBIOS datagram servers
    {46, OptionForm::kU8},          // NetBIOS node type
    {47, OptionForm::kText},        // NetBIOS scope
    {48, OptionForm::kAddresses},   // X font servers
    {49, OptionForm::kAddresses},   // X display managers
    {64, OptionForm::kText},        // NIS+ domain
    {65, OptionForm::kAddresses},   // NIS+ servers
    {66, OptionForm::kText},        // TFTP server name
    {67, OptionForm::kText},        // boot file name
    {69, OptionForm::kAddresses},   // SMTP servers
    {70, OptionForm::kAddresses},   // POP3 servers
    {100, OptionForm::kText},       // time zone, POSIX (RFC 4833)
    {101, OptionForm::kText},       // time zone, by name (RFC 4833)
    {108, OptionForm::kU32},        // IPv6 only preferred (RFC 8925)
    {114, OptionForm::kText},       // captive portal (RFC 8910)
    {119, OptionForm::kDomains},    // search list (RFC 3397)
    {121, OptionForm::kRoutes},     // classless routes (RFC 3442)
    {150, OptionForm::kAddresses},  // TFTP servers (RFC 5859)
    {175, OptionForm::kNested},     // iPXE's
    {209, OptionForm::kText},       // config file (RFC 5071)
    {210, OptionForm::kText},       // path prefix (RFC 5071)
    {211, OptionForm::kU32},        // reboot time (RFC 5071)
    {249, OptionForm::kRoutes},     // classless routes, by the code of Microsoft
}};

using Value = v1::DhcpOption::ValueCase;

constexpr uint32_t kMaxCode = 254;  // 0 is padding, 255 the end
constexpr uint32_t kVendorOptions = 43;

struct Form {
  OptionForm form;
  Value value;
  std::string_view field;
};

constexpr Form kForms[] = {
    {OptionForm::kText, Value::kText, "text"},
    {OptionForm::kAddresses, Value::kAddresses, "addresses"},
    {OptionForm::kU8, Value::kU8, "u8"},
    {OptionForm::kU16, Value::kU16, "u16"},
    {OptionForm::kU32, Value::kU32, "u32"},
    {OptionForm::kBoolean, Value::kBoolean, "boolean"},
    {OptionForm::kDomains, Value::kDomains, "domains"},
    {OptionForm::kRoutes, Value::kRoutes, "routes"},
    {OptionForm::kNested, Value::kNested, "nested"},
};

const Form& FormNamed(OptionForm form) {
  return *std::ranges::find(kForms, form, &Form::form);
}

// Whether the options within it are closed with an END: vendors' are, iPXE's are not (C120).
bool IsClosed(uint32_t code) {
  return code == kVendorOptions;
}

bool IsPrintable(std::span<const uint8_t> text) {
  return std::ranges::all_of(text, [](uint8_t c) { return c >= 0x20 && c <= 0x7e; });
}

// Writes the value in that form, or says that it cannot be written so and read back the same.
bool Put(OptionForm form, std::span<const uint8_t> bytes, v1::DhcpOption* out) {
  switch (form) {
    case OptionForm::kText:
      out->set_text(std::string(bytes.begin(), bytes.end()));
      return IsPrintable(bytes);
    case OptionForm::kAddresses:
      return ReadAddresses(bytes, out->mutable_addresses());
    case OptionForm::kU8:
      out->set_u8(NumberOf(bytes));
      return bytes.size() == 1;
    case OptionForm::kU16:
      out->set_u16(NumberOf(bytes));
      return bytes.size() == 2;
    case OptionForm::kU32:
      out->set_u32(NumberOf(bytes));
      return bytes.size() == 4;
    case OptionForm::kBoolean:
      out->set_boolean(NumberOf(bytes) == 1);
      return bytes.size() == 1 && bytes[0] <= 1;
    case OptionForm::kDomains:
      return ReadDomains(bytes, out->mutable_domains());
    case OptionForm::kRoutes:
      return ReadRoutes(bytes, out->mutable_routes());
    case OptionForm::kNested:
      return ReadNested(bytes, IsClosed(out->code()), out->mutable_nested());
  }
  return false;
}

absl::StatusOr<OptionBytes> ValueOf(const std::string& field, const v1::DhcpOption& option) {
  if (option.has_domains()) return DomainBytes(field + ".domains", option.domains());
  if (option.has_routes()) return RouteBytes(field + ".routes", option.routes());
  if (option.has_nested()) {
    return NestedBytes(field + ".nested.options", option.nested(), IsClosed(option.code()));
  }
  return PlainBytes(field, option);
}

absl::Status CheckForm(const std::string& field, const v1::DhcpOption& option) {
  const auto wanted = FormOf(option.code());
  const Value given = option.value_case();
  if (!wanted || given == Value::kBytes || given == Value::VALUE_NOT_SET) return absl::OkStatus();
  const Form& form = FormNamed(*wanted);
  if (given == form.value) return absl::OkStatus();
  return InvalidArgument(absl::StrFormat("%s: the value of option %d is given as %s or as bytes",
                                         field, option.code(), form.field));
}

}  // namespace

std::optional<OptionForm> FormOf(uint32_t code) {
  const auto* found = std::ranges::find(kCodes, code, &std::pair<uint32_t, OptionForm>::first);
  return found == kCodes.end() ? std::nullopt : std::optional(found->second);
}

v1::DhcpOption ToProto(const core::DhcpOption& option) {
  v1::DhcpOption out;
  out.set_code(option.code);
  const auto form = FormOf(option.code);
  if (!form || !Put(*form, option.value, &out)) {
    out.set_bytes(std::string(option.value.begin(), option.value.end()));
  }
  out.set_always(option.always);
  return out;
}

absl::StatusOr<core::DhcpOption> FromProto(const std::string& field, const v1::DhcpOption& option) {
  if (option.code() == 0 || option.code() > kMaxCode) {
    return InvalidArgument(
        absl::StrFormat("%s.code: %d is not from 1 to %d", field, option.code(), kMaxCode));
  }
  PXE_RETURN_IF_ERROR(CheckForm(field, option));
  PXE_ASSIGN_OR_RETURN(OptionBytes value, ValueOf(field, option));
  return core::DhcpOption{.code = static_cast<uint8_t>(option.code()),
                          .value = std::move(value),
                          .always = option.always()};
}

void PutOptions(const std::vector<core::DhcpOption>& options, OptionList* out) {
  for (const core::DhcpOption& option : options) *out->Add() = ToProto(option);
}

absl::StatusOr<std::vector<core::DhcpOption>> ParseOptions(const std::string& field,
                                                           const OptionList& options) {
  std::vector<core::DhcpOption> parsed;
  for (int i = 0; i < options.size(); ++i) {
    PXE_ASSIGN_OR_RETURN(core::DhcpOption option,
                         FromProto(absl::StrFormat("%s[%d]", field, i), options[i]));
    parsed.push_back(std::move(option));
  }
  return parsed;
}

}  // namespace pxe::api
