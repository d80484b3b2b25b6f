// Which packet belongs to which transfer, and which port is whose.
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "tests/tftp/serve_fixture.h"

namespace pxe::tftp {
namespace {

TEST_F(ServeTest, T82_T84_TransfersInARowHaveDifferentPortsOnTheAddressThatWasAsked) {
  tree_.Write("f", std::string(600, 'x'));
  StartServer();
  constexpr Ipv4 kOther{0x7f000505};
  TestClient one(server_->port(), kOther);
  TestClient two(server_->port(), kOther);
  one.Request("f");
  two.Request("f");
  one.Receive();
  two.Receive();
  EXPECT_EQ(one.session().address, kOther);
  EXPECT_NE(one.session().port, two.session().port);
  EXPECT_NE(one.session().port, server_->port());
}

TEST_F(ServeTest, T83_AStrangerGetsError5AndTheTransferGoesOn) {
  tree_.Write("f", std::string(600, 'x'));
  StartServer();
  TestClient client = Client();
  client.Request("f");
  client.Receive();
  TestClient stranger = Client();
  stranger.SendTo(client.session(), wire::Serialize(wire::Ack{1}));
  stranger.SendTo(client.session(), wire::Serialize(wire::Error{.code = 0, .message = "stop"}));
  EXPECT_EQ(stranger.ReceiveText(), "ERROR 5 unknown transfer ID");
  client.Ack(1);
  EXPECT_EQ(client.ReceiveText(), "DATA 2 " + std::string(88, 'x'));
}

TEST_F(ServeTest, T82_T87_WhatIsLateOfOneTransferIsNotTakenForTheNextOfThatClientsPort) {
  tree_.Write("one", std::string(600, '1'));
  tree_.Write("two", std::string(600, '2'));
  StartServer();
  TestClient client = Client();
  client.Request("one");
  client.Receive();
  const net::Endpoint before = client.session();
  client.Request("two");
  EXPECT_EQ(client.ReceiveText(), "DATA 1 " + std::string(512, '2'));
  EXPECT_NE(client.session(), before);
  client.SendTo(before, wire::Serialize(wire::Ack{1}));
  client.SendTo(before, wire::Serialize(wire::Error{.code = 0, .message = "stop"}));
  ExpectServing(client);
  EXPECT_EQ(Count(Outcome::kClientError), 0u);
}

TEST_F(ServeTest, T13_T86_TheSameRequestAgainIsAnsweredByTheSameSession) {
  tree_.Write("f", "hello");
  StartServer();
  TestClient client = Client();
  for (int i = 0; i < 3; ++i) client.Request("f", {{"tsize", "0"}});
  EXPECT_EQ(client.ReceiveText(), "OACK tsize=5");
  const auto session = client.session();
  for (int i = 0; i < 2; ++i) {
    // The first repetitions may have come while the question was open, and are then dropped.
    client.Request("f", {{"tsize", "0"}});
    EXPECT_EQ(client.ReceiveText(), "OACK tsize=5");
    EXPECT_EQ(client.session(), session);
  }
  EXPECT_EQ(resolver_.questions(), 1u) << "asked once";
}

TEST_F(ServeTest, T87_ARequestForAnotherFileFromTheSamePortReplacesTheSession) {
  tree_.Write("one", std::string(600, '1'));
  tree_.Write("two", "2");
  StartServer();
  TestClient client = Client();
  client.Request("one");
  EXPECT_EQ(client.ReceiveText(), "DATA 1 " + std::string(512, '1'));
  client.Request("two");
  EXPECT_EQ(client.ReceiveText(), "DATA 1 2");
  client.Ack(1);
  EXPECT_EQ(resolver_.WaitForEvents(1)[0].file, "two");
}

TEST_F(ServeTest, T75_T86_ALateCopyOfTheRequestDoesNotDisturbItsTransfer) {
  tree_.Write("f", std::string(1300, 'x'));
  StartServer();
  TestClient client = Client();
  client.Request("f");
  client.Receive();
  const net::Endpoint session = client.session();
  client.Ack(1);
  client.Receive();
  client.Request("f");
  while (Count(Outcome::kRepeated) == 0) std::this_thread::yield();
  client.SendTo(session, wire::Serialize(wire::Ack{2}));
  EXPECT_EQ(client.ReceiveText(), "DATA 3 " + std::string(276, 'x'));
  EXPECT_EQ(client.session(), session);
}

TEST_F(ServeTest, T87_TheSameFileAgainAfterItsEndIsANewTransfer) {
  tree_.Write("f", "hello");
  StartServer();
  TestClient client = Client();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.Fetch("f"), "hello");
  EXPECT_EQ(resolver_.questions(), 20u);
}

TEST_F(ServeTest, T87_AnAnswerToAReplacedRequestIsDropped) {
  resolver_.Set("one", core::RenderedFile{"1"});
  resolver_.Set("two", core::RenderedFile{"2"});
  resolver_.Hold();
  StartServer();
  TestClient client = Client();
  client.Request("one");
  client.Request("two");
  resolver_.Release(2);
  EXPECT_EQ(client.ReceiveText(), "DATA 1 2");
}

}  // namespace
}  // namespace pxe::tftp
