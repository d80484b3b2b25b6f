#include "dhcp/wire/drop_reason.h"

namespace pxe::dhcp::wire {

std::string_view ToString(DropReason reason) {
  switch (reason) {
    case DropReason::kShort:
      return "short";
    case DropReason::kNoCookie:
      return "no_cookie";
    case DropReason::kNotRequest:
      return "not_request";
    case DropReason::kBadHlen:
      return "bad_hlen";
    case DropReason::kBadHtype:
      return "bad_htype";
    case DropReason::kOptionTruncated:
      return "opt_truncated";
    case DropReason::kBadOverload:
      return "bad_overload";
    case DropReason::kNoMessageType:
      return "no_msgtype";
    case DropReason::kUnsupportedType:
      return "unsupported_type";
    case DropReason::kDuplicateType:
      return "dup_msgtype";
    case DropReason::kNoIdentity:
      return "no_identity";
    case DropReason::kBadChaddr:
      return "bad_chaddr";
    case DropReason::kBadRequested:
      return "bad_50";
    case DropReason::kBadServerId:
      return "bad_54";
    case DropReason::kClientIdLong:
      return "cid_long";
    case DropReason::kBadRequestState:
      return "bad_request_state";
    case DropReason::kBadAddress:
      return "bad_addr";
    case DropReason::kHops:
      return "hops";
    case DropReason::kRfcViolation:
      return "rfc_violation";
    case DropReason::kBootItem:
      return "boot_item";
    case DropReason::kBadPort:
      return "bad_port";
    case DropReason::kLoop:
      return "loop";
    case DropReason::kTooLong:
      return "too_long";
    case DropReason::kNotOurInterface:
      return "not_our_interface";
    case DropReason::kNoLocalAddress:
      return "no_local_address";
    case DropReason::kOverload:
      return "overload";
    case DropReason::kCount:
      break;
  }
  return "unknown";
}

}  // namespace pxe::dhcp::wire
