#include "server/dhcp_facts.h"

#include "core/client_kind.h"
#include "core/decide_boot.h"
#include "core/next_server.h"
#include "server/machine.h"

namespace pxe::server {
namespace {

// The subnet of the client's link, in the order of N1: what the relay says (RFC 3527), the relay
// itself, the address renewed by unicast (such a packet took no relay, wherever its client lives),
// the interface it came in by.
const core::Subnet* LinkOf(const core::DhcpQuestion& question, const Catalog& catalog) {
  if (question.link_selection) return catalog.SubnetContaining(*question.link_selection);
  if (!question.giaddr.IsZero()) return catalog.SubnetContaining(question.giaddr);
  if (question.unicast && !question.ciaddr.IsZero()) {
    return catalog.SubnetContaining(question.ciaddr);
  }
  for (const Ipv4 address : question.local_addresses) {
    if (const core::Subnet* subnet = catalog.SubnetContaining(address)) return subnet;
  }
  return nullptr;
}

// By MAC, else by UUID. A UUID never overrides a MAC match: vendors ship constant ones (C107).
HostNic HostOf(const core::DhcpQuestion& question, const Catalog& catalog) {
  if (const auto mac = question.client.Mac()) {
    if (const HostNic found = catalog.FindByMac(*mac); found.host != nullptr) return found;
  }
  if (!question.facts.uuid) return {};
  return {catalog.FindByUuid(*question.facts.uuid), nullptr};
}

}  // namespace

core::DhcpFacts GatherFacts(const core::DhcpQuestion& question, const Catalog& catalog,
                            std::optional<Ipv4> advertise) {
  const core::Subnet* subnet = LinkOf(question, catalog);
  if (subnet == nullptr) return {};
  const HostNic found = HostOf(question, catalog);
  const Machine machine{.subnet = subnet, .host = found.host, .nic = found.nic};
  const core::BootVerdict verdict =
      core::DecideBoot(BootFactsOf(machine, catalog), core::KindOf(question.facts));
  core::DhcpFacts facts{.subnet = subnet, .nic = found.nic, .ignored = verdict.Silent()};
  if (!verdict.loader.empty()) {
    facts.boot = {core::NextServer(*subnet, question, advertise), verdict.loader};
  }
  return facts;
}

}  // namespace pxe::server
