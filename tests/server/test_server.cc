#include "tests/server/test_server.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <variant>

#include "server/backup_service.h"
#include "server/boot_service.h"
#include "server/change_service.h"
#include "server/event_service.h"
#include "server/host_service.h"
#include "server/lease_service.h"
#include "server/load_state.h"
#include "server/pool_service.h"
#include "server/profile_service.h"
#include "server/quirk_service.h"
#include "server/rule_service.h"
#include "server/status_service.h"
#include "server/subnet_service.h"
#include "server/template_service.h"

namespace pxe::server {
namespace {

// In place of the DHCP data plane's.
std::optional<core::ReplyPreview> FakeReply(const core::DhcpQuestion&,
                                            const core::DhcpAnswer& answer) {
  if (std::holds_alternative<core::DhcpSilence>(answer)) return std::nullopt;
  return core::ReplyPreview{{1, 2}, "yiaddr 10.0.0.10\n53 message type: OFFER\n"};
}

}  // namespace

struct TestServer::Services {
  Services(TestServer& test, const HistoryLimits& limits)
      : plane{test.state, test.writer, test.clock, *test.history, limits},
        profiles(plane,
                 [&test](const PreviewTarget& target) {
                   test.previewed = target;
                   return test.preview;
                 }),
        leases(test.state, test.clock, test.releaser),
        pools(test.state, test.clock),
        backups(test.store.files(), test.clock),
        events(test.journal),
        status(test.state, test.transfers) {}

  const ControlPlane plane;
  SubnetService subnets{plane};
  HostService hosts{plane};
  ProfileService profiles;
  TemplateService templates{plane};
  RuleService rules{plane};
  QuirkService quirks{plane};
  LeaseService leases;
  PoolService pools;
  ChangeService changes{plane};
  BackupService backups;
  BootService boots{plane, {FakeReply, std::nullopt}};
  EventService events;
  StatusService status;
};

TestServer::TestServer(const HistoryLimits& limits, std::optional<std::filesystem::path> existing)
    : state_dir(existing.value_or(dir.path() / "state")) {
  EXPECT_THAT(LoadState(store.db(), clock.Now(), state), IsOk());
  services_ = std::make_unique<Services>(*this, limits);
  Services& s = *services_;
  const std::vector<grpc::Service*> all{
      &s.subnets, &s.hosts,   &s.profiles, &s.templates, &s.rules,  &s.quirks, &s.leases,
      &s.pools,   &s.changes, &s.backups,  &s.boots,     &s.events, &s.status};
  const std::vector<std::string> listen{"unix:" + dir.Path("pxed.sock")};
  auto started = ApiServer::Start(listen, {}, all);
  EXPECT_THAT(started, IsOk());
  server = *std::move(started);
}

TestServer::~TestServer() = default;

std::shared_ptr<grpc::Channel> TestServer::NewChannel() const {
  return grpc::CreateChannel(address(), grpc::InsecureChannelCredentials());
}

}  // namespace pxe::server
