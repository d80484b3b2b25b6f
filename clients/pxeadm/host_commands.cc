#include <algorithm>

#include "api/resource_name.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/editable.h"
#include "clients/pxeadm/option_flag.h"
#include "pxe/v1/host.grpc.pb.h"

namespace pxe::adm {
namespace {

using google::protobuf::FieldMask;
using Texts = std::vector<std::string>;

class HostFlags {
 public:
  void Declare(CLI::App& verb) {
    AddRepeatable(verb, "--mac", macs_, "MAC address of a NIC, in any spelling");
    AddRepeatable(verb, "--address", addresses_, "Reserved address of the NIC; the 2nd of the 2nd");
    AddRepeatable(verb, "--host-name", host_names_, "Host name the NIC is told");
    verb.add_option("--uuid", uuid_, "SMBIOS UUID, as dmidecode prints it");
    AddRepeatable(verb, "--client-id", client_ids_, "Option 61 it is found by, hexadecimal");
    verb.add_option("--circuit-id", circuit_id_, "Port of a switch (82.1) it is found by");
    verb.add_option("--remote-id", remote_id_, "Remote id of a relay (82.2) it is found by");
    verb.add_option("--serial", serial_, "Serial number of the machine");
    verb.add_option("--profile", profile_, "What to boot; \"\": what rules and subnet say");
    verb.add_option("--local-boot", local_boot_, "true: boot the local disk, also with a profile");
    verb.add_option("--next-server", next_server_, "TFTP server, if it is not pxed");
    verb.add_option("--answers", answers_, "How far it is answered: all, address-only or nothing");
    AddRepeatable(verb, "--label", labels_, "KEY=VALUE, or KEY- to remove it");
    AddRepeatable(verb, "--var", variables_, "KEY=VALUE for templates, or KEY-");
    AddRepeatable(verb, "--option", options_, kOptionHelp);
  }

  bool NeedsStored() const { return ChangesNics() || !options_.empty(); }

  absl::Status Apply(v1::Host& host, FieldMask& mask) const {
    if (Named(uuid_, "uuid", mask)) host.set_uuid(*uuid_);
    ApplyList(client_ids_, "client_ids", host.mutable_client_ids(), mask);
    if (Named(circuit_id_, "circuit_id", mask)) host.set_circuit_id(*circuit_id_);
    if (Named(remote_id_, "remote_id", mask)) host.set_remote_id(*remote_id_);
    if (Named(profile_, "profile", mask)) {
      host.set_profile(FullName(api::kProfiles, *profile_));
    }
    if (Named(serial_, "serial", mask)) host.set_serial(*serial_);
    if (Named(local_boot_, "local_boot", mask)) host.set_local_boot(*local_boot_);
    if (Named(next_server_, "next_server", mask)) host.set_next_server(*next_server_);
    PXE_RETURN_IF_ERROR(ApplyAnswers(host, mask));
    ApplyNics(host, mask);
    PXE_RETURN_IF_ERROR(ApplyOptions(options_, host.mutable_options(), mask));
    PXE_RETURN_IF_ERROR(ApplyPairs("--label", "labels", labels_, host.mutable_labels(), mask));
    return ApplyPairs("--var", "variables", variables_, host.mutable_variables(), mask);
  }

 private:
  absl::Status ApplyAnswers(v1::Host& host, FieldMask& mask) const {
    if (!Named(answers_, "answers", mask)) return absl::OkStatus();
    if (*answers_ == "all") {
      host.set_answers(v1::ANSWERS_ALL);
    } else if (*answers_ == "address-only") {
      host.set_answers(v1::ANSWERS_ADDRESS_ONLY);
    } else if (*answers_ == "nothing") {
      host.set_answers(v1::ANSWERS_NOTHING);
    } else {
      return UsageError("--answers: is one of all, address-only, nothing");
    }
    return absl::OkStatus();
  }

  bool ChangesNics() const { return !macs_.empty() || !addresses_.empty() || !host_names_.empty(); }

  // The first --mac, --address and --host-name are those of the first NIC, and so on.
  void ApplyNics(v1::Host& host, FieldMask& mask) const {
    if (!ChangesNics()) return;
    mask.add_paths("nics");
    const auto nic = [&host](size_t index) {
      while (static_cast<size_t>(host.nics_size()) <= index) host.add_nics();
      return host.mutable_nics(static_cast<int>(index));
    };
    for (size_t i = 0; i < macs_.size(); ++i) nic(i)->set_mac(macs_[i]);
    for (size_t i = 0; i < addresses_.size(); ++i) nic(i)->set_address(addresses_[i]);
    for (size_t i = 0; i < host_names_.size(); ++i) nic(i)->set_host_name(host_names_[i]);
  }

  Texts macs_, addresses_, host_names_, labels_, variables_, options_, client_ids_;
  std::optional<std::string> circuit_id_, remote_id_, uuid_, serial_, profile_, answers_,
      next_server_;
  std::optional<bool> local_boot_;
};

std::string StateCell(v1::HostState state) {
  if (state == v1::HOST_STATE_APPROVED) return "approved";
  if (state == v1::HOST_STATE_DISCOVERED) return "discovered";
  if (state == v1::HOST_STATE_REJECTED) return "rejected";
  return "unknown";
}

struct HostApi {
  using Service = v1::HostService;
  using Resource = v1::Host;
  using GetRequest = v1::GetHostRequest;
  using DeleteRequest = v1::DeleteHostRequest;
  using ListRequest = v1::ListHostsRequest;
  using ListResponse = v1::ListHostsResponse;
  using Flags = HostFlags;
  static constexpr std::string_view kNoun = "host";
  static constexpr std::string_view kHelp = "Machines known by name";
  static constexpr std::string_view kFilterHelp =
      "Conditions: `labels.rack = \"a\" AND profile = profiles/deb`";
  static constexpr std::string_view kCollection = api::kHosts;

  static grpc::Status Get(Service::Stub& stub, grpc::ClientContext* context,
                          const GetRequest& request, v1::Host* out) {
    return stub.GetHost(context, request, out);
  }
  static grpc::Status List(Service::Stub& stub, grpc::ClientContext* context,
                           const ListRequest& request, ListResponse* out) {
    return stub.ListHosts(context, request, out);
  }
  static auto Items(ListResponse& page) { return page.mutable_hosts(); }
  static v1::CreateHostRequest CreateRequestOf(const std::string& id, const v1::Host& host) {
    v1::CreateHostRequest request;
    request.set_host_id(id);
    *request.mutable_host() = host;
    return request;
  }
  static grpc::Status Create(Service::Stub& stub, grpc::ClientContext* context,
                             const v1::CreateHostRequest& request, v1::Host* out) {
    return stub.CreateHost(context, request, out);
  }
  static v1::UpdateHostRequest UpdateRequestOf(const v1::Host& host, const FieldMask& mask) {
    v1::UpdateHostRequest request;
    *request.mutable_host() = host;
    *request.mutable_update_mask() = mask;
    return request;
  }
  static grpc::Status Update(Service::Stub& stub, grpc::ClientContext* context,
                             const v1::UpdateHostRequest& request, v1::Host* out) {
    return stub.UpdateHost(context, request, out);
  }
  static grpc::Status Delete(Service::Stub& stub, grpc::ClientContext* context,
                             const DeleteRequest& request, google::protobuf::Empty* out) {
    return stub.DeleteHost(context, request, out);
  }
  static Row Headline() { return {"ID", "MAC", "ADDRESS", "PROFILE", "STATE", "LABELS"}; }
  static Row Cells(const v1::Host& host) {
    Texts macs, addresses;
    for (const v1::Nic& nic : host.nics()) {
      macs.push_back(nic.mac());
      if (!nic.address().empty()) addresses.push_back(nic.address());
    }
    const std::map<std::string, std::string> sorted(host.labels().begin(), host.labels().end());
    Texts labels;
    for (const auto& [key, value] : sorted) labels.push_back(key + "=" + value);
    const std::string profile = host.local_boot() ? "(local disk)" : ShortName(host.profile());
    return {ShortName(host.name()),  Joined(macs),  Joined(addresses), profile,
            StateCell(host.state()), Joined(labels)};
  }
};

struct JudgeArguments final : Arguments {
  std::string id;
  std::string profile;
  ChangeFlags change;
};

// Sends a verb about a discovered host and shows what it is now.
template <typename Request>
absl::Status Judge(Session& session, const JudgeArguments& given, Request request,
                   grpc::Status (v1::HostService::Stub::*verb)(grpc::ClientContext*, const Request&,
                                                               v1::Host*)) {
  request.set_name(FullName(api::kHosts, given.id));
  request.set_etag(given.change.etag);
  given.change.Complete(request);
  const auto stub = v1::HostService::NewStub(session.channel());
  v1::Host host;
  PXE_RETURN_IF_ERROR(session.Change(
      [&](grpc::ClientContext* context) { return ((*stub).*verb)(context, request, &host); }));
  PXE_RETURN_IF_ERROR(PrintOne<HostApi>(session, host));
  given.change.Remark(session);
  return absl::OkStatus();
}

absl::Status RunApprove(Session& session, const JudgeArguments& given) {
  v1::ApproveHostRequest request;
  request.set_profile(FullName(api::kProfiles, given.profile));
  return Judge(session, given, request, &v1::HostService::Stub::ApproveHost);
}

absl::Status RunReject(Session& session, const JudgeArguments& given) {
  return Judge(session, given, v1::RejectHostRequest(), &v1::HostService::Stub::RejectHost);
}

void AddJudgingVerbs(CommandLine& line, CLI::App* noun) {
  auto& given = line.Own<JudgeArguments>();
  auto* approve = line.AddVerb(noun, "approve", "Make a discovered machine a host like the others",
                               &RunApprove, given);
  approve->add_option("--profile", given.profile, "What it is to boot from now on");
  auto* reject =
      line.AddVerb(noun, "reject", "Answer a discovered machine no more", &RunReject, given);
  for (auto* verb : {approve, reject}) {
    verb->add_option("ID", given.id)->required();
    given.change.DeclareDryRun(*verb);
    given.change.DeclareEtag(*verb);
  }
}

constexpr size_t kImportBatch = 1000;  // the most that one request takes

struct ImportArguments final : Arguments {
  std::string file;
  ChangeFlags change;
};

// Each batch is stored wholly or not at all; what was stored before a refusal stays.
absl::Status ImportBatch(Session& session, const ImportArguments& given,
                         std::vector<v1::Host>& hosts, size_t first, size_t end) {
  v1::BatchUpsertHostsRequest request;
  for (size_t i = first; i < end; ++i) *request.add_hosts() = std::move(hosts[i]);
  given.change.Complete(request);
  const auto stub = v1::HostService::NewStub(session.channel());
  v1::BatchUpsertHostsResponse response;
  return session.Change([&](grpc::ClientContext* context) {
    return stub->BatchUpsertHosts(context, request, &response);
  });
}

absl::Status RunImport(Session& session, const ImportArguments& given) {
  PXE_ASSIGN_OR_RETURN(const std::string text, ReadInput(session, given.file));
  std::vector<v1::Host> hosts;
  const std::string source = given.file == "-" ? "stdin" : given.file;
  PXE_RETURN_IF_ERROR(ReadMessages(
      source, text, [&hosts]() -> google::protobuf::Message& { return hosts.emplace_back(); }));
  for (v1::Host& host : hosts) {
    host.set_name(FullName(api::kHosts, host.name()));
    host.clear_etag();  // an export is older than what it is put over
  }
  for (size_t first = 0; first < hosts.size(); first += kImportBatch) {
    const size_t end = std::min(first + kImportBatch, hosts.size());
    const absl::Status status = ImportBatch(session, given, hosts, first, end);
    if (!status.ok()) {
      if (session.err_is_terminal && first > 0) session.err << "\n";
      session.err << absl::StrFormat("hosts %d to %d of %d refused, as one; %d before them %s\n",
                                     first + 1, end, hosts.size(), first,
                                     given.change.dry_run ? "are good" : "are imported");
      return status;
    }
    session.err << absl::StrFormat("%s%d of %d hosts%s", session.err_is_terminal ? "\r" : "", end,
                                   hosts.size(), session.err_is_terminal ? "" : "\n");
  }
  if (session.err_is_terminal && !hosts.empty()) session.err << "\n";
  given.change.Remark(session);
  return absl::OkStatus();
}

}  // namespace

void AddHostCommands(CommandLine& line) {
  auto* noun = AddEditableNoun<HostApi>(line);
  AddJudgingVerbs(line, noun);
  auto& given = line.Own<ImportArguments>();
  auto* import =
      line.AddVerb(noun, "import", "Create or replace many, 1000 at a time", &RunImport, given);
  import->add_option("-f,--file", given.file, "YAML or JSON, documents or lists; - for stdin")
      ->required();
  given.change.DeclareDryRun(*import);
}

}  // namespace pxe::adm
