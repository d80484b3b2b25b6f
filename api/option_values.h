// The values of options that are more than a number or a text: names, routes, options within.
//
// Each is written one way only: bytes that were not written so are no value of that form and stay
// bytes for whoever reads them back. Errors name the field.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pxe/v1/option.pb.h"

namespace pxe::api {

using OptionBytes = std::vector<uint8_t>;

// A number of so many bytes in network byte order, and back.
OptionBytes NumberBytes(uint64_t number, size_t bytes);
uint32_t NumberOf(std::span<const uint8_t> bytes);

absl::StatusOr<OptionBytes> AddressBytes(const std::string& field, const v1::AddressList& list);
bool ReadAddresses(std::span<const uint8_t> bytes, v1::AddressList* out);

// RFC 3397, without compression, which old clients cannot read.
absl::StatusOr<OptionBytes> DomainBytes(const std::string& field, const v1::DomainList& list);
bool ReadDomains(std::span<const uint8_t> bytes, v1::DomainList* out);

// RFC 3442: the width of the network, as many of its bytes as that covers, the router (C90).
absl::StatusOr<OptionBytes> RouteBytes(const std::string& field, const v1::RouteList& list);
bool ReadRoutes(std::span<const uint8_t> bytes, v1::RouteList* out);

// With an END after the last one if `closed`.
absl::StatusOr<OptionBytes> NestedBytes(const std::string& field, const v1::NestedOptions& list,
                                        bool closed);
bool ReadNested(std::span<const uint8_t> bytes, bool closed, v1::NestedOptions* out);

// What DhcpOption and NestedOption have in common: a text, addresses, bytes or a number.
template <typename Option>
absl::StatusOr<OptionBytes> PlainBytes(const std::string& field, const Option& option);

extern template absl::StatusOr<OptionBytes> PlainBytes(const std::string&, const v1::DhcpOption&);
extern template absl::StatusOr<OptionBytes> PlainBytes(const std::string&, const v1::NestedOption&);

}  // namespace pxe::api
