#include "tftp/outcome.h"

#include <array>

namespace pxe::tftp {
namespace {

// In the order of the enum.
constexpr std::array<std::string_view, static_cast<size_t>(Outcome::kCount)> kNames = {
    "asked",
    "repeated",
    "buffer_full",
    "malformed",
    "of_transfer",
    "not_a_request",
    "foreign_interface",
    "not_unicast",
    "write_refused",
    "over_limit",
    "over_client_limit",
    "over_rate",
    "started",
    "no_file",
    "refused",
    "no_answer",
    "unavailable",
    "fetched",
    "fetched_unconfirmed",
    "uploaded",
    "probed",
    "client_error",
    "client_gone",
    "timed_out",
    "aborted",
    "stranger",
    "resend",
    "rollback",
    "ignored_ack",
    "send_busy",
    "send_failed",
};
static_assert(!kNames.back().empty());

}  // namespace

std::string_view ToString(Outcome outcome) {
  const auto index = static_cast<size_t>(outcome);
  return index < kNames.size() ? kNames[index] : "unknown";
}

}  // namespace pxe::tftp
