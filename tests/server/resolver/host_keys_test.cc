// By what a machine is found to be a host, in which order, and which of the host's addresses is
// its.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dhcp/preview_reply.h"
#include "server/boot_files.h"
#include "server/dhcp_facts.h"
#include "server/simulate.h"
#include "tests/server/resolver/test_plane.h"
#include "tests/support/status_matchers.h"

namespace pxe::server {
namespace {

using core::HostKey;
using testing::HasSubstr;

using Bytes = std::vector<uint8_t>;

class HostKeysTest : public testing::Test {
 protected:
  HostKeysTest() { LookFor({HostKey::kMac, HostKey::kUuid}); }

  void LookFor(std::vector<HostKey> keys) {
    core::Subnet subnet = LabSubnet();
    subnet.host_keys = std::move(keys);
    plane_.state.Apply(subnet);
  }
  // A host of that id, as `make` has it.
  template <typename Make>
  void Add(const char* id, Make make) {
    core::Host host{.id = id, .uid = id};
    make(host);
    plane_.state.Apply(host);
  }
  // A packet with all that a host can be found by.
  static core::DhcpQuestion Question() {
    return {.client = HardwareAddress::Of(Mac(1)),
            .facts = {.uuid = kUuid, .mac = Mac(1)},
            .client_id = kClientId,
            .circuit_id = "eth0/1",
            .remote_id = "0x0006aa",
            .local_addresses = {Ip("10.0.0.1")}};
  }
  // One host for each of them.
  void AddOneForEach() {
    Add("by-mac", [](core::Host& host) { host.nics = {{.mac = Mac(1)}}; });
    Add("by-uuid", [](core::Host& host) { host.uuid = kUuid; });
    Add("by-client-id", [](core::Host& host) { host.client_ids = {{9, 9}, kClientId}; });
    Add("by-circuit-id", [](core::Host& host) { host.circuit_id = "eth0/1"; });
    Add("by-remote-id", [](core::Host& host) { host.remote_id = "0x0006aa"; });
  }
  AskingMachine Asking(const core::DhcpQuestion& question) const {
    return WhoAsks(question, plane_.state, plane_.clock.Now(), std::nullopt);
  }
  std::string Found(const core::DhcpQuestion& question) const {
    const core::Host* host = Asking(question).machine.host;
    return host == nullptr ? "nobody" : host->id;
  }
  // The reserved address that the machine is taken to have.
  std::string AddressOf(const core::DhcpQuestion& question) const {
    const core::Nic* nic = Asking(question).facts.nic;
    return nic != nullptr && nic->address ? nic->address->ToString() : "none";
  }

  inline static const Uuid kUuid = *ParseUuid("b8945908-d6a6-41a9-611d-74a6ab80b83d");
  inline static const Bytes kClientId = {0xff, 0x00, 0x01};
  TempDir folder_;
  TestPlane plane_{folder_.path()};
};

TEST_F(HostKeysTest, C105_TheFirstKeyOfTheSubnetThatNamesAHostCounts) {
  AddOneForEach();
  const core::DhcpQuestion question = Question();
  LookFor({HostKey::kRemoteId, HostKey::kMac});
  EXPECT_EQ(Found(question), "by-remote-id");
  LookFor({HostKey::kCircuitId, HostKey::kRemoteId});
  EXPECT_EQ(Found(question), "by-circuit-id");
  LookFor({HostKey::kClientId, HostKey::kCircuitId});
  EXPECT_EQ(Found(question), "by-client-id");
  LookFor({HostKey::kUuid, HostKey::kMac});
  EXPECT_EQ(Found(question), "by-uuid");
  LookFor({HostKey::kMac, HostKey::kRemoteId});
  EXPECT_EQ(Found(question), "by-mac");
}

TEST_F(HostKeysTest, C105_AKeyThatNamesNobodyLeavesItToTheNext) {
  AddOneForEach();
  LookFor({HostKey::kCircuitId, HostKey::kClientId, HostKey::kMac});
  core::DhcpQuestion question = Question();
  question.circuit_id = "eth0/2";
  EXPECT_EQ(Found(question), "by-client-id");
  question.client_id = {7, 7};
  EXPECT_EQ(Found(question), "by-mac");
  question.client = HardwareAddress::Of(Mac(2));
  EXPECT_EQ(Found(question), "nobody");
  question.circuit_id = "";
  question.client_id.clear();
  EXPECT_EQ(Found(question), "nobody") << "what is not told is nobody's";
}

TEST_F(HostKeysTest, C107_ByDefaultAUuidNeverOverridesAMacAndTheRestIsNotLookedFor) {
  AddOneForEach();
  core::DhcpQuestion question = Question();
  EXPECT_EQ(Found(question), "by-mac");
  question.client = HardwareAddress::Of(Mac(2));
  EXPECT_EQ(Found(question), "by-uuid");
  question.facts.uuid.reset();
  EXPECT_EQ(Found(question), "nobody");
}

TEST_F(HostKeysTest, C107_AUuidIsOnlyThatOfAHostThatSomebodyHasApproved) {
  Add("by-uuid", [](core::Host& host) {
    host.uuid = kUuid;
    host.state = core::HostState::kDiscovered;
  });
  LookFor({HostKey::kUuid});
  EXPECT_EQ(Found(Question()), "nobody");
}

TEST_F(HostKeysTest, C105_WhatAHostWasFoundByBeforeIsNotItsAnyMore) {
  AddOneForEach();
  LookFor({HostKey::kCircuitId, HostKey::kClientId, HostKey::kRemoteId});
  Add("by-circuit-id", [](core::Host& host) { host.circuit_id = "eth0/9"; });
  EXPECT_EQ(Found(Question()), "by-client-id");
  Add("by-client-id", [](core::Host& host) { host.client_ids = {{9, 9}}; });
  EXPECT_EQ(Found(Question()), "by-remote-id");
  plane_.state.Apply(std::vector<CatalogChange>{Erased<core::Host>{"by-remote-id"}});
  EXPECT_EQ(Found(Question()), "nobody");
}

TEST_F(HostKeysTest, C105_WhatPassesFromOneHostToAnotherIsTheLastOnes) {
  LookFor({HostKey::kCircuitId});
  Add("first", [](core::Host& host) { host.circuit_id = "eth0/1"; });
  Add("second", [](core::Host& host) { host.circuit_id = "eth0/1"; });
  Add("first", [](core::Host& host) { host.circuit_id = "eth0/2"; });
  EXPECT_EQ(Found(Question()), "second");
}

TEST_F(HostKeysTest, C102_Q37_WithoutHardwareAddressAHostIsFoundByItsClientId) {
  const Bytes infiniband(20, 0x42);
  Add("ib", [&](core::Host& host) {
    host.client_ids = {infiniband};
    host.nics = {{.mac = Mac(7), .address = Ip("10.0.0.230")}};
  });
  LookFor({HostKey::kMac, HostKey::kClientId});
  core::DhcpQuestion question = Question();
  question.client = {.type = 32, .length = 0};
  question.facts.mac.reset();
  question.client_id = infiniband;
  EXPECT_EQ(Found(question), "ib");
  EXPECT_EQ(AddressOf(question), "10.0.0.230");
  const auto verdict =
      core::DecideDhcp(question, Asking(question).facts, plane_.state.leases, plane_.clock.Now());
  ASSERT_TRUE(std::holds_alternative<core::DhcpGrant>(verdict.answer));
  EXPECT_EQ(std::get<core::DhcpGrant>(verdict.answer).address, Ip("10.0.0.230"));
}

TEST_F(HostKeysTest, C104_ASystemsGuidInPlaceOfItsAddressIsNoMacAddress) {
  AddOneForEach();
  core::DhcpQuestion question = Question();
  question.client = {.length = 16, .bytes = {0x52, 0x54, 0, 0, 0, 1}};
  question.facts.mac.reset();
  EXPECT_EQ(Found(question), "by-uuid");
  question.facts.uuid.reset();
  EXPECT_EQ(Found(question), "nobody");
}

TEST_F(HostKeysTest, C105_APortOfASwitchHasTheAddressOfItsHostWhateverIsPluggedIn) {
  LookFor({HostKey::kCircuitId});
  Add("port", [](core::Host& host) {
    host.circuit_id = "eth0/1";
    host.nics = {{.mac = Mac(7), .address = Ip("10.0.0.230")}};
  });
  EXPECT_EQ(AddressOf(Question()), "10.0.0.230");
}

TEST_F(HostKeysTest, C105_OfSeveralAddressesOnlyTheNicItselfHasItsOwn) {
  LookFor({HostKey::kCircuitId, HostKey::kUuid});
  Add("n1", [](core::Host& host) {
    host.circuit_id = "eth0/1";
    host.uuid = kUuid;
    host.nics = {{.mac = Mac(7), .address = Ip("10.0.0.230")},
                 {.mac = Mac(8), .address = Ip("10.0.0.231")}};
  });
  core::DhcpQuestion question = Question();
  EXPECT_EQ(AddressOf(question), "none");
  question.client = HardwareAddress::Of(Mac(8));
  EXPECT_EQ(AddressOf(question), "10.0.0.231");
  question.circuit_id = "";
  EXPECT_EQ(Found(question), "n1");
  EXPECT_EQ(AddressOf(question), "10.0.0.231") << "by UUID too";
}

TEST_F(HostKeysTest, N4_AMachineThatIsFoundByAnyOfThemIsKnown) {
  LookFor({HostKey::kCircuitId});
  Add("port", [](core::Host& host) { host.circuit_id = "eth0/1"; });
  EXPECT_NE(Asking(Question()).facts.host, nullptr);
}

// The config that a machine asks for is that of its host, though its MAC address names none.
TEST_F(HostKeysTest, C105_ABootIsThatOfTheHostThatItBeganWith) {
  core::Profile profile = LinuxProfile("deb");
  profile.entries[0].arguments = "host={{host.id}}";
  plane_.state.Apply(profile);
  LookFor({HostKey::kCircuitId});
  Add("port", [](core::Host& host) {
    host.circuit_id = "eth0/1";
    host.profile = "deb";
  });
  core::DhcpQuestion question = Question();
  question.facts.vendor_class = "PXEClient:Arch:00000:UNDI:002001";
  const Boot boot = BootOf(Asking(question), plane_.state.catalog, plane_.clock.Now());
  EXPECT_EQ(boot.host, "port");
  plane_.state.boots.Begin(Mac(1), boot);
  const core::BootAnswer answer =
      AnswerBoot({"pxelinux.cfg/01-52-54-00-00-00-01", Ip("10.0.0.20"), Ip("10.0.0.1")},
                 plane_.state, plane_.clock.Now());
  ASSERT_TRUE(std::holds_alternative<core::RenderedFile>(answer));
  EXPECT_THAT(std::get<core::RenderedFile>(answer).text, HasSubstr("host=port"));
}

TEST_F(HostKeysTest, C105_C106_ExplainFindsAHostAsItsPacketsWould) {
  LookFor({HostKey::kClientId});
  Add("n1", [](core::Host& host) {
    host.client_ids = {kClientId};
    host.nics = {{.mac = Mac(1), .address = Ip("10.0.0.230")},
                 {.mac = Mac(2), .address = Ip("10.0.0.230")}};
  });
  plane_.state.leases.Load({.address = Ip("10.0.0.230"),
                            .client = HardwareAddress::Of(Mac(2)),
                            .ends = plane_.clock.Now() + std::chrono::hours{1}},
                           plane_.clock.Now());
  const auto report = Explain({.mac = Mac(1), .kind = "bios"}, plane_.state,
                              {dhcp::PreviewReply, std::nullopt}, plane_.clock.Now());
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->address, Ip("10.0.0.230")) << "taken over from its other NIC";
}

}  // namespace
}  // namespace pxe::server
