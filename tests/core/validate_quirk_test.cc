// What makes quirks legal.
#include <gmock/gmock.h>

#include <string>

#include "core/validate.h"
#include "tests/core/validate_rows.h"
#include "tests/support/status_matchers.h"

namespace pxe::core {
namespace {

Quirk GoodQuirk() {
  return {.id = "jetway",
          .priority = 10,
          .match = {.mac_prefix = {0, 0x30, 0x18}},
          .actions = {.omit_boot_option = true},
          .why = "asks TFTP for name\\xff"};
}

TEST(ValidateQuirkTest, AQuirkSaysWhichClients) {
  RunRows<Quirk>(
      GoodQuirk(),
      {
          {"Id", [](Quirk& q) { q.id = "raspberry_pi"; }, "quirk_id: \"raspberry_pi\" is no id"},
          {"Nothing", [](Quirk& q) { q.match = {}; }, "quirk.match: says nothing"},
          {"WholeMac", [](Quirk& q) { q.match.mac_prefix.resize(6); }, ""},
          {"SevenBytes", [](Quirk& q) { q.match.mac_prefix.resize(7); }, "quirk.match.mac_prefix:"},
          {"VendorClassInjects", [](Quirk& q) { q.match.vendor_class_prefix = "a\nb"; },
           "quirk.match.vendor_class_prefix:"},
          {"Kind", [](Quirk& q) { q.match.kinds = {"uefi-x64"}; }, ""},
          {"KindUnknown", [](Quirk& q) { q.match.kinds = {"uefi"}; },
           "quirk.match.kinds[0]: \"uefi\" is not a client kind"},
          {"WhyInjects", [](Quirk& q) { q.why = "a\nb"; }, "quirk.why:"},
          {"WhyLong", [](Quirk& q) { q.why = std::string(256, 'a'); }, "quirk.why:"},
      });
}

TEST(ValidateQuirkTest, AQuirkSaysWhatIsDone) {
  using std::chrono::milliseconds;
  RunRows<Quirk>(
      GoodQuirk(),
      {
          {"Nothing", [](Quirk& q) { q.actions = {}; }, "quirk.actions: says nothing"},
          {"AsUsual", [](Quirk& q) { q.actions = {.vendor_class = ""}; }, ""},
          {"No", [](Quirk& q) { q.actions = {.broadcast = false}; }, ""},
          {"GivenWithoutBytes", [](Quirk& q) { q.actions.vendor_options = VendorOptions::kGiven; },
           "quirk.actions.vendor_bytes: is required"},
          {"BytesWithoutGiven", [](Quirk& q) { q.actions.vendor_bytes = {1}; },
           "quirk.actions.vendor_bytes: is only for"},
          {"TooManyBytes",
           [](Quirk& q) {
             q.actions.vendor_options = VendorOptions::kGiven;
             q.actions.vendor_bytes.resize(256);
           },
           "quirk.actions.vendor_bytes: 256 bytes are too many; at most 255"},
          {"VendorClassLong", [](Quirk& q) { q.actions.vendor_class = std::string(256, 'a'); },
           "quirk.actions.vendor_class:"},
          {"PadLess", [](Quirk& q) { q.actions.pad_to = 299; },
           "quirk.actions.pad_to: 299 is neither 0 nor between 300 and 1472"},
          {"PadMost", [](Quirk& q) { q.actions.pad_to = 1472; }, ""},
          {"PadMore", [](Quirk& q) { q.actions.pad_to = 1473; }, "quirk.actions.pad_to:"},
          {"DelayMost", [](Quirk& q) { q.actions.delay = milliseconds{10'000}; }, ""},
          {"DelayMore", [](Quirk& q) { q.actions.delay = milliseconds{10'001}; },
           "quirk.actions.delay:"},
          {"DelayLess", [](Quirk& q) { q.actions.delay = milliseconds{-1}; },
           "quirk.actions.delay:"},
      });
}

}  // namespace
}  // namespace pxe::core
