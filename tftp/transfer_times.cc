#include "tftp/transfer_times.h"

namespace pxe::tftp {
namespace {

// In the order of the enums.
constexpr std::array<std::string_view, Counters<TransferTime>::kSize> kTimes = {
    "up_to_1ms", "up_to_4ms", "up_to_16ms", "up_to_64ms", "up_to_256ms",
    "up_to_1s",  "up_to_4s",  "up_to_16s",  "up_to_64s",  "longer",
};
static_assert(!kTimes.back().empty());

constexpr std::array<std::string_view, static_cast<size_t>(FileClass::kCount)> kClasses = {
    "rendered", "small", "bulk"};
static_assert(!kClasses.back().empty());

// The bounds are 1 ms and its powers of four, seconds being 1024 ms.
TransferTime TimeOf(std::chrono::nanoseconds taken) {
  size_t bucket = 0;
  std::chrono::nanoseconds bound = std::chrono::milliseconds(1);
  while (taken > bound && bucket < static_cast<size_t>(TransferTime::kLonger)) {
    bound *= 4;
    ++bucket;
  }
  return static_cast<TransferTime>(bucket);
}

}  // namespace

std::string_view ToString(TransferTime time) {
  const auto index = static_cast<size_t>(time);
  return index < kTimes.size() ? kTimes[index] : "unknown";
}

std::string_view ToString(FileClass file_class) {
  const auto index = static_cast<size_t>(file_class);
  return index < kClasses.size() ? kClasses[index] : "unknown";
}

void TransferTimes::Add(FileClass file_class, std::chrono::nanoseconds taken) {
  histograms_[static_cast<size_t>(file_class)].Add(TimeOf(taken));
}

}  // namespace pxe::tftp
