#include "server/control.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "server/api_server.h"
#include "server/backup_service.h"
#include "server/boot_service.h"
#include "server/change_service.h"
#include "server/counted.h"
#include "server/dataplane_service.h"
#include "server/discovery.h"
#include "server/event_journal.h"
#include "server/event_service.h"
#include "server/host_service.h"
#include "server/lease_service.h"
#include "server/live_state.h"
#include "server/live_transfers.h"
#include "server/load_state.h"
#include "server/pool_service.h"
#include "server/profile_service.h"
#include "server/quirk_service.h"
#include "server/resolver.h"
#include "server/rule_service.h"
#include "server/status_service.h"
#include "server/subnet_service.h"
#include "server/template_service.h"
#include "store/reader.h"
#include "store/state_dir.h"
#include "store/writer.h"

namespace pxe::server {
namespace {

constexpr std::chrono::seconds kPatience{2};  // for calls in flight at the end

absl::StatusOr<std::string> Preview(const Resolver& resolver, const PreviewTarget& machine) {
  return machine.mac ? resolver.PreviewMac(*machine.mac, machine.flavour)
                     : resolver.PreviewHost(machine.host_id, machine.flavour);
}

// What is on disk and what of it is in memory: complete before anything else begins.
struct Durable {
  Durable(store::StateDir opened, std::unique_ptr<store::Reader> reader)
      : dir(std::move(opened)), history(std::move(reader)) {}

  store::StateDir dir;
  std::unique_ptr<store::Reader> history;
  LiveState memory;
};

// Tells gRPC's health service and the log when commits begin to fail, and when they work again.
void FollowHealth(store::Writer& writer, ApiServer& api, Log& log) {
  writer.ListenToHealth([&api, &log, was_ok = true](const absl::Status& now) mutable {
    api.SetServing(now.ok());
    if (was_ok && !now.ok()) {
      log.Warning("store: commits fail, so no lease is granted and no write is taken: " +
                  MessageOf(now));
    } else if (!was_ok && now.ok()) {
      log.Info("store: commits work again");
    }
    was_ok = now.ok();
  });
}

}  // namespace

// Members are destroyed in reverse order, after Stop.
struct Control::Parts {
  Parts(const Config& settings, std::unique_ptr<Durable> state, const Clock& clock, Log& lines,
        core::ReplyPreviewFn preview_reply)
      : config(settings),
        log(lines),
        durable(std::move(state)),
        writer(durable->dir.db()),
        plane{durable->memory, writer, clock, *durable->history},
        journal(durable->dir.files().journal, clock,
                [this](std::string_view line) { log.Warning(line); }),
        discovery(plane),
        resolver(
            durable->memory, writer, clock,
            [this](core::BootEvent&& event) {
              transfers.Note(event, LiveTransfers::TimePoint::clock::now());
              log.Event(std::move(event));
            },
            [this](core::Host machine) { discovery.Found(std::move(machine)); }, config.advertise),
        subnets(plane),
        hosts(plane),
        profiles(plane,
                 [this](const PreviewTarget& machine) { return Preview(resolver, machine); }),
        templates(plane),
        rules(plane),
        quirks(plane),
        leases(durable->memory, clock, resolver),
        pools(durable->memory, clock),
        boots(plane, {std::move(preview_reply), config.advertise}),
        changes(plane),
        backups(durable->dir.files(), clock),
        data_planes(resolver),
        events(journal),
        status(durable->memory, transfers) {
    resolver.ListenToEvents([this](core::Event event) { journal.Add(std::move(event)); });
  }

  const Config& config;
  Log& log;
  std::unique_ptr<Durable> durable;
  store::Writer writer;
  const ControlPlane plane;
  EventJournal journal;
  LiveTransfers transfers;
  Discovery discovery;
  Resolver resolver;
  SubnetService subnets;
  HostService hosts;
  ProfileService profiles;
  TemplateService templates;
  RuleService rules;
  QuirkService quirks;
  LeaseService leases;
  PoolService pools;
  BootService boots;
  ChangeService changes;
  BackupService backups;
  DataPlaneService data_planes;
  EventService events;
  StatusService status;
  std::unique_ptr<ApiServer> api;  // null: not started
};

absl::StatusOr<std::unique_ptr<Control>> Control::Open(const Config& config, const Clock& clock,
                                                       Log& log,
                                                       core::ReplyPreviewFn preview_reply) {
  PXE_ASSIGN_OR_RETURN(store::StateDir dir, store::StateDir::Open(config.state_dir));
  if (const auto& migration = dir.migration()) {
    log.Info(absl::StrFormat("schema %d migrated to %d; the database before is kept as %s",
                             migration->from, migration->to, migration->kept.string()));
  }
  PXE_ASSIGN_OR_RETURN(auto history, store::Reader::Open(dir.db()));
  auto durable = std::make_unique<Durable>(std::move(dir), std::move(history));
  PXE_RETURN_IF_ERROR(LoadState(durable->dir.db(), clock.Now(), durable->memory));
  for (const std::string& line : OddLeases(durable->memory, clock.Now())) log.Warning(line);
  return std::unique_ptr<Control>(new Control(
      std::make_unique<Parts>(config, std::move(durable), clock, log, std::move(preview_reply))));
}

Control::Control(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Control::~Control() {
  Stop();
}

core::Resolver& Control::resolver() {
  return parts_->resolver;
}

absl::Status Control::StartApi() {
  Parts& p = *parts_;
  grpc::Service* const services[] = {
      &p.subnets, &p.hosts, &p.profiles, &p.templates, &p.rules,       &p.quirks, &p.leases,
      &p.pools,   &p.boots, &p.changes,  &p.backups,   &p.data_planes, &p.events, &p.status};
  PXE_ASSIGN_OR_RETURN(p.api, ApiServer::Start(p.config.listen, p.config.insecure_tcp, services));
  for (const std::string& address : p.api->addresses()) p.log.Info("API on " + address);
  FollowHealth(p.writer, *p.api, p.log);
  return absl::OkStatus();
}

void Control::LogCounters() const {
  parts_->log.Info("store: " + store::ToString(parts_->writer.stats()));
  const auto& discovered = parts_->discovery.counts();
  if (discovered.Sum() > 0) parts_->log.Info("discovery:" + Counted(discovered));
  const auto& events = parts_->journal.counts();
  if (events.Sum() > 0) {
    parts_->log.Info(
        absl::StrFormat("events:%s left_out=%d", Counted(events), parts_->journal.left_out()));
  }
  const auto& counts = parts_->data_planes.counts();
  if (counts.Sum() > 0) parts_->log.Info("data planes elsewhere:" + Counted(counts));
}

// The writer last: calls in flight, and the streams of data planes, wait for what it answers.
void Control::Stop() {
  parts_->writer.ListenToHealth(nullptr);
  parts_->data_planes.Stop();
  if (parts_->api != nullptr) parts_->api->Shutdown(kPatience);
  parts_->writer.Stop();
  parts_->journal.Stop();
}

}  // namespace pxe::server
