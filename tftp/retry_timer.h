// When to send again: round-trip times, exponential back-off, jitter (RFC 1123 4.2.3.2).
//
// Pure: time comes in as durations. The jitter is drawn from a seed, so that machines that were
// switched on together do not retry together, and tests repeat.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace pxe::tftp {

using Duration = std::chrono::steady_clock::duration;
using TimePoint = std::chrono::steady_clock::time_point;

struct RetryPolicy {
  std::chrono::milliseconds first{1000};  // while no round trip has been measured
  // Below this some Raspberry Pi loaders lose count when DATA comes twice.
  std::chrono::milliseconds smallest{200};
  std::chrono::milliseconds largest{8000};  // of the back-off

  // Give up after this many resends without progress, but not before `patience`: GRUB stalls for
  // 20 s while its queue is full. `impatience` bounds clients that asked for long timeouts.
  int max_resends = 6;
  std::chrono::seconds patience{30};
  std::chrono::seconds impatience{120};

  int max_resends_unanswered = 4;  // of the first packet: its source may be forged
  int max_resends_final = 4;       // of the last block: many ROMs never acknowledge it
};

class RetryTimer {
 public:
  // `agreed` is the timeout option: it replaces `first` and all measured times, not the back-off.
  RetryTimer(const RetryPolicy& policy, std::optional<std::chrono::seconds> agreed, uint64_t seed);

  // A round trip of something that was sent once (Karn: what was sent twice measures nothing).
  void OnRoundTrip(Duration taken);
  void OnResend() { ++resends_; }
  void OnProgress() { resends_ = 0; }
  int resends() const { return resends_; }  // since the last progress

  // Until the next resend, counted from the last send: doubled per resend, capped, +-10 %.
  Duration NextInterval();

  // An estimate of the round trip; nothing before the first sample.
  std::optional<Duration> round_trip() const { return smoothed_; }

 private:
  Duration Base() const;

  RetryPolicy policy_;
  std::optional<std::chrono::seconds> agreed_;
  std::optional<Duration> smoothed_;
  int resends_ = 0;
  uint64_t random_;
};

}  // namespace pxe::tftp
