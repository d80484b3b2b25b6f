// A server on loopback with a scratch root and a scripted control plane, for one test each.
#pragma once

#include <gtest/gtest.h>
#include <net/if.h>

#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>

#include "tests/support/status_matchers.h"
#include "tests/tftp/scratch_tree.h"
#include "tests/tftp/scripted_resolver.h"
#include "tests/tftp/test_client.h"
#include "tftp/serve.h"

namespace pxe::tftp {

inline int Loopback() {
  return static_cast<int>(::if_nametoindex("lo"));
}

inline std::string RandomBytes(size_t size) {
  std::mt19937 random(1);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

class ServeTest : public testing::Test {
 protected:
  ~ServeTest() override { StopServer(); }

  void StartServer() {
    config_.root = tree_.root();
    config_.port = 0;
    if (config_.interface_indexes.empty()) config_.interface_indexes = {Loopback()};
    auto server = Server::Open(config_, resolver_);
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
    thread_ = std::thread([this] { server_->Run(); });
  }
  void StopServer() {
    if (!thread_.joinable()) return;
    server_->Stop();
    thread_.join();
  }
  TestClient Client() { return TestClient(server_->port()); }
  uint64_t Count(Outcome outcome) const { return server_->counters().Get(outcome); }

  // Whatever was sent before has been handled once this has been answered.
  void ExpectServing(TestClient& client) {
    client.Request("no-such-file-at-all");
    EXPECT_EQ(client.ReceiveText(), "ERROR 1 file not found");
  }

  ScratchTree tree_;
  ScriptedResolver resolver_;
  ServerConfig config_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

}  // namespace pxe::tftp
