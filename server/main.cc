// pxed: builds the world from the configuration, hands each part its neighbours, and waits for a
// signal. Everything that serves is bound before anything is answered.
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/clock.h"
#include "base/counters.h"
#include "base/status.h"
#include "dhcp/serve.h"
#include "net/interfaces.h"
#include "server/api_server.h"
#include "server/backup_service.h"
#include "server/change_service.h"
#include "server/config.h"
#include "server/host_service.h"
#include "server/lease_service.h"
#include "server/live_state.h"
#include "server/load_state.h"
#include "server/log.h"
#include "server/privileges.h"
#include "server/profile_service.h"
#include "server/resolver.h"
#include "server/restore.h"
#include "server/subnet_service.h"
#include "store/reader.h"
#include "store/state_dir.h"
#include "store/writer.h"
#include "tftp/serve.h"

namespace pxe::server {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

// The signals that main waits for. Blocked before any thread is started, so that all inherit the
// mask and nobody else is interrupted.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// " offered=12 acked=12", from any of the data planes' enums.
template <typename Enum>
std::string Counted(const Counters<Enum>& counters) {
  std::string text;
  for (size_t i = 0; i < Counters<Enum>::kSize; ++i) {
    const auto which = static_cast<Enum>(i);
    if (counters.Get(which) == 0) continue;
    text += absl::StrFormat(" %s=%d", ToString(which), counters.Get(which));
  }
  return text;
}

absl::StatusOr<std::vector<int>> IndexesOf(const std::vector<std::string>& names) {
  PXE_ASSIGN_OR_RETURN(const net::InterfaceTable table, net::InterfaceTable::Open());
  std::vector<int> indexes;
  for (const std::string& name : names) {
    const net::Interface* interface = table.Find(name);
    if (interface == nullptr) return NotFound("--interface: there is no interface " + name);
    indexes.push_back(interface->index);
  }
  return indexes;
}

// The data planes on their threads. Members are destroyed in reverse order, after Stop.
class DataPlanes {
 public:
  static absl::StatusOr<DataPlanes> Open(const Config& config, core::Resolver& resolver) {
    DataPlanes planes;
    if (config.interfaces.empty()) return planes;
    PXE_ASSIGN_OR_RETURN(
        planes.dhcp_,
        dhcp::Server::Open({.interfaces = config.interfaces, .port = config.dhcp_port}, resolver));
    PXE_ASSIGN_OR_RETURN(const std::vector<int> indexes, IndexesOf(config.interfaces));
    PXE_ASSIGN_OR_RETURN(planes.tftp_, tftp::Server::Open({.root = config.tftp_root,
                                                           .port = config.tftp_port,
                                                           .interface_indexes = indexes},
                                                          resolver));
    return planes;
  }

  void Start(const Config& config, Log& log) {
    if (!dhcp_) {
      log.Warning("no --interface: serving the API only");
      return;
    }
    std::string names;
    for (const std::string& name : config.interfaces) names += " " + name;
    log.Info(absl::StrFormat("DHCP on port %d of%s", config.dhcp_port, names));
    if (!dhcp_->raw_frames()) {
      log.Warning("no CAP_NET_RAW: DHCP replies reach relayed and broadcasting clients only");
    }
    log.Info(absl::StrFormat("TFTP on port %d of%s, files from %s", config.tftp_port, names,
                             config.tftp_root));
    threads_.emplace_back([this] { dhcp_->Run(); });
    threads_.emplace_back([this] { tftp_->Run(); });
  }

  // What became of the packets so far: one line a server, counters that are zero left out.
  void LogCounters(Log& log) const {
    if (!dhcp_) return;
    log.Info("DHCP packets:" + Counted(dhcp_->outcomes()) + Counted(dhcp_->drops()) +
             Counted(dhcp_->silences()) + Counted(dhcp_->notes()));
    log.Info("TFTP requests:" + Counted(tftp_->counters()));
  }

  void Stop() {
    if (dhcp_) dhcp_->Stop();
    if (tftp_) tftp_->Stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::unique_ptr<dhcp::Server> dhcp_;
  std::unique_ptr<tftp::Server> tftp_;
  std::vector<std::thread> threads_;
};

// The API on its listeners: every service of the contract.
class Api {
 public:
  Api(const Config& config, const ControlPlane& plane, const store::StateFiles& files,
      Resolver& resolver)
      : config_(config),
        plane_(plane),
        subnets_(plane_),
        hosts_(plane_),
        profiles_(plane_,
                  [&resolver](const PreviewTarget& machine) {
                    return machine.mac ? resolver.PreviewMac(*machine.mac)
                                       : resolver.PreviewHost(machine.host_id);
                  }),
        leases_(plane.state, plane.clock, resolver),
        changes_(plane_),
        backups_(files, plane.clock) {}

  absl::Status Start() {
    grpc::Service* const services[] = {&subnets_, &hosts_,   &profiles_,
                                       &leases_,  &changes_, &backups_};
    PXE_ASSIGN_OR_RETURN(server_, ApiServer::Start(config_.listen, config_.insecure_tcp, services));
    return absl::OkStatus();
  }
  const std::vector<std::string>& addresses() const { return server_->addresses(); }
  void Stop() { server_->Shutdown(kPatience); }

 private:
  static constexpr std::chrono::seconds kPatience{2};  // for calls in flight at the end

  const Config& config_;
  const ControlPlane plane_;
  SubnetService subnets_;
  HostService hosts_;
  ProfileService profiles_;
  LeaseService leases_;
  ChangeService changes_;
  BackupService backups_;
  std::unique_ptr<ApiServer> server_;
};

// Everything between "the configuration is good" and the last line of the log.
absl::Status Serve(const Config& config, const sigset_t& signals) {
  PXE_RETURN_IF_ERROR(DropPrivileges(config.user));
  PXE_ASSIGN_OR_RETURN(store::StateDir state_dir, store::StateDir::Open(config.state_dir));
  LiveState state;
  const SystemClock clock;
  PXE_RETURN_IF_ERROR(LoadState(state_dir.db(), clock.Now(), state));

  Log log(config.log_format, config.log_level);
  if (const auto& migration = state_dir.migration()) {
    log.Info(absl::StrFormat("schema %d migrated to %d; the database before is kept as %s",
                             migration->from, migration->to, migration->kept.string()));
  }
  store::Writer writer(state_dir.db());
  Resolver resolver(
      state, writer, clock, [&log](const core::BootEvent& event) { log.Event(event); },
      config.advertise);
  PXE_ASSIGN_OR_RETURN(DataPlanes planes, DataPlanes::Open(config, resolver));
  PXE_ASSIGN_OR_RETURN(const auto history, store::Reader::Open(state_dir.db()));
  Api api(config, {state, writer, clock, *history}, state_dir.files(), resolver);
  PXE_RETURN_IF_ERROR(api.Start());
  for (const std::string& address : api.addresses()) log.Info("API on " + address);
  planes.Start(config, log);
  log.Info("ready, state in " + config.state_dir);

  int signal = 0;
  while (sigwait(&signals, &signal) == 0 && signal == SIGUSR1) planes.LogCounters(log);
  log.Info(absl::StrFormat("ending on %s", signal == SIGTERM ? "SIGTERM" : "SIGINT"));
  planes.Stop();
  api.Stop();
  writer.Stop();
  planes.LogCounters(log);
  return absl::OkStatus();
}

int Fail(const absl::Status& status, int exit_code) {
  std::fprintf(stderr, "pxed: %s\n", MessageOf(status).c_str());
  return exit_code;
}

int RestoreAndEnd(const Config& config) {
  const auto said = Restore(config, SystemClock().Now());
  if (!said.ok()) return Fail(said.status(), kExitFailed);
  std::printf("pxed: %s\n", said->c_str());
  return 0;
}

int Main(int argc, char** argv) {
  const sigset_t signals = BlockSignals();
  const auto read = ReadConfig(argc, argv);
  if (!read.ok()) return Fail(read.status(), kExitUsage);
  if (!read->config) {
    std::fputs(read->message.c_str(), stdout);
    return 0;
  }
  if (read->config->check_only) return 0;
  if (!read->config->restore.empty()) return RestoreAndEnd(*read->config);
  const absl::Status served = Serve(*read->config, signals);
  return served.ok() ? 0 : Fail(served, kExitFailed);
}

}  // namespace
}  // namespace pxe::server

int main(int argc, char** argv) {
  // gRPC prints failures of its own on stderr, which we report ourselves in words for people.
  setenv("GRPC_VERBOSITY", "NONE", 0);
  return pxe::server::Main(argc, argv);
}
