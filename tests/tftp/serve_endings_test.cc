// How transfers end, and what is told of it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "tests/tftp/serve_fixture.h"

namespace pxe::tftp {
namespace {

using Step = core::BootEvent::Step;

TEST_F(ServeTest, T69_AnAckAfterTheEndIsNoStrangers) {
  tree_.Write("f", "hello");
  StartServer();
  TestClient client = Client();
  EXPECT_EQ(client.Fetch("f"), "hello");
  resolver_.WaitForEvents(1);
  client.Ack(1);
  client.Request("none");
  EXPECT_EQ(client.ReceiveText(), "ERROR 1 file not found") << "and no ERROR 5 before it";
  EXPECT_EQ(Count(Outcome::kStranger), 0u);
}

TEST_F(ServeTest, T29_AProbeIsReportedAsAProbe) {
  tree_.Write("boot.efi", std::string(9000, 'x'));
  StartServer();
  TestClient client = Client();
  client.Request("boot.efi", {{"tsize", "0"}, {"blksize", "1468"}, {"windowsize", "4"}});
  EXPECT_EQ(client.ReceiveText(), "OACK tsize=9000 blksize=1468 windowsize=4");
  client.SendTo(client.session(),
                wire::Serialize(wire::Error{.code = 8, .message = "User aborted the transfer"}));
  const auto events = resolver_.WaitForEvents(1);
  EXPECT_EQ(events[0].step, Step::kProbed);
  EXPECT_EQ(events[0].detail, "User aborted the transfer");
  EXPECT_EQ(Count(Outcome::kProbed), 1u);
}

TEST_F(ServeTest, T71_AClientWhosePortIsClosedEndsItsTransferAtOnce) {
  tree_.Write("f", std::string(600, 'x'));
  StartServer();
  {
    TestClient client = Client();
    client.Request("f");
  }  // the answer finds nobody, and the host says so
  const auto events = resolver_.WaitForEvents(1);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].step, Step::kBrokenOff);
  EXPECT_EQ(Count(Outcome::kClientGone), 1u);
}

TEST_F(ServeTest, T42_AFileCutShortEndsItsTransferWithError0) {
  tree_.Write("f", std::string(2000, 'x'));
  StartServer();
  TestClient client = Client();
  client.Request("f");
  client.Receive();
  ASSERT_EQ(::truncate((tree_.root() + "/f").c_str(), 100), 0);
  client.Ack(1);
  EXPECT_EQ(client.ReceiveText(), "ERROR 0 file was truncated");
  EXPECT_EQ(resolver_.WaitForEvents(1)[0].step, Step::kBrokenOff);
}

TEST_F(ServeTest, T112_AtItsEndTheServerTellsRunningClients) {
  tree_.Write("f", std::string(600, 'x'));
  StartServer();
  TestClient client = Client();
  client.Request("f");
  client.Receive();
  StopServer();
  EXPECT_EQ(client.ReceiveText(), "ERROR 0 server stops");
  EXPECT_EQ(resolver_.WaitForEvents(1)[0].step, Step::kBrokenOff);
}

}  // namespace
}  // namespace pxe::tftp
