#include "server/dhcp_facts.h"

#include <algorithm>
#include <array>
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

// The client's link, and whether the client says which (RFC 3011): what its relay says counts
// first, what it says itself where the subnet it arrived by lets it (C95).
struct Link {
  const core::Subnet* subnet = nullptr;
  bool selected = false;
};

Link LinkOf(const core::DhcpQuestion& question, const Catalog& catalog) {
  const core::Subnet* arrived = ArrivedBy(question, catalog);
  const bool selects = question.subnet_selection && !question.link_selection &&
                       arrived != nullptr && arrived->trust_subnet_selection;
  if (!selects) return {arrived, false};
  return {catalog.SubnetContaining(*question.subnet_selection), true};
}

// What a Raspberry Pi sends there is made of its serial number, differently by version (Q17).
bool HasUuid(const core::DhcpQuestion& question, const core::ClientKind& kind) {
  return question.facts.uuid && kind.agent != core::Agent::kRaspberryPi;
}

// Names only hosts that somebody has approved: vendors ship whole series with one (C107).
const core::Host* HostOfUuid(const core::DhcpQuestion& question, const core::ClientKind& kind,
                             const Catalog& catalog) {
  if (!HasUuid(question, kind)) return nullptr;
  const core::Host* host = catalog.FindByUuid(*question.facts.uuid);
  return host != nullptr && host->state == core::HostState::kApproved ? host : nullptr;
}

// The host, and the NIC of its that sent the packet, if that is told by its address.
HostNic WithNic(const core::Host* host, const core::DhcpQuestion& question) {
  const auto mac = question.client.Mac();
  if (host == nullptr || !mac) return {host, nullptr};
  const auto nic = std::ranges::find(host->nics, *mac, &core::Nic::mac);
  return {host, nic == host->nics.end() ? nullptr : &*nic};
}

// A client id or a port of a switch stands for an interface as well: where the host leaves no
// choice which of its addresses is meant, it is that of whatever is there.
HostNic WithAnyNic(const core::Host* host, const core::DhcpQuestion& question) {
  const HostNic found = WithNic(host, question);
  if (host == nullptr || found.nic != nullptr || host->nics.empty()) return found;
  const core::Nic& first = host->nics.front();
  const bool one_address = std::ranges::all_of(
      host->nics, [&first](const core::Nic& nic) { return nic.address == first.address; });
  return {host, one_address ? &first : nullptr};
}

HostNic HostBy(core::HostKey key, const core::DhcpQuestion& question, const core::ClientKind& kind,
               const Catalog& catalog) {
  switch (key) {
    case core::HostKey::kMac: {
      const auto mac = question.client.Mac();
      return mac ? catalog.FindByMac(*mac) : HostNic{};
    }
    case core::HostKey::kUuid:
      return WithNic(HostOfUuid(question, kind, catalog), question);
    case core::HostKey::kClientId:
      return WithAnyNic(catalog.FindByClientId(question.client_id), question);
    case core::HostKey::kCircuitId:
      return WithAnyNic(catalog.FindByCircuitId(question.circuit_id), question);
    case core::HostKey::kRemoteId:
      return WithAnyNic(catalog.FindByRemoteId(question.remote_id), question);
  }
  return {};
}

// By the first key by which there is one (C105).
HostNic HostOf(const core::DhcpQuestion& question, const core::ClientKind& kind,
               std::span<const core::HostKey> keys, const Catalog& catalog) {
  for (const core::HostKey key : keys) {
    if (const HostNic found = HostBy(key, question, kind, catalog); found.host != nullptr) {
      return found;
    }
  }
  return {};
}

// Those of the subnet by which the packet came; a link that is none of ours has the usual ones.
std::span<const core::HostKey> KeysOf(const core::Subnet* subnet) {
  static constexpr std::array kUsual = {core::HostKey::kMac, core::HostKey::kUuid};
  return subnet == nullptr ? std::span<const core::HostKey>(kUsual) : subnet->host_keys;
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
                        .host = machine.host,
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
  const auto [arrived, selected] = LinkOf(question, catalog);
  const core::Subnet* subnet = arrived;
  const HostNic found = HostOf(question, kind, KeysOf(subnet), catalog);
  std::span<const core::Subnet* const> link;
  if (subnet != nullptr) {
    link = catalog.LinkOf(*subnet);
    if (!link.empty()) {
      subnet =
          &core::PlaceOnLink(question, *subnet, link, found.host, found.nic, state.leases, now);
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
  core::BootFacts boot_facts = BootFactsOf(machine, catalog);
  boot_facts.ipxe_lacks_bzimage = question.facts.ipxe_lacks_bzimage;
  core::BootVerdict boot = core::DecideBoot(std::move(boot_facts), kind);
  core::DhcpFacts facts;
  core::ServerAddress server;
  if (subnet != nullptr) {
    if (!boot.loader.empty()) {
      server = core::NextServer(boot, machine.host, *subnet, question, advertise);
    }
    facts = FactsOf(machine, boot, server.address);
  }
  facts.link = link;
  facts.selected = selected;
  facts.quirks =
      core::RuleOnQuirks(question.facts, kind, !boot.loader.empty(), catalog.ranked_quirks());
  return {machine, kind, std::move(boot), std::move(facts), server.source};
}

Boot BootOf(const AskingMachine& asking, const Catalog& catalog, Seconds now) {
  Boot boot = BootOf(asking.boot, asking.kind, catalog, now);
  const Machine& machine = asking.machine;
  const bool by_mac = machine.nic != nullptr && machine.nic->mac == machine.mac;
  if (machine.host != nullptr && !by_mac) boot.host = machine.host->id;
  return boot;
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
