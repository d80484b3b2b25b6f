// Events over the wire: newest first, by filter, page by page, and how long they are kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "pxe/v1/event.grpc.pb.h"
#include "tests/server/services_fixture.h"

namespace pxe::server {
namespace {

using core::EventKind;
using testing::ElementsAre;
using testing::IsEmpty;

class EventServiceTest : public ServicesTest {
 protected:
  void Happened(EventKind kind, const std::string& machine, const std::string& host = "",
                Ipv4 address = {}) {
    server.journal.Add({.kind = kind,
                        .machine = machine,
                        .address = address,
                        .subnet = "lab",
                        .host = host,
                        .detail = "in words"});
  }
  auto List(const std::string& request) {
    return Call(*events, &v1::EventService::Stub::ListEvents, request);
  }
  std::vector<std::string> Machines(const std::string& filter) {
    std::vector<std::string> machines;
    const auto page = List("filter: '" + filter + "'");
    EXPECT_THAT(page, IsOk()) << filter;
    if (!page.ok()) return machines;
    for (const v1::Event& event : page->events()) machines.push_back(event.machine());
    return machines;
  }

  std::unique_ptr<v1::EventService::Stub> events = v1::EventService::NewStub(channel);
};

TEST_F(EventServiceTest, AnEventNamesWhoAndWhere) {
  Happened(EventKind::kCompetingServer, "52:54:00:00:00:01", "n1", {0x0a000002});
  server.clock.Advance(std::chrono::seconds(5));
  Happened(EventKind::kCompetingServer, "52:54:00:00:00:01", "n1", {0x0a000002});
  const auto page = List("");
  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->events_size(), 1);
  const v1::Event& event = page->events(0);
  EXPECT_EQ(event.name(), "events/1");
  EXPECT_EQ(event.kind(), v1::EVENT_KIND_COMPETING_SERVER);
  EXPECT_EQ(event.machine(), "52:54:00:00:00:01");
  EXPECT_EQ(event.address(), "10.0.0.2");
  EXPECT_EQ(event.subnet(), "subnets/lab");
  EXPECT_EQ(event.host(), "hosts/n1");
  EXPECT_EQ(event.detail(), "in words");
  EXPECT_EQ(event.last_time().seconds() - event.first_time().seconds(), 5);
  EXPECT_EQ(event.count(), 2u);
  const auto one = Call(*events, &v1::EventService::Stub::GetEvent, "name: 'events/1'");
  ASSERT_THAT(one, IsOk());
  EXPECT_EQ(one->DebugString(), event.DebugString());
}

TEST_F(EventServiceTest, TheAnswerSaysWhatIsKept) {
  const auto page = List("");
  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->events(), IsEmpty());
  EXPECT_EQ(page->retention().max_events(), 100'000u);
  EXPECT_EQ(page->retention().max_events_of_strangers(), 10'000u);
  EXPECT_EQ(page->retention().max_age().seconds(), 90 * 86'400);
  EXPECT_EQ(page->retention().left_out(), 0u);
  EXPECT_FALSE(page->retention().in_memory_only());
}

TEST_F(EventServiceTest, AFilterAsksForKindMachineAddressSubnetHostAndTime) {
  Happened(EventKind::kBootLoop, "52:54:00:00:00:01", "n1");
  server.clock.Advance(std::chrono::seconds(100));
  Happened(EventKind::kCompetingServer, "52:54:00:00:00:02", "", {0x0a000002});
  Happened(EventKind::kCompetingServer, "52:54:00:00:00:03", "n3", {0x0a000003});
  const std::string one = "52:54:00:00:00:01", two = "52:54:00:00:00:02",
                    three = "52:54:00:00:00:03";
  EXPECT_THAT(Machines(""), ElementsAre(three, two, one));
  EXPECT_THAT(Machines("kind = COMPETING_SERVER"), ElementsAre(three, two));
  EXPECT_THAT(Machines("kind = COMPETING_SERVER AND host = hosts/n3"), ElementsAre(three));
  EXPECT_THAT(Machines("host = \"\""), ElementsAre(two));
  EXPECT_THAT(Machines("machine = 52-54-00-00-00-02"), ElementsAre(two));
  EXPECT_THAT(Machines("address = 10.0.0.3"), ElementsAre(three));
  EXPECT_THAT(Machines("subnet = subnets/other"), IsEmpty());
  EXPECT_THAT(Machines("last_time < 1970-01-12T13:48:20Z"), ElementsAre(one));
  EXPECT_THAT(Machines("last_time >= 1970-01-12T13:48:20Z"), ElementsAre(three, two));
}

TEST_F(EventServiceTest, PagesJoinToAllOfIt) {
  for (int n = 0; n < 25; ++n) {
    Happened(EventKind::kDeclinedAddress, absl::StrFormat("52:54:00:00:00:%02x", n));
  }
  std::vector<std::string> names;
  std::string token;
  do {
    const auto page = List("page_size: 10 page_token: '" + token + "'");
    ASSERT_THAT(page, IsOk());
    for (const v1::Event& event : page->events()) names.push_back(event.name());
    token = page->next_page_token();
  } while (!token.empty());
  ASSERT_EQ(names.size(), 25u);
  EXPECT_EQ(names.front(), "events/25");
  EXPECT_EQ(names.back(), "events/1");
}

TEST_F(EventServiceTest, WhatIsWrongIsNamed) {
  EXPECT_THAT(List("filter: 'kind = FIRE'"),
              StatusIs(kInvalid, "filter: column 8: \"FIRE\" is none of BOOT_LOOP, "));
  EXPECT_THAT(List("filter: 'colour = red'"), StatusIs(kInvalid, "only kind, machine, address"));
  EXPECT_THAT(List("filter: 'machine = x'"), StatusIs(kInvalid, "filter: column 11: "));
  EXPECT_THAT(List("page_token: 'x'"), StatusIs(kInvalid, "page_token: "));
  const auto get = [this](const std::string& name) {
    return Call(*events, &v1::EventService::Stub::GetEvent, "name: '" + name + "'");
  };
  EXPECT_THAT(get("events/7"), StatusIs(kMissing, "events/7"));
  EXPECT_THAT(get("events/x"), StatusIs(kInvalid, "name: "));
  EXPECT_THAT(get("hosts/n1"), StatusIs(kInvalid, "name: "));
}

}  // namespace
}  // namespace pxe::server
