// Which addresses are being pinged before they are offered, which OFFERs wait for that, and what
// was found out a moment ago (C142-C146). Bookkeeping only: whoever owns it sends and hears.
//
// An OFFER waits at most Limits::wait. What there is no room for is offered without a ping: one
// that was not made is as good as the client's own ARP probe, and a queue would be an outage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/counters.h"
#include "base/ipv4.h"
#include "net/event_loop.h"

namespace pxe::dhcp {

struct PingLimits {
  std::chrono::milliseconds wait{250};  // for an answer; C142 has it at most 500
  std::chrono::seconds memory{30};      // of what was found out (C143)
  size_t max_running = 256;   // at a time; each may cost the kernel a neighbour it looks for
  size_t max_waiting = 8;     // DISCOVERs for one of them
  size_t max_known = 16'384;  // outcomes remembered, the newest
  int max_in_turn = 8;        // addresses found in use for one DISCOVER; the next is not pinged
};

// What became of pings, and of OFFERs that were to wait for one.
enum class PingCount {
  kSent,
  kAnswered,     // the address is in use
  kUnanswered,   // in time
  kUnreachable,  // as a router said, or this machine
  kUnsent,       // the kernel would not take it
  kAttached,     // an OFFER that waits for a ping on its way
  kKnown,        // an OFFER that need not, it was found out a moment ago
  kSkipped,      // an OFFER without a ping, for want of room or of a socket
  kCount,
};

// "ping_sent": the label of the counter.
std::string_view ToString(PingCount count);

class PingChecks {
 public:
  using TimePoint = net::TimePoint;

  enum class Step {
    kOffer,  // the OFFER leaves
    kPing,   // it waits; an echo request with the sequence number is to be sent
    kWait,   // it waits for a ping on its way
    kInUse,  // somebody answered a moment ago: another address
    kFull,   // too many wait for that ping
  };
  struct Begun {
    Step step = Step::kOffer;
    uint16_t sequence = 0;
  };

  // How a ping ended, but for the one that nobody answered in time.
  enum class News { kAnswered, kUnreachable, kUnsent };

  // A ping that is over, and who waited for it.
  struct Ended {
    Ipv4 address;
    bool in_use = false;
    std::vector<uint64_t> waiting;
  };

  explicit PingChecks(const PingLimits& limits) : limits_(limits) {}

  // Of an OFFER of the address. `wanted`: it is to be pinged first. One on its way is waited for
  // even if it is not: a DISCOVER repeated meanwhile is no way round it (C146).
  Begun Begin(Ipv4 address, bool wanted, uint64_t who, TimePoint now);

  // An OFFER that was to be pinged and cannot be.
  void Skip() { counts_.Add(PingCount::kSkipped); }

  // Nothing when no such ping is on its way: late, or not ours.
  std::optional<Ended> Hear(Ipv4 address, uint16_t sequence, News news, TimePoint now);

  // Those that nobody has answered in time.
  std::vector<Ended> TakeLate(TimePoint now);

  bool IsRunning() const { return !running_.empty(); }
  const Counters<PingCount>& counts() const { return counts_; }  // any thread

 private:
  struct Running {
    uint16_t sequence = 0;
    std::vector<uint64_t> waiting;
  };
  struct Deadline {
    TimePoint when;
    Ipv4 address;
    uint16_t sequence = 0;
  };
  struct Known {
    bool in_use = false;
    TimePoint until;
  };

  Ended End(Ipv4 address, bool in_use, TimePoint now);
  void Remember(Ipv4 address, bool in_use, TimePoint now);
  void ForgetOldest();
  std::optional<bool> WasInUse(Ipv4 address, TimePoint now) const;

  const PingLimits limits_;
  absl::flat_hash_map<Ipv4, Running> running_;
  std::deque<Deadline> deadlines_;  // the next one first, for all have the same time
  absl::flat_hash_map<Ipv4, Known> known_;
  std::deque<std::pair<TimePoint, Ipv4>> known_ends_;  // likewise; of replaced ones too
  uint16_t last_sequence_ = 0;
  Counters<PingCount> counts_;
};

}  // namespace pxe::dhcp
