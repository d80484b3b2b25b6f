// Explain names the reason in its first line; Simulate shows what the wire carries.
#include "server/simulate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/typical_facts.h"
#include "dhcp/preview_reply.h"
#include "server/boot_files.h"
#include "tests/server/resolver/test_plane.h"
#include "tests/support/status_matchers.h"

namespace pxe::server {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

class SimulateTest : public testing::Test {
 protected:
  SimulateTest() {
    core::Profile deb = LinuxProfile("deb");
    deb.loaders = {{"uefi-x64", "snponly.efi"}, {"ipxe-uefi-x64", "boot.ipxe"}};
    plane_.state.Apply(deb);
    plane_.state.Apply(LinuxProfile("other"));
    plane_.Add(LabSubnet());
    plane_.state.Apply(Host("n1", 1, "deb"));
  }

  static core::Host Host(const std::string& id, int mac, const std::string& profile) {
    return {.id = id, .uid = id, .nics = {{.mac = Mac(mac)}}, .profile = profile};
  }
  static core::Rule RuleFor(const std::string& id, uint32_t priority, const std::string& profile) {
    core::Rule rule{.id = id, .priority = priority, .profile = profile};
    rule.match.mac_prefix = "52:54:00";
    return rule;
  }

  DecisionReport MustExplain(const ImaginedMachine& machine) {
    auto report = Explain(machine, plane_.state, kTools, plane_.clock.Now());
    EXPECT_THAT(report, IsOk());
    return report.ok() ? *std::move(report) : DecisionReport{};
  }
  std::string Reason(int mac, const std::string& kind = "bios") {
    return MustExplain({.mac = Mac(mac), .kind = kind}).reason;
  }
  std::vector<SimulatedStage> MustSimulate(const ImaginedMachine& machine) {
    auto stages = Simulate(machine, plane_.state, kTools, plane_.clock.Now());
    EXPECT_THAT(stages, IsOk());
    return stages.ok() ? *std::move(stages) : std::vector<SimulatedStage>();
  }
  static std::vector<std::string> NamesOf(const SimulatedStage& stage) {
    std::vector<std::string> names;
    for (const AskedFile& file : stage.files) names.push_back(file.name);
    return names;
  }

  inline static const SimulationTools kTools{dhcp::PreviewReply, std::nullopt};
  TempDir folder_;
  TestPlane plane_{folder_.path()};
};

TEST_F(SimulateTest, AKnownHostBootsWhatItNames) {
  const DecisionReport report = MustExplain({.mac = Mac(1), .kind = "bios"});
  EXPECT_EQ(report.reason, "boots profiles/deb: hosts/n1 names it");
  EXPECT_EQ(report.code, "host_profile");
  EXPECT_EQ(report.loader, "pxelinux.0");
  EXPECT_EQ(report.address, Ip("10.0.0.10"));
}

TEST_F(SimulateTest, C109_AnIpxeWithoutBzImageIsSentForTheWholeOneAndExplainSaysWhy) {
  core::Profile scripted = LinuxProfile("scripted");
  scripted.loaders = {{"bios", "undionly.kpxe"}, {"ipxe-bios", "boot.ipxe"}};
  plane_.state.Apply(scripted);
  plane_.state.Apply(Host("n2", 2, "scripted"));
  const ImaginedMachine machine{.mac = Mac(2), .kind = "ipxe-bios", .ipxe_lacks_bzimage = true};
  const DecisionReport report = MustExplain(machine);
  EXPECT_EQ(report.loader, "undionly.kpxe");
  EXPECT_EQ(report.kind, "ipxe-bios");
  EXPECT_EQ(report.steps.back().code, "ipxe_lacks_bzimage");
  EXPECT_THAT(report.steps.back().text, StartsWith("its iPXE says that it cannot start Linux"));
  const auto stages = MustSimulate(machine);
  ASSERT_THAT(stages, SizeIs(2));
  EXPECT_EQ(stages[1].decision.loader, "boot.ipxe");
}

TEST_F(SimulateTest, AnUnknownMachineIsToldSo) {
  EXPECT_THAT(Reason(9), StartsWith("an address and nothing to boot: no host has this MAC"));
}

TEST_F(SimulateTest, AHostWithoutProfileIsToldSo) {
  plane_.state.Apply(Host("n2", 2, ""));
  EXPECT_EQ(Reason(2),
            "boots its local disk: hosts/n2 has no profile, no rule matches, and subnets/lab has "
            "no default");
}

TEST_F(SimulateTest, OfTwoRulesTheHigherOneWinsAndTheStepsSayWhy) {
  plane_.state.Apply(Host("n2", 2, ""));
  core::Rule narrow = RuleFor("narrow", 30, "other");
  narrow.match.kinds = {"uefi-arm64"};
  plane_.state.Apply(narrow);
  plane_.state.Apply(RuleFor("high", 20, "other"));
  plane_.state.Apply(RuleFor("low", 10, "deb"));
  const DecisionReport report = MustExplain({.mac = Mac(2), .kind = "bios"});
  EXPECT_EQ(report.reason, "boots profiles/other: rules/high matches, with priority 20");
  EXPECT_EQ(report.rule, "high");
  EXPECT_THAT(report.steps, Contains(Field(&ReportStep::text,
                                           "rules/narrow (priority 30) does not match: kinds "
                                           "differs")));
}

TEST_F(SimulateTest, ADisabledNicIsNamed) {
  core::Host host = Host("n2", 2, "deb");
  host.nics[0].answers = core::Answers::kNothing;
  plane_.state.Apply(host);
  EXPECT_EQ(Reason(2), "no answer: NIC 52:54:00:00:00:02 of hosts/n2 is not to be answered");
}

TEST_F(SimulateTest, AReservedAddressOfAnotherSubnetIsNamed) {
  core::Subnet far = LabSubnet();
  far.id = "far";
  far.cidr = *ParseIpv4Prefix("10.9.0.0/24");
  far.pools = {*ParseIpv4Range("10.9.0.10-10.9.0.20")};
  plane_.Add(far);
  core::Host host = Host("n2", 2, "deb");
  host.nics[0].address = Ip("10.0.0.20");
  plane_.state.Apply(host);
  EXPECT_EQ(MustExplain({.mac = Mac(2), .kind = "bios", .subnet = "far"}).reason,
            "boots profiles/deb: hosts/n2 names it; its reserved address 10.0.0.20 lies in "
            "subnets/lab, not in subnets/far");
}

TEST_F(SimulateTest, ARelayInNoSubnetIsSilence) {
  const DecisionReport report = MustExplain({.mac = Mac(1), .giaddr = Ip("192.168.7.1")});
  EXPECT_EQ(report.reason, "no answer: its link is in no subnet");
  EXPECT_EQ(report.action, core::BootAction::kSilence);
}

TEST_F(SimulateTest, AMissingLoaderIsNamed) {
  EXPECT_EQ(Reason(1, "uefi-arm64"),
            "an address and nothing to boot: profiles/deb has no boot file for uefi-arm64");
}

TEST_F(SimulateTest, AFullPoolIsNamed) {
  core::Subnet subnet = LabSubnet();
  subnet.pools = {};
  plane_.state.Apply(subnet);
  EXPECT_EQ(Reason(1), "no answer: subnets/lab has no free address");
}

TEST_F(SimulateTest, P2_C142_ItShowsWhatAMachineIsToldThatHasWaitedAndPingsNothing) {
  core::Subnet subnet = LabSubnet();
  subnet.min_secs = std::chrono::seconds{10};
  subnet.ping_check = true;
  plane_.state.Apply(subnet);
  const auto stages = MustSimulate({.mac = Mac(1), .kind = "bios"});
  ASSERT_FALSE(stages.empty());
  EXPECT_TRUE(stages[0].offer);
  EXPECT_EQ(stages[0].decision.address, Ip("10.0.0.10"));
}

TEST_F(SimulateTest, WhoNamesTheServerIsSaid) {
  EXPECT_EQ(MustExplain({.mac = Mac(1)}).server_source, core::ServerSource::kInterface);
  EXPECT_EQ(MustExplain({.mac = Mac(9)}).server_source, core::ServerSource::kNone);
  const SimulationTools advertising{dhcp::PreviewReply, Ip("10.0.0.8")};
  const auto advertised = Explain({.mac = Mac(1)}, plane_.state, advertising, plane_.clock.Now());
  EXPECT_EQ(advertised->server_source, core::ServerSource::kAdvertised);
  core::Profile base = LinuxProfile("base");
  base.next_server = Ip("10.0.0.7");
  plane_.state.Apply(base);
  plane_.state.Apply(core::Profile{.id = "child", .parent = "base"});
  core::Host host = Host("n1", 1, "child");
  plane_.state.Apply(host);
  const DecisionReport inherited = MustExplain({.mac = Mac(1)});
  EXPECT_EQ(inherited.server_source, core::ServerSource::kProfile);
  EXPECT_EQ(inherited.next_server, Ip("10.0.0.7"));
  host.next_server = Ip("10.0.0.6");
  plane_.state.Apply(host);
  EXPECT_EQ(MustExplain({.mac = Mac(1)}).server_source, core::ServerSource::kHost);
  host.local_boot = true;
  plane_.state.Apply(host);
  EXPECT_EQ(MustExplain({.mac = Mac(1)}).next_server, Ip("10.0.0.6"));
}

TEST_F(SimulateTest, AClientWithoutABootKindIsShownThePlainFile) {
  core::Subnet subnet = LabSubnet();
  subnet.plain_boot_file = "phone.cfg";
  subnet.plain_next_server = Ip("10.0.0.5");
  plane_.state.Apply(subnet);
  const auto stages = MustSimulate({.mac = Mac(9), .kind = "os"});
  ASSERT_THAT(stages, SizeIs(1));
  const DecisionReport& decision = stages[0].decision;
  EXPECT_EQ(decision.reason,
            "is given the plain boot file of subnets/lab: its kind, os, is none that boots");
  EXPECT_EQ(decision.code, "plain_file");
  EXPECT_EQ(decision.server_source, core::ServerSource::kPlain);
  EXPECT_THAT(stages[0].offer->text, HasSubstr("siaddr 10.0.0.5\n"));
  EXPECT_THAT(stages[0].offer->text, HasSubstr("67 boot file: \"phone.cfg\""));
  EXPECT_THAT(NamesOf(stages[0]), ElementsAre("phone.cfg"));
}

TEST_F(SimulateTest, WhatIsWrongWithTheQuestionNamesTheField) {
  const auto explain = [&](const ImaginedMachine& machine) {
    return Explain(machine, plane_.state, kTools, plane_.clock.Now());
  };
  EXPECT_THAT(explain({.mac = Mac(1), .kind = "amiga"}),
              StatusIs(absl::StatusCode::kInvalidArgument, "facts.kind: \"amiga\""));
  EXPECT_THAT(explain({.mac = Mac(1), .subnet = "nowhere"}),
              StatusIs(absl::StatusCode::kNotFound, "subnets/nowhere"));
}

TEST_F(SimulateTest, AskingChangesNothing) {
  const auto before = MustExplain({.mac = Mac(1), .kind = "bios"}).address;
  MustSimulate({.mac = Mac(2), .kind = "bios"});
  MustSimulate({.mac = Mac(1), .kind = "bios"});
  EXPECT_EQ(MustExplain({.mac = Mac(1), .kind = "bios"}).address, before);
  EXPECT_TRUE(plane_.state.leases.All().empty());
  EXPECT_EQ(plane_.state.leases.StatisticsOf("lab")[core::AddressUse::kOffered], 0U);
}

TEST_F(SimulateTest, PxelinuxAsksByMacAndThenForWhatTheConfigNames) {
  const auto stages = MustSimulate({.mac = Mac(1), .kind = "bios"});
  ASSERT_THAT(stages, SizeIs(1));
  EXPECT_THAT(NamesOf(stages[0]), ElementsAre("pxelinux.0", "pxelinux.cfg/01-52-54-00-00-00-01",
                                              "vmlinuz", "initrd.img"));
}

TEST_F(SimulateTest, IpxeThatFirmwareIsGivenAsksDhcpAgainAndIsNotGivenItself) {
  const auto stages = MustSimulate({.mac = Mac(1), .kind = "uefi-x64"});
  ASSERT_THAT(stages, SizeIs(2));
  EXPECT_THAT(NamesOf(stages[0]), ElementsAre("snponly.efi"));
  EXPECT_EQ(stages[1].decision.kind, "ipxe-uefi-x64");
  EXPECT_THAT(NamesOf(stages[1]), ElementsAre("boot.ipxe", "vmlinuz", "initrd.img"));
  EXPECT_THAT(std::get<core::RenderedFile>(stages[1].files[0].answer).text, HasSubstr("#!ipxe"));
}

// The promise of the whole: what is shown is what a machine then gets.
TEST_F(SimulateTest, TheBytesAndTheTextsAreThoseOfTheWire) {
  const auto stages = MustSimulate({.mac = Mac(1), .kind = "bios"});
  core::DhcpQuestion question{
      .tag = 1,
      .client = HardwareAddress::Of(Mac(1)),
      .facts = core::TypicalFacts({core::Platform::kBios, core::Agent::kFirmware}),
      .local_addresses = {Ip("10.0.0.1")}};
  question.facts.mac = Mac(1);
  AnswerBox box;
  plane_.resolver().ResolveDhcp({question}, box);
  const core::DhcpAnswer offer = box.Await(1);
  EXPECT_EQ(stages[0].offer->bytes, dhcp::PreviewReply(question, offer)->bytes);

  question.tag = 2;
  question.message = core::DhcpMessage::kRequest;
  question.requested = std::get<core::DhcpGrant>(offer).address;
  question.server_id = Ip("10.0.0.1");
  plane_.resolver().ResolveDhcp({question}, box);
  EXPECT_EQ(stages[0].ack->bytes, dhcp::PreviewReply(question, box.Await(2))->bytes);

  const AskedFile& config = stages[0].files[1];
  EXPECT_EQ(AnswerBoot({config.name, *question.requested, Ip("10.0.0.1")}, plane_.state,
                       plane_.clock.Now()),
            config.answer);
}

TEST_F(SimulateTest, C129_AProxyShowsItsOfferAndTheAnswerOfItsBootService) {
  core::Subnet lab = LabSubnet();
  lab.mode = core::SubnetMode::kProxy;
  plane_.state.Apply(lab);
  const auto stages = MustSimulate({.mac = Mac(1), .kind = "bios"});
  ASSERT_THAT(stages, SizeIs(1));
  EXPECT_TRUE(stages[0].decision.address.IsZero());
  EXPECT_EQ(stages[0].decision.loader, "pxelinux.0");
  ASSERT_TRUE(stages[0].offer && stages[0].ack);
  EXPECT_THAT(stages[0].offer->text, HasSubstr("53 message type: OFFER"));
  EXPECT_THAT(stages[0].offer->text, Not(HasSubstr("yiaddr")));
  EXPECT_THAT(stages[0].ack->text, HasSubstr("53 message type: ACK"));
  EXPECT_THAT(stages[0].ack->text, Not(HasSubstr("51 lease time")));
  EXPECT_THAT(NamesOf(stages[0]), Contains("pxelinux.0"));
}

TEST_F(SimulateTest, P1_ExplainSaysThatTheModeIsWhyNothingIsAnswered) {
  core::Subnet lab = LabSubnet();
  lab.mode = core::SubnetMode::kOff;
  plane_.state.Apply(lab);
  EXPECT_EQ(Reason(1), "no answer: subnets/lab is off");
  lab.mode = core::SubnetMode::kReservationsOnly;
  plane_.state.Apply(lab);
  EXPECT_EQ(Reason(1), "no answer: subnets/lab serves reserved addresses only");
  lab.mode = core::SubnetMode::kProxy;
  plane_.state.Apply(lab);
  EXPECT_EQ(Reason(77), "no answer: subnets/lab only tells where to boot from, and has nothing");
}

TEST_F(SimulateTest, Q12_ExplainNamesTheQuirkOfARaspberryPi) {
  core::Profile pi = LinuxProfile("pi");
  pi.loaders = {{"rpi", "bootcode.bin"}};
  plane_.state.Apply(pi);
  core::Host host = Host("pi1", 5, "pi");
  host.nics[0].mac = *ParseMacAddress("b8:27:eb:00:00:01");
  plane_.state.Apply(host);
  const auto report = MustExplain({.mac = host.nics[0].mac, .kind = "rpi"});
  ASSERT_FALSE(report.steps.empty());
  EXPECT_EQ(report.steps.back().code, "quirk");
  EXPECT_THAT(report.steps.back().text, HasSubstr("raspberry_pi"));
}

TEST_F(SimulateTest, Q5_ExplainNamesAnOperatorsQuirkAndTheReplyIsByIt) {
  plane_.state.Apply(LinuxProfile("deb"));
  const core::Host host = Host("n1", 5, "deb");
  plane_.state.Apply(host);
  core::Quirk quirk{.id = "old-rom",
                    .priority = 1,
                    .match = {.kinds = {"bios"}},
                    .actions = {.omit_boot_option = true, .pad_to = 576},
                    .why = "reads option 67 too far"};
  quirk.stamp.revision = 9;
  plane_.state.Apply(quirk);
  const auto report = MustExplain({.mac = host.nics[0].mac, .kind = "bios"});
  ASSERT_FALSE(report.steps.empty());
  EXPECT_EQ(report.steps.back().code, "quirk");
  EXPECT_EQ(report.steps.back().resource, "quirks/old-rom");
  EXPECT_EQ(report.steps.back().revision, 9u);
  EXPECT_THAT(report.steps.back().text, HasSubstr("reads option 67 too far"));
  const auto stages = MustSimulate({.mac = host.nics[0].mac, .kind = "bios"});
  EXPECT_THAT(stages[0].offer->text, Not(HasSubstr("\n67 ")));
  EXPECT_EQ(stages[0].offer->bytes.size(), 576u);
  plane_.state.Apply({Erased<core::Quirk>{"old-rom"}});
  EXPECT_THAT(MustSimulate({.mac = host.nics[0].mac, .kind = "bios"})[0].offer->text,
              HasSubstr("\n67 "));
}

}  // namespace
}  // namespace pxe::server
