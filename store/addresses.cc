#include "store/addresses.h"

#include "base/status.h"

namespace pxe::store {
namespace {

// The subnet other than ?1 that begins last, at or before ?2. With ids never empty, '' excludes
// none.
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

absl::StatusOr<std::optional<PlacedSubnet>> BeginsLast(Database& db, std::string_view except,
                                                       Ipv4 until) {
  std::optional<PlacedSubnet> found;
  Statement rows = db.Query(kBeginsLast, except, until);
  if (rows.Next()) {
    found.emplace();
    found->id = rows.Text();
    found->cidr.address = rows.Address();
    found->cidr.length = static_cast<int>(rows.Int());
  }
  PXE_RETURN_IF_ERROR(rows.status());
  return found;
}

absl::StatusOr<std::optional<Reservation>> FirstReservation(Statement rows) {
  std::optional<Reservation> found;
  if (rows.Next()) {
    found.emplace();
    found->address = rows.Address();
    found->host = rows.Text();
  }
  PXE_RETURN_IF_ERROR(rows.status());
  return found;
}

}  // namespace

absl::StatusOr<std::optional<PlacedSubnet>> SubnetOf(Database& db, Ipv4 address) {
  PXE_ASSIGN_OR_RETURN(std::optional<PlacedSubnet> subnet, BeginsLast(db, "", address));
  if (subnet && !subnet->cidr.Contains(address)) subnet.reset();
  return subnet;
}

absl::StatusOr<std::optional<PlacedSubnet>> OverlappingSubnet(Database& db, std::string_view id,
                                                              const Ipv4Prefix& cidr) {
  PXE_ASSIGN_OR_RETURN(std::optional<PlacedSubnet> other, BeginsLast(db, id, cidr.Broadcast()));
  if (other && !other->cidr.Overlaps(cidr)) other.reset();
  return other;
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
