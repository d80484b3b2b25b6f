// What of a packet's decision, and of what data planes report, is an event.
//
// It looks and decides nothing: a packet is answered the same with and without. Where another
// server is meant to be (a subnet of mode PROXY, or one that is off) there is none; where it may be
// (RESERVATIONS_ONLY) it is one only for machines with an address reserved here.
#pragma once

#include <optional>
#include <vector>

#include "core/boot_loop.h"
#include "core/decide_dhcp.h"
#include "core/event.h"
#include "core/resolver.h"
#include "server/catalog.h"
#include "server/dhcp_facts.h"

namespace pxe::server {

// Not thread-safe: it lives under the state's mutex. The times of its events are not set.
class EventFinder {
 public:
  // Of one decision; mostly none.
  std::vector<core::Event> Find(const core::DhcpQuestion& question, const AskingMachine& asking,
                                const core::DhcpVerdict& verdict, Seconds now);

  // Of another server that a data plane has seen (BootEvent::Step::kCompeting).
  static std::optional<core::Event> OfOtherServer(const core::BootEvent& seen,
                                                  const Catalog& catalog);

 private:
  core::BootLoops loops_;
};

}  // namespace pxe::server
