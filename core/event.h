// What an operator must hear of: machines that boot in circles, other servers, addresses that are
// somebody's or nobody's.
//
// An event names who and where. The same again within kFold is the same event, and its count
// grows: a flood makes few events of many packets.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ipv4.h"

namespace pxe::core {

enum class EventKind {
  kBootLoop,           // a machine was told the same boot file again and again (C111)
  kCompetingServer,    // another DHCP server offers on a link of ours, or a machine chose it
  kDeclinedAddress,    // a machine found somebody else at the address it was given
  kPoolExhausted,      // no address was left for a machine
  kClientIdCollision,  // two machines call themselves the same (C101)
  kReservationTaken,   // somebody else has the address that is set aside for a machine (C49)
  kCount,
};

// "boot_loop": the label of the counter and the word in logs.
std::string_view ToString(EventKind kind);

struct Event {
  static constexpr std::chrono::seconds kFold{60};

  uint64_t id = 0;  // in the order of their beginnings; 0: none yet
  EventKind kind = EventKind::kBootLoop;
  std::string machine;  // its hardware address
  Ipv4 address;         // of the other server, or the one that it is about; 0: none
  std::string subnet;   // id; empty: in none of ours
  std::string host;     // id; empty: a machine that nobody registered
  std::string detail;   // the rest in words, printable
  Seconds first{};
  Seconds last{};
  uint64_t count = 1;

  bool operator==(const Event&) const = default;
};

// Whether anybody can make as many of them as he likes, by making up machines.
bool IsOfStranger(const Event& event);

// Whether `next` is the same again, but for the time: of a pool that is empty it does not matter
// who finds it so.
bool IsSame(const Event& event, const Event& next);

struct EventFilter {
  std::optional<EventKind> kind;
  std::optional<std::string> machine;
  std::optional<Ipv4> address;
  std::optional<std::string> subnet;
  std::optional<std::string> host;  // empty: of machines that nobody registered
  std::optional<Seconds> from;      // last seen then or later
  std::optional<Seconds> until;     // last seen before then
};

bool Matches(const EventFilter& filter, const Event& event);

}  // namespace pxe::core
