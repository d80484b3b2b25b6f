// How long transfers took, by what was fetched: a histogram of fixed size.
//
// Of transfers to their end only; what broke off tells nothing about speed. A boot that is slow
// shows here whether it waits for configs (the control plane) or for its kernel (the network).
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

#include "base/counters.h"

namespace pxe::tftp {

enum class FileClass {
  kRendered,  // a config or a script, made for the machine
  kSmall,     // a file up to Limits::small_file_bytes: loaders and their modules
  kBulk,      // larger: kernels and RAM disks
  kCount,
};

// Each is the upper bound of what is counted there, four times the one before.
enum class TransferTime {
  k1ms,
  k4ms,
  k16ms,
  k64ms,
  k256ms,
  k1s,
  k4s,
  k16s,
  k64s,
  kLonger,
  kCount,
};

// "up_to_1ms", ..., "longer": the label of the counter.
std::string_view ToString(TransferTime time);

// "rendered", "small", "bulk".
std::string_view ToString(FileClass file_class);

class TransferTimes {
 public:
  using Histogram = Counters<TransferTime>;

  void Add(FileClass file_class, std::chrono::nanoseconds taken);

  // Any thread.
  const Histogram& of(FileClass file_class) const {
    return histograms_[static_cast<size_t>(file_class)];
  }

 private:
  std::array<Histogram, static_cast<size_t>(FileClass::kCount)> histograms_;
};

}  // namespace pxe::tftp
