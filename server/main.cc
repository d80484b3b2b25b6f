// pxed: builds the world from the configuration, hands each part its neighbours, and waits for a
// signal. Everything that serves is bound before anything is answered.
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/clock.h"
#include "base/status.h"
#include "clients/control/remote_resolver.h"
#include "dhcp/preview_reply.h"
#include "dhcp/serve.h"
#include "net/interfaces.h"
#include "server/config.h"
#include "server/control.h"
#include "server/counted.h"
#include "server/kernel_buffers.h"
#include "server/log.h"
#include "server/privileges.h"
#include "server/restore.h"
#include "server/steady_wall_clock.h"
#include "tftp/serve.h"

// For jemalloc, which reads it before main runs: one arena. Each thread has a store of its own
// before it, and what one thread frees the next is to have; with more arenas it lies idle
// (docs/benchmarks.md).
extern "C" const char* const malloc_conf;
const char* const malloc_conf = "narenas:1";

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

// 4011 by the PXE specification; beside a DHCP port of somebody's own choice the next but one, for
// the next is its clients'.
uint16_t BootServicePort(const Config& config) {
  constexpr uint16_t kDhcp = 67;
  constexpr uint16_t kBootService = 4011;
  return config.dhcp_port == kDhcp ? kBootService : static_cast<uint16_t>(config.dhcp_port + 2);
}

// What the flags say of TFTP, as its data plane wants it. The words of a refusal name the flag.
absl::StatusOr<tftp::ServerConfig> TftpConfigOf(const Config& config) {
  const TftpSettings& said = config.tftp;
  const tftp::Limits usual;
  tftp::ServerConfig tftp{.root = config.tftp_root, .port = config.tftp_port};
  tftp.single_port = said.single_port;
  tftp.mtu = said.mtu.value_or(0);
  tftp.priority_mark = said.dscp;
  tftp.ignore_case = said.ignore_case;
  tftp::Limits& limits = tftp.limits;
  limits.max_block_bytes = said.max_block_bytes.value_or(usual.max_block_bytes);
  limits.max_window_blocks = said.max_window_blocks.value_or(usual.max_window_blocks);
  limits.max_transfers = said.max_transfers.value_or(usual.max_transfers);
  limits.max_transfers_per_client =
      said.max_transfers_per_client.value_or(usual.max_transfers_per_client);
  limits.max_requests_per_second =
      said.max_requests_per_second.value_or(usual.max_requests_per_second);
  for (const std::string& text : said.remap) {
    auto rule = tftp::ParseRemapRule(text);
    if (!rule.ok()) return Annotate(rule.status(), "--tftp-remap: \"" + text + "\"");
    tftp.remap.push_back(*std::move(rule));
  }
  tftp::UploadRules& uploads = tftp.uploads;
  uploads.max_bytes = said.max_upload_bytes.value_or(uploads.max_bytes);
  for (const bool overwrite : {true, false}) {
    for (const std::string& text : overwrite ? said.upload_overwrite : said.upload) {
      auto folder = tftp::UploadFolderPath(text);
      if (!folder.ok()) return Annotate(folder.status(), "--tftp-upload");
      uploads.folders.push_back({*std::move(folder), overwrite});
    }
  }
  return tftp;
}

// The data planes of this process on their threads: DHCP, TFTP, both or none. Members are destroyed
// in reverse order, after Stop.
class DataPlanes {
 public:
  static absl::StatusOr<DataPlanes> Open(const Config& config, core::Resolver& resolver) {
    DataPlanes planes;
    if (config.interfaces.empty()) return planes;
    if (config.roles.dhcp) {
      PXE_ASSIGN_OR_RETURN(planes.dhcp_,
                           dhcp::Server::Open({.interfaces = config.interfaces,
                                               .port = config.dhcp_port,
                                               .boot_service_port = BootServicePort(config)},
                                              resolver));
      if (!planes.dhcp_->raw_frames()) {
        return PermissionDenied(
            "--interface: DHCP needs CAP_NET_RAW, to answer clients without an address");
      }
    }
    if (config.roles.tftp) {
      PXE_ASSIGN_OR_RETURN(tftp::ServerConfig tftp, TftpConfigOf(config));
      PXE_ASSIGN_OR_RETURN(tftp.interface_indexes, IndexesOf(config.interfaces));
      PXE_ASSIGN_OR_RETURN(planes.tftp_, tftp::Server::Open(std::move(tftp), resolver));
    }
    return planes;
  }

  void Start(const Config& config, Log& log) {
    if (config.interfaces.empty() && config.roles.DataPlane()) {
      log.Warning("no --interface: serving the API only");
    }
    if (const auto small = SmallBuffers(); small && (dhcp_ || tftp_)) log.Warning(*small);
    std::string names;
    for (const std::string& name : config.interfaces) names += " " + name;
    if (dhcp_) {
      log.Info(absl::StrFormat("DHCP on port %d of%s", config.dhcp_port, names));
      if (!dhcp_->can_ping()) {
        log.Warning(
            "no ICMP socket: addresses are offered without being pinged, ping_check or not");
      }
      threads_.emplace_back([this] { dhcp_->Run(); });
    }
    if (tftp_) {
      log.Info(absl::StrFormat("TFTP on port %d of%s, files from %s", config.tftp_port, names,
                               config.tftp_root));
      threads_.emplace_back([this] { tftp_->Run(); });
    }
  }

  // What became of the packets so far: one line a server, counters that are zero left out.
  void LogCounters(Log& log) const {
    if (dhcp_) {
      log.Info("DHCP packets:" + Counted(dhcp_->outcomes()) + Counted(dhcp_->drops()) +
               Counted(dhcp_->silences()) + Counted(dhcp_->notes()) + Counted(dhcp_->pings()));
      log.Info("DHCP servers' packets:" + Counted(dhcp_->foreign_frames()));
    }
    if (tftp_) {
      log.Info("TFTP requests:" + Counted(tftp_->counters()));
      for (const auto file_class :
           {tftp::FileClass::kRendered, tftp::FileClass::kSmall, tftp::FileClass::kBulk}) {
        const auto& times = tftp_->times().of(file_class);
        if (times.Sum() == 0) continue;
        log.Info(
            absl::StrFormat("TFTP times of %s files:%s", ToString(file_class), Counted(times)));
      }
    }
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

// What the data planes ask: the control plane of this process, or the way to another's.
class ControlSide {
 public:
  static absl::StatusOr<ControlSide> Open(const Config& config, const Clock& clock, Log& log) {
    ControlSide side;
    if (config.roles.control) {
      PXE_ASSIGN_OR_RETURN(side.control_, Control::Open(config, clock, log, dhcp::PreviewReply));
      return side;
    }
    side.remote_ = std::make_unique<control::RemoteResolver>(
        config.control,
        control::RemoteHooks{
            .on_change =
                [&log](bool there, std::string_view line) {
                  if (there) return log.Info(line);
                  log.Warning(line);
                },
            .on_event = [&log](core::BootEvent event) { log.Event(std::move(event)); }});
    return side;
  }

  core::Resolver& resolver() const {
    return control_ ? control_->resolver() : static_cast<core::Resolver&>(*remote_);
  }
  absl::Status StartApi() { return control_ ? control_->StartApi() : absl::OkStatus(); }

  void LogCounters(Log& log) const {
    if (control_) control_->LogCounters();
    if (remote_) log.Info("control plane questions:" + Counted(remote_->counts()));
  }

  void Stop() {
    if (control_) control_->Stop();
    if (remote_) remote_->Stop();
  }

 private:
  std::unique_ptr<Control> control_;
  std::unique_ptr<control::RemoteResolver> remote_;  // exactly one of the two
};

// Everything between "the configuration is good" and the last line of the log.
absl::Status Serve(const Config& config, const sigset_t& signals) {
  PXE_RETURN_IF_ERROR(DropPrivileges(config.user));
  const SteadyWallClock clock;
  Log log(config.log_format, config.log_level);
  PXE_ASSIGN_OR_RETURN(ControlSide control, ControlSide::Open(config, clock, log));
  PXE_ASSIGN_OR_RETURN(DataPlanes planes, DataPlanes::Open(config, control.resolver()));
  PXE_RETURN_IF_ERROR(control.StartApi());
  planes.Start(config, log);
  log.Info(config.roles.control ? "ready, state in " + config.state_dir
                                : "ready, asking the control plane at " + config.control);

  int signal = 0;
  while (sigwait(&signals, &signal) == 0 && signal == SIGUSR1) {
    planes.LogCounters(log);
    control.LogCounters(log);
  }
  log.Info(absl::StrFormat("ending on %s", signal == SIGTERM ? "SIGTERM" : "SIGINT"));
  planes.Stop();
  control.Stop();
  planes.LogCounters(log);
  control.LogCounters(log);
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
  if (const auto tftp = TftpConfigOf(*read->config); !tftp.ok()) {
    return Fail(tftp.status(), kExitUsage);
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
