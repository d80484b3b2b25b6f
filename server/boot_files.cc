#include "server/boot_files.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <variant>

#include "absl/strings/str_format.h"
#include "base/overloaded.h"
#include "base/status.h"
#include "boot/render_config.h"
#include "boot/variables.h"
#include "core/boot_path.h"
#include "core/decide_boot.h"
#include "server/machine.h"

namespace pxe::server {
namespace {

// One look at the state, under its mutex.
struct View {
  const LiveState& state;
  Seconds now;
  const PretendedBoot* pretended = nullptr;

  const Catalog& catalog() const { return state.catalog; }
};

// A machine known by its MAC address, be it a host or a stranger on the link of `address`.
Machine MachineByMac(const View& view, const MacAddress& mac, Ipv4 address) {
  const HostNic found = view.catalog().FindByMac(mac);
  Machine machine{.subnet = view.catalog().SubnetContaining(address),
                  .host = found.host,
                  .nic = found.nic,
                  .mac = mac,
                  .address = address};
  const core::Lease* lease = view.state.leases.LeaseAt(address);
  if (lease != nullptr && lease->client.Mac() == mac) machine.kind = lease->kind;
  return machine;
}

// Whoever holds the address: by its lease, else by its reservation. Nobody: the name is for nobody.
std::optional<Machine> MachineAt(const View& view, Ipv4 address) {
  const PretendedBoot* pretended = view.pretended;
  if (pretended != nullptr && pretended->address == address) {
    return MachineByMac(view, pretended->mac, address);
  }
  const core::Lease* lease = view.state.leases.LeaseAt(address);
  if (lease != nullptr && core::IsLive(*lease, view.now)) {
    if (const auto mac = lease->client.Mac()) return MachineByMac(view, *mac, address);
  }
  const HostNic reserved = view.catalog().FindByReservedAddress(address);
  if (reserved.host != nullptr) return MachineByMac(view, reserved.nic->mac, address);
  const core::Subnet* subnet = view.catalog().SubnetContaining(address);
  if (subnet == nullptr) return std::nullopt;
  return Machine{.subnet = subnet, .address = address};
}

// Which machine a config name means, seen from the client that asks for it; none for a name that no
// machine of ours answers to.
std::optional<Machine> MachineNamed(const View& view, const core::ConfigName& config, Ipv4 client) {
  using Found = std::optional<Machine>;
  return std::visit(
      Overloaded{
          [&](const core::ConfigForUuid& named) -> Found {
            const core::Host* host = view.catalog().FindByUuid(named.uuid);
            if (host == nullptr) return std::nullopt;
            Machine machine{
                .subnet = view.catalog().SubnetContaining(client), .host = host, .address = client};
            if (const auto at = MachineAt(view, client); at && at->host == host) return at;
            return machine;
          },
          [&](const core::ConfigForMac& named) -> Found {
            return MachineByMac(view, named.mac, client);
          },
          [&](const core::ConfigForAddress& named) { return MachineAt(view, named.address); },
          [&](const core::ConfigForNetwork& named) -> Found {
            return named.network.Contains(client) ? MachineAt(view, client) : std::nullopt;
          },
          [&](const core::ConfigForAnybody&) { return MachineAt(view, client); },
          [](const core::ConfigForOtherHardware&) -> Found { return std::nullopt; },
      },
      config.owner);
}

// Who asks under that name. A file below the root is asked for by whoever has the address.
std::optional<Machine> MachineAsking(const View& view, const core::BootPath& path, Ipv4 client) {
  const auto* config = std::get_if<core::ConfigName>(&path);
  return config != nullptr ? MachineNamed(view, *config, client) : MachineAt(view, client);
}

// All that a text is made from, beyond the lock.
struct Order {
  Boot boot;
  std::string reason;  // of the decision
  std::optional<core::Host> host;
  std::optional<MacAddress> mac;
  std::optional<Ipv4> address;
};

// The boot that the machine is in, else what it would be told now.
Order OrderOf(const View& view, const Machine& machine, bool live) {
  Order order;
  const Boot* under_way =
      machine.mac && !live ? view.state.boots.Of(*machine.mac, view.now) : nullptr;
  const PretendedBoot* pretended = view.pretended;
  if (pretended != nullptr && machine.mac == pretended->mac) under_way = &pretended->boot;
  if (under_way != nullptr) {
    order.boot = *under_way;
  } else {
    const auto verdict = core::ChooseProfile(BootFactsOf(machine, view.catalog()));
    order.boot = BootOf(verdict, {}, view.catalog(), view.now);
    order.reason = core::ToString(verdict.reason);
  }
  const core::Host* host = machine.host;
  if (host == nullptr && under_way != nullptr) host = view.catalog().FindHost(under_way->host);
  if (host != nullptr) order.host = *host;
  order.mac = machine.mac;
  if (!machine.address.IsZero()) order.address = machine.address;
  return order;
}

// Calls `render(profile, variables, templates)` with those of the order; there is a profile.
template <typename RenderFn>
auto RenderOrder(const Order& order, std::optional<Ipv4> server, RenderFn render) {
  const boot::Variables variables(*order.boot.profile, {.host = order.host ? &*order.host : nullptr,
                                                        .nic = order.mac,
                                                        .address = order.address,
                                                        .server = server});
  const auto templates = [&order](std::string_view id) -> const std::string* {
    const auto it = order.boot.templates->find(id);
    return it == order.boot.templates->end() ? nullptr : &it->second.text;
  };
  return render(*order.boot.profile, variables.Lookup(), templates);
}

bool IsVirtualFile(const Order& order, const std::string& path) {
  return order.boot.profile != nullptr && order.boot.profile->files.contains(path);
}

absl::StatusOr<std::string> RenderVirtualFile(const Order& order, const std::string& path,
                                              std::optional<Ipv4> server) {
  return RenderOrder(order, server,
                     [&path](const auto& profile, const auto& lookup, const auto& templates) {
                       return boot::RenderFile(profile, path, lookup, templates);
                     });
}

absl::StatusOr<std::string> RenderConfigOf(const Order& order, core::Flavour flavour,
                                           std::optional<Ipv4> server) {
  switch (order.boot.action) {
    case core::BootAction::kLocal:
      return boot::LocalBootConfig(flavour);
    case core::BootAction::kProfile:
      return RenderOrder(order, server,
                         [flavour](const auto& profile, const auto& lookup, const auto& templates) {
                           return boot::RenderConfig(flavour, profile, lookup, templates);
                         });
    case core::BootAction::kSilence:
    case core::BootAction::kAddressOnly:
    case core::BootAction::kPlainFile:
      break;
  }
  return FailedPrecondition(absl::StrFormat("no boot config for this machine: %s", order.reason));
}

// The entry that is booted when nobody chooses; a profile has one at least.
const core::Entry& DefaultEntry(const core::Profile& profile) {
  const auto named =
      std::ranges::find(profile.entries, profile.menu.default_entry, &core::Entry::name);
  return named == profile.entries.end() ? profile.entries.front() : *named;
}

std::vector<std::string> PathsOf(const core::Entry& entry) {
  std::vector<std::string> paths;
  for (const std::string* path : {&entry.kernel, &entry.chain, &entry.disk_image}) {
    if (!path->empty()) paths.push_back(*path);
  }
  paths.insert(paths.end(), entry.initrds.begin(), entry.initrds.end());
  return paths;
}

core::BootAnswer AnswerOf(absl::StatusOr<std::string> text) {
  if (!text.ok()) return core::NoFile{MessageOf(text.status())};
  return core::RenderedFile{*std::move(text)};
}

// The machine with that MAC as it would ask for its config: from its lease, else its reservation.
Machine MachineToPreview(const View& view, const MacAddress& mac) {
  constexpr Ipv4Prefix kAnywhere{};
  const core::Lease* lease = view.state.leases.LeaseOfHardware(HardwareAddress::Of(mac), kAnywhere);
  if (lease != nullptr && core::IsLive(*lease, view.now)) {
    return MachineByMac(view, mac, lease->address);
  }
  const HostNic found = view.catalog().FindByMac(mac);
  const bool reserved = found.nic != nullptr && found.nic->address;
  return MachineByMac(view, mac, reserved ? *found.nic->address : Ipv4{});
}

// Of a client that came by IPv6 there is no address of ours that a text could name.
std::optional<Ipv4> ServerAskedBy(const core::BootQuestion& question) {
  if (question.local.IsZero()) return std::nullopt;
  return question.local;
}

}  // namespace

core::BootAnswer AnswerBoot(const core::BootQuestion& question, const LiveState& state, Seconds now,
                            const PretendedBoot* pretended) {
  const auto path = core::ParseBootPath(question.path);
  if (!path.ok()) return core::RefusedFile{MessageOf(path.status())};
  const std::string& name = core::PathOf(*path);
  std::optional<Order> order;
  {
    const std::lock_guard lock(state.mutex);
    const View view{state, now, pretended};
    if (const auto machine = MachineAsking(view, *path, question.client)) {
      order = OrderOf(view, *machine, false);
    }
  }
  if (order && IsVirtualFile(*order, name)) {
    return AnswerOf(RenderVirtualFile(*order, name, ServerAskedBy(question)));
  }
  const auto* config = std::get_if<core::ConfigName>(&*path);
  if (config == nullptr) return core::StaticFile{name};
  if (!order) return core::NoFile{"this name belongs to no machine here"};
  return AnswerOf(RenderConfigOf(*order, config->flavour, ServerAskedBy(question)));
}

std::vector<std::string> FilesOfDefaultEntry(const PretendedBoot& boot, const LiveState& state,
                                             Ipv4 server) {
  if (boot.boot.action != core::BootAction::kProfile) return {};
  std::unique_lock lock(state.mutex);
  const View view{state, boot.boot.began, &boot};
  const Order order = OrderOf(view, MachineByMac(view, boot.mac, boot.address), false);
  lock.unlock();
  return RenderOrder(order, server, [](const auto& profile, const auto& lookup, const auto&) {
    std::vector<std::string> files;
    for (const std::string& path : PathsOf(DefaultEntry(profile))) {
      auto name = boot::RenderText(path, lookup);
      if (name.ok()) files.push_back(*std::move(name));
    }
    return files;
  });
}

absl::StatusOr<std::string> PreviewHostConfig(const std::string& host_id, const PreviewTerms& terms,
                                              const LiveState& state, Seconds now) {
  std::unique_lock lock(state.mutex);
  const View view{state, now};
  const core::Host* host = state.catalog.FindHost(host_id);
  if (host == nullptr) return NotFound("hosts/" + host_id + " does not exist");
  if (host->nics.empty()) {
    return FailedPrecondition("hosts/" + host_id + " has no NIC to boot from");
  }
  const Order order = OrderOf(view, MachineToPreview(view, host->nics.front().mac), true);
  lock.unlock();
  return RenderConfigOf(order, terms.flavour, terms.server);
}

absl::StatusOr<std::string> PreviewMacConfig(const MacAddress& mac, const PreviewTerms& terms,
                                             const LiveState& state, Seconds now) {
  std::unique_lock lock(state.mutex);
  const View view{state, now};
  const Order order = OrderOf(view, MachineToPreview(view, mac), true);
  lock.unlock();
  return RenderConfigOf(order, terms.flavour, terms.server);
}

}  // namespace pxe::server
