#include "tftp/serve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <string>
#include <thread>

#include "tests/tftp/serve_fixture.h"

namespace pxe::tftp {
namespace {

using namespace std::string_literals;
using Step = core::BootEvent::Step;

size_t OpenDescriptors() {
  return static_cast<size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                                           std::filesystem::directory_iterator()));
}

TEST_F(ServeTest, ServesAStaticFileBlockByBlock) {
  const std::string bytes = RandomBytes(5000);
  tree_.Write("dir/kernel", bytes);
  StartServer();
  EXPECT_EQ(Client().Fetch("dir/kernel"), bytes);
  const auto events = resolver_.WaitForEvents(1);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].step, Step::kFetched);
  EXPECT_EQ(events[0].client, "127.0.0.1");
  EXPECT_EQ(events[0].file, "dir/kernel");
  EXPECT_EQ(events[0].bytes, 5000u);
  EXPECT_EQ(events[0].detail, "");
}

TEST_F(ServeTest, T57_ServesWithEveryOptionAndLargeWindows) {
  const std::string bytes = RandomBytes(3'000'000);
  tree_.Write("initrd", bytes);
  config_.limits.max_window_blocks = 64;
  StartServer();
  EXPECT_EQ(Client().Fetch("initrd", {{"blksize", "1428"}, {"windowsize", "64"}}), bytes);
  EXPECT_EQ(Client().Fetch("initrd", {{"blksize", "65464"}, {"windowsize", "2"}}), bytes);
  EXPECT_EQ(Client().Fetch("initrd", {{"blksize", "8192"}, {"timeout", "9"}}), bytes);
  EXPECT_EQ(Client().Fetch("initrd", {{"windowsize", "16"}, {"tsize", "0"}}), bytes);
}

TEST_F(ServeTest, T40_AVirtualFileHasItsExactSizeAndItsBytes) {
  resolver_.Set("pxelinux.cfg/default", core::RenderedFile{"DEFAULT linux\n"});
  StartServer();
  TestClient client = Client();
  client.Request("pxelinux.cfg/default", {{"tsize", "0"}, {"blksize", "1408"}});
  EXPECT_EQ(client.ReceiveText(), "OACK tsize=14 blksize=1408");
  client.Ack(0);
  EXPECT_EQ(client.ReceiveText(), "DATA 1 DEFAULT linux\n");
}

TEST_F(ServeTest, T15_T17_NetasciiIsConvertedAndItsSizeIsThatOfTheConvertedText) {
  tree_.Write("text", "a\nb\r\nc");
  StartServer();
  TestClient client = Client();
  client.Request("text", {{"tsize", "0"}}, wire::Mode::kNetascii);
  EXPECT_EQ(client.ReceiveText(), "OACK tsize=9");
  client.Ack(0);
  EXPECT_EQ(client.ReceiveText(), "DATA 1 a\r\nb\r\0\r\nc"s);
}

TEST_F(ServeTest, T15_AReturnAtABlockBoundaryCarriesOver) {
  const std::string text = std::string(511, 'x') + "\nrest";
  tree_.Write("text", text);
  StartServer();
  EXPECT_EQ(Client().Fetch("text", {{"windowsize", "2"}}, wire::Mode::kNetascii),
            std::string(511, 'x') + "\r\nrest");
}

TEST_F(ServeTest, T17_AFileTooLargeForNetasciiIsRefused) {
  tree_.Write("text", "12345");
  config_.limits.max_netascii_bytes = 4;
  StartServer();
  EXPECT_EQ(Client().Fetch("text", {}, wire::Mode::kNetascii),
            "ERROR 4 file is too large for netascii, use octet");
}

TEST_F(ServeTest, T76_T110_EachAnswerOfTheControlPlaneHasItsOwnReply) {
  resolver_.Set("none", core::NoFile{"no host has this MAC"});
  resolver_.Set("refused", core::RefusedFile{"control\ncharacters"});
  resolver_.Set("silent", core::NoAnswer{"store is down"});
  resolver_.Set("empty", core::RenderedFile{""});
  StartServer();
  TestClient client = Client();
  EXPECT_EQ(client.Fetch("none"), "ERROR 1 file not found");
  EXPECT_EQ(client.Fetch("refused"), "ERROR 2 access denied");
  EXPECT_EQ(client.Fetch("empty"), "ERROR 1 file is empty") << "T43";
  Client().Request("silent");
  ExpectServing(client);
  EXPECT_EQ(Count(Outcome::kNoAnswer), 1u);
  const auto events = resolver_.WaitForEvents(3);
  EXPECT_EQ(events[0].detail, "no host has this MAC");
  EXPECT_EQ(events[1].detail, "control\\x0acharacters") << "T9: escaped";
  EXPECT_EQ(events[1].step, Step::kRefused);
}

TEST_F(ServeTest, T98_AFifoNeitherBlocksNorIsServedAndALinkOutIsRefused) {
  ASSERT_EQ(::mkfifo((tree_.root() + "/fifo").c_str(), 0600), 0);
  tree_.Link("../secret.txt", "link");
  StartServer();
  EXPECT_EQ(Client().Fetch("fifo"), "ERROR 2 access denied");
  EXPECT_EQ(Client().Fetch("link"), "ERROR 2 access denied");
  EXPECT_EQ(Client().Fetch("../secret.txt"), "ERROR 2 access denied");
  EXPECT_EQ(Client().Fetch("."), "ERROR 1 file not found");
}

TEST_F(ServeTest, T102_UploadsAreRefusedAtOnce) {
  StartServer();
  TestClient client = Client();
  client.SendRaw("\0\2evil\0octet\0"s);
  EXPECT_EQ(client.ReceiveText(), "ERROR 2 uploads are refused");
  EXPECT_FALSE(std::filesystem::exists(tree_.root() + "/evil"));
}

TEST_F(ServeTest, T5_T7_T8_MalformedRequestsGetTheirErrorOrSilence) {
  StartServer();
  TestClient client = Client();
  client.SendRaw("\0\1f\0"s);
  EXPECT_EQ(client.ReceiveText(), "ERROR 4 mode is missing or does not end");
  client.SendRaw("\0\1f\0mail\0"s);
  EXPECT_EQ(client.ReceiveText(), "ERROR 4 unknown mode");
  client.SendRaw("\0\1"s + std::string(5000, 'x'));
  EXPECT_EQ(client.ReceiveText(), "ERROR 4 request is too long");
  for (const std::string& silent :
       {""s, "\0"s, "\0\5\0\4text\0"s, "\0\4\0\1"s, "\0\3\0\1data"s, "\0\6a\0b\0"s, "\0\x63"s}) {
    client.SendRaw(silent);
  }
  ExpectServing(client);
  EXPECT_EQ(Count(Outcome::kMalformed), 6u);
  EXPECT_EQ(Count(Outcome::kNotARequest), 4u);
}

TEST_F(ServeTest, T12_ARequestSentToABroadcastAddressIsIgnored) {
  tree_.Write("f", "x");
  StartServer();
  TestClient client = Client();
  const net::Endpoint broadcast{{0x7fffffff}, server_->port()};  // of 127.0.0.0/8
  client.SendTo(broadcast, TestClient::RrqBytes("f"));
  ExpectServing(client);
  EXPECT_EQ(Count(Outcome::kNotUnicast), 1u);
}

TEST_F(ServeTest, RequestsFromOtherInterfacesAreIgnored) {
  config_.interface_indexes = {Loopback() + 1000};
  StartServer();
  TestClient client = Client();
  client.Request("f");
  while (Count(Outcome::kForeignInterface) == 0) std::this_thread::yield();
  EXPECT_EQ(resolver_.questions(), 0u);
}

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

TEST_F(ServeTest, T106_RequestsBeyondALimitAreDroppedSilentlyAndCounted) {
  tree_.Write("f", std::string(600, 'x'));
  config_.limits.max_transfers_per_client = 2;
  StartServer();
  TestClient one = Client();
  TestClient two = Client();
  TestClient three = Client();
  one.Request("f");
  one.Receive();
  two.Request("f");
  two.Receive();
  three.Request("f");
  while (Count(Outcome::kOverClientLimit) == 0) std::this_thread::yield();
  one.Ack(1);
  one.Receive();
  one.Ack(2);
  resolver_.WaitForEvents(1);  // its place is free again
  EXPECT_EQ(three.Fetch("f").size(), 600u);
}

TEST_F(ServeTest, T111_ALateAnswerFromAnotherThreadStartsTheTransferAndRepetitionsDoNotPileUp) {
  resolver_.Set("config", core::RenderedFile{"text"});
  resolver_.Hold();
  StartServer();
  TestClient client = Client();
  for (int i = 0; i < 5; ++i) client.Request("config");
  while (Count(Outcome::kRepeated) < 4) std::this_thread::yield();
  EXPECT_EQ(resolver_.questions(), 1u);
  resolver_.Release(1);
  EXPECT_EQ(client.ReceiveText(), "DATA 1 text");
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

TEST_F(ServeTest, T111_AQuestionThatStaysOpenIsForgottenAndTheServerWaitsForItAtItsEnd) {
  config_.limits.max_wait_for_answer = std::chrono::milliseconds(1);
  resolver_.Set("config", core::RenderedFile{"text"});
  resolver_.Hold();
  StartServer();
  TestClient client = Client();
  client.Request("config");
  while (Count(Outcome::kNoAnswer) == 0) std::this_thread::yield();
  StopServer();
  std::thread late([this] { resolver_.Release(1); });
  server_.reset();
  late.join();
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

TEST_F(ServeTest, T73_AThousandTransfersAtOnceAllArriveAndLeaveNothingOpen) {
  const std::string bytes = RandomBytes(2000);
  tree_.Write("f", bytes);
  config_.limits.max_transfers_per_client = 2000;
  StartServer();
  std::vector<TestClient> clients;
  for (int i = 0; i < 1000; ++i) clients.push_back(Client());
  const size_t before = OpenDescriptors();
  for (auto& client : clients) client.Request("f", {{"blksize", "1024"}});
  std::vector<std::string> got(clients.size());
  for (auto& client : clients) EXPECT_EQ(client.ReceiveText(), "OACK blksize=1024");
  for (auto& client : clients) client.Ack(0);
  for (uint16_t block = 1; block <= 2; ++block) {
    for (size_t i = 0; i < clients.size(); ++i) {
      wire::Packet packet = clients[i].Receive();
      // On a computer that is busy with other things the server may have asked again meanwhile.
      while (!std::holds_alternative<wire::Data>(packet) ||
             std::get<wire::Data>(packet).block < block) {
        packet = clients[i].Receive();
      }
      const auto& data = std::get<wire::Data>(packet);
      EXPECT_EQ(data.block, block);
      got[i].append(data.bytes.begin(), data.bytes.end());
      clients[i].Ack(block);
    }
  }
  for (const std::string& each : got) EXPECT_TRUE(each == bytes);
  resolver_.WaitForEvents(clients.size());
  StopServer();
  EXPECT_EQ(Count(Outcome::kFetched), 1000u);
  EXPECT_EQ(OpenDescriptors(), before + TransferPorts::kPerUrgency) << "which stay open";
}

TEST_F(ServeTest, OpenSaysWhatIsWrong) {
  EXPECT_THAT(Server::Open({.root = tree_.root(), .port = 0, .interface_indexes = {}}, resolver_),
              StatusIs(absl::StatusCode::kInvalidArgument, "no interface"));
  EXPECT_THAT(Server::Open({.root = tree_.root() + "/none", .interface_indexes = {1}}, resolver_),
              StatusIs(absl::StatusCode::kInvalidArgument, "no directory"));
  StartServer();
  EXPECT_THAT(
      Server::Open(
          {.root = tree_.root(), .port = server_->port(), .interface_indexes = {Loopback()}},
          resolver_),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               "0.0.0.0:" + std::to_string(server_->port())));
}

}  // namespace
}  // namespace pxe::tftp
