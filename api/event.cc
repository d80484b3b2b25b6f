#include "api/event.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "absl/strings/str_format.h"
#include "api/enum_table.h"
#include "api/fields.h"
#include "api/resource_name.h"
#include "base/hex.h"
#include "base/status.h"

namespace pxe::api {
namespace {

using core::EventKind;

constexpr EnumTable<EventKind, v1::EventKind, 6> kKinds = {{
    {EventKind::kBootLoop, v1::EVENT_KIND_BOOT_LOOP},
    {EventKind::kCompetingServer, v1::EVENT_KIND_COMPETING_SERVER},
    {EventKind::kDeclinedAddress, v1::EVENT_KIND_DECLINED_ADDRESS},
    {EventKind::kPoolExhausted, v1::EVENT_KIND_POOL_EXHAUSTED},
    {EventKind::kClientIdCollision, v1::EVENT_KIND_CLIENTID_COLLISION},
    {EventKind::kReservationTaken, v1::EVENT_KIND_RESERVATION_TAKEN},
}};
static_assert(kKinds.size() == static_cast<size_t>(EventKind::kCount));

// "BOOT_LOOP", without the prefix that the contract's enum has.
std::string WordOf(v1::EventKind kind) {
  constexpr std::string_view kPrefix = "EVENT_KIND_";
  return v1::EventKind_Name(kind).substr(kPrefix.size());
}

}  // namespace

v1::Event ToProto(const core::Event& event) {
  v1::Event out;
  out.set_name(NameOf(kEvents, std::to_string(event.id)));
  out.set_kind(Translate(kKinds, event.kind));
  out.set_machine(event.machine);
  if (!event.address.IsZero()) out.set_address(event.address.ToString());
  out.set_subnet(Reference(kSubnets, event.subnet));
  out.set_host(Reference(kHosts, event.host));
  out.set_detail(Printable(event.detail));
  *out.mutable_first_time() = ToTimestamp(event.first);
  *out.mutable_last_time() = ToTimestamp(event.last);
  out.set_count(event.count);
  return out;
}

absl::StatusOr<uint64_t> ParseEventId(std::string_view field, std::string_view text) {
  uint64_t id = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, id);
  if (error == std::errc() && rest == end) return id;
  return InvalidArgument(
      absl::StrFormat("%s: \"%s\" is not the number of an event", field, Printable(text)));
}

absl::StatusOr<EventKind> ParseEventKind(std::string_view text) {
  std::string known;
  for (const auto& [ours, theirs] : kKinds) {
    const std::string word = WordOf(theirs);
    if (word == text) return ours;
    known += (known.empty() ? "" : ", ") + word;
  }
  return InvalidArgument(absl::StrFormat("\"%s\" is none of %s", Printable(text), known));
}

}  // namespace pxe::api
