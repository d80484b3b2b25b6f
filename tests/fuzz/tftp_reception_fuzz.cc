// An upload and a model client, and between them a network that does what the input says: drops,
// repeats and swaps packets, brings ones that nobody sent, and lets time pass. What is kept is what
// the client has, in order and once; each packet causes one answer at most; and once the network is
// quiet, a client that was not given up has stored all of its file.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

#include "tftp/reception.h"

namespace {

using pxe::tftp::AgreedOptions;
using pxe::tftp::Ending;
using pxe::tftp::Reception;
using pxe::tftp::RetryPolicy;
using pxe::tftp::TimePoint;
namespace wire = pxe::tftp::wire;

constexpr uint16_t kBlockBytes = 8;

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
  World(uint16_t window, std::string file)
      : window_(window),
        file_(std::move(file)),
        last_block_(file_.size() / kBlockBytes + 1),
        reception_(Agreed(window), RetryPolicy(), /*seed=*/7, now_) {
    Collect();
  }

  void Act(uint8_t action, Input& input);
  void RunOnAQuietNetwork();
  void CheckTheEnd() const;

 private:
  static AgreedOptions Agreed(uint16_t window) {
    AgreedOptions agreed;
    agreed.block_bytes = kBlockBytes;
    agreed.window_blocks = window;
    if (window > 1) agreed.oack = {{"windowsize", std::to_string(window)}};
    return agreed;
  }

  bool running() const { return reception_.ending() == Ending::kRunning; }

  // An OACK is the ACK of block 0.
  void Collect() {
    const auto packet = reception_.TakeOutbox();
    if (!packet) return;
    if (std::holds_alternative<wire::Oack>(*packet)) to_client_.push_back(0);
    if (const auto* ack = std::get_if<wire::Ack>(&*packet)) to_client_.push_back(ack->block);
    Check(!reception_.TakeOutbox());
  }

  void SendWindow() {
    const uint64_t end = std::min<uint64_t>(acknowledged_ + window_, last_block_);
    for (uint64_t block = acknowledged_ + 1; block <= end; ++block) {
      if (to_server_.size() < 1000) to_server_.push_back(block);
    }
  }

  void AtClient() {
    if (to_client_.empty()) return;
    const uint16_t number = to_client_.front();
    to_client_.pop_front();
    const auto ahead = static_cast<uint16_t>(number - static_cast<uint16_t>(acknowledged_));
    if (ahead > window_ || acknowledged_ == last_block_) return;
    if (ahead == 0 && !to_server_.empty()) return;  // or both would multiply what is on its way
    acknowledged_ += ahead;
    SendWindow();
  }

  void AtServer() {
    if (to_server_.empty()) return;
    const uint64_t block = to_server_.front();
    to_server_.pop_front();
    const std::string bytes = file_.substr((block - 1) * kBlockBytes, kBlockBytes);
    Give(static_cast<uint16_t>(block), {bytes.begin(), bytes.end()});
  }

  void Give(uint16_t number, const std::vector<uint8_t>& bytes) {
    const bool was_complete = reception_.complete();
    const auto kept = reception_.OnPacket(wire::Data{.block = number, .bytes = bytes}, now_);
    Check(kept.empty() || !was_complete);
    stored_.append(kept.begin(), kept.end());
    Check(file_.starts_with(stored_));
    Collect();
  }

  void AtDeadline() {
    if (!running()) return;
    now_ = std::max(now_, *reception_.deadline());
    reception_.OnDeadline(now_);
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
  std::string file_;
  uint64_t last_block_;
  TimePoint now_{};
  Reception reception_;
  std::deque<uint64_t> to_server_;
  std::deque<uint16_t> to_client_;
  uint64_t acknowledged_ = 0;
  std::string stored_;
};

void World::Act(uint8_t action, Input& input) {
  now_ += std::chrono::microseconds(100);
  switch (action % 11) {
    case 0:
    case 1:
      return AtClient();
    case 2:
    case 3:
      return AtServer();
    case 4:
    case 5:
      return Disturb(to_server_, action % 2);
    case 6:
    case 7:
    case 8:
      return Disturb(to_client_, action % 11 - 6);
    case 9:
      return SendWindow();  // the client's timer
    default:
      break;
  }
  switch (input.Next() % 3) {
    case 0:
      return AtDeadline();
    case 1:
      reception_.OnRepeatedRequest(now_);
      return Collect();
    default:  // far from what is awaited, or of no block
      return Give(static_cast<uint16_t>(acknowledged_ + 0x8000 + input.Next()), {1, 2, 3});
  }
}

void World::RunOnAQuietNetwork() {
  for (int i = 0; running() && i < 100'000; ++i) {
    now_ += std::chrono::microseconds(100);
    if (!to_server_.empty()) {
      AtServer();
    } else if (!to_client_.empty()) {
      AtClient();
    } else {
      AtDeadline();
    }
  }
}

void World::CheckTheEnd() const {
  Check(!running());
  if (reception_.ending() == Ending::kDone) Check(stored_ == file_);
  Check((stored_ == file_ && reception_.complete()) || reception_.ending() == Ending::kTimedOut);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input input(data, size);
  const auto window = static_cast<uint16_t>(1 + input.Next() % 64);
  std::string file(size_t{16} * input.Next() + input.Next() % 16, '\0');
  for (size_t i = 0; i < file.size(); ++i) file[i] = static_cast<char>(i * 31 / 7);
  World world(window, std::move(file));
  while (!input.empty()) world.Act(input.Next(), input);
  world.RunOnAQuietNetwork();
  world.CheckTheEnd();
  return 0;
}
