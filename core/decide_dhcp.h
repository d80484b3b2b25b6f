// The DHCP decision: what a client gets for its packet, RFC 2131 section 4.3 and the rules C44-C85.
//
// Pure: facts, the lease book and `now` in; a verdict out. Whoever carries the verdict out keeps
// its order: hold or drop the offer, make the changes durable, and only then send the answer.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/dhcp_exchange.h"
#include "core/event.h"
#include "core/lease_book.h"
#include "core/model.h"
#include "core/quirks.h"

namespace pxe::core {

// A client whose reservation moved keeps its old address this long at each renewal, then asks anew
// and gets the new one. NetworkManager ignores a NAK to its renewal (C65).
inline constexpr std::chrono::seconds kReservationMoveLease{120};

// A REQUEST repeated within this time is answered from the lease just made, with no second write
// (C76).
inline constexpr std::chrono::seconds kRetransmission{10};

// A client that declines more than so many addresses within that time keeps the next one: it would
// eat the pool. edk2 declines whatever it gets when the mask is missing (C81).
inline constexpr int kMaxDeclines = 3;
inline constexpr std::chrono::seconds kDeclineWindow{600};

// What the catalog says about the client and its link.
struct DhcpFacts {
  const Subnet* subnet = nullptr;       // of the client's link; null: we serve none there
  std::span<const Subnet* const> link;  // all subnets of it, that one among them; empty: only that
  const Host* host = nullptr;           // null: an unknown machine
  const Nic* nic = nullptr;             // that one of its; null: unknown, or none in particular
  bool selected = false;                // by the client, with an option 118 that counts (C95)
  bool ignored = false;                 // the boot decision says: do not answer this machine
  BootFields boot;                      // what the boot decision gives it
  std::vector<DhcpOption> options;      // of host, profile and subnet, no code twice
  QuirkRuling quirks;                   // what this client is told otherwise
};

// What is odd about a machine, beside its answer: for the log, and an event.
struct Remark {
  EventKind kind = EventKind::kDeclinedAddress;
  Ipv4 address;        // that it is about
  std::string detail;  // printable
};

std::string ToString(const Remark& remark);  // "reservation_taken: who has what"

struct DhcpVerdict {
  DhcpAnswer answer;
  std::optional<Ipv4> offer;     // hold this address for the client
  bool drop_offers = false;      // the client chose another server
  std::vector<Lease> changes;    // durable before the answer leaves
  std::optional<Ipv4> wait_for;  // nothing decided: ask again when this pending change is settled
  HardwareAddress client;        // whose offers those are (core/identity.h)
  std::vector<Remark> remarks;   // mostly none
};

DhcpVerdict DecideDhcp(const DhcpQuestion& question, const DhcpFacts& facts, const LeaseBook& book,
                       Seconds now);

}  // namespace pxe::core
