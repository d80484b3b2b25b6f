#include "api/option_values.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "api/fields.h"
#include "base/ipv4.h"
#include "base/status.h"
#include "core/text_rules.h"

namespace pxe::api {
namespace {

constexpr size_t kAddressBytes = 4;
constexpr size_t kMaxLabel = 63;
constexpr size_t kMaxDomain = 253;
constexpr uint32_t kMaxWidth = 32;
constexpr uint32_t kMaxNestedCode = 254;
constexpr size_t kMaxNestedLength = 255;
constexpr uint8_t kEnd = 255;

void Append(const OptionBytes& more, OptionBytes& bytes) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

absl::StatusOr<OptionBytes> Fitting(const std::string& field, uint32_t number, size_t bytes) {
  if (number < uint64_t{1} << (8 * bytes)) return NumberBytes(number, bytes);
  return InvalidArgument(absl::StrFormat("%s: %d does not fit", field, number));
}

void AppendDomain(std::string_view name, OptionBytes& bytes) {
  while (true) {
    const size_t dot = name.find('.');
    const std::string_view label = name.substr(0, dot);
    bytes.push_back(static_cast<uint8_t>(label.size()));
    bytes.insert(bytes.end(), label.begin(), label.end());
    if (dot == std::string_view::npos) break;
    name.remove_prefix(dot + 1);
  }
  bytes.push_back(0);
}

// How many bytes of a network's address its width makes significant.
size_t SignificantBytes(uint32_t width) {
  return (width + 7) / 8;
}

absl::StatusOr<OptionBytes> OneRoute(const std::string& field, const v1::ClasslessRoute& route) {
  const auto network = ParseIpv4Prefix(route.destination());
  if (!network.ok()) return Annotate(network.status(), field + ".destination");
  const auto router = ParseIpv4(route.router());
  if (!router.ok()) return Annotate(router.status(), field + ".router");
  const auto width = static_cast<uint32_t>(network->length);
  OptionBytes bytes = {static_cast<uint8_t>(width)};
  const OptionBytes address = NumberBytes(network->address.value, kAddressBytes);
  bytes.insert(bytes.end(), address.begin(),
               address.begin() + static_cast<std::ptrdiff_t>(SignificantBytes(width)));
  Append(NumberBytes(router->value, kAddressBytes), bytes);
  return bytes;
}

}  // namespace

OptionBytes NumberBytes(uint64_t number, size_t bytes) {
  OptionBytes out(bytes);
  for (size_t i = bytes; i > 0; --i, number >>= 8) out[i - 1] = static_cast<uint8_t>(number);
  return out;
}

uint32_t NumberOf(std::span<const uint8_t> bytes) {
  uint32_t number = 0;
  for (const uint8_t byte : bytes) number = number << 8 | byte;
  return number;
}

absl::StatusOr<OptionBytes> AddressBytes(const std::string& field, const v1::AddressList& list) {
  PXE_ASSIGN_OR_RETURN(const auto addresses, ParseAddresses(field, list.addresses()));
  OptionBytes bytes;
  for (const Ipv4 address : addresses) Append(NumberBytes(address.value, kAddressBytes), bytes);
  return bytes;
}

bool ReadAddresses(std::span<const uint8_t> bytes, v1::AddressList* out) {
  if (bytes.empty() || bytes.size() % kAddressBytes != 0) return false;
  for (; !bytes.empty(); bytes = bytes.subspan(kAddressBytes)) {
    out->add_addresses(Ipv4{NumberOf(bytes.first(kAddressBytes))}.ToString());
  }
  return true;
}

absl::StatusOr<OptionBytes> DomainBytes(const std::string& field, const v1::DomainList& list) {
  OptionBytes bytes;
  for (int i = 0; i < list.domains_size(); ++i) {
    const std::string& name = list.domains(i);
    if (!core::IsDnsName(name) || name.size() > kMaxDomain) {
      return core::RefuseText(core::Indexed(field, static_cast<size_t>(i)), name,
                              "is no domain name");
    }
    AppendDomain(name, bytes);
  }
  return bytes;
}

bool ReadDomains(std::span<const uint8_t> bytes, v1::DomainList* out) {
  std::string name;
  if (bytes.empty()) return false;
  while (!bytes.empty()) {
    const size_t length = bytes[0];
    if (length > kMaxLabel || length >= bytes.size()) return false;
    if (length == 0) {
      if (!core::IsDnsName(name) || name.size() > kMaxDomain) return false;
      out->add_domains(std::exchange(name, std::string()));
    } else {
      if (!name.empty()) name += '.';
      const auto label = bytes.subspan(1, length);
      name.append(label.begin(), label.end());
    }
    bytes = bytes.subspan(1 + length);
  }
  return name.empty();
}

absl::StatusOr<OptionBytes> RouteBytes(const std::string& field, const v1::RouteList& list) {
  OptionBytes bytes;
  for (int i = 0; i < list.routes_size(); ++i) {
    PXE_ASSIGN_OR_RETURN(const OptionBytes route,
                         OneRoute(core::Indexed(field, static_cast<size_t>(i)), list.routes(i)));
    Append(route, bytes);
  }
  return bytes;
}

bool ReadRoutes(std::span<const uint8_t> bytes, v1::RouteList* out) {
  if (bytes.empty()) return false;
  while (!bytes.empty()) {
    const uint32_t width = bytes[0];
    const size_t significant = SignificantBytes(width);
    if (width > kMaxWidth || bytes.size() < 1 + significant + kAddressBytes) return false;
    const auto address = bytes.subspan(1, significant);
    const auto shift = static_cast<unsigned>(8 * (kAddressBytes - significant));
    const uint32_t network = significant == 0 ? 0 : NumberOf(address) << shift;
    const Ipv4Prefix prefix{{network}, static_cast<int>(width)};
    if (!ParseIpv4Prefix(prefix.ToString()).ok()) return false;  // bits beyond its width
    v1::ClasslessRoute* route = out->add_routes();
    route->set_destination(prefix.ToString());
    route->set_router(Ipv4{NumberOf(bytes.subspan(1 + significant, kAddressBytes))}.ToString());
    bytes = bytes.subspan(1 + significant + kAddressBytes);
  }
  return true;
}

absl::StatusOr<OptionBytes> NestedBytes(const std::string& field, const v1::NestedOptions& list,
                                        bool closed) {
  OptionBytes bytes;
  for (int i = 0; i < list.options_size(); ++i) {
    const std::string one = core::Indexed(field, static_cast<size_t>(i));
    const v1::NestedOption& option = list.options(i);
    if (option.code() == 0 || option.code() > kMaxNestedCode) {
      return InvalidArgument(
          absl::StrFormat("%s.code: %d is not from 1 to %d", one, option.code(), kMaxNestedCode));
    }
    PXE_ASSIGN_OR_RETURN(const OptionBytes value, PlainBytes(one, option));
    if (value.size() > kMaxNestedLength) {
      return InvalidArgument(absl::StrFormat("%s: %d bytes are too many; at most %d", one,
                                             value.size(), kMaxNestedLength));
    }
    bytes.push_back(static_cast<uint8_t>(option.code()));
    bytes.push_back(static_cast<uint8_t>(value.size()));
    Append(value, bytes);
  }
  if (closed && !bytes.empty()) bytes.push_back(kEnd);
  return bytes;
}

bool ReadNested(std::span<const uint8_t> bytes, bool closed, v1::NestedOptions* out) {
  if (closed) {
    if (bytes.empty() || bytes.back() != kEnd) return false;
    bytes = bytes.first(bytes.size() - 1);
  }
  if (bytes.empty()) return false;
  while (!bytes.empty()) {
    if (bytes.size() < 2 || bytes[0] == 0 || bytes[0] == kEnd) return false;
    const size_t length = bytes[1];
    if (bytes.size() < 2 + length) return false;
    const auto value = bytes.subspan(2, length);
    v1::NestedOption* option = out->add_options();
    option->set_code(bytes[0]);
    if (length == 1) {
      option->set_u8(value[0]);
    } else {
      option->set_bytes(std::string(value.begin(), value.end()));
    }
    bytes = bytes.subspan(2 + length);
  }
  return true;
}

template <typename Option>
absl::StatusOr<OptionBytes> PlainBytes(const std::string& field, const Option& option) {
  if (option.has_text()) return OptionBytes(option.text().begin(), option.text().end());
  if (option.has_addresses()) return AddressBytes(field + ".addresses", option.addresses());
  if (option.has_bytes()) return OptionBytes(option.bytes().begin(), option.bytes().end());
  if (option.has_u8()) return Fitting(field + ".u8", option.u8(), 1);
  if (option.has_u16()) return Fitting(field + ".u16", option.u16(), 2);
  if (option.has_u32()) return NumberBytes(option.u32(), 4);
  if (option.has_boolean()) return NumberBytes(option.boolean() ? 1 : 0, 1);
  return InvalidArgument(field + ": needs a value");
}

template absl::StatusOr<OptionBytes> PlainBytes(const std::string&, const v1::DhcpOption&);
template absl::StatusOr<OptionBytes> PlainBytes(const std::string&, const v1::NestedOption&);

}  // namespace pxe::api
