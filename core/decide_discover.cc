#include "core/decide_discover.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "core/client_kind.h"
#include "core/offer_limits.h"

namespace pxe::core {
namespace {

// P2: another server has the time that the subnet grants it. iPXE cannot say how long it has
// waited, and would wait for ever.
bool IsTooEarly(const Case& c) {
  return c.question.secs < c.subnet().min_secs && KindOf(c.question.facts).agent != Agent::kIpxe;
}

// Whether it was the client's before, `within` that time.
bool ComesBackTo(const Case& c, Ipv4 address, std::chrono::seconds within) {
  const Lease* last = c.lease();
  return last != nullptr && last->address == address && c.now - within < last->ends;
}

// What is the client's own, was offered to it or is reserved for it does not stand as free. Whoever
// was found at a declined address may be gone, or not (A4).
bool IsPingedFirst(const Case& c, Ipv4 address) {
  const auto standing = c.Standing(address);
  if (standing == Standing::kDeclined) return true;
  const Subnet* subnet = c.SubnetOf(address);
  if (subnet == nullptr || !subnet->ping_check) return false;
  return standing == Standing::kFree && !ComesBackTo(c, address, kPingOwnGrace);
}

// C153: of newcomers only.
bool IsOneTooMany(const Case& c, Ipv4 address) {
  const Lease* last = c.lease();
  const bool newcomer = last == nullptr || last->address != address;
  if (!newcomer || c.Standing(address) != Standing::kFree) return false;
  OfferLoad load{.from_origin = c.book.OffersFrom(OriginOf(c.question))};
  c.FirstOf([&](const Subnet& one) {
    const PoolStatistics statistics = c.book.StatisticsOf(one.id);
    load.addresses += statistics.size();
    load.offered += statistics[AddressUse::kOffered];
    return false;
  });
  return HasTooManyOffers(load);
}

// C144: whether what answered the ping is somebody unknown, as far as we know by now: the client
// may have taken the address meanwhile, or another one may have declined it.
bool IsSomebodyUnknownAt(const Case& c, Ipv4 in_use) {
  if (in_use != c.question.in_use || c.SubnetOf(in_use) == nullptr) return false;
  const Lease* live = c.live();
  if (live != nullptr && live->address == in_use) return false;
  const Offer* offer = c.offer();
  const bool offered = offer != nullptr && offer->address == in_use;
  return offered || c.Standing(in_use) == Standing::kFree;
}

DhcpVerdict MakeOffer(const Case& c) {
  const auto address = Choose(c);
  // With its offer forgotten, the same may come next: who asks again gets another.
  if (!address || IsSomebodyUnknownAt(c, *address)) return Silence(SilenceReason::kNoAddress);
  // The address it was offered, while an operator takes back the lease that was there before.
  if (c.Standing(*address) == Standing::kPending) return WaitFor(*address);
  if (IsOneTooMany(c, *address)) return Silence(SilenceReason::kTooManyOffers);
  const bool ping_first = IsPingedFirst(c, *address);
  const auto time = LeaseTime(c, *address);
  // A lease at once would be one that nobody has pinged; the client takes an OFFER as well.
  if (c.question.rapid_commit && c.subnet().rapid_commit && !ping_first) {
    return Bind(c, GrantKind::kRapidAck, *address, time);
  }
  DhcpGrant grant = Grant(c, GrantKind::kOffer, *address, time);
  grant.ping_first = ping_first;
  return {.answer = std::move(grant), .offer = address};
}

}  // namespace

DhcpVerdict DecideDiscover(const Case& c) {
  if (IsTooEarly(c)) return Silence(SilenceReason::kTooEarly);
  const auto in_use = c.question.in_use;
  if (in_use && c.Standing(*in_use) == Standing::kPending) return WaitFor(*in_use);
  DhcpVerdict verdict = MakeOffer(c);
  if (verdict.wait_for || !in_use || !IsSomebodyUnknownAt(c, *in_use)) return verdict;
  verdict.changes.push_back(AnsweredPing(*in_use, c.now));
  verdict.remarks.push_back({EventKind::kDeclinedAddress, *in_use,
                             absl::StrFormat("%s answers a ping", in_use->ToString())});
  return verdict;
}

}  // namespace pxe::core
