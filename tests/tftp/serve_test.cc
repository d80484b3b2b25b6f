// What is served and how, and which requests are answered at all.
#include "tftp/serve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <thread>

#include "tests/tftp/serve_fixture.h"

namespace pxe::tftp {
namespace {

using namespace std::string_literals;
using Step = core::BootEvent::Step;

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
