#include "api/convert.h"

#include <gmock/gmock.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/support/status_matchers.h"

namespace pxe::api {
namespace {

using namespace std::chrono_literals;

constexpr core::Stamp kStamp{.revision = 7, .created = Seconds{100s}, .updated = Seconds{200s}};

core::Subnet FullSubnet() {
  return {
      .id = "lab",
      .cidr = *ParseIpv4Prefix("10.0.0.0/24"),
      .pools = {*ParseIpv4Range("10.0.0.10-10.0.0.99"), *ParseIpv4Range("10.0.0.120-10.0.0.120")},
      .pool_guards = {{.pool = *ParseIpv4Range("10.0.0.120-10.0.0.120"),
                       .clients = core::PoolClients::kKnown,
                       .kinds = {"bios", "uefi-x64"},
                       .vendor_class_prefix = "PXEClient"}},
      .edge_addresses = true,
      .reuse_declined = true,
      .routers = {*ParseIpv4("10.0.0.1"), *ParseIpv4("10.0.0.2")},
      .dns_servers = {*ParseIpv4("8.8.8.8")},
      .ntp_servers = {*ParseIpv4("10.0.0.3")},
      .domain_name = "lab.example.com",
      .default_lease = 600s,
      .min_lease = 300s,
      .max_lease = 900s,
      .next_server = *ParseIpv4("10.0.0.4"),
      .plain_boot_file = "phone.cfg",
      .plain_next_server = *ParseIpv4("10.0.0.6"),
      .default_profile = "deb",
      .unknown_machines = core::UnknownMachines::kProfile,
      .unknown_profile = "rescue",
      .authoritative = false,
      .always_broadcast = true,
      .mode = core::SubnetMode::kProxy,
      .shared_network = "floor-1",
      .relay_addresses = {*ParseIpv4("192.168.9.1")},
      .identity = core::Identity::kClientId,
      .bootp = core::Bootp::kOff,
      .rapid_commit = true,
      .echo_client_id = false,
      .host_keys = {core::HostKey::kRemoteId, core::HostKey::kCircuitId, core::HostKey::kClientId,
                    core::HostKey::kUuid, core::HostKey::kMac},
      .ping_check = true,
      .trust_subnet_selection = true,
      .trust_direct_relay_agent = false,
      .min_secs = 8s,
      .options = {{.code = 13, .value = {0, 4}, .always = true}}};
}

core::Host FullHost() {
  return {.id = "n1",
          .nics = {{.mac = *ParseMacAddress("52:54:00:00:00:01"),
                    .address = *ParseIpv4("10.0.0.20"),
                    .host_name = "n1"},
                   {.mac = *ParseMacAddress("52:54:00:00:00:02"),
                    .answers = core::Answers::kAddressOnly}},
          .uuid = *ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b83d"),
          .client_ids = {{0xff, 0x01}, {0x00, 0x53}},
          .circuit_id = "eth0/1",
          .remote_id = "0x0006aa",
          .labels = {{"rack", "a"}, {"row", ""}},
          .variables = {{"disk", "/dev/sda"}},
          .serial = "CZ1234",
          .profile = "deb",
          .local_boot = true,
          .next_server = *ParseIpv4("10.0.0.8"),
          .answers = core::Answers::kNothing,
          .options = {{.code = 17, .value = {'/', 'r'}}}};
}

core::Profile FullProfile() {
  core::Profile profile{.id = "deb",
                        .parent = "base",
                        .loaders = {{"bios", "pxelinux.0"}},
                        .next_server = *ParseIpv4("10.0.0.7"),
                        .entries = {{.name = "linux",
                                     .title = "Debian",
                                     .kernel = "deb/vmlinuz",
                                     .initrds = {"deb/a", "deb/b"},
                                     .arguments = "ip={{host.address}}"},
                                    {.name = "disk", .local_boot = true, .sysappend = 3},
                                    {.name = "other", .chain = "ipxe.lkrn"},
                                    {.name = "dos", .arguments = "raw", .disk_image = "dos.img"}},
                        .menu = {.default_entry = "linux",
                                 .prompt = true,
                                 .timeout_ds = 65,
                                 .on_timeout = "disk",
                                 .display = "boot.msg",
                                 .ui = "menu.c32",
                                 .title = "Boot"},
                        .variables = {{"a", "b"}},
                        .options = {{.code = 209, .value = {'a', '/', 'b'}, .always = true},
                                    {.code = 43, .value = {1, 0, 255}}},
                        .configs = {{"grub", "menu"}},
                        .files = {{"debian/ks.cfg", "ks"}}};
  profile.menu.function_keys[0] = "f1.msg";
  profile.menu.function_keys[11] = "f12.msg";
  return profile;
}

core::Rule FullRule() {
  return {.id = "rack-a",
          .priority = 100,
          .match = {.labels = {{"rack", "a"}},
                    .mac_prefix = "52:54:00",
                    .uuid = *ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b83d"),
                    .kinds = {"bios", "uefi-x64"},
                    .vendor_class_prefix = "PXEClient",
                    .subnet = "lab",
                    .circuit_id = "eth0/1"},
          .action = core::RuleAction::kDiscover,
          .profile = "deb"};
}

core::Quirk FullQuirk() {
  return {.id = "jetway",
          .priority = 100,
          .match = {.mac_prefix = {0x52, 0x54, 0},
                    .vendor_class_prefix = "PXEClient",
                    .kinds = {"bios", "uefi-x64"}},
          .actions = {.vendor_options = core::VendorOptions::kGiven,
                      .vendor_bytes = {6, 1, 8, 255},
                      .vendor_class = "",
                      .omit_boot_option = true,
                      .nul_in_length = false,
                      .broadcast = false,
                      .pad_to = 576,
                      .delay = std::chrono::milliseconds{1500}},
          .why = "reads 67 too far"};
}

TEST(ConvertTest, EveryFieldSurvivesTheRoundTrip) {
  EXPECT_THAT(FromProto("jetway", ToProto(FullQuirk())), IsOkAndHolds(FullQuirk()));
  const core::Template text{.id = "ks", .content_type = "text/x-ks", .text = "rootpw {{vars.pw}}"};
  EXPECT_THAT(FromProto("ks", ToProto(text)), IsOkAndHolds(text));
  EXPECT_THAT(FromProto("rack-a", ToProto(FullRule())), IsOkAndHolds(FullRule()));
  EXPECT_THAT(FromProto("lab", ToProto(FullSubnet())), IsOkAndHolds(FullSubnet()));
  EXPECT_THAT(FromProto("n1", ToProto(FullHost())), IsOkAndHolds(FullHost()));
  EXPECT_THAT(FromProto("deb", ToProto(FullProfile())), IsOkAndHolds(FullProfile()));
}

TEST(ConvertTest, WhatAQuirkSaysOfOption43AndWhatItDoesNotSaySurvive) {
  core::Quirk quirk = FullQuirk();
  quirk.actions = {};
  EXPECT_THAT(FromProto("jetway", ToProto(quirk)), IsOkAndHolds(quirk));
  for (const auto value : {core::VendorOptions::kUsual, core::VendorOptions::kOmitted}) {
    quirk.actions.vendor_options = value;
    EXPECT_THAT(FromProto("jetway", ToProto(quirk)), IsOkAndHolds(quirk));
  }
}

TEST(ConvertTest, EveryUnknownMachinesValueSurvivesTheRoundTrip) {
  for (const auto value : {core::UnknownMachines::kIgnore, core::UnknownMachines::kAddressOnly,
                           core::UnknownMachines::kProfile, core::UnknownMachines::kLocal,
                           core::UnknownMachines::kDiscover}) {
    core::Subnet subnet = FullSubnet();
    subnet.unknown_machines = value;
    EXPECT_THAT(FromProto("lab", ToProto(subnet)), IsOkAndHolds(subnet));
  }
}

TEST(ConvertTest, EveryAnswersValueSurvivesTheRoundTrip) {
  for (const auto value :
       {core::Answers::kAll, core::Answers::kAddressOnly, core::Answers::kNothing}) {
    core::Host host = FullHost();
    host.answers = value;
    EXPECT_THAT(FromProto("n1", ToProto(host)), IsOkAndHolds(host));
  }
}

TEST(ConvertTest, EveryRuleActionSurvivesTheRoundTrip) {
  for (const auto value : {core::RuleAction::kProfile, core::RuleAction::kLocal,
                           core::RuleAction::kIgnore, core::RuleAction::kDiscover}) {
    core::Rule rule = FullRule();
    rule.action = value;
    EXPECT_THAT(FromProto("rack-a", ToProto(rule)), IsOkAndHolds(rule));
  }
}

TEST(ConvertTest, OutputOfAHostIsReadWhereItIsAskedFor) {
  for (const auto state :
       {core::HostState::kApproved, core::HostState::kDiscovered, core::HostState::kRejected}) {
    core::Host host = FullHost();
    host.uid = "u-1";
    host.state = state;
    host.discovery = {.subnet = "lab",
                      .kind = "uefi-x64",
                      .vendor_class = "PXEClient",
                      .circuit_id = "eth0/1",
                      .first_seen = Seconds{100s}};
    core::Host read = FullHost();
    EXPECT_THAT(ReadOutput(ToProto(host), read), IsOk());
    EXPECT_EQ(read, host);
  }
}

TEST(ConvertTest, KindsOfARuleAreSortedAndOnce) {
  v1::Rule rule;
  for (const char* kind : {"uefi-x64", "bios", "uefi-x64"}) rule.mutable_match()->add_kinds(kind);
  EXPECT_THAT(FromProto("r", rule)->match.kinds, testing::ElementsAre("bios", "uefi-x64"));
}

TEST(ConvertTest, N4_KindsOfAGuardAreSortedAndOnceAndUnsaidClientsAreAnybody) {
  v1::Subnet subnet;
  subnet.set_cidr("10.0.0.0/24");
  v1::PoolGuard* guard = subnet.add_pool_guards();
  guard->set_pool("10.0.0.10-10.0.0.99");
  for (const char* kind : {"uefi-x64", "bios", "uefi-x64"}) guard->add_kinds(kind);
  const auto parsed = FromProto("lab", subnet);
  ASSERT_THAT(parsed, IsOk());
  EXPECT_THAT(parsed->pool_guards[0].kinds, testing::ElementsAre("bios", "uefi-x64"));
  EXPECT_EQ(parsed->pool_guards[0].clients, core::PoolClients::kAnybody);
}

TEST(ConvertTest, C105_AClientIdMayHaveColons) {
  v1::Host host;
  host.add_client_ids("FF:00:1a");
  const auto parsed = FromProto("n1", host);
  ASSERT_THAT(parsed, IsOk());
  EXPECT_EQ(parsed->client_ids[0], (std::vector<uint8_t>{0xff, 0x00, 0x1a}));
  EXPECT_EQ(ToProto(*parsed).client_ids(0), "ff001a");
}

TEST(ConvertTest, AMacPrefixMayBeSpeltInAnyWay) {
  for (const char* prefix : {"52:54:0A", "52-54-0a", "52540a"}) {
    v1::Rule rule;
    rule.mutable_match()->set_mac_prefix(prefix);
    const auto parsed = FromProto("r", rule);
    ASSERT_THAT(parsed, IsOk()) << prefix;
    EXPECT_EQ(parsed->match.mac_prefix, "52:54:0a");
  }
}

TEST(ConvertTest, OutputOnlyFieldsAreWrittenAndNotRead) {
  core::Host host = FullHost();
  host.uid = "u-1";
  host.state = core::HostState::kRejected;
  host.discovery = core::Discovery{.kind = "bios"};
  host.stamp = kStamp;
  const v1::Host proto = ToProto(host);
  EXPECT_EQ(proto.name(), "hosts/n1");
  EXPECT_EQ(proto.uid(), "u-1");
  EXPECT_EQ(proto.revision(), 7u);
  EXPECT_EQ(proto.create_time().seconds(), 100);
  EXPECT_EQ(proto.update_time().seconds(), 200);
  EXPECT_THAT(FromProto("n1", proto), IsOkAndHolds(FullHost()));
}

TEST(ConvertTest, UnsetFieldsGetTheDocumentedDefaults) {
  v1::Subnet subnet;
  subnet.set_cidr("10.0.0.0/24");
  EXPECT_THAT(FromProto("lab", subnet),
              IsOkAndHolds(core::Subnet{.id = "lab", .cidr = *ParseIpv4Prefix("10.0.0.0/24")}));
}

TEST(ConvertTest, UnsetLeaseLimitsMakeRoomForTheDefault) {
  v1::Subnet subnet;
  subnet.set_cidr("10.0.0.0/24");
  subnet.mutable_default_lease()->set_seconds(60);
  EXPECT_EQ(FromProto("lab", subnet)->min_lease, 60s);
  subnet.mutable_default_lease()->set_seconds(604800);
  EXPECT_EQ(FromProto("lab", subnet)->max_lease, 604800s);
  subnet.mutable_max_lease()->set_seconds(3600);
  EXPECT_EQ(FromProto("lab", subnet)->max_lease, 3600s) << "what is set is not touched";
}

TEST(ConvertTest, AMacMayBeSpeltInAnyWay) {
  for (const char* mac :
       {"52:54:00:00:00:0A", "52-54-00-00-00-0a", "5254.0000.000a", "52540000000A"}) {
    v1::Host host;
    host.add_nics()->set_mac(mac);
    const auto parsed = FromProto("n1", host);
    ASSERT_THAT(parsed, IsOk()) << mac;
    EXPECT_EQ(parsed->nics[0].mac.ToString(), "52:54:00:00:00:0a");
  }
}

// One broken field, and how the refusal begins.
template <typename Message>
struct Row {
  std::function<void(Message&)> change;
  std::string says;
};

template <typename Message, typename Noun>
void RunRows(const Noun& good, const std::vector<Row<Message>>& rows) {
  for (const auto& row : rows) {
    Message message = ToProto(good);
    row.change(message);
    EXPECT_THAT(FromProto("x", message), StatusIs(absl::StatusCode::kInvalidArgument, row.says));
  }
}

TEST(ConvertTest, SubnetErrorsNameTheField) {
  RunRows<v1::Subnet>(
      FullSubnet(),
      {
          {[](v1::Subnet& s) { s.clear_cidr(); }, "subnet.cidr: "},
          {[](v1::Subnet& s) { s.set_cidr("10.0.0.1/24"); }, "subnet.cidr: "},
          {[](v1::Subnet& s) { s.set_pools(1, "10.0.0.9-10.0.0.1"); }, "subnet.pools[1]: "},
          {[](v1::Subnet& s) { s.set_routers(1, "gate"); }, "subnet.routers[1]: \"gate\""},
          {[](v1::Subnet& s) { s.set_dns_servers(0, "8.8.8"); }, "subnet.dns_servers[0]: "},
          {[](v1::Subnet& s) { s.set_ntp_servers(0, ""); }, "subnet.ntp_servers[0]: "},
          {[](v1::Subnet& s) { s.set_next_server("x"); }, "subnet.next_server: "},
          {[](v1::Subnet& s) { s.set_plain_next_server("x"); }, "subnet.plain_next_server: "},
          {[](v1::Subnet& s) { s.set_default_profile("deb"); },
           "subnet.default_profile: \"deb\" is not of the form profiles/{id}"},
          {[](v1::Subnet& s) { s.set_unknown_profile("hosts/n1"); }, "subnet.unknown_profile: "},
          {[](v1::Subnet& s) { s.set_unknown_machines(static_cast<v1::UnknownMachines>(9)); },
           "subnet.unknown_machines: 9 is no known value"},
          {[](v1::Subnet& s) { s.mutable_min_lease()->set_seconds(-1); },
           "subnet.min_lease: must be zero or more"},
          {[](v1::Subnet& s) { s.mutable_max_lease()->set_nanos(500'000'000); },
           "subnet.max_lease: must be whole seconds"},
          {[](v1::Subnet& s) { s.mutable_default_lease()->set_seconds(INT64_MAX); },
           "subnet.default_lease: must be a valid duration"},
          {[](v1::Subnet& s) { s.mutable_pool_guards(0)->set_pool("10.0.0.9"); },
           "subnet.pool_guards[0].pool: "},
          {[](v1::Subnet& s) {
             s.mutable_pool_guards(0)->set_clients(static_cast<v1::PoolClients>(9));
           },
           "subnet.pool_guards[0].clients: 9 has no meaning here"},
          {[](v1::Subnet& s) { s.set_host_keys(1, v1::HOST_KEY_UNSPECIFIED); },
           "subnet.host_keys[1]: 0 has no meaning here"},
          {[](v1::Subnet& s) { s.mutable_min_secs()->set_seconds(-1); },
           "subnet.min_secs: must be zero or more"},
      });
}

TEST(ConvertTest, HostAndProfileErrorsNameTheField) {
  RunRows<v1::Host>(
      FullHost(),
      {
          {[](v1::Host& h) { h.mutable_nics(1)->set_mac("52:54"); },
           "host.nics[1].mac: \"52:54\" is not a MAC address"},
          {[](v1::Host& h) { h.mutable_nics(0)->set_address("10.0.0.256"); },
           "host.nics[0].address: "},
          {[](v1::Host& h) { h.set_uuid("b8945908"); }, "host.uuid: "},
          {[](v1::Host& h) { h.set_client_ids(1, "0af"); },
           "host.client_ids[1]: \"0af\" is no even number of hexadecimal digits"},
          {[](v1::Host& h) { h.set_profile("profiles/"); }, "host.profile: "},
          {[](v1::Host& h) { h.set_next_server("pxe"); }, "host.next_server: "},
          {[](v1::Host& h) { h.set_answers(static_cast<v1::Answers>(9)); },
           "host.answers: 9 is no known value"},
          {[](v1::Host& h) { h.mutable_nics(1)->set_answers(static_cast<v1::Answers>(9)); },
           "host.nics[1].answers: 9 is no known value"},
      });
  RunRows<v1::Profile>(
      FullProfile(),
      {
          {[](v1::Profile& p) { p.mutable_menu()->mutable_timeout()->set_nanos(1); },
           "profile.menu.timeout: must be whole tenths of a second"},
          {[](v1::Profile& p) { p.mutable_menu()->add_function_keys("f13"); },
           "profile.menu.function_keys: 13 are too many; at most 12"},
          {[](v1::Profile& p) { p.set_parent("base"); }, "profile.parent: "},
          {[](v1::Profile& p) { p.set_next_server("pxe"); }, "profile.next_server: "},
          {[](v1::Profile& p) { (*p.mutable_configs())["grub"] = "menu"; },
           "profile.configs.grub: \"menu\" is not of the form templates/{id}"},
          {[](v1::Profile& p) { (*p.mutable_files())["a/b"] = ""; }, "profile.files.a/b: "},
          {[](v1::Profile& p) { p.add_options()->set_code(209); },
           "profile.options[2]: needs a value"},
      });
  RunRows<v1::Rule>(
      FullRule(),
      {
          {[](v1::Rule& r) { r.set_profile("deb"); }, "rule.profile: "},
          {[](v1::Rule& r) { r.set_action(static_cast<v1::RuleAction>(9)); },
           "rule.action: 9 is no known value"},
          {[](v1::Rule& r) { r.mutable_match()->set_subnet("lab"); }, "rule.match.subnet: "},
          {[](v1::Rule& r) { r.mutable_match()->set_uuid("1"); }, "rule.match.uuid: "},
          {[](v1::Rule& r) { r.mutable_match()->set_mac_prefix("52:5"); },
           "rule.match.mac_prefix: \"52:5\" is not 1 to 6 bytes"},
          {[](v1::Rule& r) { r.mutable_match()->set_mac_prefix("52:54:00:00:00:01:02"); },
           "rule.match.mac_prefix: "},
          {[](v1::Rule& r) { r.mutable_match()->set_mac_prefix(":::"); },
           "rule.match.mac_prefix: "},
      });
}

TEST(ConvertTest, ErrorsOfQuirksNameTheFieldToo) {
  RunRows<v1::Quirk>(
      FullQuirk(),
      {
          {[](v1::Quirk& q) { q.mutable_match()->set_mac_prefix("52:5"); },
           "quirk.match.mac_prefix: \"52:5\" is not 1 to 6 bytes"},
          {[](v1::Quirk& q) {
             q.mutable_actions()->set_vendor_options(static_cast<v1::QuirkVendorOptions>(9));
           },
           "quirk.actions.vendor_options: 9 is no known value"},
          {[](v1::Quirk& q) { q.mutable_actions()->set_pad_to(65'836); },
           "quirk.actions.pad_to: is above 1472"},
          {[](v1::Quirk& q) { q.mutable_actions()->mutable_delay()->set_nanos(1); },
           "quirk.actions.delay: must be whole tenths of a second"},
          {[](v1::Quirk& q) { q.mutable_actions()->mutable_delay()->set_seconds(-1); },
           "quirk.actions.delay: must be zero or more"},
      });
}

TEST(ConvertTest, AnOverlongTimeoutIsKeptTooLongForValidation) {
  v1::Profile profile;
  profile.mutable_menu()->mutable_timeout()->set_seconds(1'000'000'000);
  EXPECT_EQ(FromProto("x", profile)->menu.timeout_ds, 0xffffffffu);
}

TEST(ConvertTest, LeasesTellWhatTheirClientMayDoNow) {
  core::Lease lease{.address = *ParseIpv4("10.0.0.20"),
                    .client = HardwareAddress::Of(*ParseMacAddress("52:54:00:00:00:01")),
                    .client_id = {0x01, 0xab},
                    .host_name = "n1\n",
                    .starts = Seconds{100s},
                    .ends = Seconds{200s},
                    .kind = "ipxe-bios",
                    .revision = 3};
  const v1::Lease proto = ToProto(lease, "n1", Seconds{199s});
  EXPECT_EQ(proto.name(), "leases/10.0.0.20");
  EXPECT_EQ(proto.mac(), "52:54:00:00:00:01");
  EXPECT_EQ(proto.client_id(), "01ab");
  EXPECT_EQ(proto.host_name(), "n1\\x0a");
  EXPECT_EQ(proto.host(), "hosts/n1");
  EXPECT_EQ(proto.state(), v1::LEASE_STATE_BOUND);
  EXPECT_EQ(proto.end_time().seconds(), 200);
  EXPECT_EQ(ToProto(lease, "", Seconds{200s}).state(), v1::LEASE_STATE_EXPIRED);
  EXPECT_EQ(ToProto(lease, "", Seconds{200s}).host(), "");
  lease.state = core::LeaseState::kReleased;
  EXPECT_EQ(ToProto(lease, "", Seconds{199s}).state(), v1::LEASE_STATE_RELEASED);
  lease.state = core::LeaseState::kDeclined;
  EXPECT_EQ(ToProto(lease, "", Seconds{199s}).state(), v1::LEASE_STATE_DECLINED);
  EXPECT_EQ(ToProto(lease, "", Seconds{200s}).state(), v1::LEASE_STATE_EXPIRED);
}

}  // namespace
}  // namespace pxe::api
