// Many clients that each want one lease, and what became of them: the load of `dhcp_load`.
//
// One thread, one entry a client, nothing allocated while it runs. A client goes DISCOVER, OFFER,
// REQUEST, ACK; the first OFFER counts. An ACK counts when it grants what was offered and nobody
// else has been given that address; anything else is wrong, and the server's fault.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "base/ipv4.h"
#include "bench/dhcp_load_packets.h"
#include "bench/dhcp_load_port.h"
#include "bench/load_histogram.h"

namespace pxe::bench {

struct FleetPlan {
  uint32_t clients = 1000;
  uint32_t first = 0;  // the number of the first: others than in an earlier run have other leases
  uint8_t herd = 1;
  Ipv4 relay;              // 0: direct
  bool broadcast = false;  // direct clients ask to be broadcast to
  double rate = 0;         // so many begin each second, whatever becomes of them; 0: `window`
  uint32_t window = 1;     // so many are under way at any time
  std::chrono::milliseconds timeout{1000};  // without an answer a client gives up...
  uint32_t tries = 1;  // ... or says it again, so often, with twice the time each time
};

struct FleetResult {
  uint64_t bound = 0;
  uint64_t no_offer = 0;    // gave up
  uint64_t no_ack = 0;      // gave up
  uint64_t naks = 0;        // in place of an ACK
  uint64_t repeated = 0;    // packets sent again
  uint64_t duplicates = 0;  // answers to what had been answered
  uint64_t wrong = 0;       // an ACK of another address than offered, or of somebody else's
  double seconds = 0;  // from the first DISCOVER to the last answer, or to the last one's giving up
  double begin_seconds = 0;  // from the first client's beginning to the last one's
  Durations offer;           // from DISCOVER to OFFER
  Durations ack;             // from REQUEST to ACK
  Durations four_way;        // from the first DISCOVER to ACK
};

class Fleet {
 public:
  Fleet(const FleetPlan& plan, Port& port);

  FleetResult Run();

 private:
  enum class State : uint8_t { kIdle, kDiscovering, kRequesting, kDone };
  struct Client {
    int64_t began_ns = 0;
    int64_t sent_ns = 0;
    Ipv4 address;
    Ipv4 server;
    uint32_t tries = 0;
    State state = State::kIdle;
  };

  void BeginDue(int64_t now);
  void Begin(uint32_t number, int64_t now);
  void Say(uint32_t number, int64_t now);
  void OnAnswer(const Heard& heard, int64_t now);
  void OnAck(uint32_t number, const Heard& heard, int64_t now);
  void End(Client& client, uint64_t& count, int64_t now);
  void GiveUpOrRepeat(int64_t now);
  int64_t Patience(const Client& client) const;
  int64_t UntilNext(int64_t now) const;

  const FleetPlan plan_;
  Port& port_;
  const RequestTemplates packets_;
  std::vector<Client> clients_;
  absl::flat_hash_set<Ipv4> taken_;
  uint32_t begun_ = 0;
  uint32_t under_way_ = 0;
  uint32_t oldest_ = 0;  // all before it are done
  int64_t first_ns_ = 0;
  int64_t swept_ns_ = 0;
  FleetResult result_;
};

}  // namespace pxe::bench
