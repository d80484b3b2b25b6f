// The transfers under way, as data planes report them: what `pxeadm status` lists.
//
// A transfer is here from its first second on, for shorter ones are not told about, until its end
// is told or nothing has been heard of it for kForgottenAfter: then its data plane is gone.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/ipv4.h"
#include "core/resolver.h"

namespace pxe::server {

struct LiveTransfer {
  std::string client;  // address as text
  Ipv4 address;        // 0: an IPv6 client
  std::string file;
  uint64_t bytes = 0;
  uint64_t of_bytes = 0;  // 0: not known
  uint64_t milliseconds = 0;

  bool operator==(const LiveTransfer&) const = default;
};

// Thread-safe; nothing waits for anything but the others' few instructions.
class LiveTransfers {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  static constexpr size_t kMost = 16'384;  // four data planes at their own limit; more are not told
  static constexpr std::chrono::seconds kForgottenAfter{5};

  // An event of any kind; those that are about no transfer change nothing.
  void Note(const core::BootEvent& event, TimePoint now);

  struct Listing {
    size_t count = 0;                     // of all
    std::vector<LiveTransfer> transfers;  // the `limit` that have taken longest, longest first
  };
  Listing List(size_t limit, TimePoint now);

 private:
  struct Entry {
    LiveTransfer transfer;
    TimePoint heard;
  };
  void Forget(TimePoint now);

  std::mutex mutex_;  // guards the rest
  absl::flat_hash_map<uint64_t, Entry> entries_;
};

}  // namespace pxe::server
