// The network between a TFTP state machine and a model client, for fuzzers: it does what the input
// says. What must hold is checked with Check, which ends the program as fuzzers want it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "tftp/transfer.h"

namespace pxe::tftp {

inline void Check(bool holds) {
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

// What is on its way in one direction. Beyond a thousand it is lost, or an input that repeats what
// is repeated would never come to its end.
template <typename Packet>
class Way {
 public:
  bool empty() const { return packets_.empty(); }
  void Put(Packet packet) {
    if (packets_.size() < kMostPackets) packets_.push_back(packet);
  }
  std::optional<Packet> Take() {
    if (packets_.empty()) return std::nullopt;
    const Packet packet = packets_.front();
    packets_.pop_front();
    return packet;
  }

  // Loses the first packet, or repeats it, or swaps it with the second.
  void Disturb(int how) {
    if (packets_.empty()) return;
    if (how == 0) return packets_.pop_front();
    if (how == 1) return Put(packets_.front());
    if (packets_.size() > 1) std::swap(packets_[0], packets_[1]);
  }

 private:
  static constexpr size_t kMostPackets = 1000;
  std::deque<Packet> packets_;
};

// A step of the clock that nobody's timer notices.
inline constexpr std::chrono::microseconds kTick{100};

// Lets time pass until the deadline of a Transfer or Reception; whether there was one.
template <typename Machine>
bool Expire(Machine& machine, TimePoint& now) {
  if (machine.ending() != Ending::kRunning) return false;
  now = std::max(now, *machine.deadline());
  machine.OnDeadline(now);
  return true;
}

// The options that were agreed with a client that asked for such a window.
inline AgreedOptions AgreedWindow(uint16_t window, bool with_oack) {
  AgreedOptions agreed;
  agreed.window_blocks = window;
  if (with_oack) agreed.oack = {{"windowsize", std::to_string(window)}};
  return agreed;
}

}  // namespace pxe::tftp
