// explain and simulate: what a machine would boot, and why. The first line names the reason.
#include <sstream>

#include "absl/strings/str_format.h"
#include "api/resource_name.h"
#include "clients/pxeadm/command_line.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/exit_code.h"
#include "clients/pxeadm/resource.h"
#include "pxe/v1/boot.grpc.pb.h"

namespace pxe::adm {
namespace {

struct BootArguments final : Arguments {
  std::string mac, kind, vendor_class, uuid, subnet, giaddr, circuit_id;
  bool ipxe_lacks_bzimage = false;
};

absl::Status ReadFacts(const BootArguments& given, v1::BootFacts* facts) {
  if (!given.subnet.empty() && !given.giaddr.empty()) {
    return UsageError("give either --subnet or --giaddr");
  }
  facts->set_mac(given.mac);
  facts->set_kind(given.kind);
  facts->set_vendor_class(given.vendor_class);
  facts->set_uuid(given.uuid);
  if (!given.subnet.empty()) facts->set_subnet(FullName(api::kSubnets, given.subnet));
  if (!given.giaddr.empty()) facts->set_giaddr(given.giaddr);
  facts->set_circuit_id(given.circuit_id);
  facts->set_ipxe_lacks_bzimage(given.ipxe_lacks_bzimage);
  return absl::OkStatus();
}

bool WantsMessage(const Session& session) {
  return session.format == Format::kJson || session.format == Format::kYaml;
}

std::string ActionCell(v1::BootAction action) {
  if (action == v1::BOOT_ACTION_SILENCE) return "no answer";
  if (action == v1::BOOT_ACTION_ADDRESS_ONLY) return "an address only";
  if (action == v1::BOOT_ACTION_LOCAL) return "its local disk";
  if (action == v1::BOOT_ACTION_PROFILE) return "a profile";
  if (action == v1::BOOT_ACTION_PLAIN_FILE) return "the plain boot file";
  return "unknown";
}

std::string_view SourceWords(v1::ServerSource source) {
  if (source == v1::SERVER_SOURCE_HOST) return "as the host says";
  if (source == v1::SERVER_SOURCE_PROFILE) return "as the profile says";
  if (source == v1::SERVER_SOURCE_SUBNET) return "as the subnet says";
  if (source == v1::SERVER_SOURCE_PLAIN) return "as the subnet says for its plain boot file";
  if (source == v1::SERVER_SOURCE_ADVERTISED) return "by --advertise";
  if (source == v1::SERVER_SOURCE_INTERFACE) return "pxed on the interface";
  if (source == v1::SERVER_SOURCE_ROUTE) return "pxed on the route to the relay";
  return "unknown";
}

// What was decided, but for its reason.
void PrintDecision(Session& session, const v1::BootDecision& decision) {
  std::vector<Row> rows{{"gets", ActionCell(decision.action())}, {"code", decision.code()}};
  const auto add = [&rows](const char* what, const std::string& value) {
    if (!value.empty()) rows.push_back({what, value});
  };
  add("profile", ShortName(decision.profile()));
  add("rule", ShortName(decision.rule()));
  add("host", ShortName(decision.host()));
  add("subnet", ShortName(decision.subnet()));
  add("kind", decision.kind());
  add("loader", decision.loader());
  add("address", decision.address());
  if (!decision.next_server().empty()) {
    add("next server", absl::StrFormat("%s, %s", decision.next_server(),
                                       SourceWords(decision.next_server_source())));
  }
  if (decision.discovers()) add("discovers", "yes");
  session.out << RenderTable({"WHAT", "VALUE"}, rows);
}

void PrintSteps(Session& session, const v1::BootDecision& decision) {
  std::vector<Row> rows;
  for (const v1::BootStepTaken& step : decision.steps()) {
    rows.push_back({step.code(), step.resource(),
                    step.revision() == 0 ? "" : std::to_string(step.revision()), step.text()});
  }
  session.out << RenderTable({"STEP", "RESOURCE", "REVISION", "TEXT"}, rows);
}

absl::Status RunExplain(Session& session, const BootArguments& given) {
  v1::ExplainBootRequest request;
  PXE_RETURN_IF_ERROR(ReadFacts(given, request.mutable_facts()));
  const auto stub = v1::BootService::NewStub(session.channel());
  v1::ExplainBootResponse response;
  PXE_RETURN_IF_ERROR(session.Call([&](grpc::ClientContext* context) {
    return stub->ExplainBoot(context, request, &response);
  }));
  if (WantsMessage(session)) return PrintMessage(session, response);
  const v1::BootDecision& decision = response.decision();
  session.out << decision.reason() << "\n\n";
  PrintDecision(session, decision);
  session.out << "\n";
  PrintSteps(session, decision);
  return absl::OkStatus();
}

void PrintReply(Session& session, const char* name, bool sent, const v1::SimulatedReply& reply) {
  if (!sent) {
    session.out << absl::StrFormat("\n%s: none\n", name);
    return;
  }
  session.out << absl::StrFormat("\n%s, %d bytes\n", name, reply.packet().size());
  for (const v1::ReplyField& field : reply.fields()) {
    session.out << absl::StrFormat("  %s = %s\n", field.name(), field.value());
  }
}

std::string OutcomeCell(const v1::SimulatedFile& file) {
  const std::string detail = file.detail().empty() ? "" : ": " + file.detail();
  if (file.outcome() == v1::FILE_OUTCOME_RENDERED) return "made for this machine" + detail;
  if (file.outcome() == v1::FILE_OUTCOME_STATIC) return "from the disk" + detail;
  if (file.outcome() == v1::FILE_OUTCOME_NO_FILE) return "no such file" + detail;
  if (file.outcome() == v1::FILE_OUTCOME_REFUSED) return "refused" + detail;
  return "unknown" + detail;
}

void PrintFile(Session& session, const v1::SimulatedFile& file) {
  session.out << absl::StrFormat("\nTFTP %s: %s\n", file.name(), OutcomeCell(file));
  std::istringstream lines(file.text());
  for (std::string line; std::getline(lines, line);) session.out << "  | " << line << "\n";
}

absl::Status RunSimulate(Session& session, const BootArguments& given) {
  v1::SimulateBootRequest request;
  PXE_RETURN_IF_ERROR(ReadFacts(given, request.mutable_facts()));
  const auto stub = v1::BootService::NewStub(session.channel());
  v1::SimulateBootResponse response;
  PXE_RETURN_IF_ERROR(session.Call([&](grpc::ClientContext* context) {
    return stub->SimulateBoot(context, request, &response);
  }));
  if (WantsMessage(session)) return PrintMessage(session, response);
  bool first = true;
  for (const v1::BootStage& stage : response.stages()) {
    session.out << (first ? "" : "\n") << stage.decision().reason() << "\n\n";
    first = false;
    PrintDecision(session, stage.decision());
    PrintReply(session, "OFFER", stage.has_offer(), stage.offer());
    PrintReply(session, "ACK", stage.has_ack(), stage.ack());
    for (const v1::SimulatedFile& file : stage.files()) PrintFile(session, file);
  }
  return absl::OkStatus();
}

}  // namespace

void AddBootCommands(CommandLine& line) {
  auto& given = line.Own<BootArguments>();
  auto* explain = line.AddVerb(&line.app, "explain", "Say what a machine would boot, and why",
                               &RunExplain, given);
  auto* simulate =
      line.AddVerb(&line.app, "simulate", "Walk its boot from the first packet to the kernel",
                   &RunSimulate, given);
  for (auto* verb : {explain, simulate}) {
    verb->add_option("--mac", given.mac, "MAC address, in any spelling")->required();
    verb->add_option("--kind", given.kind, "Kind of client: uefi-x64");
    verb->add_option("--vendor-class", given.vendor_class, "DHCP option 60");
    verb->add_option("--uuid", given.uuid, "SMBIOS UUID");
    verb->add_option("--subnet", given.subnet, "Where it is");
    verb->add_option("--giaddr", given.giaddr, "Address of its relay, instead of --subnet");
    verb->add_option("--circuit-id", given.circuit_id, "What its relay calls its port");
    verb->add_flag("--lacks-bzimage", given.ipxe_lacks_bzimage,
                   "Is an iPXE that lists its features, and Linux kernels for BIOS are none");
  }
}

}  // namespace pxe::adm
