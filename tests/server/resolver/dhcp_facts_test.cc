// From a question to its machine: which subnet a packet belongs to, and which options its answer
// has.
#include "server/dhcp_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dhcp/preview_reply.h"
#include "tests/server/resolver/test_plane.h"

namespace pxe::server {
namespace {

class DhcpFactsTest : public testing::Test {
 protected:
  DhcpFactsTest() {
    state_.Apply(LabSubnet());
    core::Subnet other = LabSubnet();
    other.id = "other";
    other.cidr = *ParseIpv4Prefix("10.1.0.0/24");
    other.pools = {*ParseIpv4Range("10.1.0.10-10.1.0.209")};
    other.relay_addresses = {Ip("192.168.9.1")};
    state_.Apply(other);
  }

  static core::DhcpQuestion Question(core::DhcpMessage message) {
    return {.message = message,
            .client = HardwareAddress::Of(Mac(1)),
            .facts = {.mac = Mac(1)},
            .local_addresses = {Ip("10.0.0.1")}};
  }
  AskingMachine Asking(const core::DhcpQuestion& question) const {
    return WhoAsks(question, state_, Seconds{}, std::nullopt);
  }
  std::string SubnetOf(const core::DhcpQuestion& question) const {
    const core::Subnet* subnet = Asking(question).facts.subnet;
    return subnet == nullptr ? "none" : subnet->id;
  }

  LiveState state_;
};

TEST_F(DhcpFactsTest, N1_TheLinkIsWhatTheRelaySaysThenTheRelayThenTheInterface) {
  core::DhcpQuestion question = Question(core::DhcpMessage::kDiscover);
  EXPECT_EQ(SubnetOf(question), "lab") << "the interface";
  question.ciaddr = Ip("10.1.0.20");
  EXPECT_EQ(SubnetOf(question), "lab") << "C46";
  question.unicast = true;
  EXPECT_EQ(SubnetOf(question), "other") << "renewed past the relay";
  question.giaddr = Ip("10.0.0.254");
  EXPECT_EQ(SubnetOf(question), "lab") << "the relay";
  question.link_selection = Ip("10.1.0.0");
  EXPECT_EQ(SubnetOf(question), "other") << "82.5";
  question.link_selection = Ip("10.9.0.0");
  EXPECT_EQ(SubnetOf(question), "none");
}

TEST_F(DhcpFactsTest, N1_C95_TheClientsOwnWordCountsWhereItIsTrustedAndItsRelaySaysNothing) {
  core::DhcpQuestion question = Question(core::DhcpMessage::kDiscover);
  question.subnet_selection = Ip("10.1.0.0");
  EXPECT_EQ(SubnetOf(question), "lab");
  EXPECT_FALSE(Asking(question).facts.selected);
  core::Subnet trusting = LabSubnet();
  trusting.trust_subnet_selection = true;
  state_.Apply(trusting);
  EXPECT_EQ(SubnetOf(question), "other");
  EXPECT_TRUE(Asking(question).facts.selected);
  question.giaddr = Ip("10.0.0.254");
  EXPECT_EQ(SubnetOf(question), "other") << "before the relay's address";
  question.giaddr = Ip("192.168.9.1");
  question.subnet_selection = Ip("10.0.0.0");
  EXPECT_EQ(SubnetOf(question), "other") << "the subnet it came by trusts nobody";
  question.giaddr = Ip("10.0.0.254");
  question.link_selection = Ip("10.1.0.0");
  EXPECT_EQ(SubnetOf(question), "other") << "after 82.5";
  EXPECT_FALSE(Asking(question).facts.selected);
  question.link_selection.reset();
  question.subnet_selection = Ip("10.9.0.0");
  EXPECT_EQ(SubnetOf(question), "none");
}

TEST_F(DhcpFactsTest, N2_ARelayOutsideOfTheNetworkStandsForIt) {
  core::DhcpQuestion question = Question(core::DhcpMessage::kDiscover);
  question.giaddr = Ip("192.168.9.1");
  EXPECT_EQ(SubnetOf(question), "other");
  question.giaddr = Ip("192.168.9.2");
  EXPECT_EQ(SubnetOf(question), "none");
}

TEST_F(DhcpFactsTest, C84_AnInformBelongsWhereItsAddressIs) {
  core::DhcpQuestion question = Question(core::DhcpMessage::kInform);
  question.ciaddr = Ip("10.1.0.20");
  EXPECT_EQ(SubnetOf(question), "other");
  question.ciaddr = Ip("172.16.0.1");
  EXPECT_EQ(SubnetOf(question), "none");
}

TEST_F(DhcpFactsTest, N3_SubnetsOfOneNameAreOneLink) {
  core::Subnet lab = LabSubnet();
  lab.shared_network = "floor-1";
  lab.pools.clear();
  state_.Apply(lab);
  core::Subnet other = *state_.catalog.FindSubnet("other");
  other.shared_network = "floor-1";
  state_.Apply(other);
  const core::DhcpQuestion question = Question(core::DhcpMessage::kDiscover);
  EXPECT_EQ(SubnetOf(question), "other") << "the first has no address to give";
  EXPECT_EQ(Asking(question).facts.link.size(), 2u);
  other.shared_network = "";
  state_.Apply(other);
  EXPECT_EQ(SubnetOf(question), "lab");
  state_.Apply(std::vector<CatalogChange>{Erased<core::Subnet>{"lab"}});
  EXPECT_EQ(state_.catalog.LinkOf(lab).size(), 0u);
}

TEST_F(DhcpFactsTest, C105_C107_AHostIsFoundByItsMacThenByItsUuid) {
  const Uuid uuid = *ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b83d");
  state_.Apply(core::Host{.id = "by-uuid", .uuid = uuid});
  core::DhcpQuestion question = Question(core::DhcpMessage::kDiscover);
  question.facts.uuid = uuid;
  EXPECT_EQ(Asking(question).machine.host->id, "by-uuid");
  state_.Apply(core::Host{.id = "by-mac", .nics = {{.mac = Mac(1)}}});
  EXPECT_EQ(Asking(question).machine.host->id, "by-mac");
}

TEST_F(DhcpFactsTest, Q17_TheUuidOfARaspberryPiIsNobodys) {
  const Uuid uuid = *ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b83d");
  state_.Apply(core::Host{.id = "by-uuid", .uuid = uuid});
  core::DhcpQuestion question = Question(core::DhcpMessage::kDiscover);
  question.facts.uuid = uuid;
  question.facts.vendor_class = "PXEClient:Arch:00000:UNDI:002001";
  question.facts.architectures = {41};
  const AskingMachine asking = Asking(question);
  EXPECT_EQ(asking.machine.host, nullptr);
  EXPECT_FALSE(DiscoveredHost(question, asking, state_.catalog, Seconds{})->uuid);
}

TEST_F(DhcpFactsTest, OptionsOfTheHostWinThenOfTheProfileThenOfTheSubnet) {
  core::Subnet lab = LabSubnet();
  lab.options = {
      {.code = 13, .value = {1}}, {.code = 44, .value = {1}}, {.code = 17, .value = {1}}};
  lab.default_profile = "deb";
  state_.Apply(lab);
  core::Profile profile = LinuxProfile("deb");
  profile.options = {{.code = 44, .value = {2}}, {.code = 17, .value = {2}}};
  state_.Apply(profile);
  core::Host host{.id = "n1", .nics = {{.mac = Mac(1)}}};
  host.options = {{.code = 17, .value = {3}, .always = true}};
  state_.Apply(host);
  core::DhcpQuestion question = Question(core::DhcpMessage::kDiscover);
  EXPECT_THAT(Asking(question).facts.options,
              testing::ElementsAre(core::DhcpOption{17, {3}, true}, core::DhcpOption{13, {1}},
                                   core::DhcpOption{44, {1}}))
      << "an operating system does not boot the profile";
  question.facts.vendor_class = "PXEClient";
  EXPECT_THAT(Asking(question).facts.options,
              testing::ElementsAre(core::DhcpOption{17, {3}, true}, core::DhcpOption{44, {2}},
                                   core::DhcpOption{13, {1}}));
}

// Every statement of the example in docs/from-dhcpd.md, in one OFFER.
TEST_F(DhcpFactsTest, TheClassicConfigurationOfDhcpdIsInTheReply) {
  core::Subnet lab = LabSubnet();
  lab.routers = {Ip("10.0.0.254")};
  lab.dns_servers = {Ip("10.0.0.53")};
  lab.ntp_servers = {Ip("10.0.0.123")};
  lab.domain_name = "lab.example.com";
  lab.next_server = Ip("10.0.0.5");
  lab.default_lease = std::chrono::seconds{600};
  lab.max_lease = std::chrono::seconds{7200};
  lab.unknown_machines = core::UnknownMachines::kProfile;
  lab.unknown_profile = "deb";
  lab.options = {{.code = 44, .value = {10, 0, 0, 7}, .always = true},
                 {.code = 13, .value = {0, 64}, .always = true},
                 {.code = 43, .value = {1, 4, 0, 0, 0, 0, 255}}};
  state_.Apply(lab);
  state_.Apply(LinuxProfile("deb"));
  core::DhcpQuestion question = Question(core::DhcpMessage::kDiscover);
  question.facts.vendor_class = "PXEClient:Arch:00000:UNDI:002001";
  question.facts.architectures = {0};
  const AskingMachine asking = Asking(question);
  const auto verdict = core::DecideDhcp(question, asking.facts, state_.leases, Seconds{});
  const auto preview = dhcp::PreviewReply(question, verdict.answer);
  ASSERT_TRUE(preview);
  for (const char* line : {"siaddr 10.0.0.5", "file \"pxelinux.0\"", "10.0.0.254", "10.0.0.53",
                           "10.0.0.123", "lab.example.com", "10.0.0.255", "0a000007", "0040",
                           "010400000000ff", "PXEClient", "51 lease time: 600", "\"10.0.0.5\""}) {
    EXPECT_THAT(preview->text, testing::HasSubstr(line));
  }
}

}  // namespace
}  // namespace pxe::server
