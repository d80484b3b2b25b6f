// How long a DHCP decision takes: on a book of 50,000 leases, with one client coming and going.
#include <benchmark/benchmark.h>

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

}  // namespace
}  // namespace pxe::core
