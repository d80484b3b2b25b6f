// What cannot be read names its field.
#include <gmock/gmock.h>

#include <functional>
#include <string>
#include <vector>

#include "api/convert.h"
#include "tests/api/full_nouns.h"
#include "tests/support/status_matchers.h"

namespace pxe::api {
namespace {

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

}  // namespace
}  // namespace pxe::api
