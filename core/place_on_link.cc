#include "core/place_on_link.h"

#include <optional>

namespace pxe::core {
namespace {

// The address that the packet speaks of as the client's.
std::optional<Ipv4> NamedBy(const DhcpQuestion& question) {
  if (question.message == DhcpMessage::kDiscover) return std::nullopt;  // a wish at most (C46)
  if (question.requested) return question.requested;
  return question.ciaddr.IsZero() ? std::nullopt : std::optional(question.ciaddr);
}

}  // namespace

const Subnet& PlaceOnLink(const DhcpQuestion& question, const Subnet& arrived,
                          std::span<const Subnet* const> link, const Host* host, const Nic* nic,
                          const LeaseBook& book, Seconds now) {
  const Subnet* place = nullptr;
  const auto find = [&](auto fits) {
    if (place == nullptr && fits(arrived)) place = &arrived;
    for (const Subnet* other : link) {
      if (place == nullptr && other->mode == arrived.mode && fits(*other)) place = other;
    }
  };
  const auto holds = [](std::optional<Ipv4> address) {
    return [address](const Subnet& one) { return address && one.cidr.Contains(*address); };
  };
  find(holds(NamedBy(question)));
  find(holds(nic == nullptr ? std::nullopt : nic->address));
  find([&](const Subnet& one) {
    const Lease* lease = book.LeaseOfHardware(question.client, one.cidr);
    return lease != nullptr && IsLive(*lease, now);
  });
  find([&](const Subnet& one) { return book.OfferTo(question.client, one.cidr, now) != nullptr; });
  const PoolClient client = PoolClientOf(question.facts, host);
  find([&](const Subnet& one) {
    return book.NextFree(one.id, question.giaddr, client).has_value();
  });
  return place == nullptr ? arrived : *place;
}

}  // namespace pxe::core
