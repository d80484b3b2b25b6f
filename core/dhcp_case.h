// One packet being decided: what every step of core/decide_*.cc needs to see, and the steps that
// several of them take.
//
// For those files only. What is said here of "the link" is true of one subnet as well as of a
// shared network: an address of any of its subnets will do, and a client has one of them at a time.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "core/decide_dhcp.h"
#include "core/dhcp_exchange.h"
#include "core/identity.h"
#include "core/lease_book.h"
#include "core/model.h"

namespace pxe::core {

struct Case {
  const DhcpQuestion& question;
  const DhcpFacts& facts;
  const LeaseBook& book;
  Seconds now;
  ClientKey client;

  // The one it was placed in.
  const Subnet& subnet() const { return *facts.subnet; }

  // Calls `each` with the subnets of the link that are served alike, the one it was placed in
  // first, until one returns true; that one, or null.
  template <typename Each>
  const Subnet* FirstOf(Each each) const {
    if (each(*facts.subnet)) return facts.subnet;
    for (const Subnet* other : facts.link) {
      if (other != facts.subnet && other->mode == facts.subnet->mode && each(*other)) return other;
    }
    return nullptr;
  }

  // The subnet of the link in which the address lies; null: in none of them.
  const Subnet* SubnetOf(Ipv4 address) const {
    return FirstOf([address](const Subnet& one) { return one.cidr.Contains(address); });
  }
  enum Standing Standing(Ipv4 address) const { return book.StandingOf(address, client.key, now); }
  const Lease* lease() const;  // on this link; the live one, else the last
  const Lease* live() const;   // null: none that it may use now
  const Offer* offer() const;
};

// Who asks, with the leases that are there: one kept under the hardware address is taken over by
// the first identifier that counts (C100); where firmware counts as its machine, it comes back to
// what its system has.
Case CaseOf(const DhcpQuestion& question, const DhcpFacts& facts, const LeaseBook& book,
            Seconds now);

DhcpVerdict Silence(SilenceReason reason);
DhcpVerdict WaitFor(Ipv4 address);
DhcpVerdict Nak(const Case& c, std::string message);

// Whether option 54 is an address of ours (C60).
bool NamesUs(const DhcpQuestion& question);

// The address set aside for this client, when it lies on the client's link.
std::optional<Ipv4> Reservation(const Case& c);

// Whether the client may have this address: free for all or those like it, its own already, or
// reserved for it. A reserved one that another NIC of the same host has comes over to it (C106).
bool MayHave(const Case& c, Ipv4 address);

// The order of C47: reservation, current lease, the offer it was made, the address it had before
// (A3), the one it asks for, the one that has been free the longest; where all are gone, one that
// was declined, if its subnet puts up with that (A4).
std::optional<Ipv4> Choose(const Case& c);

// C53: what the client wishes, within the subnet's bounds.
std::chrono::seconds LeaseTime(const Case& c, Ipv4 address);

// What the subnet of `address` tells its machines. With no address, that it was placed in.
DhcpGrant Grant(const Case& c, GrantKind kind, Ipv4 address, std::chrono::seconds lease);

Lease NewLease(const Case& c, Ipv4 address, std::chrono::seconds time);

// A grant of the kind with the lease it rests on, and the end of another that the client holds on
// the same link, so that one client never has two addresses there.
DhcpVerdict Bind(const Case& c, GrantKind kind, Ipv4 address, std::chrono::seconds time);

}  // namespace pxe::core
