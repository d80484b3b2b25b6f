#include "api/resource_name.h"
#include "clients/pxeadm/commands.h"
#include "clients/pxeadm/editable.h"
#include "clients/pxeadm/guard_flag.h"
#include "clients/pxeadm/option_flag.h"
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

// An enum of the contract as its flag spells it.
template <typename Enum>
struct Word {
  std::string_view word;
  Enum value;
};

constexpr Word<v1::SubnetMode> kModeWords[] = {
    {"full", v1::SUBNET_MODE_FULL},
    {"proxy", v1::SUBNET_MODE_PROXY},
    {"reservations-only", v1::SUBNET_MODE_RESERVATIONS_ONLY},
    {"off", v1::SUBNET_MODE_OFF}};
constexpr Word<v1::ClientIdentity> kIdentityWords[] = {{"mac", v1::CLIENT_IDENTITY_MAC},
                                                       {"client-id", v1::CLIENT_IDENTITY_CLIENT_ID},
                                                       {"auto", v1::CLIENT_IDENTITY_AUTO}};
constexpr Word<v1::Bootp> kBootpWords[] = {
    {"static", v1::BOOTP_STATIC}, {"dynamic", v1::BOOTP_DYNAMIC}, {"off", v1::BOOTP_OFF}};
constexpr Word<v1::HostKey> kHostKeyWords[] = {{"mac", v1::HOST_KEY_MAC},
                                               {"uuid", v1::HOST_KEY_UUID},
                                               {"client-id", v1::HOST_KEY_CLIENT_ID},
                                               {"circuit-id", v1::HOST_KEY_CIRCUIT_ID},
                                               {"remote-id", v1::HOST_KEY_REMOTE_ID}};

// The value of a flag that was given; UsageError lists the words.
template <typename Enum, size_t kCount>
absl::StatusOr<Enum> ParseWord(std::string_view flag, const Word<Enum> (&words)[kCount],
                               std::string_view text) {
  std::string known;
  for (const auto& [word, value] : words) {
    if (word == text) return value;
    known += (known.empty() ? "" : ", ") + std::string(word);
  }
  return UsageError(absl::StrFormat("%s: is one of %s", flag, known));
}

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
    DeclareLink(verb);
    DeclareGuards(verb);
    AddRepeatable(verb, "--option", options_, kOptionHelp);
  }

  bool NeedsStored() const { return !options_.empty() || !guards_.empty(); }

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
    PXE_RETURN_IF_ERROR(ApplyLink(subnet, mask));
    PXE_RETURN_IF_ERROR(ApplyKeys(subnet, mask));
    PXE_RETURN_IF_ERROR(ApplyTrust(subnet, mask));
    PXE_RETURN_IF_ERROR(ApplyGuards(guards_, subnet.mutable_pool_guards(), mask));
    PXE_RETURN_IF_ERROR(ApplyOptions(options_, subnet.mutable_options(), mask));
    return ApplyUnknown(subnet, mask);
  }

 private:
  void DeclareLink(CLI::App& verb) {
    verb.add_option("--mode", mode_, "full, proxy, reservations-only or off");
    verb.add_option("--shared-network", shared_network_, "Name of the link it shares; \"\": none");
    AddRepeatable(verb, "--relay", relays_, "Relay outside of the network whose clients are here");
    verb.add_option("--identity", identity_, "What a client is: mac, client-id or auto");
    verb.add_option("--bootp", bootp_, "Who is answered by BOOTP: static, dynamic or off");
    verb.add_option("--rapid-commit", rapid_commit_, "true: an ACK at once to who asks for it");
    verb.add_option("--echo-client-id", echo_client_id_, "false: option 61 is not sent back");
  }

  void DeclareGuards(CLI::App& verb) {
    AddRepeatable(verb, "--guard", guards_, kGuardHelp);
    verb.add_option("--edge-addresses", edge_addresses_, "true: give away .0 and .255 as well");
    verb.add_option("--reuse-declined", reuse_declined_, "true: declined ones, if all are gone");
    AddRepeatable(verb, "--host-key", host_keys_,
                  "What hosts are found by, in order: mac, uuid, client-id, circuit-id, remote-id");
    verb.add_option("--ping-check", ping_check_, "true: ping an address before it is offered");
    verb.add_option("--trust-subnet-selection", trust_subnet_selection_,
                    "true: option 118 of clients counts");
    verb.add_option("--trust-direct-relay-agent", trust_direct_relay_agent_,
                    "false: drop option 82 that came through no relay");
    verb.add_option("--min-secs", min_secs_, "Silence until a client has waited so long");
  }

  absl::Status ApplyKeys(v1::Subnet& subnet, FieldMask& mask) const {
    if (host_keys_.empty()) return absl::OkStatus();
    mask.add_paths("host_keys");
    subnet.clear_host_keys();
    for (const std::string& word : host_keys_) {
      PXE_ASSIGN_OR_RETURN(const auto key, ParseWord("--host-key", kHostKeyWords, word));
      subnet.add_host_keys(key);
    }
    return absl::OkStatus();
  }

  absl::Status ApplyTrust(v1::Subnet& subnet, FieldMask& mask) const {
    if (Named(edge_addresses_, "edge_addresses", mask)) {
      subnet.set_edge_addresses(*edge_addresses_);
    }
    if (Named(reuse_declined_, "reuse_declined", mask)) {
      subnet.set_reuse_declined(*reuse_declined_);
    }
    if (Named(ping_check_, "ping_check", mask)) subnet.set_ping_check(*ping_check_);
    if (Named(trust_subnet_selection_, "trust_subnet_selection", mask)) {
      subnet.set_trust_subnet_selection(*trust_subnet_selection_);
    }
    if (Named(trust_direct_relay_agent_, "trust_direct_relay_agent", mask)) {
      subnet.set_trust_direct_relay_agent(*trust_direct_relay_agent_);
    }
    if (Named(min_secs_, "min_secs", mask)) {
      PXE_ASSIGN_OR_RETURN(*subnet.mutable_min_secs(),
                           ParseProtoDuration("--min-secs", *min_secs_));
    }
    return absl::OkStatus();
  }

  absl::Status ApplyLink(v1::Subnet& subnet, FieldMask& mask) const {
    if (Named(mode_, "mode", mask)) {
      PXE_ASSIGN_OR_RETURN(const auto mode, ParseWord("--mode", kModeWords, *mode_));
      subnet.set_mode(mode);
    }
    if (Named(shared_network_, "shared_network", mask)) {
      subnet.set_shared_network(*shared_network_);
    }
    ApplyList(relays_, "relay_addresses", subnet.mutable_relay_addresses(), mask);
    if (Named(identity_, "identity", mask)) {
      PXE_ASSIGN_OR_RETURN(const auto identity,
                           ParseWord("--identity", kIdentityWords, *identity_));
      subnet.set_identity(identity);
    }
    if (Named(bootp_, "bootp", mask)) {
      PXE_ASSIGN_OR_RETURN(const auto bootp, ParseWord("--bootp", kBootpWords, *bootp_));
      subnet.set_bootp(bootp);
    }
    if (Named(rapid_commit_, "rapid_commit", mask)) subnet.set_rapid_commit(*rapid_commit_);
    if (Named(echo_client_id_, "echo_client_id", mask)) {
      subnet.set_echo_client_id(*echo_client_id_);
    }
    return absl::OkStatus();
  }

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
  std::optional<std::string> mode_, shared_network_, identity_, bootp_, min_secs_;
  std::optional<bool> authoritative_, always_broadcast_, rapid_commit_, echo_client_id_;
  std::optional<bool> edge_addresses_, reuse_declined_, ping_check_;
  std::optional<bool> trust_subnet_selection_, trust_direct_relay_agent_;
  Texts pools_, routers_, dns_, ntp_, relays_, options_, guards_, host_keys_;
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
