// How long a DHCP decision takes: on a book of 50,000 leases, with one client coming and going; and
// what its parts take: a pick at any fill of the pool (A1), a renewal, a slice of expiry.
#include <benchmark/benchmark.h>

#include <memory>

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

}  // namespace
}  // namespace pxe::core
