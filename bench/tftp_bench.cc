// What one TFTP packet costs without the kernel: parsing, negotiating, a step of a transfer, and
// the building of DATA.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "net/udp_socket.h"
#include "tftp/content.h"
#include "tftp/data_frames.h"
#include "tftp/negotiate.h"
#include "tftp/transfer.h"

namespace pxe::tftp {
namespace {

std::vector<uint8_t> Edk2Request() {
  wire::Rrq rrq;
  rrq.filename = "boot/grubnetx64.efi";
  rrq.options = {{"tsize", "0"}, {"blksize", "1468"}, {"windowsize", "4"}};
  return wire::Serialize(rrq);
}

void BM_ParseRequest(benchmark::State& state) {
  const auto bytes = Edk2Request();
  for (auto _ : state) benchmark::DoNotOptimize(wire::Parse(bytes));
}
BENCHMARK(BM_ParseRequest);

void BM_ParseAck(benchmark::State& state) {
  const auto bytes = wire::Serialize(wire::Ack{7});
  for (auto _ : state) benchmark::DoNotOptimize(wire::Parse(bytes));
}
BENCHMARK(BM_ParseAck);

void BM_Negotiate(benchmark::State& state) {
  const auto bytes = Edk2Request();
  const auto packet = wire::Parse(bytes);
  const auto& rrq = std::get<wire::Rrq>(*packet);
  for (auto _ : state) benchmark::DoNotOptimize(Negotiate(rrq, 1'000'000, Path(), Limits()));
}
BENCHMARK(BM_Negotiate);

void BM_SerializeOack(benchmark::State& state) {
  const wire::Oack oack{{{"tsize", "1000000"}, {"blksize", "1468"}, {"windowsize", "4"}}};
  for (auto _ : state) benchmark::DoNotOptimize(wire::Serialize(oack));
}
BENCHMARK(BM_SerializeOack);

// One ACK in, the next window out; the argument is the window.
void BM_TransferStep(benchmark::State& state) {
  const auto window = static_cast<uint16_t>(state.range(0));
  AgreedOptions agreed;
  agreed.window_blocks = window;
  constexpr uint64_t kEndless = uint64_t{1} << 60;
  TimePoint now{};
  Transfer transfer(agreed, kEndless, RetryPolicy(), 1, now);
  uint64_t acked = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(transfer.TakeOutbox());
    acked += window;
    now += std::chrono::microseconds(100);
    transfer.OnPacket(wire::Ack{static_cast<uint16_t>(acked)}, now);
  }
  state.SetItemsProcessed(state.iterations() * window);
}
BENCHMARK(BM_TransferStep)->Arg(1)->Arg(16)->Arg(64);

// The DATA packets of one window of 1428 bytes, from memory; the argument is the window.
void BM_BuildDataFrames(benchmark::State& state) {
  const auto window = static_cast<uint32_t>(state.range(0));
  constexpr uint16_t kBlockBytes = 1428;
  const Content content = Content::OfText(std::string(1 << 20, 'x'));
  std::vector<uint8_t> buffer(net::UdpSocket::kMaxSegmentedBytes);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        BuildDataFrames(content, {.first = 100, .count = window}, kBlockBytes, buffer));
  }
  state.SetBytesProcessed(state.iterations() * window * kBlockBytes);
}
BENCHMARK(BM_BuildDataFrames)->Arg(1)->Arg(16)->Arg(44);

}  // namespace
}  // namespace pxe::tftp
