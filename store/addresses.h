// Which subnet an address lies in, and which of its addresses no host may have.
//
// Subnets do not overlap, so the one with the greatest first address at or below an address is the
// only one that can contain it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/ipv4.h"
#include "store/sqlite.h"

namespace pxe::store {

struct PlacedSubnet {
  std::string id;
  Ipv4Prefix cidr;
};

// A subnet other than `except` that shares addresses with `cidr`, if any.
absl::StatusOr<std::optional<PlacedSubnet>> OverlappingSubnet(Database& db, const Ipv4Prefix& cidr,
                                                              std::string_view except);

// The subnet that `address` lies in, if any.
absl::StatusOr<std::optional<PlacedSubnet>> SubnetOf(Database& db, Ipv4 address);

// "its network address", "its broadcast address": why no host of `cidr` can have `address`. A /31
// and a /32 have neither (RFC 3021).
std::optional<std::string_view> SpecialAddress(const Ipv4Prefix& cidr, Ipv4 address);

struct Reservation {
  Ipv4 address;
  std::string host;
};

// The first address of `range` that a host has reserved, if any.
absl::StatusOr<std::optional<Reservation>> ReservationIn(Database& db, const Ipv4Range& range);

// The first reserved address of `range` that is not in `kept`, if any.
absl::StatusOr<std::optional<Reservation>> ReservationOutside(Database& db, const Ipv4Range& range,
                                                              const Ipv4Range& kept);

}  // namespace pxe::store
