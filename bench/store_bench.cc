// What durability costs: lease rows committed per second by group size, and loading at start.
//
// Files lie in $TMPDIR; its disk decides the figures of the small groups.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/status.h"
#include "store/hosts.h"
#include "store/leases.h"
#include "store/state_dir.h"

namespace pxe::store {
namespace {

constexpr uint32_t kLeases = 100'000;
constexpr uint32_t kHosts = 100'000;

class ScratchDir {
 public:
  ScratchDir() {
    std::string name = (std::filesystem::temp_directory_path() / "pxe-bench-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~ScratchDir() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

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

// Step 1: neighbours, as when a pool fills. The other: renewals in no order that the file would
// like, each dirtying a page of its own.
void LeasesCommitted(benchmark::State& state) {
  const ScratchDir scratch;
  auto dir = StateDir::Open(scratch.path());
  uint32_t next = 0;
  const auto put = [&next, step = static_cast<uint32_t>(state.range(1))](Database& db) {
    next = (next + step) % kLeases;
    return PutLease(db, LeaseOf(next)).status();
  };
  if (!dir.ok() || !WriteGroup(dir->db(), kLeases, put).ok()) state.SkipWithError("no database");
  for (auto _ : state) {
    if (!WriteGroup(dir->db(), static_cast<uint32_t>(state.range(0)), put).ok()) {
      state.SkipWithError("commit failed");
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(LeasesCommitted)
    ->ArgNames({"group", "step"})
    ->ArgsProduct({{1, 16, 64, 256, 1024}, {1, 61'813}})
    ->UseRealTime();

void LeasesLoaded(benchmark::State& state) {
  const ScratchDir scratch;
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
    const ScratchDir scratch;
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
  const ScratchDir scratch;
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
