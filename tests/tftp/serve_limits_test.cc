// Many at once, and more than there is room for; the control plane late, or never.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "tests/tftp/serve_fixture.h"

namespace pxe::tftp {
namespace {

size_t OpenDescriptors() {
  return static_cast<size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                                           std::filesystem::directory_iterator()));
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

// The server is kept while all that follows arrives, and again at the request beyond its limit:
// what the transfer has got by then it got before that request.
TEST_F(ServeTest, RunningTransfersHaveTheirTurnHoweverManyRequestsWait) {
  const size_t bytes = config_.limits.small_file_bytes + 1;
  tree_.Write("kernel", std::string(bytes, 'k'));
  resolver_.Keep("before");
  resolver_.Keep("beyond");
  StartServer();
  TestClient machine = Client();
  machine.Request("kernel");
  machine.Receive();
  TestClient crowd = Client();
  crowd.Request("before");
  resolver_.WaitUntilAsked(2);
  machine.Ack(1);
  for (size_t i = 0; i < config_.limits.requests_per_turn; ++i) {
    crowd.Request("file" + std::to_string(i));
  }
  crowd.Request("beyond");
  resolver_.LetGo("before");
  EXPECT_EQ(machine.ReceiveText(), "DATA 2 " + std::string(512, 'k'));
  resolver_.LetGo("beyond");
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

}  // namespace
}  // namespace pxe::tftp
