#include <algorithm>

#include "api/resource_name.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/editable.h"
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
    verb.add_option("--profile", profile_, "What to boot; \"\" for the subnet's default");
    AddRepeatable(verb, "--label", labels_, "KEY=VALUE, or KEY- to remove it");
    AddRepeatable(verb, "--var", variables_, "KEY=VALUE for templates, or KEY-");
  }

  bool NeedsStored() const { return ChangesNics(); }

  absl::Status Apply(v1::Host& host, FieldMask& mask) const {
    if (Named(uuid_, "uuid", mask)) host.set_uuid(*uuid_);
    if (Named(profile_, "profile", mask)) {
      host.set_profile(FullName(api::kProfiles, *profile_));
    }
    ApplyNics(host, mask);
    PXE_RETURN_IF_ERROR(ApplyPairs("--label", "labels", labels_, host.mutable_labels(), mask));
    return ApplyPairs("--var", "variables", variables_, host.mutable_variables(), mask);
  }

 private:
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

  Texts macs_, addresses_, host_names_, labels_, variables_;
  std::optional<std::string> uuid_, profile_;
};

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
  static Row Headline() { return {"ID", "MAC", "ADDRESS", "PROFILE", "LABELS"}; }
  static Row Cells(const v1::Host& host) {
    Texts macs, addresses;
    for (const v1::Nic& nic : host.nics()) {
      macs.push_back(nic.mac());
      if (!nic.address().empty()) addresses.push_back(nic.address());
    }
    const std::map<std::string, std::string> sorted(host.labels().begin(), host.labels().end());
    Texts labels;
    for (const auto& [key, value] : sorted) labels.push_back(key + "=" + value);
    return {ShortName(host.name()), Joined(macs), Joined(addresses), ShortName(host.profile()),
            Joined(labels)};
  }
};

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
  auto& given = line.Own<ImportArguments>();
  auto* import =
      line.AddVerb(noun, "import", "Create or replace many, 1000 at a time", &RunImport, given);
  import->add_option("-f,--file", given.file, "YAML or JSON, documents or lists; - for stdin")
      ->required();
  given.change.DeclareDryRun(*import);
}

}  // namespace pxe::adm
