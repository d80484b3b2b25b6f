#include "core/event.h"

namespace pxe::core {
namespace {

template <typename T>
bool Is(const std::optional<T>& wanted, const T& value) {
  return !wanted || *wanted == value;
}

}  // namespace

std::string_view ToString(EventKind kind) {
  switch (kind) {
    case EventKind::kBootLoop:
      return "boot_loop";
    case EventKind::kCompetingServer:
      return "competing_server";
    case EventKind::kDeclinedAddress:
      return "declined_address";
    case EventKind::kPoolExhausted:
      return "pool_exhausted";
    case EventKind::kClientIdCollision:
      return "clientid_collision";
    case EventKind::kReservationTaken:
      return "reservation_taken";
    case EventKind::kCount:
      break;
  }
  return "unknown";
}

bool IsOfStranger(const Event& event) {
  return event.host.empty() && event.kind != EventKind::kPoolExhausted;
}

bool IsSame(const Event& event, const Event& next) {
  if (event.kind != next.kind || event.subnet != next.subnet) return false;
  const bool who = event.machine == next.machine && event.address == next.address;
  return who || event.kind == EventKind::kPoolExhausted;
}

bool Matches(const EventFilter& filter, const Event& event) {
  return Is(filter.kind, event.kind) && Is(filter.machine, event.machine) &&
         Is(filter.address, event.address) && Is(filter.subnet, event.subnet) &&
         Is(filter.host, event.host) && (!filter.from || event.last >= *filter.from) &&
         (!filter.until || event.last < *filter.until);
}

}  // namespace pxe::core
