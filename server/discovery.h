// Machines that nobody registered become hosts in state kDiscovered, made by their own packets.
//
// A packet is answered without waiting for it: what the machine boots does not depend on its row.
// The write goes the way of an API write, with the change log and `packet` as its author. A flood
// of strangers costs a bounded queue and kMaxDiscoveredPerSubnet rows; what is over that is
// counted.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "base/counters.h"
#include "core/model.h"
#include "server/api_write.h"

namespace pxe::server {

class Discovery {
 public:
  // Hosts on their way to the disk; while so many are, further machines wait for their next packet.
  static constexpr size_t kMaxOnTheWay = 256;

  enum class Outcome {
    kDiscovered,  // a host was made
    kKnown,       // it had become one meanwhile
    kFull,        // its subnet has as many discovered hosts as it may have
    kOverload,    // too many are on their way
    kFailed,      // it could not be made durable, or is no legal host
    kCount,
  };

  // `plane` must outlive this object, whose writer must have stopped before it is destroyed.
  explicit Discovery(const ControlPlane& plane) : plane_(plane) {}

  // Makes a host of the machine, soon. Any thread, also under the state's mutex; never waits.
  void Found(core::Host machine);

  // Any thread.
  const Counters<Outcome>& counts() const { return counts_; }

 private:
  void Forget(const std::string& id);

  const ControlPlane& plane_;
  std::mutex mutex_;
  absl::flat_hash_set<std::string> on_the_way_;  // ids; guarded by mutex_
  Counters<Outcome> counts_;
};

// "discovered": the label of the counter.
std::string_view ToString(Discovery::Outcome outcome);

}  // namespace pxe::server
