// dhcp_load: so many machines boot, through a relay or on the wire; prints what became of them and
// how long it took (load_program.h).
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "bench/dhcp_load_fleet.h"
#include "bench/load_program.h"

namespace pxe::bench {
namespace {

struct Flags {
  FleetPlan plan;
  std::string interface;
  std::string relay;
  std::string server;
  bool avalanche = false;
  uint32_t timeout_ms = 1000;
};

void AddFlags(CLI::App& app, Flags& flags) {
  FleetPlan& plan = flags.plan;
  auto* wire = app.add_option("--interface", flags.interface, "machines on the wire, here");
  auto* relay = app.add_option("--relay", flags.relay, "machines behind this relay, our address");
  auto* server = app.add_option("--server", flags.server, "to whom the relay sends");
  wire->excludes(relay);
  relay->needs(server);
  app.add_option("--clients", plan.clients)->check(CLI::Range(1u, 16'000'000u));
  app.add_option("--first", plan.first, "the number of the first client");
  app.add_option("--herd", plan.herd, "second byte of all MAC addresses");
  app.add_option("--rate", plan.rate, "clients that begin each second");
  app.add_option("--window", plan.window, "without --rate: clients under way at any time");
  app.add_flag("--avalanche", flags.avalanche, "all begin at once and repeat until they are bound");
  app.add_option("--timeout-ms", flags.timeout_ms, "patience with the first try");
  app.add_option("--tries", plan.tries)->check(CLI::Range(1u, 20u));
  app.add_flag("--broadcast", plan.broadcast, "set the broadcast flag");
}

absl::StatusOr<Port> OpenPort(Flags& flags) {
  if (!flags.interface.empty()) return Port::OnWire(flags.interface);
  if (flags.relay.empty()) return InvalidArgument("name --interface or --relay");
  PXE_ASSIGN_OR_RETURN(flags.plan.relay, ParseIpv4(flags.relay));
  PXE_ASSIGN_OR_RETURN(const Ipv4 server, ParseIpv4(flags.server));
  return Port::AsRelay(flags.plan.relay, server);
}

void Print(const FleetPlan& plan, const FleetResult& result, const Port& port) {
  std::printf("%s\n",
              absl::StrFormat(
                  R"({"clients":%d,"bound":%d,"no_offer":%d,"no_ack":%d,"naks":%d,"wrong":%d,)"
                  R"("repeated":%d,"duplicates":%d,"refused":%d,"seconds":%.4f,)"
                  R"("begin_seconds":%.4f,"client_cpu_seconds":%.3f,%s,%s,%s})",
                  plan.clients, result.bound, result.no_offer, result.no_ack, result.naks,
                  result.wrong, result.repeated, result.duplicates, port.refused(), result.seconds,
                  result.begin_seconds, CpuSeconds(), Json("offer_ms", result.offer),
                  Json("ack_ms", result.ack), Json("four_way_ms", result.four_way))
                  .c_str());
}

absl::StatusOr<uint64_t> Run(Flags& flags) {
  flags.plan.timeout = std::chrono::milliseconds(flags.timeout_ms);
  if (flags.avalanche) {
    flags.plan.window = flags.plan.clients;
    flags.plan.tries = std::max(flags.plan.tries, 8u);
  }
  PXE_ASSIGN_OR_RETURN(Port port, OpenPort(flags));
  const FleetResult result = Fleet(flags.plan, port).Run();
  Print(flags.plan, result, port);
  return result.wrong;
}

int Main(int argc, char** argv) {
  CLI::App app("DHCP clients by the thousand", "dhcp_load");
  Flags flags;
  AddFlags(app, flags);
  return RunLoad(app, argc, argv, [&flags] { return Run(flags); });
}

}  // namespace
}  // namespace pxe::bench

int main(int argc, char** argv) {
  return pxe::bench::Main(argc, argv);
}
