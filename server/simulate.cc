#include "server/simulate.h"

#include <mutex>
#include <utility>
#include <variant>

#include "base/status.h"
#include "core/loader_names.h"
#include "core/typical_facts.h"
#include "server/boot_files.h"
#include "server/dhcp_facts.h"

namespace pxe::server {
namespace {

// Firmware, the iPXE it was given, and one more in case that one is given another.
constexpr size_t kMaxStages = 3;

using core::DhcpAnswer;
using core::DhcpGrant;
using core::DhcpQuestion;

absl::StatusOr<core::ClientKind> KindOf(const ImaginedMachine& machine, const core::Lease* lease) {
  constexpr core::ClientKind kCommonest{core::Platform::kBios, core::Agent::kFirmware};
  if (!machine.kind.empty()) {
    auto kind = core::ParseClientKind(machine.kind);
    if (!kind.ok()) return Annotate(kind.status(), "facts.kind");
    return kind;
  }
  if (!machine.vendor_class.empty()) {
    return core::KindOf({.vendor_class = machine.vendor_class, .mac = machine.mac});
  }
  if (lease == nullptr) return kCommonest;
  const auto kind = core::ParseClientKind(lease->kind);
  return kind.ok() && kind->BootsFromNetwork() ? *kind : kCommonest;
}

// Where the machine is attached; null: in no subnet.
absl::StatusOr<const core::Subnet*> LinkOf(const ImaginedMachine& machine, const LiveState& state,
                                           const core::Nic* nic, const core::Lease* lease) {
  const Catalog& catalog = state.catalog;
  if (machine.giaddr) return catalog.SubnetContaining(*machine.giaddr);
  if (!machine.subnet.empty()) {
    const core::Subnet* subnet = catalog.FindSubnet(machine.subnet);
    if (subnet == nullptr) return NotFound("subnets/" + machine.subnet + " does not exist");
    return subnet;
  }
  if (lease != nullptr) return catalog.SubnetContaining(lease->address);
  if (nic != nullptr && nic->address) return catalog.SubnetContaining(*nic->address);
  const auto& subnets = catalog.subnets();
  return subnets.size() == 1 ? &subnets.begin()->second : nullptr;
}

// The address of ours that clients of this subnet were last told; before the first of them its
// first address stands in.
Ipv4 OurAddressIn(const core::Subnet* subnet, const LiveState& state) {
  if (subnet == nullptr) return {};
  const auto told = state.our_addresses.find(subnet->id);
  return told != state.our_addresses.end() ? told->second : Ipv4{subnet->cidr.address.value + 1};
}

// What the packets of a host tell that it is found by, where nobody has said otherwise.
void TellOfHost(const core::Host& host, DhcpQuestion& question) {
  if (!question.facts.uuid) question.facts.uuid = host.uuid;
  if (question.circuit_id.empty()) question.circuit_id = host.circuit_id;
  question.remote_id = host.remote_id;
  if (!host.client_ids.empty()) question.client_id = host.client_ids.front();
}

// The DISCOVER that the machine would send, as its data plane would ask. Under the mutex.
absl::StatusOr<DhcpQuestion> QuestionOf(const ImaginedMachine& machine, const LiveState& state) {
  constexpr Ipv4Prefix kAnywhere{};
  const HostNic found = state.catalog.FindByMac(machine.mac);
  const core::Lease* lease =
      state.leases.LeaseOfHardware(HardwareAddress::Of(machine.mac), kAnywhere);
  PXE_ASSIGN_OR_RETURN(const core::ClientKind kind, KindOf(machine, lease));
  PXE_ASSIGN_OR_RETURN(const core::Subnet* subnet, LinkOf(machine, state, found.nic, lease));
  DhcpQuestion question{.client = HardwareAddress::Of(machine.mac),
                        .facts = core::TypicalFacts(kind)};
  if (!machine.vendor_class.empty()) question.facts.vendor_class = machine.vendor_class;
  question.facts.mac = machine.mac;
  question.facts.uuid = machine.uuid;
  question.facts.ipxe_lacks_bzimage = machine.ipxe_lacks_bzimage;
  question.circuit_id = machine.circuit_id;
  if (found.host != nullptr) TellOfHost(*found.host, question);
  if (subnet != nullptr) question.secs = subnet->min_secs;  // what it is told in the end
  const Ipv4 ours = OurAddressIn(subnet, state);
  question.local_addresses = {ours};
  if (machine.giaddr) {
    question.giaddr = *machine.giaddr;
    question.route_source = ours;
  }
  return question;
}

// What is decided for one program, with everything that is needed beyond the lock.
struct Decided {
  DecisionReport report;
  DhcpQuestion discover;
  DhcpAnswer offer;
  DhcpQuestion request;
  DhcpAnswer ack;
  core::ClientKind kind;
  PretendedBoot boot;
};

absl::StatusOr<Decided> Decide(const ImaginedMachine& machine, const LiveState& state,
                               const SimulationTools& tools, Seconds now) {
  const std::lock_guard lock(state.mutex);
  PXE_ASSIGN_OR_RETURN(DhcpQuestion question, QuestionOf(machine, state));
  const AskingMachine asking = WhoAsks(question, state, now, tools.advertise);
  const auto verdict = core::DecideDhcp(question, asking.facts, state.leases, now);
  if (verdict.wait_for) return Aborted("its lease is being changed; try again");
  Decided decided{.report = ReportOf(asking, verdict.answer, state.catalog),
                  .discover = question,
                  .offer = verdict.answer,
                  .request = question,
                  .ack = verdict.answer,
                  .kind = asking.kind,
                  .boot = {.mac = machine.mac, .boot = BootOf(asking, state.catalog, now)}};
  const auto* grant = std::get_if<DhcpGrant>(&verdict.answer);
  if (grant == nullptr) return decided;
  decided.boot.address = grant->address;
  decided.request.server_id = grant->server_id;
  if (grant->kind == core::GrantKind::kProxyOffer) {
    decided.request.message = core::DhcpMessage::kBootServer;
  } else {
    decided.request.message = core::DhcpMessage::kRequest;
    decided.request.requested = grant->address;
  }
  decided.ack = core::DecideDhcp(decided.request, asking.facts, state.leases, now).answer;
  return decided;
}

// The files of one program, in order.
class FileWalk {
 public:
  FileWalk(const Decided& decided, const LiveState& state, Seconds now)
      : decided_(decided), state_(state), now_(now) {}

  std::vector<AskedFile> Walk() && {
    const std::string& loader = decided_.report.loader;
    if (loader.empty()) return {};
    if (core::FamilyOf(loader) != core::LoaderFamily::kIpxeScript) Ask(loader);
    if (!core::LeadsOn(decided_.report.action)) return std::move(files_);
    if (core::FamilyOf(loader) == core::LoaderFamily::kShim) {
      Ask(loader.substr(0, loader.find_last_of('/') + 1) + "grubx64.efi");
    }
    const core::LoaderIdentity identity{.mac = decided_.boot.mac,
                                        .uuid = decided_.discover.facts.uuid,
                                        .address = decided_.boot.address};
    for (const std::string& name : core::NamesAskedBy(loader, identity)) {
      if (!Ask(name)) continue;
      for (const std::string& file : FilesOfDefaultEntry(decided_.boot, state_, Server())) {
        Ask(file);
      }
      break;
    }
    return std::move(files_);
  }

 private:
  Ipv4 Server() const { return decided_.report.next_server; }

  // Whether a text was made for it.
  bool Ask(const std::string& name) {
    auto answer = AnswerBoot({.path = name, .client = decided_.boot.address, .local = Server()},
                             state_, now_, &decided_.boot);
    const bool made = std::holds_alternative<core::RenderedFile>(answer);
    files_.push_back({name, std::move(answer)});
    return made;
  }

  const Decided& decided_;
  const LiveState& state_;
  const Seconds now_;
  std::vector<AskedFile> files_;
};

SimulatedStage StageOf(const Decided& decided, const LiveState& state, const SimulationTools& tools,
                       Seconds now) {
  return {.decision = decided.report,
          .offer = tools.preview_reply(decided.discover, decided.offer),
          .ack = tools.preview_reply(decided.request, decided.ack),
          .files = FileWalk(decided, state, now).Walk()};
}

}  // namespace

absl::StatusOr<DecisionReport> Explain(const ImaginedMachine& machine, const LiveState& state,
                                       const SimulationTools& tools, Seconds now) {
  PXE_ASSIGN_OR_RETURN(Decided decided, Decide(machine, state, tools, now));
  return std::move(decided.report);
}

absl::StatusOr<std::vector<SimulatedStage>> Simulate(const ImaginedMachine& machine,
                                                     const LiveState& state,
                                                     const SimulationTools& tools, Seconds now) {
  std::vector<SimulatedStage> stages;
  ImaginedMachine program = machine;
  while (stages.size() < kMaxStages) {
    PXE_ASSIGN_OR_RETURN(const Decided decided, Decide(program, state, tools, now));
    stages.push_back(StageOf(decided, state, tools, now));
    if (core::FamilyOf(decided.report.loader) != core::LoaderFamily::kIpxe) break;
    program.vendor_class.clear();
    program.ipxe_lacks_bzimage = false;
    program.kind = core::ToString({decided.kind.platform, core::Agent::kIpxe});
  }
  return stages;
}

}  // namespace pxe::server
