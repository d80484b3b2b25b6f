#include "server/resolver.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "core/identity.h"
#include "core/offer_limits.h"
#include "core/relay_agent.h"
#include "server/boot_files.h"
#include "server/dhcp_facts.h"
#include "store/leases.h"

namespace pxe::server {
namespace {

core::TaggedDhcpAnswer Silence(uint64_t tag, core::SilenceReason reason) {
  return {tag, core::DhcpSilence{reason}};
}

absl::Status PutAll(store::Database& database, const std::vector<core::Lease>& leases) {
  for (const core::Lease& lease : leases) {
    PXE_RETURN_IF_ERROR(store::PutLease(database, lease).status());
  }
  return absl::OkStatus();
}

}  // namespace

Resolver::Resolver(LiveState& state, store::Writer& writer, const Clock& clock, EventLog log,
                   DiscoverFn discover, std::optional<Ipv4> advertise)
    : state_(state),
      writer_(writer),
      clock_(clock),
      log_(std::move(log)),
      discover_(std::move(discover)),
      advertise_(advertise) {}

void Resolver::ResolveDhcp(std::vector<core::DhcpQuestion> batch, core::DhcpAnswerSink& sink) {
  std::vector<core::TaggedDhcpAnswer> ready;
  ready.reserve(batch.size());
  Batch waits{.sink = &sink};
  bool commit = false;
  {
    const std::lock_guard lock(state_.mutex);
    state_.leases.Expire(clock_.Now(), kExpireSlice);
    for (core::DhcpQuestion& question : batch) Decide(question, waits, ready);
    if (!waits.leases.empty()) {
      gathered_.push_back(std::move(waits));
      commit = !std::exchange(job_queued_, true);
    }
  }
  if (commit) Commit();
  if (!ready.empty()) sink.OnDhcpAnswers(std::move(ready));
}

// One question, under the mutex: the verdict is carried out in memory, and its answer put where it
// belongs: ready now, with the group's commit, or waiting for somebody else's, for which the
// question is taken.
void Resolver::Decide(core::DhcpQuestion& question, Batch& waits,
                      std::vector<core::TaggedDhcpAnswer>& ready) {
  const Seconds now = clock_.Now();
  for (const Ipv4 ours : question.local_addresses) state_.leases.Withhold(ours);
  core::RecallRelay(question, state_.leases, now);
  const AskingMachine asking = WhoAsks(question, state_, now, advertise_);
  core::DhcpVerdict verdict = core::DecideDhcp(question, asking.facts, state_.leases, now);
  if (verdict.wait_for) {
    if (waiting_count_ == kMaxWaiting) {
      ready.push_back(Silence(question.tag, core::SilenceReason::kOverload));
      return;
    }
    ++waiting_count_;
    waiting_[*verdict.wait_for].push_back({std::move(question), waits.sink});
    return;
  }
  if (verdict.drop_offers) state_.leases.DropOffers(verdict.client);
  if (verdict.offer) {
    const core::Subnet* subnet = state_.catalog.SubnetContaining(*verdict.offer);
    state_.leases.HoldOffer(*verdict.offer, verdict.client, subnet->cidr, now,
                            core::OriginOf(question));
  }
  for (const core::Remark& remark : verdict.remarks) {
    log_({.step = core::BootEvent::Step::kNoticed,
          .client = question.client.ToString(),
          .detail = ToString(remark)});
  }
  if (events_) {
    for (core::Event& event : finder_.Find(question, asking, verdict, now)) {
      events_(std::move(event));
    }
  }
  Follow(question, asking, verdict.answer, now);
  auto& answers = verdict.changes.empty() ? ready : waits.answers;
  answers.push_back({question.tag, std::move(verdict.answer)});
  for (core::Lease& lease : verdict.changes) {
    state_.leases.Begin(lease);
    waits.leases.push_back(std::move(lease));
  }
}

// What the boot decision asks for beyond an answer: a machine to be discovered, a boot that begins.
void Resolver::Follow(const core::DhcpQuestion& question, const AskingMachine& asking,
                      const core::DhcpAnswer& answer, Seconds now) {
  const bool served =
      asking.facts.subnet != nullptr && asking.facts.subnet->mode != core::SubnetMode::kOff;
  if (served && asking.boot.discover && question.message == core::DhcpMessage::kDiscover) {
    if (auto host = DiscoveredHost(question, asking, state_.catalog, now)) {
      discover_(*std::move(host));
    }
  }
  const auto* grant = std::get_if<core::DhcpGrant>(&answer);
  if (grant != nullptr) state_.our_addresses[asking.facts.subnet->id] = grant->server_id;
  const bool begins = grant != nullptr && grant->kind != core::GrantKind::kOffer &&
                      grant->kind != core::GrantKind::kInformed &&
                      core::LeadsOn(asking.boot.action);
  if (!begins || !asking.machine.mac) return;
  state_.boots.Begin(*asking.machine.mac, BootOf(asking, state_.catalog, now));
}

// Asks the writer for a commit of what will have gathered when it comes to it.
void Resolver::Commit() {
  store::WriteJob job{.change =
                          [this](store::Database& db) {
                            in_writing_ = TakeGroup();
                            for (const Batch& batch : in_writing_) {
                              PXE_RETURN_IF_ERROR(PutAll(db, batch.leases));
                            }
                            return absl::OkStatus();
                          },
                      .done =
                          [this](const absl::Status& status) {
                            // A transaction that could not begin has taken nothing.
                            if (in_writing_.empty()) in_writing_ = TakeGroup();
                            Settle(std::exchange(in_writing_, {}), status);
                          },
                      .savepoint = false};
  if (!writer_.Submit(std::move(job))) {
    Settle(TakeGroup(), Unavailable("the writer's queue is full"));
  }
}

// What has gathered, kMaxGroup leases or a few more; for the rest, the next job.
Resolver::Group Resolver::TakeGroup() {
  Group group;
  bool more = false;
  {
    const std::lock_guard lock(state_.mutex);
    for (size_t leases = 0; leases < kMaxGroup && !gathered_.empty(); gathered_.pop_front()) {
      leases += gathered_.front().leases.size();
      group.push_back(std::move(gathered_.front()));
    }
    more = job_queued_ = !gathered_.empty();
  }
  if (more) Commit();
  return group;
}

// After the commit or its failure: memory follows the disk, and the answers leave, all of one sink
// together.
void Resolver::Settle(Group group, const absl::Status& status) {
  std::vector<Waiting> awake;
  std::vector<Batch> delivered;
  for (Batch& batch : group) {
    std::ranges::move(Conclude(batch.leases, status.ok()), std::back_inserter(awake));
    if (!status.ok()) {
      for (auto& answer : batch.answers) {
        answer = Silence(answer.tag, core::SilenceReason::kCommitFailed);
      }
    }
    const auto same = std::ranges::find(delivered, batch.sink, &Batch::sink);
    if (same == delivered.end()) {
      delivered.push_back({.sink = batch.sink, .answers = std::move(batch.answers)});
    } else {
      std::ranges::move(batch.answers, std::back_inserter(same->answers));
    }
  }
  for (Batch& batch : delivered) batch.sink->OnDhcpAnswers(std::move(batch.answers));
  Wake(awake, status);
}

// Hands leases to the writer; `done` hears of the commit, or at once that the queue is full.
void Resolver::Write(std::vector<core::Lease> leases,
                     std::function<void(const absl::Status&)> done) {
  store::WriteJob job{
      .change = [leases = std::move(leases)](store::Database& db) { return PutAll(db, leases); },
      .done = std::move(done),
      .savepoint = false};
  if (!writer_.Submit(std::move(job))) {
    job.done(Unavailable("the writer's queue is full"));  // NOLINT(bugprone-use-after-move): kept
  }
}

// Whoever waited for a lease is decided anew after its commit, and hears nothing after a failure,
// like the packet it waited for.
void Resolver::Wake(const std::vector<Waiting>& awake, const absl::Status& status) {
  for (const Waiting& one : awake) {
    if (status.ok()) {
      ResolveDhcp({one.question}, *one.sink);
    } else {
      one.sink->OnDhcpAnswers({Silence(one.question.tag, core::SilenceReason::kCommitFailed)});
    }
  }
}

// Commits or drops pending leases in memory; returns the packets that waited for them.
std::vector<Resolver::Waiting> Resolver::Conclude(const std::vector<core::Lease>& leases,
                                                  bool committed) {
  const std::lock_guard lock(state_.mutex);
  std::vector<Waiting> awake;
  for (const core::Lease& lease : leases) {
    if (committed) {
      state_.leases.Commit(lease.address, clock_.Now());
    } else {
      state_.leases.Drop(lease.address);
    }
    auto waiting = waiting_.extract(lease.address);
    if (waiting.empty()) continue;
    waiting_count_ -= waiting.mapped().size();
    std::ranges::move(waiting.mapped(), std::back_inserter(awake));
  }
  return awake;
}

void Resolver::ResolveBoot(core::BootQuestion question, core::BootAnswerFn done) {
  if (advertise_) question.local = *advertise_;
  done(AnswerBoot(question, state_, clock_.Now()));
}

void Resolver::Report(core::BootEvent event) {
  if (event.step == core::BootEvent::Step::kCompeting && events_) {
    const std::lock_guard lock(state_.mutex);
    auto found = EventFinder::OfOtherServer(event, state_.catalog);
    if (!found) return;  // one that is meant to be there
    events_(*std::move(found));
  }
  log_(std::move(event));
}

void Resolver::ReleaseLease(Ipv4 address, Done done) {
  const std::string name = "leases/" + address.ToString();
  std::unique_lock lock(state_.mutex);
  const core::Lease* held = state_.leases.LeaseAt(address);
  // The client's own packets count too: one client has one change on its way at most.
  const bool pending = state_.leases.IsPending(address) ||
                       (held != nullptr && state_.leases.PendingOf(core::KeyOf(*held)).has_value());
  if (held == nullptr || pending || held->state == core::LeaseState::kReleased) {
    const bool known = held != nullptr;
    lock.unlock();
    if (pending) return done(Aborted(name + ": a packet is changing it; try again"));
    return done(known ? absl::OkStatus() : NotFound(name + " does not exist"));
  }
  core::Lease released = core::Released(*held, clock_.Now());
  state_.leases.Begin(released);
  lock.unlock();
  Write({released}, [this, released, done = std::move(done)](const absl::Status& status) {
    Wake(Conclude({released}, status.ok()), status);
    done(status);
  });
}

absl::StatusOr<std::string> Resolver::PreviewHost(const std::string& host_id,
                                                  core::Flavour flavour) const {
  return PreviewHostConfig(host_id, {flavour, advertise_}, state_, clock_.Now());
}

absl::StatusOr<std::string> Resolver::PreviewMac(const MacAddress& mac,
                                                 core::Flavour flavour) const {
  return PreviewMacConfig(mac, {flavour, advertise_}, state_, clock_.Now());
}

}  // namespace pxe::server
