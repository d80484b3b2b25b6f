// Nouns cross the API unchanged, and output is only written.
#include "api/convert.h"

#include <gmock/gmock.h>

#include <vector>

#include "tests/api/full_nouns.h"
#include "tests/support/status_matchers.h"

namespace pxe::api {
namespace {

using namespace std::chrono_literals;

constexpr core::Stamp kStamp{.revision = 7, .created = Seconds{100s}, .updated = Seconds{200s}};

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
