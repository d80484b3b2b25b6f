// How long a DHCP decision takes: on a book of 50,000 leases, with one client coming and going; and
// what its parts take: a pick at any fill of the pool (A1), a renewal, a slice of expiry. How long
// a boot decision takes among 100,000 hosts and 1,000 rules.
#include <benchmark/benchmark.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "core/decide_boot.h"
#include "core/decide_dhcp.h"

namespace pxe::core {
namespace {

constexpr int kLeases = 50'000;

HardwareAddress Client(uint32_t n) {
  return HardwareAddress::Of(
      MacAddress{{0x52, 0x54, static_cast<uint8_t>(n >> 24), static_cast<uint8_t>(n >> 16),
                  static_cast<uint8_t>(n >> 8), static_cast<uint8_t>(n)}});
}

struct Desk {
  Desk() {
    subnet.id = "lab";
    subnet.cidr = *ParseIpv4Prefix("10.0.0.0/16");
    subnet.pools = {*ParseIpv4Range("10.0.0.10-10.0.255.250")};
    book.PutSubnet(subnet);
    for (uint32_t n = 0; n < kLeases; ++n) {
      book.Load(
          {.address = {0x0a000100 + n}, .client = Client(n), .ends = now + subnet.default_lease},
          now);
    }
    facts.subnet = &subnet;
    question.client = Client(1'000'000);
    question.local_addresses = {*ParseIpv4("10.0.0.1")};
    question.facts = {.vendor_class = "PXEClient:Arch:00007:UNDI:003016", .architectures = {7}};
  }

  Subnet subnet;
  LeaseBook book;
  DhcpFacts facts;
  DhcpQuestion question;
  Seconds now{std::chrono::seconds{1'000'000}};
};

void BM_DecideDiscover(benchmark::State& state) {
  Desk desk;
  for (auto _ : state) {
    const DhcpVerdict verdict = DecideDhcp(desk.question, desk.facts, desk.book, desk.now);
    desk.book.HoldOffer(*verdict.offer, desk.question.client, desk.subnet.cidr, desk.now);
  }
}
BENCHMARK(BM_DecideDiscover);

void BM_DecideRequestAndCommitInMemory(benchmark::State& state) {
  Desk desk;
  desk.question.message = DhcpMessage::kRequest;
  desk.question.server_id = desk.question.local_addresses.front();
  desk.question.requested = desk.book.NextFree("lab");
  for (auto _ : state) {
    DhcpVerdict verdict = DecideDhcp(desk.question, desk.facts, desk.book, desk.now);
    for (Lease& lease : verdict.changes) {
      const Ipv4 address = lease.address;
      desk.book.Begin(std::move(lease));
      desk.book.Commit(address, desk.now);
    }
    desk.now += kRetransmission;  // or the next one is a retransmission and writes nothing
  }
}
BENCHMARK(BM_DecideRequestAndCommitInMemory);

// A pool of 65,536 addresses, `leased` of them leased until an hour after `now`.
void FillPool(LeaseBook& book, uint32_t leased, Seconds now) {
  Subnet subnet;
  subnet.id = "big";
  subnet.cidr = *ParseIpv4Prefix("10.0.0.0/8");
  subnet.pools = {*ParseIpv4Range("10.1.0.0-10.1.255.255")};
  subnet.edge_addresses = true;
  book.PutSubnet(subnet);
  for (uint32_t n = 0; n < leased; ++n) {
    book.Load({.address = {0x0a010000 + n},
               .client = Client(n),
               .ends = now + std::chrono::seconds{3600 + n % 600}},
              now);
  }
}

// The address for a client never seen before, offered and given up.
void BM_Pick(benchmark::State& state) {
  LeaseBook book;
  const Seconds now{std::chrono::seconds{1'000'000}};
  FillPool(book, static_cast<uint32_t>(state.range(0)), now);
  const HardwareAddress client = Client(1'000'000);
  for (auto _ : state) {
    book.HoldOffer(*book.NextFree("big"), client, {}, now);
    book.DropOffers(client);
  }
}
BENCHMARK(BM_Pick)->ArgName("leased")->Arg(0)->Arg(32'768)->Arg(65'535);

// In memory, of 65,536 clients by turns: where the ordered set of ends is paid for.
void BM_Renewal(benchmark::State& state) {
  LeaseBook book;
  Seconds now{std::chrono::seconds{1'000'000}};
  FillPool(book, 65'536, now);
  uint32_t n = 0;
  for (auto _ : state) {
    n = (n + 40'503) % 65'536;
    Lease lease = *book.LeaseAt({0x0a010000 + n});
    lease.ends = now + std::chrono::seconds{3600};
    if (n % 64 == 0) now += std::chrono::seconds{1};
    book.Begin(std::move(lease));
    book.Commit({0x0a010000 + n}, now);
  }
}
BENCHMARK(BM_Renewal);

// Everything ends at once; one slice of 64 as the resolver does per batch of packets.
void BM_ExpireSlice(benchmark::State& state) {
  Seconds now{std::chrono::seconds{1'000'000}};
  auto book = std::make_unique<LeaseBook>();
  FillPool(*book, 65'536, now);
  const Seconds late = now + std::chrono::hours{24};
  for (auto _ : state) {
    if (book->Expire(late, 64)) continue;
    state.PauseTiming();
    book = std::make_unique<LeaseBook>();
    FillPool(*book, 65'536, now);
    state.ResumeTiming();
  }
}
BENCHMARK(BM_ExpireSlice);

// 100,000 hosts with five labels each, and 1,000 rules that all match by labels and fit no host, as
// they would at a site that says everything by rules. One in ten hosts names its profile itself.
struct Site {
  static constexpr uint32_t kHosts = 100'000;
  static constexpr uint32_t kRules = 1'000;

  Site() {
    subnet.id = "lab";
    subnet.default_profile = "deb";
    profiles["deb"].id = "deb";
    hosts.resize(kHosts);
    by_mac.reserve(kHosts);
    for (uint32_t n = 0; n < kHosts; ++n) {
      Host& host = hosts[n];
      host.id = absl::StrFormat("host-%d", n);
      host.nics = {{.mac = *Client(n).Mac()}};
      host.labels = {{"rack", absl::StrFormat("rack-%d", n % 500)},
                     {"role", "compute"},
                     {"row", absl::StrFormat("row-%d", n % 20)},
                     {"site", "frankfurt-1"},
                     {"vendor", "example"}};
      if (n % 10 == 0) host.profile = "deb";
      by_mac[host.nics.front().mac] = &host;
    }
    rules.resize(kRules);
    std::vector<const Rule*> all;
    for (uint32_t n = 0; n < kRules; ++n) {
      rules[n].id = absl::StrFormat("rule-%d", n);
      rules[n].priority = kRules - n;
      rules[n].match.labels = {{"role", "compute"}, {"site", absl::StrFormat("site-%d", n)}};
      rules[n].profile = "deb";
      all.push_back(&rules[n]);
    }
    ranked = RankRules(all);
  }

  BootVerdict Decide(uint32_t n) const {
    const MacAddress mac = *Client(n).Mac();
    const Host* host = by_mac.at(mac);
    return DecideBoot({.subnet = &subnet,
                       .host = host,
                       .nic = &host->nics.front(),
                       .mac = mac,
                       .vendor_class = "PXEClient:Arch:00007:UNDI:003016",
                       .rules = ranked,
                       .profiles = [this](std::string_view id) -> const Profile* {
                         const auto found = profiles.find(id);
                         return found == profiles.end() ? nullptr : &found->second;
                       }},
                      {Platform::kUefiX64, Agent::kFirmware});
  }

  Subnet subnet;
  std::map<std::string, Profile, std::less<>> profiles;
  std::vector<Host> hosts;
  absl::flat_hash_map<MacAddress, const Host*> by_mac;
  std::vector<Rule> rules;
  std::vector<RankedRule> ranked;
};

// Budget: 5 us.
void BM_DecideBootOfHostsThatNameTheirProfile(benchmark::State& state) {
  const Site site;
  uint32_t n = 0;
  for (auto _ : state) {
    n = (n + 10 * 4'001) % Site::kHosts;  // all over the memory, each a host that names it
    benchmark::DoNotOptimize(site.Decide(n));
  }
}
BENCHMARK(BM_DecideBootOfHostsThatNameTheirProfile);

// Budget: 50 us.
void BM_DecideBootThroughAllRules(benchmark::State& state) {
  const Site site;
  uint32_t n = 1;
  for (auto _ : state) {
    n = (n + 10 * 4'001) % Site::kHosts;
    benchmark::DoNotOptimize(site.Decide(n));
  }
}
BENCHMARK(BM_DecideBootThroughAllRules);

}  // namespace
}  // namespace pxe::core
