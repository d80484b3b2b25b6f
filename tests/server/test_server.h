// A control plane over a real store, served by gRPC on a unix socket in a directory of its own.
//
// Everything is the product's but the clock, the one who takes leases back, the renderer of
// previews and the maker of DHCP packets.
#pragma once

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/api_server.h"
#include "server/backup_service.h"
#include "server/boot_service.h"
#include "server/change_service.h"
#include "server/event_journal.h"
#include "server/event_service.h"
#include "server/host_service.h"
#include "server/lease_service.h"
#include "server/load_state.h"
#include "server/pool_service.h"
#include "server/profile_service.h"
#include "server/quirk_service.h"
#include "server/rule_service.h"
#include "server/subnet_service.h"
#include "server/template_service.h"
#include "store/reader.h"
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
  // `existing`: a state directory that another TestServer has left, as after a restart.
  explicit TestServer(HistoryLimits limits = {}, std::optional<std::filesystem::path> existing = {})
      : state_dir(existing.value_or(dir.path() / "state")), limits_(limits) {
    EXPECT_THAT(LoadState(store.db(), clock.Now(), state), IsOk());
    const std::vector<grpc::Service*> services{&subnets_, &hosts_,  &profiles_, &templates_,
                                               &rules_,   &leases_, &pools_,    &changes_,
                                               &backups_, &boots_,  &quirks_,   &events_};
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
  const std::filesystem::path state_dir;
  store::StateDir store = *store::StateDir::Open(state_dir);
  FakeClock clock;
  LiveState state;
  std::unique_ptr<store::Reader> history = *store::Reader::Open(store.db());
  store::Writer writer{store.db()};
  EventJournal journal{store.files().journal, clock, [](std::string_view) {}};
  FakeReleaser releaser;
  std::optional<PreviewTarget> previewed;
  absl::StatusOr<std::string> preview = std::string("DEFAULT linux\n");

 private:
  const HistoryLimits limits_;
  ControlPlane plane_{state, writer, clock, *history, limits_};
  SubnetService subnets_{plane_};
  HostService hosts_{plane_};
  ProfileService profiles_{plane_, [this](const PreviewTarget& target) {
                             previewed = target;
                             return preview;
                           }};
  TemplateService templates_{plane_};
  RuleService rules_{plane_};
  QuirkService quirks_{plane_};
  LeaseService leases_{state, clock, releaser};
  PoolService pools_{state, clock};
  ChangeService changes_{plane_};
  BackupService backups_{store.files(), clock};
  BootService boots_{plane_,
                     {[](const core::DhcpQuestion&, const core::DhcpAnswer& answer) {
                        const bool silent = std::holds_alternative<core::DhcpSilence>(answer);
                        return silent ? std::nullopt
                                      : std::optional(core::ReplyPreview{
                                            {1, 2}, "yiaddr 10.0.0.10\n53 message type: OFFER\n"});
                      },
                      std::nullopt}};
  EventService events_{journal};

 public:
  std::unique_ptr<ApiServer> server;  // last: ends before what it serves
};

}  // namespace pxe::server
