// pxeadm events: what it shows, of what it was asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/clients/pxeadm/run_fixture.h"

namespace pxe::adm {
namespace {

using testing::HasSubstr;
using testing::Not;

class EventsTest : public RunTest {
 protected:
  EventsTest() {
    server.journal.Add({.kind = core::EventKind::kCompetingServer,
                        .machine = "52:54:00:00:00:01",
                        .address = {0x0a000002},
                        .subnet = "lab",
                        .host = "n1",
                        .detail = "it offers 10.0.0.7"});
    server.journal.Add({.kind = core::EventKind::kBootLoop, .machine = "52:54:00:00:00:02"});
  }
};

TEST_F(EventsTest, AreARowEachTheNewestFirst) {
  const Ended ended = Pxeadm("events");
  EXPECT_EQ(ended.code, ExitCode::kDone);
  EXPECT_EQ(ended.err, "");
  EXPECT_THAT(ended.out, HasSubstr("EVENT"));
  EXPECT_THAT(ended.out, HasSubstr("competing server  52:54:00:00:00:01  n1    10.0.0.2  lab"));
  EXPECT_LT(ended.out.find("boot loop"), ended.out.find("competing server"));
}

TEST_F(EventsTest, AFilterAndALimitLeaveTheOthersOut) {
  EXPECT_EQ(Done(R"(-o name events --filter "kind = COMPETING_SERVER AND host = hosts/n1")"),
            "events/1\n");
  EXPECT_EQ(Done("-o name events --limit 1"), "events/2\n");
  EXPECT_EQ(Done("-o name events --limit 0"), "events/2\nevents/1\n");
  const Ended wrong = Pxeadm(R"(events --filter "kind = FIRE")");
  EXPECT_EQ(wrong.code, ExitCode::kRefused);
  EXPECT_THAT(wrong.err, HasSubstr("filter: column 8"));
}

TEST_F(EventsTest, JsonIsTheContracts) {
  const std::string json = Done("-o json events --limit 2");
  EXPECT_THAT(json, HasSubstr("\"EVENT_KIND_COMPETING_SERVER\""));
  EXPECT_THAT(json, HasSubstr("\"detail\": \"it offers 10.0.0.7\""));
  EXPECT_THAT(json, Not(HasSubstr("retention")));
}

}  // namespace
}  // namespace pxe::adm
