// Who asked while there was no room, in the order of their first try: as places come free, those
// who have waited longest get them, not whoever asks at the right moment.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>

#include "absl/container/flat_hash_map.h"
#include "net/udp_socket.h"
#include "tftp/retry_timer.h"

namespace pxe::tftp {

class WaitingLine {
 public:
  // Loaders try again within this time; who does not has gone, and holds nobody up. curl, atftp and
  // U-Boot do every 5 s, and a little later.
  static constexpr std::chrono::seconds kPatience{7};
  static constexpr size_t kMaxWaiting = 4096;  // beyond it nobody is remembered

  // Whether the client may have one of `free` places. If not, it stands in line from now on.
  bool Admits(const net::Endpoint& client, size_t free, TimePoint now);

  size_t size() const { return waiting_.size(); }

 private:
  struct Waiting {
    net::Endpoint client;
    TimePoint asked_at;  // last
  };

  void Forget(TimePoint now);
  bool IsAmongFirst(uint64_t number, size_t count) const;
  void StandInLine(const net::Endpoint& client, TimePoint now);

  std::map<uint64_t, Waiting> waiting_;  // by the order of their first tries
  absl::flat_hash_map<net::Endpoint, uint64_t> numbers_;
  uint64_t next_number_ = 0;
};

}  // namespace pxe::tftp
