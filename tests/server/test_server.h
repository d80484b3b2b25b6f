// A control plane over a real store, served by gRPC on a unix socket in a directory of its own.
//
// Everything is the product's but the clock, the one who takes leases back, the renderer of
// previews and the maker of DHCP packets. The services are in the .cc: with all their generated
// headers, each test file would take a minute to compile.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/api_server.h"
#include "server/control_plane.h"
#include "server/event_journal.h"
#include "server/lease_releaser.h"
#include "server/live_transfers.h"
#include "server/preview_target.h"
#include "store/state_dir.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace grpc {
class Channel;
}  // namespace grpc

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
  // `existing`: a state directory that another TestServer has left, as after a restart.
  explicit TestServer(const HistoryLimits& limits = {},
                      std::optional<std::filesystem::path> existing = {});
  ~TestServer();

  std::string address() const { return server->addresses().front(); }
  std::shared_ptr<grpc::Channel> NewChannel() const;

  TempDir dir;
  const std::filesystem::path state_dir;
  store::StateDir store = *store::StateDir::Open(state_dir);
  FakeClock clock;
  LiveState state;
  std::unique_ptr<store::Reader> history = *store::Reader::Open(store.db());
  store::Writer writer{store.db()};
  EventJournal journal{store.files().journal, clock, [](std::string_view) {}};
  LiveTransfers transfers;
  FakeReleaser releaser;
  std::optional<PreviewTarget> previewed;
  absl::StatusOr<std::string> preview = std::string("DEFAULT linux\n");

 private:
  struct Services;
  std::unique_ptr<Services> services_;

 public:
  std::unique_ptr<ApiServer> server;  // last: ends before what it serves
};

}  // namespace pxe::server
