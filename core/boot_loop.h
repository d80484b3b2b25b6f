// Tells a machine that boots in circles from one that boots (C111): the same boot file answered
// again and again.
//
// Bounded memory, whatever asks: a machine is forgotten when kRemembered others have been answered
// since, so a flood of made-up machines can hide a loop, and never costs more.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/clock.h"
#include "base/hardware_address.h"

namespace pxe::core {

// Not thread-safe.
class BootLoops {
 public:
  static constexpr size_t kAnswers = 5;
  static constexpr std::chrono::seconds kWindow{300};
  static constexpr size_t kRemembered = 8192;  // twice as many at most

  // The machine was told to boot the file. True: for the kAnswers-th time within kWindow, and the
  // first time so; a loop that goes on is told once, one that begins anew after a pause again.
  bool Answered(const HardwareAddress& client, std::string_view file, Seconds now);

  size_t size() const { return recent_.size() + older_.size(); }

 private:
  using Key = std::pair<HardwareAddress, size_t>;  // and the hash of the file's name
  struct History {
    std::array<Seconds, kAnswers> times{};  // a ring
    size_t answers = 0;
    bool told = false;
  };

  History& Recall(const Key& key);

  // Whoever is answered moves to `recent_`; when that is full it becomes `older_`.
  absl::flat_hash_map<Key, History> recent_;
  absl::flat_hash_map<Key, History> older_;
};

}  // namespace pxe::core
