#include "server/dhcp_facts.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "base/hex.h"
#include "core/place_on_link.h"

namespace pxe::server {
namespace {

// The subnet by which the packet came, in the order of N1: what the relay says (RFC 3527), the
// relay itself, by name or by its network (N2), the address renewed by unicast (such a packet took
// no relay, wherever its client lives), the interface it came in by. Who is informed or asks for a
// boot server has an address too, and says it by broadcast as well.
const core::Subnet* ArrivedBy(const core::DhcpQuestion& question, const Catalog& catalog) {
  if (question.link_selection) return catalog.SubnetContaining(*question.link_selection);
  if (!question.giaddr.IsZero()) {
    const core::Subnet* named = catalog.SubnetOfRelay(question.giaddr);
    return named != nullptr ? named : catalog.SubnetContaining(question.giaddr);
  }
  const bool has_address = question.message == core::DhcpMessage::kInform ||
                           question.message == core::DhcpMessage::kBootServer;
  if ((question.unicast || has_address) && !question.ciaddr.IsZero()) {
    return catalog.SubnetContaining(question.ciaddr);
  }
  for (const Ipv4 address : question.local_addresses) {
    if (const core::Subnet* subnet = catalog.SubnetContaining(address)) return subnet;
  }
  return nullptr;
}

// What a Raspberry Pi sends there is made of its serial number, differently by version (Q17).
bool HasUuid(const core::DhcpQuestion& question, const core::ClientKind& kind) {
  return question.facts.uuid && kind.agent != core::Agent::kRaspberryPi;
}

// By MAC, else by UUID. A UUID never overrides a MAC match, and names only hosts that somebody has
// approved: vendors ship whole series with one (C107).
HostNic HostOf(const core::DhcpQuestion& question, const core::ClientKind& kind,
               const Catalog& catalog) {
  if (const auto mac = question.client.Mac()) {
    if (const HostNic found = catalog.FindByMac(*mac); found.host != nullptr) return found;
  }
  if (!HasUuid(question, kind)) return {};
  const core::Host* host = catalog.FindByUuid(*question.facts.uuid);
  const bool approved = host != nullptr && host->state == core::HostState::kApproved;
  return {approved ? host : nullptr, nullptr};
}

// Those of `below` whose code nobody above has named.
void LayOptions(const std::vector<core::DhcpOption>& below, std::vector<core::DhcpOption>& all) {
  const size_t above = all.size();
  for (const core::DhcpOption& option : below) {
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(above);
    const bool named = std::any_of(all.begin(), end, [&option](const core::DhcpOption& other) {
      return other.code == option.code;
    });
    if (!named) all.push_back(option);
  }
}

core::DhcpFacts FactsOf(const Machine& machine, const core::BootVerdict& boot, Ipv4 server) {
  core::DhcpFacts facts{.subnet = machine.subnet,
                        .nic = machine.nic,
                        .ignored = boot.action == core::BootAction::kSilence};
  if (!boot.loader.empty()) facts.boot = {server, boot.loader};
  if (machine.host != nullptr) facts.options = machine.host->options;
  const bool boots_profile = boot.profile != nullptr && core::LeadsOn(boot.action);
  if (boots_profile) LayOptions(boot.profile->options, facts.options);
  LayOptions(machine.subnet->options, facts.options);
  return facts;
}

}  // namespace

AskingMachine WhoAsks(const core::DhcpQuestion& question, const LiveState& state, Seconds now,
                      std::optional<Ipv4> advertise) {
  const Catalog& catalog = state.catalog;
  const core::ClientKind kind = core::KindOf(question.facts);
  const HostNic found = HostOf(question, kind, catalog);
  const core::Subnet* subnet = ArrivedBy(question, catalog);
  std::span<const core::Subnet* const> link;
  if (subnet != nullptr) {
    link = catalog.LinkOf(*subnet);
    if (!link.empty()) {
      subnet = &core::PlaceOnLink(question, *subnet, link, found.nic, state.leases, now);
    }
  }
  const Machine machine{.subnet = subnet,
                        .host = found.host,
                        .nic = found.nic,
                        .mac = question.client.Mac(),
                        .uuid = question.facts.uuid,
                        .kind = core::NameOf(kind),
                        .vendor_class = question.facts.vendor_class,
                        .circuit_id = question.circuit_id};
  core::BootVerdict boot = core::DecideBoot(BootFactsOf(machine, catalog), kind);
  core::DhcpFacts facts;
  core::ServerAddress server;
  if (subnet != nullptr) {
    if (!boot.loader.empty()) {
      server = core::NextServer(boot, machine.host, *subnet, question, advertise);
    }
    facts = FactsOf(machine, boot, server.address);
  }
  facts.link = link;
  facts.quirks =
      core::RuleOnQuirks(question.facts, kind, !boot.loader.empty(), catalog.ranked_quirks());
  return {machine, kind, std::move(boot), std::move(facts), server.source};
}

std::optional<core::Host> DiscoveredHost(const core::DhcpQuestion& question,
                                         const AskingMachine& asking, const Catalog& catalog,
                                         Seconds now) {
  const auto mac = question.client.Mac();
  if (!mac || asking.machine.subnet == nullptr) return std::nullopt;
  core::Host host;
  host.id = "mac-" + ToHex(mac->bytes);
  host.nics = {{.mac = *mac}};
  const auto& uuid = question.facts.uuid;
  if (HasUuid(question, asking.kind) && uuid->IsIdentity() && catalog.FindByUuid(*uuid) == nullptr)
    host.uuid = uuid;
  host.state = core::HostState::kDiscovered;
  host.discovery = {.subnet = asking.machine.subnet->id,
                    .kind = core::ToString(asking.kind),
                    .vendor_class = Printable(question.facts.vendor_class),
                    .circuit_id = question.circuit_id,
                    .first_seen = now};
  return host;
}

}  // namespace pxe::server
