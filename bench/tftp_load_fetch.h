// One client's side of one transfer, without a socket: packets in, ACKs due out.
//
// It is strict where a server could go wrong: each byte, each block's length, and options granted
// beyond what was asked. As clients of RFC 7440 do, it acknowledges once a window, and once where a
// block is missing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bench/tftp_load_content.h"

namespace pxe::bench {

struct AskedOptions {
  uint16_t block_bytes = 0;    // 0: not asked
  uint16_t window_blocks = 0;  // 0: not asked
  bool size = false;
};

struct FetchTally {
  uint64_t repeated = 0;  // blocks that had been received before
  uint64_t gaps = 0;      // blocks that came too early, for one before them was lost
};

class Fetch {
 public:
  enum class State : uint8_t { kAsking, kReceiving, kDone, kRefused, kWrong };

  Fetch(const AskedOptions& asked, const Wanted& wanted, uint32_t number)
      : asked_(&asked), wanted_(&wanted), number_(number) {}

  std::vector<uint8_t> Request() const;

  // Whether an ACK is due now. What is no answer to a request, while there is none, changes
  // nothing.
  bool OnPacket(std::span<const uint8_t> packet, FetchTally& tally);

  State state() const { return state_; }
  bool ended() const { return state_ > State::kReceiving; }
  uint16_t ack() const { return static_cast<uint16_t>(received_); }
  uint16_t block_bytes() const { return block_bytes_; }
  uint16_t window_blocks() const { return window_blocks_; }

 private:
  bool OnData(uint16_t block, std::span<const uint8_t> bytes, FetchTally& tally);
  bool OnUnexpected(uint16_t ahead, FetchTally& tally);
  bool OnOack(std::span<const uint8_t> packet);
  bool Accept(std::string_view name, uint64_t value);
  bool End(State state);

  const AskedOptions* asked_;
  const Wanted* wanted_;
  uint32_t number_;
  State state_ = State::kAsking;
  bool complained_ = false;  // of the gap that we are at
  uint16_t block_bytes_ = 512;
  uint16_t window_blocks_ = 1;
  uint16_t unacknowledged_ = 0;
  uint64_t received_ = 0;  // blocks, without a gap
};

}  // namespace pxe::bench
