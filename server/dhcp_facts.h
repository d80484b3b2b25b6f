// From a DHCP question to the facts its decision looks at: the client's link, host and boot.
#pragma once

#include <optional>

#include "base/ipv4.h"
#include "core/decide_dhcp.h"
#include "core/dhcp_exchange.h"
#include "server/catalog.h"

namespace pxe::server {

// The facts point into the catalog; they live no longer than the lock on it. `advertise`: the
// address that --advertise tells clients to boot from.
core::DhcpFacts GatherFacts(const core::DhcpQuestion& question, const Catalog& catalog,
                            std::optional<Ipv4> advertise);

}  // namespace pxe::server
