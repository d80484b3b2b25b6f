// An upload and a model client, and between them a network that does what the input says: drops,
// repeats and swaps packets, brings ones that nobody sent, and lets time pass. What is kept is what
// the client has, in order and once; each packet causes one answer at most; and once the network is
// quiet, a client that was not given up has stored all of its file.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/fuzz/model_network.h"
#include "tftp/reception.h"

namespace pxe::tftp {
namespace {

constexpr uint16_t kBlockBytes = 8;

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
    AgreedOptions agreed = AgreedWindow(window, /*with_oack=*/window > 1);
    agreed.block_bytes = kBlockBytes;
    return agreed;
  }

  bool running() const { return reception_.ending() == Ending::kRunning; }

  // An OACK is the ACK of block 0.
  void Collect() {
    const auto packet = reception_.TakeOutbox();
    if (!packet) return;
    if (std::holds_alternative<wire::Oack>(*packet)) to_client_.Put(0);
    if (const auto* ack = std::get_if<wire::Ack>(&*packet)) to_client_.Put(ack->block);
    Check(!reception_.TakeOutbox());
  }

  void SendWindow() {
    const uint64_t end = std::min<uint64_t>(acknowledged_ + window_, last_block_);
    for (uint64_t block = acknowledged_ + 1; block <= end; ++block) to_server_.Put(block);
  }

  void AtClient() {
    const auto number = to_client_.Take();
    if (!number) return;
    const auto ahead = static_cast<uint16_t>(*number - static_cast<uint16_t>(acknowledged_));
    if (ahead > window_ || acknowledged_ == last_block_) return;
    // One that comes twice causes nothing, or both sides would multiply what is on its way.
    if (ahead == 0 && began_) return;
    began_ = true;
    acknowledged_ += ahead;
    SendWindow();
  }

  void AtServer() {
    const auto block = to_server_.Take();
    if (!block) return;
    const std::string bytes = file_.substr((*block - 1) * kBlockBytes, kBlockBytes);
    Give(static_cast<uint16_t>(*block), {bytes.begin(), bytes.end()});
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
    if (Expire(reception_, now_)) Collect();
  }

  uint16_t window_;
  std::string file_;
  uint64_t last_block_;
  TimePoint now_{};
  Reception reception_;
  Way<uint64_t> to_server_;
  Way<uint16_t> to_client_;
  bool began_ = false;  // the client has heard of us
  uint64_t acknowledged_ = 0;
  std::string stored_;
};

void World::Act(uint8_t action, Input& input) {
  now_ += kTick;
  switch (action % 11) {
    case 0:
    case 1:
      return AtClient();
    case 2:
    case 3:
      return AtServer();
    case 4:
    case 5:
      return to_server_.Disturb(action % 2);
    case 6:
    case 7:
    case 8:
      return to_client_.Disturb(action % 11 - 6);
    case 9:
      return began_ ? SendWindow() : void();  // the client's timer
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
    now_ += kTick;
    if (!to_server_.empty()) {
      AtServer();
    } else if (!to_client_.empty()) {
      AtClient();
    } else if (began_ && acknowledged_ < last_block_) {
      SendWindow();  // the client's timer
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
}  // namespace pxe::tftp

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  pxe::tftp::Input input(data, size);
  const auto window = static_cast<uint16_t>(1 + input.Next() % 64);
  size_t bytes = size_t{16} * input.Next();
  bytes += input.Next() % 16;
  std::string file(bytes, '\0');
  for (size_t i = 0; i < file.size(); ++i) file[i] = static_cast<char>(i * 31 / 7);
  pxe::tftp::World world(window, std::move(file));
  while (!input.empty()) world.Act(input.Next(), input);
  world.RunOnAQuietNetwork();
  world.CheckTheEnd();
  return 0;
}
