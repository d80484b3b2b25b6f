// Machines and what the catalog says of them, for the tests of the boot decision.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/decide_boot.h"

namespace pxe::core {

inline constexpr ClientKind kBios{Platform::kBios, Agent::kFirmware};
inline constexpr ClientKind kUefi{Platform::kUefiX64, Agent::kFirmware};
inline constexpr ClientKind kIpxeBios{Platform::kBios, Agent::kIpxe};
inline constexpr ClientKind kIpxeUefi{Platform::kUefiX64, Agent::kIpxe};
inline constexpr ClientKind kHttpUefi{Platform::kUefiX64, Agent::kHttp};
inline constexpr ClientKind kArm{Platform::kUefiArm64, Agent::kFirmware};
inline constexpr ClientKind kUnknownKind{Platform::kUnknown, Agent::kFirmware};
inline constexpr ClientKind kOs{};

// A subnet, a host with a NIC, and a profile for each reason to boot one; each test names what it
// takes away or adds.
class DecideBootTest : public testing::Test {
 protected:
  DecideBootTest() {
    for (const std::string id : {"own", "default", "everybody", "ruled"}) profiles_[id].id = id;
    host_.id = "n1";
    host_.nics = {{.mac = *ParseMacAddress("52:54:00:00:00:01")}};
    host_.labels = {{"rack", "a"}};
    host_.stamp.revision = 11;
    subnet_.id = "lab";
    subnet_.default_profile = "default";
    subnet_.stamp.revision = 12;
    profiles_["default"].stamp.revision = 13;
    profiles_["ruled"].stamp.revision = 14;
  }

  BootFacts UnknownMachine() {
    std::vector<const Rule*> rules;
    for (const Rule& rule : rules_) rules.push_back(&rule);
    ranked_ = RankRules(rules);
    return {.subnet = &subnet_,
            .mac = *ParseMacAddress("52:54:00:00:00:01"),
            .rules = ranked_,
            .profiles = [this](std::string_view id) -> const Profile* {
              const auto found = profiles_.find(std::string(id));
              return found == profiles_.end() ? nullptr : &found->second;
            }};
  }

  BootFacts KnownHost() {
    BootFacts facts = UnknownMachine();
    facts.host = &host_;
    facts.nic = &host_.nics.front();
    return facts;
  }

  // A rule for the subnet, below those there are.
  Rule& AddRule(RuleAction action, const std::string& profile = "") {
    const auto number = static_cast<uint32_t>(rules_.size());
    rules_.push_back({.id = "r" + std::to_string(number),
                      .priority = 100 - number,
                      .match = {.subnet = "lab"},
                      .action = action,
                      .profile = profile});
    rules_.back().stamp.revision = 20 + number;
    return rules_.back();
  }

  // That it came to this, with this profile ("": none).
  static void ExpectVerdict(const BootVerdict& verdict, BootAction action, BootReason reason,
                            const std::string& profile = "") {
    EXPECT_EQ(verdict.action, action);
    EXPECT_EQ(ToString(verdict.reason), ToString(reason));
    EXPECT_EQ(verdict.profile == nullptr ? "" : verdict.profile->id, profile);
  }

  std::map<std::string, Profile> profiles_;
  Host host_;
  Subnet subnet_;
  std::vector<Rule> rules_;
  std::vector<RankedRule> ranked_;
};

}  // namespace pxe::core
