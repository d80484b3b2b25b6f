// What one DHCP packet costs the data plane, in nanoseconds: parse, ask, build, write.
#include <benchmark/benchmark.h>

#include <array>
#include <string_view>

#include "dhcp/question.h"
#include "dhcp/reply.h"
#include "dhcp/wire/packet.h"

namespace pxe::dhcp {
namespace {

constexpr Ipv4 kServer{0x0a010001};

// A DISCOVER as OVMF sends it: eight options, 35 codes asked for.
std::vector<uint8_t> Discover() {
  wire::Packet packet;
  packet.xid = 0xe4f9025d;
  packet.chaddr = {0x52, 0x54, 0, 0, 0, 2};
  packet.options.AddU8(wire::OptionCode::kMessageType, 1);
  packet.options.Add(wire::OptionCode::kMaxMessageSize, std::array<uint8_t, 2>{0x05, 0xc0});
  std::array<uint8_t, 35> wanted{};
  for (size_t i = 0; i < wanted.size(); ++i) wanted[i] = static_cast<uint8_t>(i + 1);
  packet.options.Add(wire::OptionCode::kParameterRequestList, wanted);
  packet.options.Add(wire::OptionCode::kClientUuid, std::array<uint8_t, 17>{0, 1, 2, 3});
  packet.options.Add(wire::OptionCode::kClientInterface, std::array<uint8_t, 3>{1, 3, 0});
  packet.options.Add(wire::OptionCode::kClientArchitecture, std::array<uint8_t, 2>{0, 7});
  packet.options.AddText(wire::OptionCode::kVendorClass, "PXEClient:Arch:00007:UNDI:003000");
  return wire::SerializePacket(packet);
}

core::DhcpGrant Grant() {
  return {.address = {0x0a010032},
          .server_id = kServer,
          .lease = std::chrono::hours(1),
          .subnet = {{0x0a010000}, 24},
          .routers = {kServer},
          .dns_servers = {kServer},
          .domain_name = "lab.test",
          .host_name = "node1",
          .boot = {kServer, "syslinux.efi"}};
}

net::Interface Eth() {
  net::Interface eth;
  eth.addresses = {{kServer, {{0x0a010000}, 24}}};
  return eth;
}

void Parse(benchmark::State& state) {
  const auto bytes = Discover();
  for (auto _ : state) benchmark::DoNotOptimize(wire::ParsePacket(bytes));
}
BENCHMARK(Parse);

void Ask(benchmark::State& state) {
  const auto parsed = wire::ParsePacket(Discover());
  const auto eth = Eth();
  for (auto _ : state) {
    benchmark::DoNotOptimize(AskFrom(std::get<wire::Packet>(parsed), {eth, Ipv4{}, Ipv4{}}));
  }
}
BENCHMARK(Ask);

void Build(benchmark::State& state) {
  const auto parsed = wire::ParsePacket(Discover());
  const core::DhcpAnswer answer = Grant();
  const core::ClientKind kind{core::Platform::kUefiX64, core::Agent::kFirmware};
  for (auto _ : state) {
    benchmark::DoNotOptimize(BuildReply(std::get<wire::Packet>(parsed), kind, answer, 1500));
  }
}
BENCHMARK(Build);

void Serialize(benchmark::State& state) {
  const auto parsed = wire::ParsePacket(Discover());
  const core::ClientKind kind{core::Platform::kUefiX64, core::Agent::kFirmware};
  const auto reply = BuildReply(std::get<wire::Packet>(parsed), kind, Grant(), 1500);
  for (auto _ : state) benchmark::DoNotOptimize(wire::SerializePacket(reply->packet));
}
BENCHMARK(Serialize);

// All of it, without the decision and the sockets.
void DiscoverToOffer(benchmark::State& state) {
  const auto bytes = Discover();
  const auto eth = Eth();
  const core::DhcpAnswer answer = Grant();
  for (auto _ : state) {
    const auto parsed = wire::ParsePacket(bytes);
    const auto& packet = std::get<wire::Packet>(parsed);
    const auto asked = AskFrom(packet, {eth, Ipv4{}, Ipv4{}});
    const auto kind = core::KindOf(std::get<Asked>(asked).question.facts);
    benchmark::DoNotOptimize(wire::SerializePacket(BuildReply(packet, kind, answer, 1500)->packet));
  }
}
BENCHMARK(DiscoverToOffer);

}  // namespace
}  // namespace pxe::dhcp
