// The noun of quirks: what clients of some sort must be told otherwise than all the rest.
//
// Operators write rows of it, and those that are built in are of the same type (core/quirks.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/model.h"

namespace pxe::core {

// Which clients a row is about: all that is said must be true. Says at least one thing.
struct QuirkMatch {
  std::vector<uint8_t> mac_prefix;  // what the MAC address begins with, at most all six bytes
  std::string vendor_class_prefix;  // of option 60
  std::vector<std::string> kinds;   // of client, any of them; sorted

  bool operator==(const QuirkMatch&) const = default;
};

enum class VendorOptions {
  kUsual,    // what clients of this kind are sent, whatever other rows say
  kOmitted,  // none
  kGiven,    // the row's own
};

// What replies do for them. A row says nothing of what it does not set, and can say that something
// is as usual, against another row. Says at least one thing.
struct QuirkActions {
  std::optional<VendorOptions> vendor_options;     // 43 to who boots
  std::vector<uint8_t> vendor_bytes;               // with kGiven, else empty
  std::optional<std::string> vendor_class;         // 60 to who boots; empty: as usual
  std::optional<bool> omit_boot_option;            // no 67: the name is in `file` only
  std::optional<bool> nul_in_length;               // 66 and 67 end in a NUL that counts
  std::optional<bool> broadcast;                   // true: always; false: as the client asks
  std::optional<uint16_t> pad_to;                  // bytes of the whole message; 0: as usual
  std::optional<std::chrono::milliseconds> delay;  // before it is sent; 0: none

  bool operator==(const QuirkActions&) const = default;
};

struct Quirk {
  std::string id;
  uint32_t priority = 0;  // of two rows that speak of one thing the higher one is obeyed; unique
  QuirkMatch match;
  QuirkActions actions;
  std::string why;  // for people, and `explain`: what the client does with the usual
  Stamp stamp;

  bool operator==(const Quirk&) const = default;
};

}  // namespace pxe::core
