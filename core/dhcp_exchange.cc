#include "core/dhcp_exchange.h"

namespace pxe::core {

std::string_view ToString(SilenceReason reason) {
  switch (reason) {
    case SilenceReason::kNoSubnet:
      return "no_subnet";
    case SilenceReason::kUnknownMachine:
      return "unknown_machine";
    case SilenceReason::kNoAddress:
      return "no_address";
    case SilenceReason::kOtherServer:
      return "other_server";
    case SilenceReason::kNotOurs:
      return "not_ours";
    case SilenceReason::kBadRequest:
      return "bad_request";
    case SilenceReason::kReleased:
      return "released";
    case SilenceReason::kNothingToRelease:
      return "nothing_to_release";
    case SilenceReason::kDeclined:
      return "declined";
    case SilenceReason::kNothingToDecline:
      return "nothing_to_decline";
    case SilenceReason::kDeclinedTooOften:
      return "declined_too_often";
    case SilenceReason::kCommitFailed:
      return "commit_failed";
    case SilenceReason::kOverload:
      return "overload";
    case SilenceReason::kSubnetOff:
      return "subnet_off";
    case SilenceReason::kNotReserved:
      return "not_reserved";
    case SilenceReason::kProxyOnly:
      return "proxy_only";
    case SilenceReason::kNothingToBoot:
      return "nothing_to_boot";
    case SilenceReason::kBootpOff:
      return "bootp_off";
    case SilenceReason::kTooEarly:
      return "too_early";
    case SilenceReason::kTooManyOffers:
      return "too_many_offers";
    case SilenceReason::kUntrustedRelay:
      return "untrusted_relay";
    case SilenceReason::kControlAway:
      return "control_away";
    case SilenceReason::kCount:
      break;
  }
  return "unknown";
}

}  // namespace pxe::core
