#include "api/actor.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace pxe::api {
namespace {

TEST(ActorTest, APeerIsItsAddressWithoutThePort) {
  EXPECT_EQ(ActorOf("unix:"), "unix");
  EXPECT_EQ(ActorOf("unix:/run/pxed/pxed.sock"), "unix");
  EXPECT_EQ(ActorOf("ipv4:10.0.0.7:4711"), "tcp:10.0.0.7");
  EXPECT_EQ(ActorOf("ipv6:%5Bfe80::1%5D:4711"), "tcp:[fe80::1]");
  EXPECT_EQ(ActorOf("ipv6:[::1]:4711"), "tcp:[::1]");
  EXPECT_EQ(ActorOf("vsock:3"), "vsock:3");
  EXPECT_EQ(ActorOf(""), "");
}

TEST(ActorTest, AClaimIsShortAndPrintable) {
  EXPECT_THAT(ParseClaimedActor("alice smith@ops"), IsOkAndHolds("alice smith@ops"));
  EXPECT_THAT(ParseClaimedActor(""), IsOkAndHolds(""));
  const std::string longest(kMaxClaimedActor, 'a');
  EXPECT_THAT(ParseClaimedActor(longest), IsOkAndHolds(longest));
  for (const std::string& bad : {longest + "a", std::string("a\nb"), std::string("\xc3\xa9")}) {
    EXPECT_THAT(ParseClaimedActor(bad), StatusIs(absl::StatusCode::kInvalidArgument,
                                                 "metadata pxed-actor: at most 128 printable"));
  }
}

}  // namespace
}  // namespace pxe::api
