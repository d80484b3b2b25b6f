#include "api/resource_name.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/editable.h"
#include "pxe/v1/subnet.grpc.pb.h"

namespace pxe::adm {
namespace {

using google::protobuf::FieldMask;
using Texts = std::vector<std::string>;

struct UnknownWord {
  std::string_view word;
  v1::UnknownMachines value;
  bool alone;
  bool with_profile;  // "profile=deb"
};

constexpr UnknownWord kUnknownWords[] = {
    {"ignore", v1::UNKNOWN_MACHINES_IGNORE, true, false},
    {"address-only", v1::UNKNOWN_MACHINES_ADDRESS_ONLY, true, false},
    {"profile", v1::UNKNOWN_MACHINES_PROFILE, false, true},
    {"local", v1::UNKNOWN_MACHINES_LOCAL, true, false},
    {"discover", v1::UNKNOWN_MACHINES_DISCOVER, true, true},
};

class SubnetFlags {
 public:
  void Declare(CLI::App& verb) {
    verb.add_option("--cidr", cidr_, "The network, 10.0.0.0/24");
    AddRepeatable(verb, "--pool", pools_, "Addresses for anybody, 10.0.0.10-10.0.0.99");
    AddRepeatable(verb, "--router", routers_, "Gateway");
    AddRepeatable(verb, "--dns", dns_, "DNS server");
    AddRepeatable(verb, "--ntp", ntp_, "NTP server");
    verb.add_option("--domain", domain_, "DNS domain");
    verb.add_option("--lease", default_lease_, "Lease time for who asks for none: 1h");
    verb.add_option("--min-lease", min_lease_, "Shortest lease, 10s or more");
    verb.add_option("--max-lease", max_lease_, "Longest lease");
    verb.add_option("--next-server", next_server_, "TFTP server, if it is not pxed");
    verb.add_option("--plain-boot-file", plain_boot_file_, "For clients without a boot kind");
    verb.add_option("--plain-next-server", plain_next_server_, "Who has that file, if not pxed");
    verb.add_option("--default-profile", default_profile_, "Profile of hosts that name none");
    verb.add_option("--unknown", unknown_,
                    "Other machines: ignore, address-only, local, profile=ID, discover or "
                    "discover=ID");
    verb.add_option("--authoritative", authoritative_, "true: refuse wrong claims at once");
    verb.add_option("--always-broadcast", always_broadcast_, "true: broadcast every reply");
  }

  bool NeedsStored() const { return false; }

  absl::Status Apply(v1::Subnet& subnet, FieldMask& mask) const {
    if (Named(cidr_, "cidr", mask)) subnet.set_cidr(*cidr_);
    if (Named(domain_, "domain_name", mask)) subnet.set_domain_name(*domain_);
    if (Named(next_server_, "next_server", mask)) subnet.set_next_server(*next_server_);
    if (Named(plain_boot_file_, "plain_boot_file", mask)) {
      subnet.set_plain_boot_file(*plain_boot_file_);
    }
    if (Named(plain_next_server_, "plain_next_server", mask)) {
      subnet.set_plain_next_server(*plain_next_server_);
    }
    if (Named(authoritative_, "authoritative", mask)) subnet.set_authoritative(*authoritative_);
    if (Named(always_broadcast_, "always_broadcast", mask)) {
      subnet.set_always_broadcast(*always_broadcast_);
    }
    if (Named(default_profile_, "default_profile", mask)) {
      subnet.set_default_profile(FullName(api::kProfiles, *default_profile_));
    }
    ApplyList(pools_, "pools", subnet.mutable_pools(), mask);
    ApplyList(routers_, "routers", subnet.mutable_routers(), mask);
    ApplyList(dns_, "dns_servers", subnet.mutable_dns_servers(), mask);
    ApplyList(ntp_, "ntp_servers", subnet.mutable_ntp_servers(), mask);
    PXE_RETURN_IF_ERROR(ApplyLeases(subnet, mask));
    return ApplyUnknown(subnet, mask);
  }

 private:
  absl::Status ApplyLeases(v1::Subnet& subnet, FieldMask& mask) const {
    if (Named(default_lease_, "default_lease", mask)) {
      PXE_ASSIGN_OR_RETURN(*subnet.mutable_default_lease(),
                           ParseProtoDuration("--lease", *default_lease_));
    }
    if (Named(min_lease_, "min_lease", mask)) {
      PXE_ASSIGN_OR_RETURN(*subnet.mutable_min_lease(),
                           ParseProtoDuration("--min-lease", *min_lease_));
    }
    if (Named(max_lease_, "max_lease", mask)) {
      PXE_ASSIGN_OR_RETURN(*subnet.mutable_max_lease(),
                           ParseProtoDuration("--max-lease", *max_lease_));
    }
    return absl::OkStatus();
  }

  // Always names both fields: leaving PROFILE must empty the profile.
  absl::Status ApplyUnknown(v1::Subnet& subnet, FieldMask& mask) const {
    if (!unknown_) return absl::OkStatus();
    const size_t equals = unknown_->find('=');
    const std::string word = unknown_->substr(0, equals);
    const std::string profile = equals == std::string::npos ? "" : unknown_->substr(equals + 1);
    mask.add_paths("unknown_machines");
    mask.add_paths("unknown_profile");
    subnet.set_unknown_profile(FullName(api::kProfiles, profile));
    for (const UnknownWord& known : kUnknownWords) {
      const bool fits = profile.empty() ? known.alone : known.with_profile;
      if (known.word != word || !fits) continue;
      subnet.set_unknown_machines(known.value);
      return absl::OkStatus();
    }
    return UsageError(
        "--unknown: is one of ignore, address-only, local, profile=ID, discover, discover=ID");
  }

  std::optional<std::string> cidr_, domain_, next_server_, default_profile_, unknown_;
  std::optional<std::string> default_lease_, min_lease_, max_lease_;
  std::optional<std::string> plain_boot_file_, plain_next_server_;
  std::optional<bool> authoritative_, always_broadcast_;
  Texts pools_, routers_, dns_, ntp_;
};

std::string UnknownCell(const v1::Subnet& subnet) {
  for (const UnknownWord& known : kUnknownWords) {
    if (known.value != subnet.unknown_machines()) continue;
    const std::string word(known.word);
    const std::string& profile = subnet.unknown_profile();
    return profile.empty() ? word : word + "=" + ShortName(profile);
  }
  return "";
}

struct SubnetApi {
  using Service = v1::SubnetService;
  using Resource = v1::Subnet;
  using GetRequest = v1::GetSubnetRequest;
  using DeleteRequest = v1::DeleteSubnetRequest;
  using ListRequest = v1::ListSubnetsRequest;
  using ListResponse = v1::ListSubnetsResponse;
  using Flags = SubnetFlags;
  static constexpr std::string_view kNoun = "subnet";
  static constexpr std::string_view kHelp = "Networks and their addresses";
  static constexpr std::string_view kFilterHelp = "Conditions: default_profile = profiles/deb";
  static constexpr std::string_view kCollection = api::kSubnets;

  static grpc::Status Get(Service::Stub& stub, grpc::ClientContext* context,
                          const GetRequest& request, v1::Subnet* out) {
    return stub.GetSubnet(context, request, out);
  }
  static grpc::Status List(Service::Stub& stub, grpc::ClientContext* context,
                           const ListRequest& request, ListResponse* out) {
    return stub.ListSubnets(context, request, out);
  }
  static auto Items(ListResponse& page) { return page.mutable_subnets(); }
  static v1::CreateSubnetRequest CreateRequestOf(const std::string& id, const v1::Subnet& subnet) {
    v1::CreateSubnetRequest request;
    request.set_subnet_id(id);
    *request.mutable_subnet() = subnet;
    return request;
  }
  static grpc::Status Create(Service::Stub& stub, grpc::ClientContext* context,
                             const v1::CreateSubnetRequest& request, v1::Subnet* out) {
    return stub.CreateSubnet(context, request, out);
  }
  static v1::UpdateSubnetRequest UpdateRequestOf(const v1::Subnet& subnet, const FieldMask& mask) {
    v1::UpdateSubnetRequest request;
    *request.mutable_subnet() = subnet;
    *request.mutable_update_mask() = mask;
    return request;
  }
  static grpc::Status Update(Service::Stub& stub, grpc::ClientContext* context,
                             const v1::UpdateSubnetRequest& request, v1::Subnet* out) {
    return stub.UpdateSubnet(context, request, out);
  }
  static grpc::Status Delete(Service::Stub& stub, grpc::ClientContext* context,
                             const DeleteRequest& request, google::protobuf::Empty* out) {
    return stub.DeleteSubnet(context, request, out);
  }
  static Row Headline() { return {"ID", "CIDR", "POOLS", "ROUTERS", "DNS", "PROFILE", "UNKNOWN"}; }
  static Row Cells(const v1::Subnet& subnet) {
    return {ShortName(subnet.name()),     subnet.cidr(),
            Joined(subnet.pools()),       Joined(subnet.routers()),
            Joined(subnet.dns_servers()), ShortName(subnet.default_profile()),
            UnknownCell(subnet)};
  }
};

}  // namespace

void AddSubnetCommands(CommandLine& line) {
  AddEditableNoun<SubnetApi>(line);
}

}  // namespace pxe::adm
