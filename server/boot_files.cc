#include "server/boot_files.h"

#include <variant>

#include "absl/strings/str_format.h"
#include "base/overloaded.h"
#include "base/status.h"
#include "boot/pxelinux.h"
#include "boot/variables.h"
#include "core/boot_path.h"
#include "core/decide_boot.h"
#include "server/machine.h"

namespace pxe::server {
namespace {

// One look at the state, under its mutex.
struct View {
  const Catalog& catalog;
  const core::LeaseBook& leases;
  Seconds now;
};

// A machine known by its MAC address, be it a host or a stranger on the link of `address`.
Machine MachineByMac(const View& view, const MacAddress& mac, Ipv4 address) {
  const HostNic found = view.catalog.FindByMac(mac);
  return {.subnet = view.catalog.SubnetContaining(address),
          .host = found.host,
          .nic = found.nic,
          .mac = mac,
          .address = address};
}

// Whoever holds the address: by its lease, else by its reservation. Nobody: the name is for nobody.
std::optional<Machine> MachineAt(const View& view, Ipv4 address) {
  const core::Lease* lease = view.leases.LeaseAt(address);
  if (lease != nullptr && core::IsLive(*lease, view.now)) {
    if (const auto mac = lease->client.Mac()) return MachineByMac(view, *mac, address);
  }
  const HostNic reserved = view.catalog.FindByReservedAddress(address);
  if (reserved.host != nullptr) return MachineByMac(view, reserved.nic->mac, address);
  const core::Subnet* subnet = view.catalog.SubnetContaining(address);
  if (subnet == nullptr) return std::nullopt;
  return Machine{.subnet = subnet, .address = address};
}

// Which machine a config name means, seen from the client that asks for it; none for a file or a
// name that no machine of ours answers to.
std::optional<Machine> MachineNamed(const View& view, const core::BootPath& path, Ipv4 client) {
  using Found = std::optional<Machine>;
  return std::visit(
      Overloaded{
          [&](const core::ConfigForUuid& named) -> Found {
            const core::Host* host = view.catalog.FindByUuid(named.uuid);
            if (host == nullptr) return std::nullopt;
            Machine machine{
                .subnet = view.catalog.SubnetContaining(client), .host = host, .address = client};
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
          [](const core::FileBelowRoot&) -> Found { return std::nullopt; },
      },
      path);
}

// The config of one machine, or why it has none.
absl::StatusOr<std::string> RenderFor(const View& view, const Machine& machine,
                                      std::optional<Ipv4> server) {
  const core::ProfileChoice choice = core::ChooseProfile(BootFactsOf(machine, view.catalog));
  if (choice.profile == nullptr) {
    return FailedPrecondition(
        absl::StrFormat("no boot config for this machine: %s", core::ToString(choice.reason)));
  }
  const boot::Variables variables(
      *choice.profile,
      {.host = machine.host,
       .nic = machine.mac,
       .address = machine.address.IsZero() ? std::nullopt : std::optional(machine.address),
       .server = server});
  return boot::RenderPxelinux(*choice.profile, variables.Lookup());
}

// The machine with that MAC as it would ask for its config: from its lease, else its reservation.
Machine MachineToPreview(const View& view, const MacAddress& mac) {
  constexpr Ipv4Prefix kAnywhere{};
  const core::Lease* lease = view.leases.LeaseOf(HardwareAddress::Of(mac), kAnywhere);
  if (lease != nullptr && core::IsLive(*lease, view.now)) {
    return MachineByMac(view, mac, lease->address);
  }
  const HostNic found = view.catalog.FindByMac(mac);
  const bool reserved = found.nic != nullptr && found.nic->address;
  return MachineByMac(view, mac, reserved ? *found.nic->address : Ipv4{});
}

core::BootAnswer AnswerConfig(const View& view, const core::BootPath& path,
                              const core::BootQuestion& question) {
  const auto machine = MachineNamed(view, path, question.client);
  if (!machine) return core::NoFile{"this name belongs to no machine here"};
  auto text = RenderFor(view, *machine, question.local);
  if (!text.ok()) return core::NoFile{MessageOf(text.status())};
  return core::RenderedFile{*std::move(text)};
}

}  // namespace

core::BootAnswer AnswerBoot(const core::BootQuestion& question, const LiveState& state,
                            Seconds now) {
  const auto path = core::ParseBootPath(question.path);
  if (!path.ok()) return core::RefusedFile{MessageOf(path.status())};
  if (const auto* file = std::get_if<core::FileBelowRoot>(&*path)) {
    return core::StaticFile{file->path};
  }
  const std::lock_guard lock(state.mutex);
  return AnswerConfig({state.catalog, state.leases, now}, *path, question);
}

absl::StatusOr<std::string> PreviewHostConfig(const std::string& host_id,
                                              std::optional<Ipv4> server, const LiveState& state,
                                              Seconds now) {
  const std::lock_guard lock(state.mutex);
  const View view{state.catalog, state.leases, now};
  const core::Host* host = state.catalog.FindHost(host_id);
  if (host == nullptr) return NotFound("hosts/" + host_id + " does not exist");
  if (host->nics.empty()) {
    return FailedPrecondition("hosts/" + host_id + " has no NIC to boot from");
  }
  return RenderFor(view, MachineToPreview(view, host->nics.front().mac), server);
}

absl::StatusOr<std::string> PreviewMacConfig(const MacAddress& mac, std::optional<Ipv4> server,
                                             const LiveState& state, Seconds now) {
  const std::lock_guard lock(state.mutex);
  const View view{state.catalog, state.leases, now};
  return RenderFor(view, MachineToPreview(view, mac), server);
}

}  // namespace pxe::server
