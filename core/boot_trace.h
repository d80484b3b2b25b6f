// How a boot decision came about: whom it asked, in order, and what each said.
//
// Numbers only, of a fixed size, so that every decision can carry one; words are made by whoever
// reads it. An object is named by what it is and by its revision.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/rule_match.h"

namespace pxe::core {

enum class TraceCode : uint8_t {
  kHostByMac,         // the host was found by its MAC address,
  kHostByUuid,        // or by another mark of it: its UUID, its address;
  kNoHost,            // or the machine is none
  kHostDecides,       // by its state, by how far it is answered, or by naming what it boots
  kHostLeavesOpen,    // what it boots
  kRuleDecides,       // the rule matches, and wins
  kRuleFails,         // the machine fails its condition `failed`
  kRuleForNewcomers,  // it matches, and discovers machines, and this one is a host already
  kSubnetDecides,     // by its default, or by what it says of machines that are no host
  kSubnetLeavesOpen,  // it has no default profile for its hosts
  kNoSubnet,          // the machine is in none of ours
  kProfileFound,      // the profile that was named
  kProfileMissing,    // a profile was named and does not exist
  kIpxeLacksBzImage,  // the iPXE that asks is given what the firmware below it would be
};

struct TraceStep {
  uint64_t revision = 0;  // of the host, rule, subnet or profile; 0 where there is none
  uint32_t priority = 0;  // of a rule
  TraceCode code = TraceCode::kNoHost;
  RuleCondition failed = RuleCondition::kSubnet;  // with kRuleFails

  bool operator==(const TraceStep&) const = default;
};

class BootTrace {
 public:
  // Rules that fail after so many steps are counted and not kept; all else always has room.
  static constexpr size_t kMaxFailed = 24;
  static constexpr size_t kMaxSteps = kMaxFailed + 8;

  void Add(const TraceStep& step) {
    const bool dispensable =
        step.code == TraceCode::kRuleFails || step.code == TraceCode::kRuleForNewcomers;
    if (size_ >= (dispensable ? kMaxFailed : kMaxSteps)) {
      ++left_out_;
    } else {
      steps_[size_++] = step;
    }
  }

  std::span<const TraceStep> steps() const { return std::span(steps_).first(size_); }
  size_t left_out() const { return left_out_; }  // rules that failed and are not among the steps

  bool operator==(const BootTrace&) const = default;

 private:
  std::array<TraceStep, kMaxSteps> steps_{};
  size_t size_ = 0;
  size_t left_out_ = 0;
};

}  // namespace pxe::core
