#include "bench/tftp_load_fetch.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <variant>

#include "tftp/wire/packet.h"

namespace pxe::bench {
namespace {

namespace wire = tftp::wire;

constexpr uint8_t kDataOpcode = 3;
constexpr uint8_t kErrorOpcode = 5;
constexpr uint8_t kOackOpcode = 6;

}  // namespace

std::vector<uint8_t> Fetch::Request() const {
  const std::string name = wanted_->NameOf(number_);
  const std::string block = std::to_string(asked_->block_bytes);
  const std::string window = std::to_string(asked_->window_blocks);
  wire::Rrq rrq;
  rrq.filename = name;
  if (asked_->size) rrq.options.push_back({"tsize", "0"});
  if (asked_->block_bytes > 0) rrq.options.push_back({"blksize", block});
  if (asked_->window_blocks > 0) rrq.options.push_back({"windowsize", window});
  return wire::Serialize(rrq);
}

// By hand for DATA, which is nearly all there is.
bool Fetch::OnPacket(std::span<const uint8_t> packet, FetchTally& tally) {
  if (ended() || packet.size() < wire::kDataHeaderBytes || packet[0] != 0) return false;
  if (packet[1] == kDataOpcode) {
    const auto block = static_cast<uint16_t>(packet[2] << 8 | packet[3]);
    return OnData(block, packet.subspan(wire::kDataHeaderBytes), tally);
  }
  if (packet[1] == kOackOpcode) return OnOack(packet);
  if (packet[1] == kErrorOpcode) return End(State::kRefused);
  return End(State::kWrong);
}

bool Fetch::OnData(uint16_t block, std::span<const uint8_t> bytes, FetchTally& tally) {
  const auto ahead = static_cast<uint16_t>(block - ack());
  if (ahead != 1) return OnUnexpected(ahead, tally);
  const uint64_t offset = received_ * block_bytes_;
  const uint64_t left = wanted_->BytesOf() - std::min(offset, wanted_->BytesOf());
  if (bytes.size() != std::min<uint64_t>(left, block_bytes_) ||
      !wanted_->Matches(number_, offset, bytes)) {
    return End(State::kWrong);
  }
  state_ = State::kReceiving;
  complained_ = false;
  ++received_;
  ++unacknowledged_;
  if (bytes.size() < block_bytes_) {
    state_ = State::kDone;
  } else if (unacknowledged_ < window_blocks_) {
    return false;
  }
  unacknowledged_ = 0;
  return true;
}

// The last block again means that its ACK was lost. A later one means that one was lost before it:
// the server is told once.
bool Fetch::OnUnexpected(uint16_t ahead, FetchTally& tally) {
  if (state_ == State::kAsking) return false;
  const bool gap = ahead > 1 && ahead < (1 << 15);
  ++(gap ? tally.gaps : tally.repeated);
  if (gap ? complained_ : ahead != 0) return false;
  complained_ = gap;
  unacknowledged_ = 0;
  return true;
}

bool Fetch::OnOack(std::span<const uint8_t> packet) {
  if (received_ > 0) return false;
  const auto parsed = wire::Parse(packet);
  if (!parsed.ok()) return End(State::kWrong);
  for (const auto& option : std::get<wire::Oack>(*parsed).options) {
    uint64_t value = 0;
    const char* end = option.value.data() + option.value.size();
    const auto read = std::from_chars(option.value.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end || !Accept(option.name, value)) {
      return End(State::kWrong);
    }
  }
  state_ = State::kReceiving;
  return true;
}

bool Fetch::Accept(std::string_view name, uint64_t value) {
  if (name == "tsize") return asked_->size && value == wanted_->BytesOf();
  if (name == "blksize") {
    block_bytes_ = static_cast<uint16_t>(value);
    return value >= 8 && value <= asked_->block_bytes;
  }
  window_blocks_ = static_cast<uint16_t>(value);
  return name == "windowsize" && value >= 1 && value <= asked_->window_blocks;
}

bool Fetch::End(State state) {
  state_ = state;
  return false;
}

}  // namespace pxe::bench
