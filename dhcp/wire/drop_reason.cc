#include "dhcp/wire/drop_reason.h"

#include <array>
#include <cstddef>

namespace pxe::dhcp::wire {
namespace {

// In the order of the enum.
constexpr std::array<std::string_view, static_cast<size_t>(DropReason::kCount)> kNames = {
    "short",
    "no_cookie",
    "not_request",
    "bad_hlen",
    "bad_htype",
    "opt_truncated",
    "bad_overload",
    "no_msgtype",
    "unsupported_type",
    "dup_msgtype",
    "no_identity",
    "bad_chaddr",
    "bad_50",
    "bad_54",
    "cid_long",
    "bad_request_state",
    "bad_addr",
    "hops",
    "rfc_violation",
    "boot_item",
    "bad_port",
    "loop",
    "too_long",
    "not_our_interface",
    "no_local_address",
    "overload",
    "ratelimited",
    "buffer_full",
    "stale",
};
static_assert(!kNames.back().empty(), "a reason without a name");

}  // namespace

std::string_view ToString(DropReason reason) {
  return reason < DropReason::kCount ? kNames[static_cast<size_t>(reason)] : "unknown";
}

}  // namespace pxe::dhcp::wire
