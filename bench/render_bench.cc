// What one boot costs us besides I/O: the kind, the decision, the name, the variables, the text.
#include <benchmark/benchmark.h>

#include <string>

#include "boot/render_config.h"
#include "boot/variables.h"
#include "core/boot_path.h"
#include "core/client_kind.h"
#include "core/decide_boot.h"

namespace pxe {
namespace {

// A profile as people write them: one kernel, one initrd, five variables in its arguments.
struct TypicalMachine {
  TypicalMachine() {
    profile.id = "deb";
    core::Entry entry;
    entry.name = "deb";
    entry.kernel = "debian/{{vars.release}}/vmlinuz";
    entry.initrds = {"debian/{{vars.release}}/initrd.img"};
    entry.arguments =
        "console={{vars.console}} hostname={{host.id}} rack={{host.labels.rack}} "
        "url=http://{{server.address}}/preseed/{{nic.mac}} auto=true priority=critical quiet";
    profile.entries = {entry};
    profile.variables = {{"console", "ttyS0"}, {"release", "bookworm"}};
    core::Nic nic;
    nic.mac = *ParseMacAddress("52:54:00:00:00:01");
    host.id = "n1";
    host.nics = {nic};
    host.labels = {{"rack", "a"}};
    host.profile = "deb";
    subnet.id = "lab";
  }

  core::Profile profile;
  core::Host host;
  core::Subnet subnet;
};

// A profile that names the template "main" needs no other.
std::string Render(const TypicalMachine& machine, core::Flavour flavour,
                   const std::string& main = "") {
  const boot::Variables variables(machine.profile, {.host = &machine.host,
                                                    .nic = machine.host.nics[0].mac,
                                                    .address = Ipv4{0x0a000014},
                                                    .server = Ipv4{0x0a000001}});
  return *boot::RenderConfig(flavour, machine.profile, variables.Lookup(),
                             [&](std::string_view) { return &main; });
}

void BM_RenderTypicalConfig(benchmark::State& state) {
  const TypicalMachine machine;
  const auto flavour = static_cast<core::Flavour>(state.range(0));
  state.SetLabel(std::string(core::NameOf(flavour)));
  for (auto _ : state) benchmark::DoNotOptimize(Render(machine, flavour));
}
BENCHMARK(BM_RenderTypicalConfig)->DenseRange(0, core::kFlavours.size() - 1);

// A kickstart file of 200 lines, every fifth with a variable.
void BM_RenderTemplate(benchmark::State& state) {
  TypicalMachine machine;
  machine.profile.configs = {{"pxelinux", "main"}};
  std::string main;
  for (int i = 0; i < 200; ++i) {
    main += i % 5 == 0 ? "network --hostname={{host.id}}\n" : "a line as it stands in the file\n";
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(Render(machine, core::Flavour::kPxelinux, main));
  }
}
BENCHMARK(BM_RenderTemplate);

void BM_RenderWithoutVariables(benchmark::State& state) {
  TypicalMachine machine;
  machine.profile.entries[0].kernel = "vmlinuz";
  machine.profile.entries[0].initrds = {"initrd.img"};
  machine.profile.entries[0].arguments = "console=ttyS0 quiet";
  for (auto _ : state) benchmark::DoNotOptimize(Render(machine, core::Flavour::kPxelinux));
}
BENCHMARK(BM_RenderWithoutVariables);

void BM_DecideBoot(benchmark::State& state) {
  const TypicalMachine machine;
  const core::BootFacts facts{.subnet = &machine.subnet,
                              .host = &machine.host,
                              .profiles = [&](std::string_view) { return &machine.profile; }};
  const core::ClientKind kind{core::Platform::kUefiX64, core::Agent::kFirmware};
  for (auto _ : state) benchmark::DoNotOptimize(core::DecideBoot(facts, kind));
}
BENCHMARK(BM_DecideBoot);

void BM_TellTheKind(benchmark::State& state) {
  const core::ClientFacts facts{.vendor_class = "PXEClient:Arch:00000:UNDI:002001",
                                .user_class = {"iPXE"},
                                .architectures = {0},
                                .uuid = std::nullopt,
                                .has_ipxe_options = true};
  for (auto _ : state) benchmark::DoNotOptimize(core::KindOf(facts));
}
BENCHMARK(BM_TellTheKind);

void BM_ReadConfigName(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(core::ParseBootPath("bios/pxelinux.cfg/01-52-54-00-00-00-01"));
  }
}
BENCHMARK(BM_ReadConfigName);

}  // namespace
}  // namespace pxe
