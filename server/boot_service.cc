#include "server/boot_service.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/strings/str_format.h"
#include "api/resource_name.h"
#include "base/hex.h"
#include "base/overloaded.h"
#include "base/status.h"

namespace pxe::server {
namespace {

constexpr size_t kMaxText = 255;  // of a vendor class or a circuit id, as on the wire

absl::Status CheckText(std::string_view field, const std::string& text) {
  if (text.size() <= kMaxText) return absl::OkStatus();
  return InvalidArgument(absl::StrFormat("%s: is longer than %d bytes", field, kMaxText));
}

absl::StatusOr<ImaginedMachine> MachineOf(const v1::BootFacts& facts) {
  ImaginedMachine machine{.kind = facts.kind(),
                          .vendor_class = facts.vendor_class(),
                          .circuit_id = facts.circuit_id(),
                          .ipxe_lacks_bzimage = facts.ipxe_lacks_bzimage()};
  const auto mac = ParseMacAddress(facts.mac());
  if (!mac.ok()) return Annotate(mac.status(), "facts.mac");
  machine.mac = *mac;
  PXE_RETURN_IF_ERROR(CheckText("facts.vendor_class", facts.vendor_class()));
  PXE_RETURN_IF_ERROR(CheckText("facts.circuit_id", facts.circuit_id()));
  if (!facts.uuid().empty()) {
    const auto uuid = ParseUuid(facts.uuid());
    if (!uuid.ok()) return Annotate(uuid.status(), "facts.uuid");
    machine.uuid = *uuid;
  }
  if (facts.has_subnet()) {
    PXE_ASSIGN_OR_RETURN(machine.subnet,
                         api::ParseName("facts.subnet", api::kSubnets, facts.subnet()));
  }
  if (facts.has_giaddr()) {
    const auto giaddr = ParseIpv4(facts.giaddr());
    if (!giaddr.ok()) return Annotate(giaddr.status(), "facts.giaddr");
    machine.giaddr = *giaddr;
  }
  return machine;
}

v1::BootAction ActionOf(core::BootAction action) {
  switch (action) {
    case core::BootAction::kSilence:
      return v1::BOOT_ACTION_SILENCE;
    case core::BootAction::kAddressOnly:
      return v1::BOOT_ACTION_ADDRESS_ONLY;
    case core::BootAction::kLocal:
      return v1::BOOT_ACTION_LOCAL;
    case core::BootAction::kProfile:
      return v1::BOOT_ACTION_PROFILE;
    case core::BootAction::kPlainFile:
      return v1::BOOT_ACTION_PLAIN_FILE;
  }
  return v1::BOOT_ACTION_UNSPECIFIED;
}

v1::ServerSource SourceOf(core::ServerSource source) {
  switch (source) {
    case core::ServerSource::kNone:
      return v1::SERVER_SOURCE_UNSPECIFIED;
    case core::ServerSource::kHost:
      return v1::SERVER_SOURCE_HOST;
    case core::ServerSource::kProfile:
      return v1::SERVER_SOURCE_PROFILE;
    case core::ServerSource::kSubnet:
      return v1::SERVER_SOURCE_SUBNET;
    case core::ServerSource::kPlain:
      return v1::SERVER_SOURCE_PLAIN;
    case core::ServerSource::kAdvertised:
      return v1::SERVER_SOURCE_ADVERTISED;
    case core::ServerSource::kInterface:
      return v1::SERVER_SOURCE_INTERFACE;
    case core::ServerSource::kRoute:
      return v1::SERVER_SOURCE_ROUTE;
  }
  return v1::SERVER_SOURCE_UNSPECIFIED;
}

std::string NameOrNothing(std::string_view collection, const std::string& id) {
  return id.empty() ? "" : absl::StrFormat("%s/%s", collection, id);
}

std::string TextOrNothing(Ipv4 address) {
  return address.IsZero() ? "" : address.ToString();
}

void Put(const DecisionReport& report, v1::BootDecision* out) {
  out->set_reason(report.reason);
  out->set_code(report.code);
  out->set_action(ActionOf(report.action));
  out->set_profile(NameOrNothing(api::kProfiles, report.profile));
  out->set_rule(NameOrNothing(api::kRules, report.rule));
  out->set_host(NameOrNothing(api::kHosts, report.host));
  out->set_subnet(NameOrNothing(api::kSubnets, report.subnet));
  out->set_kind(report.kind);
  out->set_loader(report.loader);
  out->set_address(TextOrNothing(report.address));
  out->set_next_server(TextOrNothing(report.next_server));
  out->set_next_server_source(SourceOf(report.server_source));
  out->set_discovers(report.discovers);
  for (const ReportStep& step : report.steps) {
    v1::BootStepTaken* taken = out->add_steps();
    taken->set_code(step.code);
    taken->set_resource(step.resource);
    taken->set_revision(step.revision);
    taken->set_text(step.text);
  }
}

// "67 boot file: ..." is an option, "yiaddr 10.0.0.20" a field of the header.
void PutField(std::string_view line, v1::SimulatedReply* out) {
  v1::ReplyField* field = out->add_fields();
  const bool option = !line.empty() && line.front() >= '0' && line.front() <= '9';
  const std::string_view mark = option ? ": " : " ";
  const size_t end = std::min(line.find(mark), line.size());
  const std::string_view name = line.substr(0, end);
  const size_t blank = std::min(name.find(' '), name.size());
  field->set_name(option ? absl::StrFormat("option %s (%s)", name.substr(0, blank),
                                           name.substr(std::min(blank + 1, name.size())))
                         : std::string(name));
  field->set_value(std::string(line.substr(std::min(end + mark.size(), line.size()))));
}

void Put(const core::ReplyPreview& reply, v1::SimulatedReply* out) {
  out->set_packet(std::string(reply.bytes.begin(), reply.bytes.end()));
  std::string_view rest = reply.text;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    PutField(rest.substr(0, end), out);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

void Put(const AskedFile& file, v1::SimulatedFile* out) {
  out->set_name(file.name);
  std::visit(Overloaded{
                 [out](const core::RenderedFile& rendered) {
                   out->set_outcome(v1::FILE_OUTCOME_RENDERED);
                   out->set_text(rendered.text);
                 },
                 [out](const core::StaticFile& on_disk) {
                   out->set_outcome(v1::FILE_OUTCOME_STATIC);
                   out->set_detail(on_disk.path);
                 },
                 [out](const core::NoFile& none) {
                   out->set_outcome(v1::FILE_OUTCOME_NO_FILE);
                   out->set_detail(none.reason);
                 },
                 [out](const core::RefusedFile& refused) {
                   out->set_outcome(v1::FILE_OUTCOME_REFUSED);
                   out->set_detail(refused.reason);
                 },
                 [out](const core::NoAnswer& none) {
                   out->set_outcome(v1::FILE_OUTCOME_NO_FILE);
                   out->set_detail(none.reason);
                 },
             },
             file.answer);
}

void Put(const SimulatedStage& stage, v1::BootStage* out) {
  Put(stage.decision, out->mutable_decision());
  if (stage.offer) Put(*stage.offer, out->mutable_offer());
  if (stage.ack) Put(*stage.ack, out->mutable_ack());
  for (const AskedFile& file : stage.files) Put(file, out->add_files());
}

}  // namespace

grpc::ServerUnaryReactor* BootService::ExplainBoot(grpc::CallbackServerContext* context,
                                                   const v1::ExplainBootRequest* request,
                                                   v1::ExplainBootResponse* response) {
  const auto machine = MachineOf(request->facts());
  if (!machine.ok()) return Answer(context, machine.status());
  const auto report = Explain(*machine, plane_.state, tools_, plane_.clock.Now());
  if (!report.ok()) return Answer(context, report.status());
  Put(*report, response->mutable_decision());
  return Answer(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* BootService::SimulateBoot(grpc::CallbackServerContext* context,
                                                    const v1::SimulateBootRequest* request,
                                                    v1::SimulateBootResponse* response) {
  const auto machine = MachineOf(request->facts());
  if (!machine.ok()) return Answer(context, machine.status());
  const auto stages = Simulate(*machine, plane_.state, tools_, plane_.clock.Now());
  if (!stages.ok()) return Answer(context, stages.status());
  for (const SimulatedStage& stage : *stages) Put(stage, response->add_stages());
  return Answer(context, absl::OkStatus());
}

}  // namespace pxe::server
