// Tells a machine that boots in circles from one that boots (C111): the same boot file answered
// again and again.
//
// Bounded memory, whatever asks: a machine is forgotten when kRemembered others have been answered
// since, so a flood of made-up machines can hide a loop, and never costs more.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "base/clock.h"
#include "base/hardware_address.h"

namespace pxe::core {

// Not thread-safe.
class BootLoops {
 public:
  static constexpr size_t kAnswers = 5;
  static constexpr std::chrono::seconds kWindow{300};
  static constexpr size_t kRemembered = 7000;  // twice as many at most; fill tables of 8,192

  // The machine was told to boot the file. True: for the kAnswers-th time within kWindow, and the
  // first time so; a loop that goes on is told once, one that begins anew after a pause again.
  bool Answered(const HardwareAddress& client, std::string_view file, Seconds now);

  size_t size() const { return recent_.size() + older_.size(); }

 private:
  // The hash of a machine and a file: two that have the same by chance would have to boot together.
  using Key = size_t;
  struct History {
    std::array<uint32_t, kAnswers> times{};  // a ring of seconds; only differences count
    uint32_t answers = 0;
    bool told = false;
  };

  History& Recall(Key key);

  // Whoever is answered moves to `recent_`; when that is full it becomes `older_`.
  absl::flat_hash_map<Key, History> recent_;
  absl::flat_hash_map<Key, History> older_;
};

}  // namespace pxe::core
