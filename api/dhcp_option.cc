#include "api/dhcp_option.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "api/fields.h"
#include "base/status.h"

namespace pxe::api {
namespace {

// RFC 2132 unless said otherwise.
constexpr std::array<std::pair<uint32_t, OptionForm>, 53> kCodes = {{
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
    {22, OptionForm::kU16},         // largest datagram reassembled
    {23, OptionForm::kU8},          // IP time to live
    {24, OptionForm::kU32},         // path MTU ageing
    {26, OptionForm::kU16},         // MTU
    {27, OptionForm::kBoolean},     // all subnets are local
    {29, OptionForm::kBoolean},     // mask discovery
    {30, OptionForm::kBoolean},     // mask supplier
    {31, OptionForm::kBoolean},     // router discovery
    {34, OptionForm::kBoolean},     // trailer encapsulation
    {35, OptionForm::kU32},         // ARP cache time-out
    {36, OptionForm::kBoolean},     // Ethernet encapsulation
    {37, OptionForm::kU8},          // TCP time to live
    {38, OptionForm::kU32},         // TCP keep-alive interval
    {39, OptionForm::kBoolean},     // TCP keep-alive garbage
    {40, OptionForm::kText},        // NIS domain
    {41, OptionForm::kAddresses},   // NIS servers
    {42, OptionForm::kAddresses},   // NTP servers
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
    {114, OptionForm::kText},       // captive portal (RFC 8910)
    {150, OptionForm::kAddresses},  // TFTP servers (RFC 5859)
    {209, OptionForm::kText},       // config file (RFC 5071)
    {210, OptionForm::kText},       // path prefix (RFC 5071)
    {211, OptionForm::kU32},        // reboot time (RFC 5071)
}};

using Value = v1::DhcpOption::ValueCase;
using Bytes = std::vector<uint8_t>;

constexpr uint32_t kMaxCode = 254;  // 0 is padding, 255 the end
constexpr size_t kAddressBytes = 4;

struct Form {
  OptionForm form;
  Value value;
  std::string_view field;
  size_t bytes;  // of a number; 0: as long as it likes
};

constexpr Form kForms[] = {
    {OptionForm::kText, Value::kText, "text", 0},
    {OptionForm::kAddresses, Value::kAddresses, "addresses", 0},
    {OptionForm::kU8, Value::kU8, "u8", 1},
    {OptionForm::kU16, Value::kU16, "u16", 2},
    {OptionForm::kU32, Value::kU32, "u32", 4},
    {OptionForm::kBoolean, Value::kBoolean, "boolean", 1},
};

const Form& FormNamed(OptionForm form) {
  return *std::ranges::find(kForms, form, &Form::form);
}

// A number in network byte order.
Bytes Number(uint64_t number, size_t bytes) {
  Bytes out(bytes);
  for (size_t i = bytes; i > 0; --i, number >>= 8) out[i - 1] = static_cast<uint8_t>(number);
  return out;
}

uint32_t ToNumber(std::span<const uint8_t> bytes) {
  uint32_t number = 0;
  for (const uint8_t byte : bytes) number = number << 8 | byte;
  return number;
}

bool IsPrintable(std::span<const uint8_t> text) {
  return std::ranges::all_of(text, [](uint8_t c) { return c >= 0x20 && c <= 0x7e; });
}

// Whether bytes of the wire can be written in that form and read back the same.
bool Fits(OptionForm form, std::span<const uint8_t> bytes) {
  switch (form) {
    case OptionForm::kText:
      return IsPrintable(bytes);
    case OptionForm::kAddresses:
      return !bytes.empty() && bytes.size() % kAddressBytes == 0;
    case OptionForm::kU8:
    case OptionForm::kU16:
    case OptionForm::kU32:
      return bytes.size() == FormNamed(form).bytes;
    case OptionForm::kBoolean:
      return bytes.size() == 1 && bytes[0] <= 1;
  }
  return false;
}

void PutAddresses(std::span<const uint8_t> bytes, v1::AddressList* out) {
  for (; !bytes.empty(); bytes = bytes.subspan(kAddressBytes)) {
    out->add_addresses(Ipv4{ToNumber(bytes.first(kAddressBytes))}.ToString());
  }
}

void Put(OptionForm form, std::span<const uint8_t> bytes, v1::DhcpOption* out) {
  switch (form) {
    case OptionForm::kText:
      out->set_text(std::string(bytes.begin(), bytes.end()));
      break;
    case OptionForm::kAddresses:
      PutAddresses(bytes, out->mutable_addresses());
      break;
    case OptionForm::kU8:
      out->set_u8(ToNumber(bytes));
      break;
    case OptionForm::kU16:
      out->set_u16(ToNumber(bytes));
      break;
    case OptionForm::kU32:
      out->set_u32(ToNumber(bytes));
      break;
    case OptionForm::kBoolean:
      out->set_boolean(bytes[0] != 0);
      break;
  }
}

absl::StatusOr<Bytes> FittingNumber(const std::string& field, uint32_t number, size_t bytes) {
  if (number < uint64_t{1} << (8 * bytes)) return Number(number, bytes);
  return InvalidArgument(absl::StrFormat("%s: %d does not fit", field, number));
}

absl::StatusOr<Bytes> AddressBytes(const std::string& field, const v1::AddressList& list) {
  PXE_ASSIGN_OR_RETURN(const auto addresses, ParseAddresses(field, list.addresses()));
  Bytes bytes;
  for (const Ipv4 address : addresses) {
    const Bytes one = Number(address.value, kAddressBytes);
    bytes.insert(bytes.end(), one.begin(), one.end());
  }
  return bytes;
}

absl::StatusOr<Bytes> ValueOf(const std::string& field, const v1::DhcpOption& option) {
  switch (option.value_case()) {
    case Value::kText:
      return Bytes(option.text().begin(), option.text().end());
    case Value::kAddresses:
      return AddressBytes(field + ".addresses", option.addresses());
    case Value::kBytes:
      return Bytes(option.bytes().begin(), option.bytes().end());
    case Value::kU8:
      return FittingNumber(field + ".u8", option.u8(), 1);
    case Value::kU16:
      return FittingNumber(field + ".u16", option.u16(), 2);
    case Value::kU32:
      return Number(option.u32(), 4);
    case Value::kBoolean:
      return Number(option.boolean() ? 1 : 0, 1);
    case Value::VALUE_NOT_SET:
      break;
  }
  return InvalidArgument(field + ": needs a value");
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
  if (form && Fits(*form, option.value)) {
    Put(*form, option.value, &out);
  } else {
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
  PXE_ASSIGN_OR_RETURN(Bytes value, ValueOf(field, option));
  return core::DhcpOption{.code = static_cast<uint8_t>(option.code()),
                          .value = std::move(value),
                          .always = option.always()};
}

}  // namespace pxe::api
