#include "core/decide_dhcp.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "core/decide_boot_service.h"
#include "core/decide_discover.h"
#include "core/dhcp_case.h"

namespace pxe::core {
namespace {

// What only the server in charge may say; a bystander keeps silent.
DhcpVerdict NakIfAuthoritative(const Case& c, std::string message) {
  return c.subnet().authoritative ? Nak(c, std::move(message)) : Silence(SilenceReason::kNotOurs);
}

DhcpVerdict Ack(const Case& c, Ipv4 address, std::chrono::seconds time) {
  return Bind(c, GrantKind::kAck, address, time);
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
  if (c.SubnetOf(address) == nullptr) return Nak(c, "address is not of this network");
  if (!MayHave(c, address)) return Nak(c, "address is not available");
  return Ack(c, address, LeaseTime(c, address));
}

// C61-C65: the client boots again and hopes for the address it remembers.
DhcpVerdict DecideInitReboot(const Case& c) {
  const Ipv4 address = *c.question.requested;
  if (!address.IsHostAddress()) return Silence(SilenceReason::kBadRequest);
  if (c.SubnetOf(address) == nullptr) {
    return NakIfAuthoritative(c, "address is not of this network");
  }
  const auto reserved = Reservation(c);
  if (reserved && *reserved != address && MayHave(c, *reserved)) {
    return Nak(c, "another address is reserved for this client");
  }
  const Lease* lease = c.live();
  if (lease != nullptr && lease->address != address) return Nak(c, "client holds another address");
  if (lease != nullptr) return Ack(c, address, LeaseTime(c, address));
  if (!c.subnet().authoritative) return Silence(SilenceReason::kNotOurs);
  if (!MayHave(c, address)) return Nak(c, "address is not available");
  return Ack(c, address, LeaseTime(c, address));
}

// The lease of a client that renews what it has: short where another address waits for it (C65).
DhcpVerdict Extend(const Case& c, Ipv4 address) {
  const auto reserved = Reservation(c);
  const bool moves =
      reserved && *reserved != address && c.Standing(*reserved) != Standing::kDeclined;
  const auto time = LeaseTime(c, address);
  return Ack(c, address, moves ? std::min(kReservationMoveLease, time) : time);
}

// C65-C70: the client extends what it has.
DhcpVerdict DecideRenew(const Case& c) {
  const Ipv4 address = c.question.ciaddr;
  if (!address.IsHostAddress()) return Silence(SilenceReason::kBadRequest);
  if (c.SubnetOf(address) == nullptr) {
    return NakIfAuthoritative(c, "address is not of this network");
  }
  const Lease* lease = c.live();
  if (lease != nullptr && lease->address == address) return Extend(c, address);
  if (lease != nullptr) return Nak(c, "client holds another address");
  if (c.Standing(address) == Standing::kOthers) return Nak(c, "address belongs to another client");
  if (!c.subnet().authoritative) return Silence(SilenceReason::kNotOurs);
  if (!MayHave(c, address)) return Nak(c, "address is not available");
  return Ack(c, address, LeaseTime(c, address));  // lost-database recovery (C67)
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
  const bool theirs = lease != nullptr && KeyOf(*lease) == c.client.key && IsLive(*lease, c.now);
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

// C84: whoever has an address is told the rest. Nothing is checked of it and nothing kept.
DhcpVerdict DecideInform(const Case& c) {
  DhcpGrant grant = Grant(c, GrantKind::kInformed, c.question.ciaddr, {});
  grant.address = {};
  return {.answer = std::move(grant)};
}

// C147: an address without end, for a protocol that knows no leases.
DhcpVerdict DecideBootp(const Case& c) {
  const bool served =
      c.subnet().bootp == Bootp::kDynamic || (c.subnet().bootp == Bootp::kStatic && Reservation(c));
  if (!served) return Silence(SilenceReason::kBootpOff);
  const auto address = Choose(c);
  if (!address) return Silence(SilenceReason::kNoAddress);
  if (c.Standing(*address) == Standing::kPending) return WaitFor(*address);
  return Bind(c, GrantKind::kBootp, *address, kForever);
}

// A subnet of reservations is silent to all others, which may be another server's; but who says
// that we offered it something is told that this is over, and what somebody has it can give back.
std::optional<DhcpVerdict> TurnAway(const Case& c) {
  if (c.subnet().mode != SubnetMode::kReservationsOnly || Reservation(c)) return std::nullopt;
  const DhcpMessage message = c.question.message;
  if (message == DhcpMessage::kRelease || message == DhcpMessage::kDecline) return std::nullopt;
  const bool selects = message == DhcpMessage::kRequest && c.question.server_id;
  if (selects && NamesUs(c.question)) return Nak(c, "no address is reserved for this client");
  return Silence(SilenceReason::kNotReserved);
}

// The pending change that stands in the way of this packet, if any.
std::optional<Ipv4> PendingFor(const Case& c) {
  const DhcpQuestion& question = c.question;
  if (const auto own = c.book.PendingOf(c.client.key)) return own;
  for (const Ipv4 address : {question.requested.value_or(Ipv4{}), question.ciaddr}) {
    if (c.Standing(address) == Standing::kPending) return address;
  }
  return std::nullopt;
}

// C133: a client can say what it likes about a relay that its packet did not come through.
bool IsUntrusted(const DhcpQuestion& question, const Subnet& subnet) {
  const bool direct = question.giaddr.IsZero() && !question.relay_agent.empty();
  return direct && !subnet.trust_direct_relay_agent;
}

DhcpVerdict DecideByMessage(const Case& c) {
  switch (c.question.message) {
    case DhcpMessage::kDiscover:
      return DecideDiscover(c);
    case DhcpMessage::kRequest:
      return DecideRequest(c);
    case DhcpMessage::kRelease:
      return DecideRelease(c);
    case DhcpMessage::kDecline:
      return DecideDecline(c);
    case DhcpMessage::kInform:
      return DecideInform(c);
    case DhcpMessage::kBootp:
      return DecideBootp(c);
    case DhcpMessage::kBootServer:
      return DecideBootServer(c);
  }
  return Silence(SilenceReason::kBadRequest);
}

// C101: two machines that call themselves the same are one client.
std::optional<Remark> RemarkOnIdentity(const Case& c) {
  if (!c.client.by_client_id) return std::nullopt;
  const Lease* lease = c.live();
  const bool collides = lease != nullptr && lease->by_client_id &&
                        lease->client != c.question.client &&
                        KeyOf(c.question, c.subnet().identity).by_client_id;
  if (!collides) return std::nullopt;
  return Remark{EventKind::kClientIdCollision, lease->address,
                absl::StrFormat("it has the client identifier and the address %s of %s",
                                lease->address.ToString(), lease->client.ToString())};
}

// C49: somebody else has the address that is set aside for this one.
std::optional<Remark> RemarkOnReservation(const Case& c) {
  if (c.question.message != DhcpMessage::kDiscover) return std::nullopt;
  const auto reserved = Reservation(c);
  if (!reserved || c.Standing(*reserved) != Standing::kOthers || MayHave(c, *reserved)) {
    return std::nullopt;
  }
  const Lease* lease = c.book.LeaseAt(*reserved);
  return Remark{EventKind::kReservationTaken, *reserved,
                absl::StrFormat("%s has its address %s",
                                lease == nullptr ? "another client" : lease->client.ToString(),
                                reserved->ToString())};
}

void AddRemarks(const Case& c, std::vector<Remark>& remarks) {
  for (const auto& remark : {RemarkOnIdentity(c), RemarkOnReservation(c)}) {
    if (remark) remarks.push_back(*remark);
  }
}

}  // namespace

std::string ToString(const Remark& remark) {
  return absl::StrFormat("%s: %s", ToString(remark.kind), remark.detail);
}

DhcpVerdict DecideDhcp(const DhcpQuestion& question, const DhcpFacts& facts, const LeaseBook& book,
                       Seconds now) {
  if (facts.subnet == nullptr) return Silence(SilenceReason::kNoSubnet);
  if (facts.subnet->mode == SubnetMode::kOff) return Silence(SilenceReason::kSubnetOff);
  if (IsUntrusted(question, *facts.subnet)) return Silence(SilenceReason::kUntrustedRelay);
  if (facts.ignored) return Silence(SilenceReason::kUnknownMachine);
  const Case c = CaseOf(question, facts, book, now);
  if (facts.subnet->mode == SubnetMode::kProxy) return DecideProxy(c);
  if (question.message == DhcpMessage::kBootServer) return DecideBootServer(c);
  if (auto turned_away = TurnAway(c)) return *std::move(turned_away);
  if (const auto pending = PendingFor(c)) return WaitFor(*pending);
  DhcpVerdict verdict = DecideByMessage(c);
  verdict.client = c.client.key;
  AddRemarks(c, verdict.remarks);
  return verdict;
}

}  // namespace pxe::core
