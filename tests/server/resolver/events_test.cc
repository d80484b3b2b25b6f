// Which packets are worth an event: what the resolver tells while it answers as ever.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/server/resolver/test_plane.h"

namespace pxe::server {
namespace {

using namespace std::chrono_literals;
using core::BootEvent;
using core::DhcpMessage;
using core::DhcpQuestion;
using core::Event;
using core::EventKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class EventsTest : public testing::Test {
 protected:
  EventsTest() {
    plane_.resolver().ListenToEvents([this](Event event) { events_.push_back(std::move(event)); });
  }
  void AddLab(core::SubnetMode mode = core::SubnetMode::kFull) {
    core::Subnet subnet = LabSubnet();
    subnet.mode = mode;
    subnet.unknown_machines = core::UnknownMachines::kProfile;
    subnet.unknown_profile = "deb";
    plane_.Add(LinuxProfile("deb"));
    plane_.Add(subnet);
  }
  void AddHost(int client, const char* address) {
    plane_.Add(core::Host{.id = "n1", .nics = {{.mac = Mac(client), .address = Ip(address)}}});
  }
  DhcpQuestion Question(DhcpMessage message, int client) {
    DhcpQuestion question;
    question.tag = ++tag_;
    question.message = message;
    question.client = HardwareAddress::Of(Mac(client));
    question.facts.vendor_class = "PXEClient:Arch:00000:UNDI:002001";
    question.facts.architectures = {0};
    question.local_addresses = {Ip("10.0.0.1")};
    return question;
  }
  core::DhcpAnswer Ask(const DhcpQuestion& question) {
    plane_.resolver().ResolveDhcp({question}, box_);
    return box_.Await(question.tag);
  }
  void Select(int client, const char* address, const char* server = "10.0.0.1") {
    DhcpQuestion question = Question(DhcpMessage::kRequest, client);
    question.server_id = Ip(server);
    question.requested = Ip(address);
    Ask(question);
  }
  // OFFER and ACK, both with a boot file.
  void Boot(int client, const char* address) {
    Ask(Question(DhcpMessage::kDiscover, client));
    Select(client, address);
    plane_.clock.Advance(20s);
  }
  // What a data plane on that link has seen of 10.0.0.2.
  void Saw(int client, const char* link) {
    plane_.resolver().Report({.step = BootEvent::Step::kCompeting,
                              .client = Mac(client).ToString(),
                              .address = Ip("10.0.0.2"),
                              .detail = "it offers 10.0.0.7",
                              .link = Ip(link)});
  }
  std::vector<EventKind> Kinds() {
    std::vector<EventKind> kinds;
    for (const Event& event : events_) kinds.push_back(event.kind);
    return kinds;
  }

  TempDir folder_;
  TestPlane plane_{folder_.path()};
  AnswerBox box_;
  uint64_t tag_ = 0;
  std::vector<Event> events_;
};

TEST_F(EventsTest, C111_AMachineThatBootsInCirclesIsOneEvent) {
  AddLab();
  AddHost(1, "10.0.0.250");
  for (int i = 0; i < 4; ++i) Boot(1, "10.0.0.250");
  EXPECT_THAT(events_, IsEmpty());
  for (int i = 0; i < 20; ++i) Boot(1, "10.0.0.250");
  ASSERT_THAT(Kinds(), ElementsAre(EventKind::kBootLoop));
  EXPECT_EQ(events_[0].machine, Mac(1).ToString());
  EXPECT_EQ(events_[0].host, "n1");
  EXPECT_EQ(events_[0].subnet, "lab");
  EXPECT_THAT(events_[0].detail, HasSubstr("answered 5 times within 5 minutes"));
}

TEST_F(EventsTest, C111_DiscoversAndRenewalsAreNoBoots) {
  AddLab();
  for (int i = 0; i < 20; ++i) Ask(Question(DhcpMessage::kDiscover, 1));
  Select(1, "10.0.0.10");
  for (int i = 0; i < 20; ++i) {
    DhcpQuestion renewal = Question(DhcpMessage::kRequest, 1);
    renewal.ciaddr = Ip("10.0.0.10");
    Ask(renewal);
    plane_.clock.Advance(11s);
  }
  EXPECT_THAT(events_, IsEmpty());
}

TEST_F(EventsTest, C57_AMachineThatChoosesAnotherServerIsAnEvent) {
  AddLab();
  Select(1, "10.0.0.10", "10.0.0.2");
  ASSERT_THAT(Kinds(), ElementsAre(EventKind::kCompetingServer));
  EXPECT_EQ(events_[0].machine, Mac(1).ToString());
  EXPECT_EQ(events_[0].address, Ip("10.0.0.2"));
  EXPECT_EQ(events_[0].subnet, "lab");
  EXPECT_EQ(events_[0].host, "");
}

TEST_F(EventsTest, WhatADataPlaneSawIsGivenItsSubnetAndHost) {
  AddLab();
  AddHost(1, "10.0.0.250");
  Saw(1, "10.0.0.1");
  Saw(2, "192.168.1.1");
  ASSERT_THAT(Kinds(), ElementsAre(EventKind::kCompetingServer, EventKind::kCompetingServer));
  EXPECT_EQ(events_[0].host, "n1");
  EXPECT_EQ(events_[0].subnet, "lab");
  EXPECT_EQ(events_[0].detail, "it offers 10.0.0.7");
  EXPECT_EQ(events_[1].host, "");
  EXPECT_EQ(events_[1].subnet, "");
}

TEST_F(EventsTest, P2_InProxyModeTheOtherServerIsMeantToBeThere) {
  AddLab(core::SubnetMode::kProxy);
  Saw(1, "10.0.0.1");
  Select(1, "10.0.0.10", "10.0.0.2");
  DhcpQuestion boot = Question(DhcpMessage::kBootServer, 1);
  boot.server_id = Ip("10.0.0.2");
  Ask(boot);
  EXPECT_THAT(events_, IsEmpty());
}

TEST_F(EventsTest, P1_WhereOnlyReservationsAreServedItIsOneForThoseMachinesOnly) {
  AddLab(core::SubnetMode::kReservationsOnly);
  AddHost(1, "10.0.0.250");
  Saw(2, "10.0.0.1");
  Select(2, "10.0.0.10", "10.0.0.2");
  EXPECT_THAT(events_, IsEmpty());
  Saw(1, "10.0.0.1");
  Select(1, "10.0.0.10", "10.0.0.2");
  EXPECT_THAT(Kinds(), ElementsAre(EventKind::kCompetingServer, EventKind::kCompetingServer));
}

TEST_F(EventsTest, C78_ADeclinedAddressIsNamed) {
  AddLab();
  Ask(Question(DhcpMessage::kDiscover, 1));
  Select(1, "10.0.0.10");
  DhcpQuestion decline = Question(DhcpMessage::kDecline, 1);
  decline.requested = Ip("10.0.0.10");
  Ask(decline);
  ASSERT_THAT(Kinds(), ElementsAre(EventKind::kDeclinedAddress));
  EXPECT_EQ(events_[0].address, Ip("10.0.0.10"));
}

TEST_F(EventsTest, AnEmptyPoolIsAnEventOfItsSubnet) {
  core::Subnet subnet = LabSubnet();
  subnet.pools = {};
  plane_.Add(subnet);
  Ask(Question(DhcpMessage::kDiscover, 1));
  ASSERT_THAT(Kinds(), ElementsAre(EventKind::kPoolExhausted));
  EXPECT_EQ(events_[0].subnet, "lab");
}

TEST_F(EventsTest, C49_AReservedAddressThatSomebodyElseHasIsAnEvent) {
  AddLab();
  Ask(Question(DhcpMessage::kDiscover, 1));
  Select(1, "10.0.0.10");
  AddHost(2, "10.0.0.10");
  Ask(Question(DhcpMessage::kDiscover, 2));
  ASSERT_THAT(Kinds(), ElementsAre(EventKind::kReservationTaken));
  EXPECT_EQ(events_[0].machine, Mac(2).ToString());
  EXPECT_EQ(events_[0].detail, Mac(1).ToString() + " has its address 10.0.0.10");
}

TEST_F(EventsTest, AMachineThatBootsAsItShouldIsNone) {
  AddLab();
  Boot(1, "10.0.0.10");
  plane_.resolver().Report({.step = BootEvent::Step::kAcked, .client = Mac(1).ToString()});
  EXPECT_THAT(events_, IsEmpty());
}

}  // namespace
}  // namespace pxe::server
