// A control plane over a real store, served by gRPC on a unix socket in a directory of its own.
//
// Everything is the product's but the clock, the one who takes leases back and the renderer.
#pragma once

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/api_server.h"
#include "server/host_service.h"
#include "server/lease_service.h"
#include "server/profile_service.h"
#include "server/subnet_service.h"
#include "store/state_dir.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace pxe::server {

// Says what it is told to say, and remembers what it was asked.
class FakeReleaser final : public LeaseReleaser {
 public:
  void ReleaseLease(Ipv4 address, Done done) override {
    {
      const std::lock_guard lock(mutex);
      asked.push_back(address);
    }
    done(answer);
  }

  absl::Status answer;
  std::mutex mutex;
  std::vector<Ipv4> asked;
};

class TestServer {
 public:
  TestServer() {
    const std::vector<grpc::Service*> services{&subnets_, &hosts_, &profiles_, &leases_};
    const std::vector<std::string> listen{"unix:" + dir.Path("pxed.sock")};
    auto started = ApiServer::Start(listen, {}, services);
    EXPECT_THAT(started, IsOk());
    server = *std::move(started);
  }

  std::string address() const { return server->addresses().front(); }
  std::shared_ptr<grpc::Channel> NewChannel() const {
    return grpc::CreateChannel(address(), grpc::InsecureChannelCredentials());
  }

  TempDir dir;
  store::StateDir store = *store::StateDir::Open(dir.path() / "state");
  FakeClock clock;
  LiveState state;
  store::Writer writer{store.db()};
  FakeReleaser releaser;
  std::optional<PreviewTarget> previewed;
  absl::StatusOr<std::string> preview = std::string("DEFAULT linux\n");

 private:
  ControlPlane plane_{state, writer, clock};
  SubnetService subnets_{plane_};
  HostService hosts_{plane_};
  ProfileService profiles_{plane_, [this](const PreviewTarget& target) {
                             previewed = target;
                             return preview;
                           }};
  LeaseService leases_{state, clock, releaser};

 public:
  std::unique_ptr<ApiServer> server;  // last: ends before what it serves
};

}  // namespace pxe::server
