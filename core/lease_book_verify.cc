// LeaseBook's checks of itself: run at start on what the database held, and by the tests.
#include <algorithm>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "core/identity.h"
#include "core/lease_book.h"

namespace pxe::core {
namespace {

absl::Status Wrong(Ipv4 address, const HardwareAddress& client, std::string_view what) {
  return Internal(
      absl::StrFormat("lease book: %s of %s: %s", address.ToString(), client.ToString(), what));
}

bool HasOnce(const ClientIndex& index, const HardwareAddress& client, Ipv4 address) {
  return std::ranges::count(index.Of(client), address) == 1;
}

}  // namespace

absl::Status LeaseBook::Verify() const {
  PXE_RETURN_IF_ERROR(leases_.Verify());
  PXE_RETURN_IF_ERROR(VerifyTimers());
  PXE_RETURN_IF_ERROR(VerifyPending());
  PXE_RETURN_IF_ERROR(VerifyOffers());
  return pools_.Verify([this](Ipv4 address) { return StateOf(address); });
}

// A lease that keeps others away has the one timer that will end this, or it would for ever.
absl::Status LeaseBook::VerifyTimers() const {
  size_t watched = 0;
  for (const Ipv4 address : leases_.addresses()) {
    const LeaseTable::Row& row = *leases_.RowAt(address);
    if (row.use == AddressUse::kFree) continue;
    ++watched;
    const bool declined = row.use == AddressUse::kDeclined;
    const Timers& others = row.use == AddressUse::kBound ? bound_ : resting_;
    const Timers& timers = declined ? declined_ : others;
    const bool right = row.lease.state == (declined ? LeaseState::kDeclined : LeaseState::kBound) &&
                       timers.contains({row.lease.ends, address});
    if (!right) return Wrong(address, row.lease.client, "its end is not watched");
  }
  if (bound_.size() + resting_.size() + declined_.size() == watched) return absl::OkStatus();
  return Internal("lease book: an end is watched of no lease");
}

absl::Status LeaseBook::VerifyPending() const {
  for (const auto& [address, lease] : pending_) {
    if (lease.address == address && HasOnce(pending_of_, KeyOf(lease), address)) continue;
    return Wrong(address, lease.client, "its change is not known to be on its way");
  }
  if (pending_of_.CountAddresses() == pending_.size()) return absl::OkStatus();
  return Internal("lease book: a client waits for a change that is not on its way");
}

absl::Status LeaseBook::VerifyOffers() const {
  absl::flat_hash_map<uint64_t, uint32_t> from;
  for (const auto& [address, offer] : offers_) {
    if (offer.address != address || !HasOnce(offers_of_, offer.client, address)) {
      return Wrong(address, offer.client, "the offer is not known to be its client's");
    }
    if (!offer_ends_.contains({offer.until, address})) {
      return Wrong(address, offer.client, "the end of the offer is not watched");
    }
    if (offer.origin != 0) ++from[offer.origin];
  }
  if (from != offers_from_) return Internal("lease book: offers of a circuit are miscounted");
  const size_t count = offers_.size();
  if (offers_of_.CountAddresses() == count && offer_ends_.size() == count) return absl::OkStatus();
  return Internal("lease book: an offer is remembered that is not held");
}

std::vector<DoubleLease> LeaseBook::DoubleLeases(Seconds now) const {
  std::vector<DoubleLease> found;
  for (const Ipv4 address : leases_.addresses()) {
    const Lease& lease = *LeaseAt(address);
    if (!IsLive(lease, now)) continue;
    const auto network = pools_.NetworkOf(address);
    if (!network) continue;
    const Lease* answered = LeaseOf(KeyOf(lease), *network);
    if (answered->address != address) found.push_back({lease.client, answered->address, address});
  }
  return found;
}

}  // namespace pxe::core
