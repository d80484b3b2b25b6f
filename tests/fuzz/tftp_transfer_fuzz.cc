// A transfer and a model client, and between them a network that does what the input says: drops,
// repeats and swaps packets, and lets time pass. What is sent lies within the file and the window;
// nothing is answered with more than a window; and once the network is quiet, a client that was not
// given up has every block, in order.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <string>

#include "tftp/transfer.h"

namespace {

using pxe::tftp::AgreedOptions;
using pxe::tftp::Ending;
using pxe::tftp::RetryPolicy;
using pxe::tftp::SendBlocks;
using pxe::tftp::TimePoint;
using pxe::tftp::Transfer;
namespace wire = pxe::tftp::wire;

void Check(bool holds) {
  if (!holds) std::abort();
}

// Where decisions come from; zeros when they are used up.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : data_(data), left_(size) {}
  bool empty() const { return left_ == 0; }
  uint8_t Next() {
    if (left_ == 0) return 0;
    --left_;
    return *data_++;
  }

 private:
  const uint8_t* data_;
  size_t left_;
};

class World {
 public:
  World(uint16_t window, uint64_t blocks, bool with_oack)
      : window_(window),
        blocks_(blocks),
        transfer_(Agreed(window, with_oack), (blocks - 1) * 512, RetryPolicy(), 7, now_) {
    Collect();
  }

  bool running() const { return transfer_.ending() == Ending::kRunning; }
  void Act(uint8_t action, Input& input);
  void RunOnAQuietNetwork();
  void CheckTheEnd() const;

 private:
  static constexpr uint64_t kOack = 0;  // block 0 on its way to the client

  static AgreedOptions Agreed(uint16_t window, bool with_oack) {
    AgreedOptions agreed;
    agreed.window_blocks = window;
    if (with_oack) agreed.oack = {{"windowsize", std::to_string(window)}};
    return agreed;
  }

  // What the transfer sends goes on its way; each thing that happens to it may cause one window.
  void Collect() {
    ++happened_;
    const auto outbox = transfer_.TakeOutbox();
    if (!outbox) return;
    if (std::holds_alternative<wire::Oack>(*outbox)) to_client_.push_back(kOack);
    const auto* blocks = std::get_if<SendBlocks>(&*outbox);
    if (blocks == nullptr) return;
    Check(blocks->count >= 1 && blocks->count <= window_ && blocks->first >= 1);
    Check(blocks->first + blocks->count - 1 <= blocks_);
    Check(blocks->first + blocks->count - 1 <= received_ + window_);
    for (uint32_t i = 0; i < blocks->count; ++i) to_client_.push_back(blocks->first + i);
    Check(transfer_.stats().blocks_sent <= happened_ * window_);
  }

  void AtClient() {
    if (to_client_.empty()) return;
    const uint64_t block = to_client_.front();
    to_client_.pop_front();
    if (block == kOack) {
      if (received_ == 0) SendAck();
    } else if (block == received_ + 1) {
      ++received_;
      if (++in_window_ == window_ || received_ == blocks_) SendAck();
    } else {
      SendAck();  // for every block out of order, as EDK2 does
    }
  }
  void SendAck() {
    in_window_ = 0;
    if (to_server_.size() < 1000) to_server_.push_back(static_cast<uint16_t>(received_));
  }
  void AtServer() {
    if (to_server_.empty()) return;
    transfer_.OnPacket(wire::Ack{to_server_.front()}, now_);
    to_server_.pop_front();
    Collect();
  }
  void AtDeadline() {
    if (!running()) return;
    now_ = std::max(now_, *transfer_.deadline());
    transfer_.OnDeadline(now_);
    Collect();
  }

  template <typename Queue>
  static void Disturb(Queue& queue, int how) {
    if (queue.empty()) return;
    if (how == 0) return queue.pop_front();
    if (how == 1 && queue.size() < 1000) return queue.push_back(queue.front());
    if (queue.size() > 1) std::swap(queue[0], queue[1]);
  }

  uint16_t window_;
  uint64_t blocks_;
  TimePoint now_{};
  Transfer transfer_;
  std::deque<uint64_t> to_client_;
  std::deque<uint16_t> to_server_;
  uint64_t received_ = 0;
  int in_window_ = 0;
  uint64_t happened_ = 0;
};

void World::Act(uint8_t action, Input& input) {
  now_ += std::chrono::microseconds(100);
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
      return Disturb(to_client_, action % 12 - 4);
    case 7:
    case 8:
    case 9:
      return Disturb(to_server_, action % 12 - 7);
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
    now_ += std::chrono::microseconds(100);
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

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input input(data, size);
  const auto window = static_cast<uint16_t>(1 + input.Next() % 64);
  const bool with_oack = window > 1 || input.Next() % 2 == 0;
  // A few files are long enough for block numbers to wrap; they take a thousand times longer.
  const uint64_t blocks = input.Next() == 'W' ? 65'500 + input.Next() : 1 + input.Next();
  World world(window, blocks, with_oack);
  if (blocks > 65'000) world.RunOnAQuietNetwork();
  while (!input.empty()) world.Act(input.Next(), input);
  world.RunOnAQuietNetwork();
  world.CheckTheEnd();
  return 0;
}
