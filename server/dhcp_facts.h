// From a DHCP question to what is known of its machine: the client's link, host and boot.
#pragma once

#include <optional>

#include "base/ipv4.h"
#include "core/client_kind.h"
#include "core/decide_boot.h"
#include "core/decide_dhcp.h"
#include "core/dhcp_exchange.h"
#include "core/next_server.h"
#include "server/boots.h"
#include "server/catalog.h"
#include "server/live_state.h"
#include "server/machine.h"

namespace pxe::server {

// Points into the catalog and the question; lives no longer than the lock on the one and the other.
struct AskingMachine {
  Machine machine;
  core::ClientKind kind;
  core::BootVerdict boot;
  core::DhcpFacts facts;  // with boot fields and options by that verdict
  core::ServerSource server_source = core::ServerSource::kNone;  // who names the boot server
};

// `advertise`: the address that --advertise tells clients to boot from.
AskingMachine WhoAsks(const core::DhcpQuestion& question, const LiveState& state, Seconds now,
                      std::optional<Ipv4> advertise);

// The boot that begins with the answer to it.
Boot BootOf(const AskingMachine& asking, const Catalog& catalog, Seconds now);

// The host that a machine becomes which is discovered: `mac-525400000001`, with what its packet
// told. None: it has no MAC address to be found by again.
std::optional<core::Host> DiscoveredHost(const core::DhcpQuestion& question,
                                         const AskingMachine& asking, const Catalog& catalog,
                                         Seconds now);

}  // namespace pxe::server
