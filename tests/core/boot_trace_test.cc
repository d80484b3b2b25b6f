// What a boot decision says of itself: whom it asked, and the word for its reason.
#include "core/decide_boot.h"

#include <gmock/gmock.h>

#include <set>
#include <string_view>

#include "tests/core/decide_boot_fixture.h"

namespace pxe::core {
namespace {

using testing::ElementsAre;
using testing::Field;

auto Step(TraceCode code, uint64_t revision) {
  return testing::AllOf(Field("code", &TraceStep::code, code),
                        Field("revision", &TraceStep::revision, revision));
}

TEST_F(DecideBootTest, TheTraceNamesWhoWasAskedAndWhoWon) {
  AddRule(RuleAction::kIgnore).match = {.kinds = {"bios"}, .subnet = "lab"};
  AddRule(RuleAction::kDiscover);
  AddRule(RuleAction::kProfile, "ruled");
  const BootVerdict verdict = DecideBoot(KnownHost(), kUefi);
  EXPECT_THAT(
      verdict.trace.steps(),
      ElementsAre(Step(TraceCode::kHostByMac, 11), Step(TraceCode::kHostLeavesOpen, 11),
                  TraceStep{20, 100, TraceCode::kRuleFails, RuleCondition::kKinds},
                  TraceStep{21, 99, TraceCode::kRuleForNewcomers},
                  TraceStep{22, 98, TraceCode::kRuleDecides}, Step(TraceCode::kProfileFound, 14)));
  EXPECT_EQ(verdict.trace.left_out(), 0U);
}

TEST_F(DecideBootTest, TheTraceGoesOnToTheSubnetWhenNobodyElseDecides) {
  BootFacts facts = KnownHost();
  facts.nic = nullptr;
  EXPECT_THAT(ChooseProfile(facts).trace.steps(),
              ElementsAre(Step(TraceCode::kHostByUuid, 11), Step(TraceCode::kHostLeavesOpen, 11),
                          Step(TraceCode::kSubnetDecides, 12), Step(TraceCode::kProfileFound, 13)));
  subnet_.default_profile = "";
  EXPECT_THAT(ChooseProfile(facts).trace.steps(),
              ElementsAre(Step(TraceCode::kHostByUuid, 11), Step(TraceCode::kHostLeavesOpen, 11),
                          Step(TraceCode::kSubnetLeavesOpen, 12)));
  EXPECT_THAT(ChooseProfile({}).trace.steps(),
              ElementsAre(Step(TraceCode::kNoHost, 0), Step(TraceCode::kNoSubnet, 0)));
}

TEST_F(DecideBootTest, AFullTraceCountsWhatItLeavesOutAndStillNamesTheWinner) {
  for (int i = 0; i < 90; ++i) AddRule(RuleAction::kIgnore).match = {.subnet = "elsewhere"};
  host_.profile = "";
  subnet_.default_profile = "gone";
  const BootVerdict verdict = DecideBoot(KnownHost(), kBios);
  const auto steps = verdict.trace.steps();
  ASSERT_EQ(steps.size(), BootTrace::kMaxFailed + 2);
  EXPECT_EQ(verdict.trace.left_out(), 90 - (BootTrace::kMaxFailed - 2));
  EXPECT_EQ(steps[steps.size() - 2].code, TraceCode::kSubnetDecides);
  EXPECT_EQ(steps.back().code, TraceCode::kProfileMissing);
}

TEST_F(DecideBootTest, EveryReasonHasAWordOfItsOwn) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(BootReason::kPlainFile); ++i) {
    words.insert(ToString(static_cast<BootReason>(i)));
  }
  EXPECT_EQ(words.size(), 21U);
  EXPECT_FALSE(words.contains("unknown"));
}

}  // namespace
}  // namespace pxe::core
