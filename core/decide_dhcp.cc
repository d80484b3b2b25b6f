#include "core/decide_dhcp.h"

#include <algorithm>

#include "core/next_server.h"

namespace pxe::core {
namespace {

// One packet being decided: what every step below needs to see.
struct Case {
  const DhcpQuestion& question;
  const DhcpFacts& facts;
  const LeaseBook& book;
  Seconds now;

  const Subnet& subnet() const { return *facts.subnet; }
  const Ipv4Prefix& network() const { return facts.subnet->cidr; }
  enum Standing Standing(Ipv4 address) const {
    return book.StandingOf(address, question.client, now);
  }
  const Lease* lease() const { return book.LeaseOf(question.client, network()); }
};

DhcpVerdict Silence(SilenceReason reason) {
  return {.answer = DhcpSilence{reason}};
}

DhcpVerdict WaitFor(Ipv4 address) {
  return {.wait_for = address};
}

// Option 54. Never what --advertise says: the client sends its renewals there (C4).
Ipv4 ServerId(const DhcpQuestion& question, const Ipv4Prefix& network) {
  return OurAddress(network, question, std::nullopt).address;
}

bool NamesUs(const DhcpQuestion& question) {
  return *question.server_id == question.route_source ||
         std::ranges::find(question.local_addresses, *question.server_id) !=
             question.local_addresses.end();
}

DhcpVerdict Nak(const Case& c, std::string message) {
  return {.answer = DhcpNak{ServerId(c.question, c.network()), std::move(message)}};
}

// What only the server in charge may say; a bystander keeps silent.
DhcpVerdict NakIfAuthoritative(const Case& c, std::string message) {
  return c.subnet().authoritative ? Nak(c, std::move(message)) : Silence(SilenceReason::kNotOurs);
}

// The address set aside for this client, when it lies in the client's network.
std::optional<Ipv4> Reservation(const Case& c) {
  const Nic* nic = c.facts.nic;
  const bool here = nic != nullptr && nic->address && c.network().Contains(*nic->address);
  return here ? nic->address : std::nullopt;
}

// Whether the client may have this address: free for all, its own already, or reserved for it.
bool MayHave(const Case& c, Ipv4 address) {
  switch (c.Standing(address)) {
    case Standing::kFree:
    case Standing::kOwn:
      return true;
    case Standing::kReserved:
      return Reservation(c) == address;
    case Standing::kOthers:
    case Standing::kDeclined:
    case Standing::kPending:
    case Standing::kOutside:
      return false;
  }
  return false;
}

// C53: what the client wishes, within the subnet's bounds.
std::chrono::seconds LeaseTime(const Case& c) {
  if (!c.question.lease_seconds) return c.subnet().default_lease;
  return std::clamp(std::chrono::seconds{*c.question.lease_seconds}, c.subnet().min_lease,
                    c.subnet().max_lease);
}

DhcpGrant Grant(const Case& c, Ipv4 address, std::chrono::seconds lease) {
  const Subnet& subnet = c.subnet();
  return {.address = address,
          .server_id = ServerId(c.question, subnet.cidr),
          .lease = lease,
          .subnet = subnet.cidr,
          .routers = subnet.routers,
          .dns_servers = subnet.dns_servers,
          .ntp_servers = subnet.ntp_servers,
          .domain_name = subnet.domain_name,
          .host_name = c.facts.nic != nullptr ? c.facts.nic->host_name : "",
          .boot = c.facts.boot,
          .options = c.facts.options,
          .broadcast = subnet.always_broadcast};
}

Lease NewLease(const Case& c, Ipv4 address, std::chrono::seconds time) {
  return {.address = address,
          .client = c.question.client,
          .client_id = c.question.client_id,
          .host_name = c.question.host_name,
          .state = LeaseState::kBound,
          .starts = c.now,
          .ends = c.now + time,
          .kind = ToString(KindOf(c.question.facts)),
          .relay_agent = c.question.relay_agent};
}

// ACK: the lease, and the end of another that the client holds in the same network, so that one
// client never owns two addresses there. One that has ended already is left alone: its address may
// be on its way to somebody else.
DhcpVerdict Ack(const Case& c, Ipv4 address, std::chrono::seconds time) {
  DhcpGrant grant = Grant(c, address, time);
  grant.committed = true;
  const Lease* held = c.lease();
  const bool repeated = held != nullptr && held->address == address && IsLive(*held, c.now) &&
                        c.now < held->starts + kRetransmission && held->ends - held->starts == time;
  if (repeated) {
    grant.lease = held->ends - c.now;
    return {.answer = std::move(grant)};
  }
  DhcpVerdict verdict{.answer = std::move(grant), .changes = {NewLease(c, address, time)}};
  const bool moved = held != nullptr && held->address != address && IsLive(*held, c.now);
  if (moved) verdict.changes.push_back(Released(*held, c.now));
  return verdict;
}

// The order of C47: reservation, current lease, the offer it was made, the address it had before,
// the one it asks for, the one that has been free the longest.
std::optional<Ipv4> Choose(const Case& c) {
  const auto usable = [&](std::optional<Ipv4> address) {
    return address && c.network().Contains(*address) && MayHave(c, *address);
  };
  if (const auto reserved = Reservation(c); usable(reserved)) return reserved;
  const Lease* lease = c.lease();
  if (lease != nullptr && IsLive(*lease, c.now)) return lease->address;
  if (const Offer* offer = c.book.OfferTo(c.question.client, c.network(), c.now)) {
    return offer->address;
  }
  if (lease != nullptr && usable(lease->address)) return lease->address;
  if (usable(c.question.requested)) return c.question.requested;
  return c.book.NextFree(c.subnet().id);
}

DhcpVerdict DecideDiscover(const Case& c) {
  const auto address = Choose(c);
  if (!address) return Silence(SilenceReason::kNoAddress);
  // The address it was offered, while an operator takes back the lease that was there before.
  if (c.Standing(*address) == Standing::kPending) return WaitFor(*address);
  return {.answer = Grant(c, *address, LeaseTime(c)), .offer = address};
}

// C56-C58: the client took an offer, ours or another server's.
DhcpVerdict DecideSelecting(const Case& c) {
  if (!NamesUs(c.question)) {
    DhcpVerdict verdict = Silence(SilenceReason::kOtherServer);
    verdict.drop_offers = true;
    return verdict;
  }
  if (!c.question.requested) return Silence(SilenceReason::kBadRequest);
  const Ipv4 address = *c.question.requested;
  if (!c.network().Contains(address)) return Nak(c, "address is not of this network");
  if (!MayHave(c, address)) return Nak(c, "address is not available");
  return Ack(c, address, LeaseTime(c));
}

// C61-C65: the client boots again and hopes for the address it remembers.
DhcpVerdict DecideInitReboot(const Case& c) {
  const Ipv4 address = *c.question.requested;
  if (!address.IsHostAddress()) return Silence(SilenceReason::kBadRequest);
  if (!c.network().Contains(address)) {
    return NakIfAuthoritative(c, "address is not of this network");
  }
  const auto reserved = Reservation(c);
  if (reserved && *reserved != address && MayHave(c, *reserved)) {
    return Nak(c, "another address is reserved for this client");
  }
  const Lease* lease = c.lease();
  const bool known = lease != nullptr && IsLive(*lease, c.now);
  if (known && lease->address == address) return Ack(c, address, LeaseTime(c));
  if (known) return Nak(c, "client holds another address");
  if (!c.subnet().authoritative) return Silence(SilenceReason::kNotOurs);
  if (!MayHave(c, address)) return Nak(c, "address is not available");
  return Ack(c, address, LeaseTime(c));
}

// C65-C70: the client extends what it has.
DhcpVerdict DecideRenew(const Case& c) {
  const Ipv4 address = c.question.ciaddr;
  if (!address.IsHostAddress()) return Silence(SilenceReason::kBadRequest);
  if (!c.network().Contains(address)) {
    return NakIfAuthoritative(c, "address is not of this network");
  }
  const Lease* lease = c.lease();
  const bool known = lease != nullptr && IsLive(*lease, c.now);
  if (known && lease->address == address) {
    const auto reserved = Reservation(c);
    const bool moves =
        reserved && *reserved != address && c.Standing(*reserved) != Standing::kDeclined;
    return Ack(c, address, moves ? std::min(kReservationMoveLease, LeaseTime(c)) : LeaseTime(c));
  }
  if (known) return Nak(c, "client holds another address");
  if (c.Standing(address) == Standing::kOthers) return Nak(c, "address belongs to another client");
  if (!c.subnet().authoritative) return Silence(SilenceReason::kNotOurs);
  if (!MayHave(c, address)) return Nak(c, "address is not available");
  return Ack(c, address, LeaseTime(c));  // lost-database recovery (C67)
}

DhcpVerdict DecideRequest(const Case& c) {
  if (c.question.server_id) return DecideSelecting(c);
  if (!c.question.ciaddr.IsZero()) return DecideRenew(c);
  if (c.question.requested) return DecideInitReboot(c);
  return Silence(SilenceReason::kBadRequest);
}

// C82, C83: never answered; the address stays the client's to come back to until somebody else
// needs it. A lease that has ended is nothing to release: others may have the address by now.
DhcpVerdict DecideRelease(const Case& c) {
  const Lease* lease = c.book.LeaseAt(c.question.ciaddr);
  const bool theirs =
      lease != nullptr && lease->client == c.question.client && IsLive(*lease, c.now);
  if (!theirs || (c.question.server_id && !NamesUs(c.question))) {
    return Silence(SilenceReason::kNothingToRelease);
  }
  DhcpVerdict verdict = Silence(SilenceReason::kReleased);
  verdict.changes.push_back(Released(*lease, c.now));
  return verdict;
}

// The addresses on probation are what the client declined, so they are their own bounded record of
// how often it did, and a restart forgets nothing.
bool DeclinesTooOften(const Case& c) {
  const auto recent =
      std::ranges::count_if(c.book.leases().OfClient(c.question.client), [&c](const Ipv4 address) {
        const Lease& lease = *c.book.LeaseAt(address);
        return lease.state == LeaseState::kDeclined && c.now < lease.starts + kDeclineWindow;
      });
  return recent >= kMaxDeclines;
}

// C78-C81: never answered. Only whose the address is can take it from everybody, itself included:
// else one machine could empty the pool by naming what others have.
DhcpVerdict DecideDecline(const Case& c) {
  const Ipv4 address = c.question.requested.value_or(Ipv4{});
  const bool to_us = !c.question.server_id || NamesUs(c.question);
  if (!to_us || c.Standing(address) != Standing::kOwn) {
    return Silence(SilenceReason::kNothingToDecline);
  }
  if (DeclinesTooOften(c)) return Silence(SilenceReason::kDeclinedTooOften);
  const Lease* held = c.book.LeaseAt(address);
  const bool bound = held != nullptr && IsLive(*held, c.now);
  const auto probation = c.book.IsReserved(address) ? kDeclineStaticBackoff : kDeclineProbation;
  DhcpVerdict verdict = Silence(SilenceReason::kDeclined);
  verdict.changes.push_back(
      Declined(bound ? *held : NewLease(c, address, probation), c.now, probation));
  return verdict;
}

// The pending change that stands in the way of this packet, if any.
std::optional<Ipv4> PendingFor(const DhcpQuestion& question, const LeaseBook& book, Seconds now) {
  if (const auto own = book.PendingOf(question.client)) return own;
  for (const Ipv4 address : {question.requested.value_or(Ipv4{}), question.ciaddr}) {
    if (book.StandingOf(address, question.client, now) == Standing::kPending) return address;
  }
  return std::nullopt;
}

}  // namespace

DhcpVerdict DecideDhcp(const DhcpQuestion& question, const DhcpFacts& facts, const LeaseBook& book,
                       Seconds now) {
  if (facts.subnet == nullptr) return Silence(SilenceReason::kNoSubnet);
  if (facts.ignored) return Silence(SilenceReason::kUnknownMachine);
  if (const auto pending = PendingFor(question, book, now)) return WaitFor(*pending);
  const Case c{question, facts, book, now};
  switch (question.message) {
    case DhcpMessage::kDiscover:
      return DecideDiscover(c);
    case DhcpMessage::kRequest:
      return DecideRequest(c);
    case DhcpMessage::kRelease:
      return DecideRelease(c);
    case DhcpMessage::kDecline:
      return DecideDecline(c);
  }
  return Silence(SilenceReason::kBadRequest);
}

std::string_view ToString(SilenceReason reason) {
  switch (reason) {
    case SilenceReason::kNoSubnet:
      return "no_subnet";
    case SilenceReason::kUnknownMachine:
      return "unknown_machine";
    case SilenceReason::kNoAddress:
      return "no_address";
    case SilenceReason::kOtherServer:
      return "other_server";
    case SilenceReason::kNotOurs:
      return "not_ours";
    case SilenceReason::kBadRequest:
      return "bad_request";
    case SilenceReason::kReleased:
      return "released";
    case SilenceReason::kNothingToRelease:
      return "nothing_to_release";
    case SilenceReason::kDeclined:
      return "declined";
    case SilenceReason::kNothingToDecline:
      return "nothing_to_decline";
    case SilenceReason::kDeclinedTooOften:
      return "declined_too_often";
    case SilenceReason::kCommitFailed:
      return "commit_failed";
    case SilenceReason::kOverload:
      return "overload";
    case SilenceReason::kControlAway:
      return "control_away";
    case SilenceReason::kCount:
      break;
  }
  return "unknown";
}

}  // namespace pxe::core
