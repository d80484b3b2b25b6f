// A transfer and a model client, and between them a network that does what the input says: drops,
// repeats and swaps packets, and lets time pass. What is sent lies within the file and the window;
// nothing is answered with more than a window; and once the network is quiet, a client that was not
// given up has every block, in order.
#include <cstdint>

#include "tests/fuzz/model_network.h"
#include "tftp/transfer.h"

namespace pxe::tftp {
namespace {

class World {
 public:
  World(uint16_t window, uint64_t blocks, bool with_oack)
      : window_(window),
        blocks_(blocks),
        transfer_(AgreedWindow(window, with_oack), (blocks - 1) * 512, RetryPolicy(), 7, now_) {
    Collect();
  }

  bool running() const { return transfer_.ending() == Ending::kRunning; }
  void Act(uint8_t action, Input& input);
  void RunOnAQuietNetwork();
  void CheckTheEnd() const;

 private:
  static constexpr uint64_t kOack = 0;  // block 0 on its way to the client

  // What the transfer sends goes on its way; each thing that happens to it may cause one window.
  void Collect() {
    ++happened_;
    const auto outbox = transfer_.TakeOutbox();
    if (!outbox) return;
    if (std::holds_alternative<wire::Oack>(*outbox)) to_client_.Put(kOack);
    const auto* blocks = std::get_if<SendBlocks>(&*outbox);
    if (blocks == nullptr) return;
    Check(blocks->count >= 1 && blocks->count <= window_ && blocks->first >= 1);
    Check(blocks->first + blocks->count - 1 <= blocks_);
    Check(blocks->first + blocks->count - 1 <= received_ + window_);
    for (uint32_t i = 0; i < blocks->count; ++i) to_client_.Put(blocks->first + i);
    Check(transfer_.stats().blocks_sent <= happened_ * window_);
  }

  void AtClient() {
    const auto block = to_client_.Take();
    if (!block) return;
    if (*block == kOack) {
      if (received_ == 0) SendAck();
    } else if (*block == received_ + 1) {
      ++received_;
      if (++in_window_ == window_ || received_ == blocks_) SendAck();
    } else {
      SendAck();  // for every block out of order, as EDK2 does
    }
  }
  void SendAck() {
    in_window_ = 0;
    to_server_.Put(static_cast<uint16_t>(received_));
  }
  void AtServer() {
    const auto number = to_server_.Take();
    if (!number) return;
    transfer_.OnPacket(wire::Ack{*number}, now_);
    Collect();
  }
  void AtDeadline() {
    if (Expire(transfer_, now_)) Collect();
  }

  uint16_t window_;
  uint64_t blocks_;
  TimePoint now_{};
  Transfer transfer_;
  Way<uint64_t> to_client_;
  Way<uint16_t> to_server_;
  uint64_t received_ = 0;
  int in_window_ = 0;
  uint64_t happened_ = 0;
};

void World::Act(uint8_t action, Input& input) {
  now_ += kTick;
  switch (action % 12) {
    case 0:
    case 1:
      return AtClient();
    case 2:
    case 3:
      return AtServer();
    case 4:
    case 5:
    case 6:
      return to_client_.Disturb(action % 12 - 4);
    case 7:
    case 8:
    case 9:
      return to_server_.Disturb(action % 12 - 7);
    case 10:
      now_ += std::chrono::milliseconds(input.Next());
      return SendAck();  // the client's timer
    default:
      break;
  }
  if (input.Next() % 2 == 0) {
    AtDeadline();
  } else {
    transfer_.OnRepeatedRequest();
    Collect();
  }
}

void World::RunOnAQuietNetwork() {
  for (int i = 0; running() && i < 100'000; ++i) {
    now_ += kTick;
    if (!to_client_.empty()) {
      AtClient();
    } else if (!to_server_.empty()) {
      AtServer();
    } else {
      AtDeadline();
    }
  }
}

void World::CheckTheEnd() const {
  Check(!running());
  if (transfer_.ending() == Ending::kDone) Check(received_ == blocks_);
  Check(transfer_.acknowledged_bytes() <= (blocks_ - 1) * 512);
}

}  // namespace
}  // namespace pxe::tftp

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  pxe::tftp::Input input(data, size);
  const auto window = static_cast<uint16_t>(1 + input.Next() % 64);
  const bool with_oack = window > 1 || input.Next() % 2 == 0;
  // A few files are long enough for block numbers to wrap; they take a thousand times longer.
  const uint64_t blocks = input.Next() == 'W' ? 65'500 + input.Next() : 1 + input.Next();
  pxe::tftp::World world(window, blocks, with_oack);
  if (blocks > 65'000) world.RunOnAQuietNetwork();
  while (!input.empty()) world.Act(input.Next(), input);
  world.RunOnAQuietNetwork();
  world.CheckTheEnd();
  return 0;
}
