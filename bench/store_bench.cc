// What durability costs: lease rows committed per second by group size, and loading at start.
//
// Files lie in $TMPDIR; its disk decides the figures of the small groups.
#include <benchmark/benchmark.h>

#include <time.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "core/lease_book.h"
#include "store/hosts.h"
#include "store/leases.h"
#include "store/state_dir.h"
#include "store/writer.h"
#include "tests/support/temp_dir.h"

namespace pxe::store {
namespace {

constexpr uint32_t kLeases = 100'000;
constexpr uint32_t kHosts = 100'000;
constexpr size_t kReceivedTogether = 64;

MacAddress MacOf(uint32_t n) {
  return {{0x52, 0x54, static_cast<uint8_t>(n >> 24), static_cast<uint8_t>(n >> 16),
           static_cast<uint8_t>(n >> 8), static_cast<uint8_t>(n)}};
}

core::Lease LeaseOf(uint32_t n) {
  core::Lease lease;
  lease.address = {0x0a000100 + n};
  lease.client = HardwareAddress::Of(MacOf(n));
  lease.client_id = {1, 0x52, 0x54, 0, 0, 0, 1};
  lease.host_name = "node-" + std::to_string(n);
  lease.starts = Seconds{std::chrono::seconds{1'800'000'000}};
  lease.ends = Seconds{std::chrono::seconds{1'800'003'600}};
  lease.kind = "ipxe-bios";
  return lease;
}

core::Host HostOf(uint32_t n) {
  core::Host host;
  host.id = "node-" + std::to_string(n);
  host.uid = host.id;
  host.nics = {{.mac = MacOf(n), .host_name = host.id}};
  host.labels = {{"rack", std::to_string(n / 40)}};
  return host;
}

// Writes `count` rows as one transaction, durable when it returns.
template <typename PutRow>
absl::Status WriteGroup(Database& db, uint32_t count, PutRow put) {
  PXE_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(db));
  for (uint32_t i = 0; i < count; ++i) PXE_RETURN_IF_ERROR(put(db));
  return transaction.Commit();
}

absl::Status PutAll(Database& db, const std::vector<core::Lease>& leases) {
  for (const core::Lease& lease : leases) PXE_RETURN_IF_ERROR(PutLease(db, lease).status());
  return absl::OkStatus();
}

double ThreadCpuMicroseconds() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) / 1e3;
}

// The way of granted leases: pending in the lease book, a job of the writer, committed in the book
// when they are durable. One job has what a data plane received together, 64 packets at most, as
// the resolver does it. Groups have the size that is asked for because the queue never runs empty.
class Granting {
 public:
  Granting(Database& db, size_t group)
      : group_(group),
        job_(std::min(group, kReceivedTogether)),
        writer_(db, {.max_batch = group / job_}) {
    core::Subnet subnet;
    subnet.id = "lab";
    subnet.cidr = {{0x0a000000}, 15};
    subnet.pools = {{{0x0a000100}, {0x0a00ffff}}, {{0x0a010000}, {0x0a01f000}}};
    book_.PutSubnet(subnet);
    for (uint32_t n = 0; n < kLeases; ++n) book_.Load(LeaseOf(n), kNow);
  }

  // Submits one group's worth; comes back when the backlog is small enough for the next.
  void Grant(uint32_t step) {
    for (size_t i = 0; i < group_; i += job_) Submit(NextLeases(step));
    AwaitBacklog(3 * group_ / job_);
  }

  // Microseconds of the writer's thread so far, with nothing left to do.
  double WriterCpu() {
    AwaitBacklog(0);
    double used = 0;
    std::atomic<bool> told = false;
    const auto tell = [&](const absl::Status&) {
      used = ThreadCpuMicroseconds();
      told = true;
      told.notify_one();
    };
    ok_ =
        writer_.Submit({.change = [](Database&) { return absl::OkStatus(); }, .done = tell}) && ok_;
    told.wait(false);
    return used;
  }

  bool ok() const { return ok_; }

 private:
  static constexpr Seconds kNow{std::chrono::seconds{1'800'000'000}};

  std::vector<core::Lease> NextLeases(uint32_t step) {
    std::vector<core::Lease> leases;
    for (size_t i = 0; i < job_; ++i) {
      at_ = (at_ + step) % kLeases;
      leases.push_back(LeaseOf(at_));
    }
    const std::lock_guard lock(mutex_);
    for (const core::Lease& lease : leases) book_.Begin(lease);
    return leases;
  }

  void Submit(std::vector<core::Lease> leases) {
    std::vector<Ipv4> addresses;
    for (const core::Lease& lease : leases) addresses.push_back(lease.address);
    ++in_flight_;
    WriteJob job{
        .change = [leases = std::move(leases)](Database& db) { return PutAll(db, leases); },
        .done = [this,
                 addresses = std::move(addresses)](const absl::Status& s) { Settle(addresses, s); },
        .savepoint = false};
    if (!writer_.Submit(std::move(job))) ok_ = false;
  }

  void Settle(const std::vector<Ipv4>& addresses, const absl::Status& status) {
    if (!status.ok()) ok_ = false;
    {
      const std::lock_guard lock(mutex_);
      for (const Ipv4 address : addresses) book_.Commit(address, kNow);
    }
    --in_flight_;
    in_flight_.notify_one();
  }
  void AwaitBacklog(size_t most) {
    for (size_t now = in_flight_; now > most; now = in_flight_) in_flight_.wait(now);
  }

  const size_t group_;  // leases
  const size_t job_;    // leases
  std::mutex mutex_;
  core::LeaseBook book_;
  uint32_t at_ = 0;
  std::atomic<size_t> in_flight_ = 0;  // jobs
  std::atomic<bool> ok_ = true;
  Writer writer_;  // last: its thread uses all of the above
};

// Step 1: neighbours, as when a pool fills. The other: renewals in no order that the file would
// like, each dirtying a page of its own. cpu_us: of the writer's thread, a lease.
void LeasesCommitted(benchmark::State& state) {
  const TempDir scratch;
  auto dir = StateDir::Open(scratch.path());
  uint32_t next = 0;
  const auto put = [&next](Database& db) { return PutLease(db, LeaseOf(next++)).status(); };
  if (!dir.ok() || !WriteGroup(dir->db(), kLeases, put).ok()) state.SkipWithError("no database");
  Granting granting(dir->db(), static_cast<size_t>(state.range(0)));
  const double before = granting.WriterCpu();
  for (auto _ : state) granting.Grant(static_cast<uint32_t>(state.range(1)));
  const double used = granting.WriterCpu() - before;
  if (!granting.ok()) state.SkipWithError("commit failed");
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["cpu_us"] = used / static_cast<double>(state.iterations() * state.range(0));
}
BENCHMARK(LeasesCommitted)
    ->ArgNames({"group", "step"})
    ->ArgsProduct({{1, 16, 64, 256, 1024}, {1, 61'813}})
    ->UseRealTime();

void LeasesLoaded(benchmark::State& state) {
  const TempDir scratch;
  auto dir = StateDir::Open(scratch.path());
  uint32_t next = 0;
  const auto put = [&next](Database& db) { return PutLease(db, LeaseOf(next++)).status(); };
  if (!dir.ok() || !WriteGroup(dir->db(), kLeases, put).ok()) state.SkipWithError("no database");
  for (auto _ : state) benchmark::DoNotOptimize(ListLeases(dir->db()));
  state.SetItemsProcessed(state.iterations() * kLeases);
}
BENCHMARK(LeasesLoaded)->Unit(benchmark::kMillisecond);

void HostsInserted(benchmark::State& state) {
  for (auto _ : state) {
    const TempDir scratch;
    auto dir = StateDir::Open(scratch.path());
    uint32_t next = 0;
    const auto put = [&next](Database& db) {
      return InsertHost(db, HostOf(next++), Seconds{}).status();
    };
    if (!dir.ok() || !WriteGroup(dir->db(), kHosts, put).ok()) state.SkipWithError("no database");
  }
  state.SetItemsProcessed(state.iterations() * kHosts);
}
BENCHMARK(HostsInserted)->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();

void HostsLoaded(benchmark::State& state) {
  const TempDir scratch;
  auto dir = StateDir::Open(scratch.path());
  uint32_t next = 0;
  const auto put = [&next](Database& db) {
    return InsertHost(db, HostOf(next++), Seconds{}).status();
  };
  if (!dir.ok() || !WriteGroup(dir->db(), kHosts, put).ok()) state.SkipWithError("no database");
  for (auto _ : state) benchmark::DoNotOptimize(ListHosts(dir->db()));
  state.SetItemsProcessed(state.iterations() * kHosts);
}
BENCHMARK(HostsLoaded)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pxe::store
