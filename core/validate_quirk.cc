#include <algorithm>

#include "absl/strings/str_format.h"
#include "base/status.h"
#include "core/dhcp_exchange.h"
#include "core/text_rules.h"
#include "core/validate.h"

namespace pxe::core {
namespace {

constexpr uint16_t kMinPadTo = 300;  // what every reply has

absl::Status ValidateMatch(const QuirkMatch& match) {
  if (match == QuirkMatch{}) {
    return Refuse("quirk.match", "says nothing; what is for everybody is no quirk");
  }
  if (match.mac_prefix.size() > MacAddress{}.bytes.size()) {
    return Refuse("quirk.match.mac_prefix", "has more than the 6 bytes of a MAC address");
  }
  PXE_RETURN_IF_ERROR(
      ValidateLine("quirk.match.vendor_class_prefix", match.vendor_class_prefix, kMaxTextLength));
  return ValidateKinds("quirk.match.kinds", match.kinds);
}

absl::Status ValidateVendorOptions(const QuirkActions& actions) {
  const bool given = actions.vendor_options == VendorOptions::kGiven;
  if (given && actions.vendor_bytes.empty()) {
    return Refuse("quirk.actions.vendor_bytes", "is required with vendor_options = GIVEN");
  }
  if (!given && !actions.vendor_bytes.empty()) {
    return Refuse("quirk.actions.vendor_bytes", "is only for vendor_options = GIVEN");
  }
  if (actions.vendor_bytes.size() > kMaxVendorOptionsLength) {
    return Refuse("quirk.actions.vendor_bytes",
                  absl::StrFormat("%d bytes are too many; at most %d", actions.vendor_bytes.size(),
                                  kMaxVendorOptionsLength));
  }
  return absl::OkStatus();
}

absl::Status ValidateActions(const QuirkActions& actions) {
  if (actions == QuirkActions{}) return Refuse("quirk.actions", "says nothing to be done");
  PXE_RETURN_IF_ERROR(ValidateVendorOptions(actions));
  if (actions.vendor_class) {
    PXE_RETURN_IF_ERROR(
        ValidateLine("quirk.actions.vendor_class", *actions.vendor_class, kMaxTextLength));
  }
  const uint16_t pad_to = actions.pad_to.value_or(0);
  if (pad_to != 0 && (pad_to < kMinPadTo || pad_to > ReplyHabits::kMaxPadTo)) {
    return Refuse("quirk.actions.pad_to",
                  absl::StrFormat("%d is neither 0 nor between %d and %d", pad_to, kMinPadTo,
                                  ReplyHabits::kMaxPadTo));
  }
  if (actions.delay && (actions.delay->count() < 0 || *actions.delay > ReplyHabits::kMaxDelay)) {
    return Refuse("quirk.actions.delay", "is more than 10 s: the client would have given up");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const Quirk& quirk) {
  PXE_RETURN_IF_ERROR(ValidateId("quirk_id", quirk.id));
  PXE_RETURN_IF_ERROR(ValidateMatch(quirk.match));
  PXE_RETURN_IF_ERROR(ValidateActions(quirk.actions));
  return ValidateLine("quirk.why", quirk.why, kMaxTextLength);
}

}  // namespace pxe::core
