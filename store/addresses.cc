#include "store/addresses.h"

#include "base/status.h"

namespace pxe::store {
namespace {

// The subnet other than ?1 that begins last, at or before ?2.
constexpr Sql kBeginsLast = R"sql(
  SELECT id, address, length FROM subnet
  WHERE id <> ?1 AND address <= ?2 ORDER BY address DESC LIMIT 1
)sql";

constexpr Sql kReservationIn = R"sql(
  SELECT address, host FROM nic WHERE address BETWEEN ?1 AND ?2 ORDER BY address LIMIT 1
)sql";

constexpr Sql kReservationOutside = R"sql(
  SELECT address, host FROM nic
  WHERE address BETWEEN ?1 AND ?2 AND address NOT BETWEEN ?3 AND ?4 ORDER BY address LIMIT 1
)sql";

absl::StatusOr<std::optional<Reservation>> FirstReservation(Statement rows) {
  if (rows.Next()) {
    const Ipv4 address = rows.Address();
    return std::optional(Reservation{address, rows.Text()});
  }
  PXE_RETURN_IF_ERROR(rows.status());
  return std::optional<Reservation>();
}

}  // namespace

absl::StatusOr<std::optional<PlacedSubnet>> OverlappingSubnet(Database& db, const Ipv4Prefix& cidr,
                                                              std::string_view except) {
  Statement rows = db.Query(kBeginsLast, except, cidr.Broadcast());
  if (rows.Next()) {
    PlacedSubnet subnet{.id = rows.Text()};
    subnet.cidr.address = rows.Address();
    subnet.cidr.length = static_cast<int>(rows.Int());
    if (subnet.cidr.Overlaps(cidr)) return std::optional(std::move(subnet));
  }
  PXE_RETURN_IF_ERROR(rows.status());
  return std::optional<PlacedSubnet>();
}

absl::StatusOr<std::optional<PlacedSubnet>> SubnetOf(Database& db, Ipv4 address) {
  constexpr std::string_view kNone = "";  // an id that no subnet has
  return OverlappingSubnet(db, {address, 32}, kNone);
}

std::optional<std::string_view> SpecialAddress(const Ipv4Prefix& cidr, Ipv4 address) {
  if (cidr.length >= 31) return std::nullopt;
  if (address == cidr.address) return "its network address";
  if (address == cidr.Broadcast()) return "its broadcast address";
  return std::nullopt;
}

absl::StatusOr<std::optional<Reservation>> ReservationIn(Database& db, const Ipv4Range& range) {
  return FirstReservation(db.Query(kReservationIn, range.first, range.last));
}

absl::StatusOr<std::optional<Reservation>> ReservationOutside(Database& db, const Ipv4Range& range,
                                                              const Ipv4Range& kept) {
  return FirstReservation(
      db.Query(kReservationOutside, range.first, range.last, kept.first, kept.last));
}

}  // namespace pxe::store
