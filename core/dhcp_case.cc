#include "core/dhcp_case.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/client_kind.h"
#include "core/next_server.h"

namespace pxe::core {
namespace {

// Below this a lease is written at each renewal: it is short for a reason (L10).
constexpr std::chrono::seconds kMinCachedLease{600};
constexpr int kCachedPart = 4;  // of its time, in which a renewal changes nothing

constexpr std::array kRouteOptions = {uint8_t{121}, uint8_t{249}};

Ipv4 ServerId(const Case& c, const Subnet& subnet) {
  // Never what --advertise says: the client sends its renewals there (C4).
  return OurAddress(subnet.cidr, c.question, std::nullopt).address;
}

Seconds EndOf(Seconds starts, std::chrono::seconds time) {
  return time == kForever ? kNever : starts + time;
}

std::chrono::seconds TimeLeft(const Lease& lease, Seconds now) {
  return lease.ends == kNever ? kForever : lease.ends - now;
}

// Whether one of the routes is that to everywhere: a network of no width, and its router.
bool HasDefaultRoute(const std::vector<uint8_t>& routes) {
  constexpr size_t kRouterBytes = 4;
  for (size_t at = 0; at < routes.size();) {
    if (routes[at] == 0) return true;
    at += 1 + (routes[at] + 7u) / 8 + kRouterBytes;
  }
  return false;
}

// Clients that take classless routes ignore option 3, so the default route goes with them (C90).
void AddDefaultRoute(Ipv4 router, std::vector<uint8_t>& routes) {
  routes.push_back(0);
  for (int shift = 24; shift >= 0; shift -= 8) {
    routes.push_back(static_cast<uint8_t>(router.value >> shift));
  }
}

// The lease that the client holds serves this request as it is: repeated within a moment (C76), or
// renewed with most of its time left and nothing to be noted (L10). One of the future, from before
// the clock was set back, is written anew, or it would last until then (F9).
bool IsServedBy(const Lease& held, Lease wanted, std::chrono::seconds time, Seconds now) {
  if (EndOf(held.starts, time) != held.ends || KeyOf(held) != KeyOf(wanted)) return false;
  if (now < held.starts) return false;
  if (now < held.starts + kRetransmission) return true;
  if (time < kMinCachedLease || now >= held.starts + time / kCachedPart) return false;
  wanted.starts = held.starts;
  wanted.ends = held.ends;
  wanted.revision = held.revision;
  return wanted == held;
}

ClientKey Identify(const DhcpQuestion& question, const DhcpFacts& facts, const LeaseBook& book,
                   Seconds now) {
  const Identity mode = facts.subnet->identity;
  const ClientKey wanted = KeyOf(question, mode);
  const Case c{question, facts, book, now, wanted};
  if (c.lease() != nullptr) return wanted;
  if (wanted.by_client_id) {
    const Case by_hardware{question, facts, book, now, {question.client, true}};
    return by_hardware.lease() != nullptr ? by_hardware.client : wanted;
  }
  if (mode == Identity::kClientId) return wanted;
  const Lease* found = nullptr;
  c.FirstOf([&](const Subnet& subnet) {
    found = book.LeaseOfHardware(question.client, subnet.cidr);
    return found != nullptr && IsLive(*found, now);
  });
  if (found == nullptr || !IsLive(*found, now)) return wanted;
  return {KeyOf(*found), mode == Identity::kAuto};
}

// C106: the address is reserved for several NICs of one host, and another of them has it.
bool IsHeldBySibling(const Case& c, Ipv4 address) {
  if (c.facts.host == nullptr || Reservation(c) != address) return false;
  const auto holder = c.book.HolderOf(address, c.now);
  const auto mac = holder ? holder->Mac() : std::nullopt;
  const auto& nics = c.facts.host->nics;
  return mac && std::ranges::find(nics, *mac, &Nic::mac) != nics.end();
}

// The address that somebody gets who has no claim to any.
std::optional<Ipv4> NextOfPools(const Case& c) {
  const PoolClient client = PoolClientOf(c.question.facts, c.facts.host);
  const Ipv4 relay = c.question.giaddr;
  std::optional<Ipv4> next;
  c.FirstOf([&](const Subnet& one) {
    next = c.book.NextFree(one.id, relay, client);
    return next.has_value();
  });
  if (next) return next;
  c.FirstOf([&](const Subnet& one) {
    if (one.reuse_declined) next = c.book.NextDeclined(one.id, relay, client);
    return next.has_value();
  });
  return next;
}

}  // namespace

const Lease* Case::lease() const {
  const Lease* last = nullptr;
  FirstOf([&](const Subnet& one) {
    const Lease* found = book.LeaseOf(client.key, one.cidr);
    if (found != nullptr && (last == nullptr || last->ends < found->ends)) last = found;
    return last != nullptr && IsLive(*last, now);
  });
  return last;
}

const Lease* Case::live() const {
  const Lease* last = lease();
  return last != nullptr && IsLive(*last, now) ? last : nullptr;
}

const Offer* Case::offer() const {
  const Offer* held = nullptr;
  FirstOf([&](const Subnet& one) {
    held = book.OfferTo(client.key, one.cidr, now);
    return held != nullptr;
  });
  return held;
}

Case CaseOf(const DhcpQuestion& question, const DhcpFacts& facts, const LeaseBook& book,
            Seconds now) {
  return {question, facts, book, now, Identify(question, facts, book, now)};
}

DhcpVerdict Silence(SilenceReason reason) {
  return {.answer = DhcpSilence{reason}};
}

DhcpVerdict WaitFor(Ipv4 address) {
  return {.wait_for = address};
}

DhcpVerdict Nak(const Case& c, std::string message) {
  return {.answer = DhcpNak{.server_id = ServerId(c, c.subnet()),
                            .message = std::move(message),
                            .echo_client_id = c.subnet().echo_client_id,
                            .echo_subnet_selection = c.facts.selected}};
}

bool NamesUs(const DhcpQuestion& question) {
  return *question.server_id == question.route_source ||
         std::ranges::find(question.local_addresses, *question.server_id) !=
             question.local_addresses.end();
}

std::optional<Ipv4> Reservation(const Case& c) {
  const Nic* nic = c.facts.nic;
  const bool here = nic != nullptr && nic->address && c.SubnetOf(*nic->address) != nullptr;
  return here ? nic->address : std::nullopt;
}

bool MayHave(const Case& c, Ipv4 address) {
  if (address == c.question.giaddr) return false;  // the relay's own (N6)
  if (address == c.question.in_use) return false;  // somebody unknown answers there (C144)
  switch (c.Standing(address)) {
    case Standing::kFree:
      return c.subnet().mode == SubnetMode::kFull &&
             c.book.Admits(address, PoolClientOf(c.question.facts, c.facts.host));
    case Standing::kOwn:
      return true;
    case Standing::kReserved:
      return Reservation(c) == address;
    case Standing::kOthers:
      return IsHeldBySibling(c, address);
    case Standing::kDeclined:
    case Standing::kPending:
    case Standing::kOutside:
      return false;
  }
  return false;
}

std::optional<Ipv4> Choose(const Case& c) {
  const auto usable = [&](std::optional<Ipv4> address) {
    return address && c.SubnetOf(*address) != nullptr && MayHave(c, *address);
  };
  if (const auto reserved = Reservation(c); usable(reserved)) return reserved;
  const Lease* lease = c.lease();
  if (lease != nullptr && IsLive(*lease, c.now)) return lease->address;
  const Offer* offer = c.offer();
  if (offer != nullptr && offer->address != c.question.in_use) return offer->address;
  if (lease != nullptr && usable(lease->address)) return lease->address;
  if (usable(c.question.requested)) return c.question.requested;
  if (c.subnet().mode != SubnetMode::kFull) return std::nullopt;
  return NextOfPools(c);
}

std::chrono::seconds LeaseTime(const Case& c, Ipv4 address) {
  const Subnet* found = c.SubnetOf(address);
  const Subnet& subnet = found == nullptr ? c.subnet() : *found;
  if (!c.question.lease_seconds) return subnet.default_lease;
  return std::clamp(std::chrono::seconds{*c.question.lease_seconds}, subnet.min_lease,
                    subnet.max_lease);
}

DhcpGrant Grant(const Case& c, GrantKind kind, Ipv4 address, std::chrono::seconds lease) {
  const Subnet* found = c.SubnetOf(address);
  const Subnet& subnet = found == nullptr ? c.subnet() : *found;
  DhcpGrant grant{.kind = kind,
                  .address = address,
                  .server_id = ServerId(c, subnet),
                  .lease = lease,
                  .subnet = subnet.cidr,
                  .routers = subnet.routers,
                  .dns_servers = subnet.dns_servers,
                  .ntp_servers = subnet.ntp_servers,
                  .domain_name = subnet.domain_name,
                  .host_name = c.facts.nic != nullptr ? c.facts.nic->host_name : "",
                  .boot = c.facts.boot,
                  .options = c.facts.options,
                  .broadcast = subnet.always_broadcast,
                  .echo_client_id = subnet.echo_client_id,
                  .echo_subnet_selection = c.facts.selected};
  for (DhcpOption& option : grant.options) {
    const bool routes = std::ranges::find(kRouteOptions, option.code) != kRouteOptions.end();
    if (!routes || subnet.routers.empty() || HasDefaultRoute(option.value)) continue;
    AddDefaultRoute(subnet.routers.front(), option.value);
  }
  Obey(c.facts.quirks, grant);
  return grant;
}

Lease NewLease(const Case& c, Ipv4 address, std::chrono::seconds time) {
  Lease lease{.address = address,
              .client = c.question.client,
              .state = LeaseState::kBound,
              .by_client_id = c.client.by_client_id,
              .client_id = c.question.client_id,
              .host_name = c.question.host_name,
              .starts = c.now,
              .ends = EndOf(c.now, time),
              .kind = ToString(KindOf(c.question.facts)),
              .relay_agent = c.question.relay_agent};
  // C136: a renewal went past the relay.
  const Lease* held = c.live();
  const bool renews = held != nullptr && held->address == address && c.question.ciaddr == address &&
                      c.question.giaddr.IsZero();
  if (renews && lease.relay_agent.empty()) lease.relay_agent = held->relay_agent;
  // Firmware that comes back to the lease of its system leaves it the system's.
  const bool others_id = lease.by_client_id && !KeyOf(c.question, c.subnet().identity).by_client_id;
  if (others_id) lease.client_id = c.lease()->client_id;
  return lease;
}

// One that has ended already is left alone: its address may be on its way to somebody else.
DhcpVerdict Bind(const Case& c, GrantKind kind, Ipv4 address, std::chrono::seconds time) {
  DhcpGrant grant = Grant(c, kind, address, time);
  const Lease* held = c.live();
  Lease lease = NewLease(c, address, time);
  if (held != nullptr && held->address == address && IsServedBy(*held, lease, time, c.now)) {
    grant.lease = TimeLeft(*held, c.now);
    return {.answer = std::move(grant)};
  }
  DhcpVerdict verdict{.answer = std::move(grant)};
  verdict.changes.push_back(std::move(lease));
  const bool moved = held != nullptr && held->address != address;
  if (moved) verdict.changes.push_back(Released(*held, c.now));
  return verdict;
}

}  // namespace pxe::core
