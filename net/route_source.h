// The address of ours by which another machine can reach us: the source address that the kernel
// would choose on the route to it.
#pragma once

#include <cstddef>

#include "absl/container/flat_hash_map.h"
#include "base/ipv4.h"

namespace pxe::net {

// Asks the kernel once for each destination and remembers. Not thread-safe.
class RouteSources {
 public:
  static constexpr size_t kMaxRemembered = 4096;  // relays; beyond it everything is forgotten

  // Zero when there is no route, which is not remembered.
  Ipv4 Towards(Ipv4 destination);

  // To be called when routes or addresses have changed.
  void Forget() { known_.clear(); }

 private:
  absl::flat_hash_map<Ipv4, Ipv4> known_;
};

}  // namespace pxe::net
