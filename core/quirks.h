// What one client is told otherwise, by the rows that match it.
//
// What every reply can do for the odd ones it does for all (a PAD after option 67, 300 bytes, 53
// first; dhcp/reply.cc). A row is for what would be wrong elsewhere. The data planes know nothing
// of rows: they obey what has become of them in a grant. No row is an error; the worst that one can
// do is to make its own clients fail, and `explain` names it.
#pragma once

#include <span>
#include <vector>

#include "core/client_kind.h"
#include "core/dhcp_exchange.h"
#include "core/quirk.h"

namespace pxe::core {

// Those that everybody needs who has such machines. They stand behind the operators' rows, which
// can say otherwise. Their ids have an underscore and so are no operator's.
std::span<const Quirk> BuiltInQuirks();

// Whether the row is about this client.
bool Matches(const QuirkMatch& match, const ClientFacts& facts, const ClientKind& kind);

// What is said about one client: each thing by the first row that matches and speaks of it.
struct QuirkRuling {
  QuirkActions actions;
  std::vector<const Quirk*> rows;  // that had a say, in the order in which they were asked

  bool operator==(const QuirkRuling&) const = default;
};

// `operators`: their rows, the highest priority first. What is about booting counts for clients
// that have something to boot only. Time in the number of rows; allocates nothing when none
// matches.
QuirkRuling RuleOnQuirks(const ClientFacts& facts, const ClientKind& kind, bool boots,
                         std::span<const Quirk* const> operators);

// Makes the grant what the ruling says. An option 43 that host, profile or subnet give stays.
void Obey(const QuirkRuling& ruling, DhcpGrant& grant);

}  // namespace pxe::core
