// The server as it is set up otherwise: one port for all, IPv6, limits, names, and the bursts of
// real loaders.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/tftp/serve_fixture.h"

namespace pxe::tftp {
namespace {

using namespace std::string_literals;
using Step = core::BootEvent::Step;

TestClient Client6(uint16_t port) {
  return TestClient(net::Endpoint{.port = port, .address6 = kLoopback6},
                    net::Endpoint{.address6 = kLoopback6});
}

TEST_F(ServeTest, T85_InSinglePortModeAllPacketsComeFromTheServicePort) {
  const std::string bytes = RandomBytes(300'000);
  tree_.Write("kernel", bytes);
  config_.single_port = true;
  StartServer();
  constexpr Ipv4 kOther{0x7f000505};
  TestClient client(server_->port(), kOther);
  for (const TestClient::Options& options :
       {TestClient::Options{}, {{"blksize", "1428"}, {"windowsize", "16"}, {"tsize", "0"}}}) {
    EXPECT_EQ(client.Fetch("kernel", options), bytes);
    EXPECT_EQ(client.session(), (net::Endpoint{kOther, server_->port()})) << "T84";
  }
  EXPECT_EQ(Count(Outcome::kNotARequest), 0u);
  EXPECT_GT(Count(Outcome::kOfTransfer), 500u);
}

TEST_F(ServeTest, T83_T85_InSinglePortModeAStrangerDisturbsNothingAndAnErrorEndsItsOwn) {
  tree_.Write("f", std::string(600, 'x'));
  config_.single_port = true;
  StartServer();
  TestClient client = Client();
  TestClient stranger = Client();
  client.Request("f");
  client.Receive();
  stranger.SendTo(client.session(), wire::Serialize(wire::Ack{1}));
  stranger.SendTo(client.session(), wire::Serialize(wire::Error{.code = 0, .message = "stop"}));
  ExpectServing(stranger);
  EXPECT_EQ(Count(Outcome::kNotARequest), 2u);
  client.Ack(1);
  EXPECT_EQ(client.ReceiveText(), "DATA 2 " + std::string(88, 'x'));
  client.SendTo(client.session(), wire::Serialize(wire::Error{.code = 0, .message = "stop"}));
  EXPECT_EQ(resolver_.WaitForEvents(2)[1].step, Step::kBrokenOff);
}

TEST_F(ServeTest, T88_IsServedByIpv6AsWell) {
  const std::string bytes = RandomBytes(100'000);
  tree_.Write("kernel", bytes);
  StartServer();
  TestClient client = Client6(server_->port());
  EXPECT_EQ(client.Fetch("kernel", {{"blksize", "1428"}, {"windowsize", "8"}}), bytes);
  EXPECT_EQ(client.session().address6, kLoopback6);
  EXPECT_EQ(client.Fetch("none"), "ERROR 1 file not found");
  EXPECT_EQ(client.session().port, server_->port());
  const auto events = resolver_.WaitForEvents(2);
  EXPECT_EQ(events[0].client, "::1");
  EXPECT_EQ(events[0].bytes, bytes.size());
  EXPECT_TRUE(events[0].address.IsZero());
}

TEST_F(ServeTest, T85_T88_SinglePortModeSpeaksIpv6Too) {
  tree_.Write("kernel", std::string(5000, 'k'));
  config_.single_port = true;
  StartServer();
  TestClient client = Client6(server_->port());
  EXPECT_EQ(client.Fetch("kernel").size(), 5000u);
  EXPECT_EQ(client.session().port, server_->port());
}

TEST_F(ServeTest, T35_T36_AnMtuSetByHandCutsBlocksInPlaceOfThePaths) {
  tree_.Write("f", "x");
  config_.mtu = 1420;
  StartServer();
  TestClient client = Client();
  client.Request("f", {{"blksize", "1468"}});
  EXPECT_EQ(client.ReceiveText(), "OACK blksize=1388");
  TestClient six = Client6(server_->port());
  six.Request("f", {{"blksize", "1468"}});
  EXPECT_EQ(six.ReceiveText(), "OACK blksize=1368");
}

TEST_F(ServeTest, T18_NetasciiInWindowsIsRolledBackRight) {
  const std::string text = std::string(2000, '\n') + "end";
  tree_.Write("text", text);
  StartServer();
  TestClient client = Client();
  client.Request("text", {{"windowsize", "4"}, {"tsize", "0"}}, wire::Mode::kNetascii);
  EXPECT_EQ(client.ReceiveText(), "OACK windowsize=4 tsize=4003");
  client.Ack(0);
  std::vector<std::string> blocks;
  for (int i = 0; i < 4; ++i) blocks.push_back(client.ReceiveText());
  client.Ack(2);  // 3 was lost: the window begins again behind 2
  // So soon after a slow OACK it may be an echo; then the blocks behind the window come first.
  std::string next = client.ReceiveText();
  while (next.starts_with("DATA 5 ") || next.starts_with("DATA 6 ")) next = client.ReceiveText();
  EXPECT_TRUE(next == blocks[2]) << next.substr(0, 8);
  EXPECT_EQ(client.ReceiveText(), blocks[3]);
  EXPECT_EQ(client.ReceiveText().substr(0, 8), "DATA 5 \r");
}

TEST_F(ServeTest, T28_T32_AnErrorIsTheFirstAndOnlyAnswerAndData1WaitsForAck0) {
  tree_.Write("f", "hello");
  StartServer();
  TestClient client = Client();
  client.Request("none", {{"tsize", "0"}, {"blksize", "1408"}});
  EXPECT_EQ(client.ReceiveText(), "ERROR 1 file not found");
  client.Request("f", {{"tsize", "0"}});
  EXPECT_EQ(client.ReceiveText(), "OACK tsize=5") << "nothing more came of the first request";
  TestClient other = Client();
  ExpectServing(other);  // whatever would have been sent by itself is here now
  client.Request("f", {{"tsize", "0"}});
  EXPECT_EQ(client.ReceiveText(), "OACK tsize=5") << "and no DATA before ACK 0";
}

TEST_F(ServeTest, T77_T79_T80_APermanentRefusalIsOneOrTwoFromTheAddressThatWasAskedEachTime) {
  std::filesystem::create_directories(tree_.root() + "/dir");
  StartServer();
  constexpr Ipv4 kOther{0x7f000505};
  TestClient client(server_->port(), kOther);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.Fetch("none"), "ERROR 1 file not found");
    EXPECT_EQ(client.session().address, kOther);
  }
  EXPECT_EQ(client.Fetch("dir"), "ERROR 1 file not found");
  EXPECT_EQ(client.Fetch(std::string(300, 'x')), "ERROR 1 file not found");
}

TEST_F(ServeTest, T93_NamesAreRemappedBeforeTheyAreAskedAbout) {
  tree_.Write("pxelinux.0", "loader");
  config_.remap = {{"tftpboot/", ""}, {"startrom.n12", "pxelinux.0"}};
  resolver_.Set("pxelinux.cfg/default", core::RenderedFile{"config"});
  StartServer();
  EXPECT_EQ(Client().Fetch("/tftpboot/pxelinux.0"), "loader");
  EXPECT_EQ(Client().Fetch("/tftpboot/pxelinux.cfg/default"), "config");
  EXPECT_EQ(Client().Fetch("StartROM.n12"), "loader");
}

TEST_F(ServeTest, T95_CaseIsIgnoredWhereThatIsWanted) {
  tree_.Write("Boot/BCD", "bcd");
  config_.ignore_case = true;
  StartServer();
  EXPECT_EQ(Client().Fetch("boot/bcd"), "bcd");
}

TEST_F(ServeTest, T81_ElevenMissesAtOnceAreAllAnswered) {
  config_.limits.max_transfers_per_client = 16;
  StartServer();
  std::vector<TestClient> ports;
  for (int i = 0; i < 11; ++i) ports.push_back(Client());
  for (TestClient& port : ports) port.Request("pxelinux.cfg/C000025B", {{"tsize", "0"}});
  for (TestClient& port : ports) EXPECT_EQ(port.ReceiveText(), "ERROR 1 file not found");
  TestClient one = Client();  // and from one port, as lpxelinux asks
  for (int i = 0; i < 11; ++i) EXPECT_EQ(one.Fetch("gone"), "ERROR 1 file not found");
  ExpectServing(one);
  EXPECT_GE(Count(Outcome::kNoFile), 22u);
}

TEST_F(ServeTest, T81_TwentyFilesInARowEachProbedFirstAreAllFetched) {
  tree_.Write("grub/x86_64-efi/normal.mod", std::string(20'000, 'm'));
  StartServer();
  for (int i = 0; i < 20; ++i) {
    TestClient probe = Client();
    probe.Request("/grub/x86_64-efi/normal.mod", {{"blksize", "1024"}, {"tsize", "0"}});
    EXPECT_EQ(probe.ReceiveText(), "OACK blksize=1024 tsize=20000");
    probe.SendTo(probe.session(), wire::Serialize(wire::Error{.code = 0, .message = "closed"}));
    EXPECT_EQ(Client().Fetch("/grub/x86_64-efi/normal.mod", {{"blksize", "1024"}}).size(), 20'000u);
  }
  resolver_.WaitForEvents(40);
  EXPECT_EQ(Count(Outcome::kFetched), 20u);
  EXPECT_EQ(Count(Outcome::kProbed), 20u);
  EXPECT_EQ(Count(Outcome::kOverClientLimit), 0u);
}

TEST_F(ServeTest, T106_ARateLimitDropsSilentlyAndCounts) {
  config_.limits.max_requests_per_second = 3;
  StartServer();
  TestClient client = Client();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.Fetch("none"), "ERROR 1 file not found");
  for (int i = 0; i < 10 && Count(Outcome::kOverRate) == 0; ++i) Client().Request("none");
  while (Count(Outcome::kOverRate) == 0) std::this_thread::yield();
}

TEST_F(ServeTest, T55_T106_OneOfManyIsGrantedASmallerWindow) {
  tree_.Write("f", std::string(100'000, 'x'));
  config_.limits.max_window_bytes_in_all = 32 * 1024;
  StartServer();
  const TestClient::Options options = {{"windowsize", "16"}, {"blksize", "1024"}};
  std::vector<TestClient> clients;
  std::vector<std::string> answers;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(Client());
    clients.back().Request("f", options);
    answers.push_back(clients.back().ReceiveText());
  }
  EXPECT_EQ(answers[0], "OACK windowsize=16 blksize=1024");
  EXPECT_EQ(answers[3], "OACK windowsize=8 blksize=1024");
  EXPECT_EQ(answers[7], "OACK windowsize=4 blksize=1024");
}

TEST_F(ServeTest, T106_T109_AFloodWithoutAcksStaysWithinTheLimitsAndOthersAreServed) {
  tree_.Write("f", std::string(600, 'x'));
  config_.limits.max_transfers = 60;
  config_.limits.max_transfers_per_client = 50;
  StartServer();
  std::vector<TestClient> flood;
  for (int i = 0; i < 200; ++i) flood.push_back(Client());
  for (int round = 0; round < 5; ++round) {
    for (TestClient& client : flood) client.Request("f");
  }
  while (Count(Outcome::kOverClientLimit) == 0) std::this_thread::yield();
  TestClient other(net::Endpoint{kServerAddress, server_->port()},
                   net::Endpoint{.address = {0x7f000202}});
  EXPECT_EQ(other.Fetch("f").size(), 600u);
  EXPECT_EQ(Count(Outcome::kOverLimit), 0u);
  EXPECT_LE(Count(Outcome::kStarted), 51u);
}

TEST_F(ServeTest, ALongTransferIsToldAboutWhileItRunsAndAtItsEnd) {
  tree_.Write("initrd", RandomBytes(2000));
  StartServer();
  TestClient client = Client();
  client.Request("initrd");
  ASSERT_TRUE(std::holds_alternative<wire::Data>(client.Receive()));
  client.Ack(1);
  ASSERT_TRUE(std::holds_alternative<wire::Data>(client.Receive()));
  const core::BootEvent running = resolver_.WaitForProgress();
  EXPECT_EQ(running.client, "127.0.0.1");
  EXPECT_EQ(running.file, "initrd");
  EXPECT_EQ(running.bytes, 512u);
  EXPECT_EQ(running.of_bytes, 2000u);
  EXPECT_GE(running.milliseconds, 1000u);
  EXPECT_NE(running.transfer, 0u);
  for (uint16_t block = 2; block <= 4; ++block) client.Ack(block);
  const auto events = resolver_.WaitForEvents(1);
  EXPECT_EQ(events.back().step, core::BootEvent::Step::kFetched);
  EXPECT_EQ(events.back().transfer, running.transfer);
}

TEST_F(ServeTest, FetchedFilesAreCountedByClassAndTime) {
  config_.limits.small_file_bytes = 1000;
  resolver_.Set("grub.cfg", core::RenderedFile{"set timeout=0\n"});
  tree_.Write("loader", RandomBytes(1000));
  tree_.Write("kernel", RandomBytes(1001));
  StartServer();
  for (const char* file : {"grub.cfg", "loader", "kernel", "kernel", "no-such-file"}) {
    Client().Fetch(file);
  }
  StopServer();
  EXPECT_EQ(server_->times().of(FileClass::kRendered).Sum(), 1u);
  EXPECT_EQ(server_->times().of(FileClass::kSmall).Sum(), 1u);
  EXPECT_EQ(server_->times().of(FileClass::kBulk).Sum(), 2u);
}

}  // namespace
}  // namespace pxe::tftp
