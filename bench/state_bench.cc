// What lives in memory, at 100,000 hosts and 100,000 leases: how long a start takes to load it, how
// much memory it is, how fast it is searched, and what the resolver decides a second without a
// network.
//
// The database lies in $TMPDIR and is made once for all (some seconds). Memory is what RssAnon
// grows by, so run it alone: --benchmark_filter=Memory.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <latch>
#include <memory>
#include <string>

#include "base/status.h"
#include "server/list_slice.h"
#include "server/load_state.h"
#include "server/resolver.h"
#include "store/hosts.h"
#include "store/leases.h"
#include "store/profiles.h"
#include "store/state_dir.h"
#include "store/subnets.h"
#include "tests/support/temp_dir.h"

namespace pxe::server {
namespace {

constexpr uint32_t kHosts = 100'000;
constexpr uint32_t kLeases = 100'000;
constexpr Seconds kNow{std::chrono::seconds{1'800'000'000}};
constexpr uint32_t kBatch = 64;  // questions asked together, as a data plane does

MacAddress MacOf(uint32_t n) {
  return {{0x52, 0x54, static_cast<uint8_t>(n >> 24), static_cast<uint8_t>(n >> 16),
           static_cast<uint8_t>(n >> 8), static_cast<uint8_t>(n)}};
}

Uuid UuidOf(uint32_t n) {
  Uuid uuid{{0xb8, 0x94, 0x59, 0x08, 0xd6, 0xa6, 0x41, 0xa9, 0x61, 0x1d, 0, 0, 0, 0, 0, 1}};
  for (uint32_t i = 0; i < 4; ++i) uuid.bytes[10 + i] = static_cast<uint8_t>(n >> (8 * i));
  return uuid;
}

// Two NICs, one of them with an address of its own, a UUID, three labels, a profile.
core::Host HostOf(uint32_t n) {
  core::Host host;
  host.id = "node-" + std::to_string(n);
  host.uid = UuidOf(n).ToString();
  host.uuid = UuidOf(n);
  host.nics = {{.mac = MacOf(2 * n), .address = Ipv4{0x0a800100 + n}, .host_name = host.id},
               {.mac = MacOf(2 * n + 1)}};
  host.labels = {{"rack", "r" + std::to_string(n / 40)},
                 {"site", "site-" + std::to_string(n % 3)},
                 {"serial", "SN" + std::to_string(1'000'000 + n)}};
  host.profile = "linux";
  return host;
}

core::Lease LeaseOf(uint32_t n) {
  const MacAddress mac = MacOf(1'000'000 + n);
  core::Lease lease;
  lease.address = {0x0a000100 + n};
  lease.client = HardwareAddress::Of(mac);
  lease.client_id.assign(1 + mac.bytes.size(), 1);
  std::ranges::copy(mac.bytes, lease.client_id.begin() + 1);
  lease.host_name = "node-" + std::to_string(n);
  lease.starts = kNow;
  lease.ends = kNow + std::chrono::seconds{3600};
  lease.kind = "ipxe-bios";
  return lease;
}

core::Subnet Lab() {
  core::Subnet subnet;
  subnet.id = "lab";
  subnet.cidr = *ParseIpv4Prefix("10.0.0.0/8");
  subnet.pools = {*ParseIpv4Range("10.0.1.0-10.2.255.255")};  // 196,608 addresses
  subnet.edge_addresses = true;
  return subnet;
}

// A state directory of its own, with what it is told to hold.
class Database {
 public:
  Database(uint32_t hosts, uint32_t leases) {
    auto dir = store::StateDir::Open(scratch_.path());
    if (!dir.ok() || !Fill(dir->db(), hosts, leases).ok()) std::abort();
    dir_ = std::make_unique<store::StateDir>(*std::move(dir));
  }
  store::Database& db() { return dir_->db(); }

 private:
  static absl::Status Fill(store::Database& db, uint32_t hosts, uint32_t leases) {
    PXE_ASSIGN_OR_RETURN(store::Transaction transaction, store::Transaction::Begin(db));
    core::Profile profile;
    profile.id = "linux";
    profile.entries = {{.name = "linux", .kernel = "vmlinuz"}};
    PXE_RETURN_IF_ERROR(store::InsertProfile(db, profile, kNow).status());
    PXE_RETURN_IF_ERROR(store::InsertSubnet(db, Lab(), kNow).status());
    for (uint32_t n = 0; n < hosts; ++n) {
      PXE_RETURN_IF_ERROR(store::InsertHost(db, HostOf(n), kNow).status());
    }
    for (uint32_t n = 0; n < leases; ++n) {
      PXE_RETURN_IF_ERROR(store::PutLease(db, LeaseOf(n)).status());
    }
    return transaction.Commit();
  }

  TempDir scratch_;  // first: gone last
  std::unique_ptr<store::StateDir> dir_;
};

Database& FullDatabase() {
  static Database database(kHosts, kLeases);
  return database;
}

const LiveState& FullState() {
  static const auto state = [] {
    auto loaded = std::make_unique<LiveState>();
    if (!LoadState(FullDatabase().db(), kNow, *loaded).ok()) std::abort();
    return loaded;
  }();
  return *state;
}

void HostsAndLeasesLoaded(benchmark::State& state) {
  Database& database = FullDatabase();
  for (auto _ : state) {
    auto loaded = std::make_unique<LiveState>();
    if (!LoadState(database.db(), kNow, *loaded).ok()) state.SkipWithError("not loaded");
    state.PauseTiming();
    loaded.reset();
    state.ResumeTiming();
  }
}
BENCHMARK(HostsAndLeasesLoaded)->Unit(benchmark::kMillisecond)->Iterations(5);

void HostsRead(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(store::ListHosts(FullDatabase().db()));
}
BENCHMARK(HostsRead)->Unit(benchmark::kMillisecond)->Iterations(5);

void LeasesRead(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(store::ListLeases(FullDatabase().db()));
}
BENCHMARK(LeasesRead)->Unit(benchmark::kMillisecond)->Iterations(5);

// In no order that a cache would like.
uint32_t NextOf(uint32_t n) {
  return (n + 61'813) % kHosts;
}

template <typename Find>
void LookUp(benchmark::State& state, Find find) {
  const LiveState& live = FullState();
  uint32_t n = 0;
  for (auto _ : state) {
    n = NextOf(n);
    benchmark::DoNotOptimize(find(live, n));
  }
}

void ByMac(benchmark::State& state) {
  LookUp(state, [](const LiveState& live, uint32_t n) {
    return live.catalog.FindByMac(MacOf(2 * n)).host;
  });
}
BENCHMARK(ByMac);
void ByUuid(benchmark::State& state) {
  LookUp(state,
         [](const LiveState& live, uint32_t n) { return live.catalog.FindByUuid(UuidOf(n)); });
}
BENCHMARK(ByUuid);
void ByReservedAddress(benchmark::State& state) {
  LookUp(state, [](const LiveState& live, uint32_t n) {
    return live.catalog.FindByReservedAddress({0x0a800100 + n}).host;
  });
}
BENCHMARK(ByReservedAddress);
void LeaseByClient(benchmark::State& state) {
  LookUp(state, [](const LiveState& live, uint32_t n) {
    return live.leases.LeaseOf(HardwareAddress::Of(MacOf(1'000'000 + n)), Lab().cidr);
  });
}
BENCHMARK(LeaseByClient);
void LeaseByClientId(benchmark::State& state) {
  LookUp(state, [](const LiveState& live, uint32_t n) {
    return live.leases.leases().WithClientId(LeaseOf(n).client_id);
  });
}
BENCHMARK(LeaseByClientId);

// One hold of the mutex by a list that finds nothing: what a packet may have to wait for.
void SliceThatFindsNothing(benchmark::State& state) {
  core::HostFilter filter;
  filter.labels = {{"row", std::nullopt}};
  std::string after;
  for (auto _ : state) {
    const auto slice = SliceOf(FullState().catalog, filter, after, 1000);
    after = slice.more ? slice.last : "";
  }
}
BENCHMARK(SliceThatFindsNothing)->Unit(benchmark::kMicrosecond);

void RackListed(benchmark::State& state) {
  core::HostFilter filter;
  filter.labels = {{"rack", "r77"}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(SliceOf(FullState().catalog, filter, "", 1000));
  }
}
BENCHMARK(RackListed)->Unit(benchmark::kMicrosecond);

// Counts answers down; what they say is not looked at.
class Countdown final : public core::DhcpAnswerSink {
 public:
  explicit Countdown(uint32_t count) : left_(count) {}
  void OnDhcpAnswers(std::vector<core::TaggedDhcpAnswer> answers) override {
    left_.count_down(static_cast<ptrdiff_t>(answers.size()));
  }
  void Wait() { left_.wait(); }

 private:
  std::latch left_;
};

std::vector<core::DhcpQuestion> Ask(core::DhcpMessage message, uint32_t first) {
  std::vector<core::DhcpQuestion> batch(kBatch);
  for (uint32_t i = 0; i < kBatch; ++i) {
    batch[i].tag = i;
    batch[i].message = message;
    batch[i].client = HardwareAddress::Of(MacOf(2 * ((first + i) % kHosts)));
    batch[i].facts = {.vendor_class = "PXEClient:Arch:00007:UNDI:003016", .architectures = {7}};
    batch[i].local_addresses = {*ParseIpv4("10.0.0.1")};
    if (message != core::DhcpMessage::kRequest) continue;
    batch[i].server_id = batch[i].local_addresses.front();
    batch[i].requested = Ipv4{0x0a800100 + (first + i) % kHosts};
  }
  return batch;
}

// The machines of the 100,000 hosts, each with a reserved address; leases through the real writer.
void Decisions(benchmark::State& state, std::initializer_list<core::DhcpMessage> conversation) {
  Database database(kHosts, 0);
  LiveState live;
  if (!LoadState(database.db(), kNow, live).ok()) state.SkipWithError("not loaded");
  const SystemClock clock;
  store::Writer writer(database.db());
  Resolver resolver(
      live, writer, clock, [](const core::BootEvent&) {}, [](const core::Host&) {}, std::nullopt);
  uint32_t first = 0;
  for (auto _ : state) {
    for (const core::DhcpMessage message : conversation) {
      Countdown countdown(kBatch);
      resolver.ResolveDhcp(Ask(message, first), countdown);
      countdown.Wait();
    }
    first += kBatch;
  }
  writer.Stop();
  state.SetItemsProcessed(state.iterations() * kBatch);
}

void Offers(benchmark::State& state) {
  Decisions(state, {core::DhcpMessage::kDiscover});
}
BENCHMARK(Offers)->UseRealTime();

void OffersAndDurableLeases(benchmark::State& state) {
  Decisions(state, {core::DhcpMessage::kDiscover, core::DhcpMessage::kRequest});
}
BENCHMARK(OffersAndDurableLeases)->UseRealTime();

int64_t RssAnonBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssAnon:")) return std::stoll(line.substr(8)) * 1024;
  }
  return 0;
}

// Growth over an empty state with the same pools, what the load needed for a while given back.
void Memory(benchmark::State& state) {
  const auto hosts = static_cast<uint32_t>(state.range(0));
  const auto leases = static_cast<uint32_t>(state.range(1));
  for (auto _ : state) {
    const auto settled = [](Database& database, LiveState& live) {
      if (!LoadState(database.db(), kNow, live).ok()) std::abort();
      ::malloc_trim(0);
      return RssAnonBytes();
    };
    Database nothing(0, 0);
    Database full(hosts, leases);
    LiveState empty;
    LiveState live;
    const int64_t before = settled(nothing, empty);
    const int64_t bytes = settled(full, live) - before;
    state.counters["bytes"] = static_cast<double>(bytes);
    state.counters["each"] = static_cast<double>(bytes) / (hosts + leases);
  }
}
BENCHMARK(Memory)
    ->ArgNames({"hosts", "leases"})
    ->Args({kHosts, 0})
    ->Args({0, kLeases})
    ->Iterations(1);

}  // namespace
}  // namespace pxe::server
