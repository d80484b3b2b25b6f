// C111 in virtual time: what is a loop, that it is told once, and what it costs to remember.
#include "core/boot_loop.h"

#include <gtest/gtest.h>

#include <string>

namespace pxe::core {
namespace {

using namespace std::chrono_literals;

HardwareAddress Machine(int n) {
  return HardwareAddress::Of(MacAddress{{0x52, 0x54, 0, static_cast<uint8_t>(n >> 16),
                                         static_cast<uint8_t>(n >> 8), static_cast<uint8_t>(n)}});
}

class BootLoopsTest : public testing::Test {
 protected:
  // So many answers of that file, so far apart; how many of them made a loop.
  int Loops(int answers, std::chrono::seconds apart, const std::string& file = "pxelinux.0",
            int machine = 1) {
    int loops_told = 0;
    for (int i = 0; i < answers; ++i) {
      now_ += apart;
      if (loops_.Answered(Machine(machine), file, now_)) ++loops_told;
    }
    return loops_told;
  }

  BootLoops loops_;
  Seconds now_{1'000'000s};
};

TEST_F(BootLoopsTest, C111_TheFifthAnswerOfAFileWithinFiveMinutesIsALoop) {
  EXPECT_EQ(Loops(4, 30s), 0);
  EXPECT_EQ(Loops(1, 30s), 1);
}

TEST_F(BootLoopsTest, C111_ALoopIsToldOnceAsLongAsItGoesOn) {
  EXPECT_EQ(Loops(1000, 20s), 1);
}

TEST_F(BootLoopsTest, C111_AfterAPauseItIsAnotherLoop) {
  EXPECT_EQ(Loops(10, 20s), 1);
  now_ += 300s;
  EXPECT_EQ(Loops(4, 20s), 0);
  EXPECT_EQ(Loops(1, 20s), 1);
}

TEST_F(BootLoopsTest, C111_FiveAnswersInMoreThanFiveMinutesAreNone) {
  EXPECT_EQ(Loops(100, 75s), 0);  // the first and the fifth are 300 seconds apart
  EXPECT_EQ(Loops(100, 74s, "grubx64.efi"), 1);
}

TEST_F(BootLoopsTest, C111_EachMachineAndEachFileIsCountedApart) {
  for (int round = 0; round < 4; ++round) {
    EXPECT_EQ(Loops(1, 1s, "undionly.kpxe"), 0);
    EXPECT_EQ(Loops(1, 1s, "boot.ipxe"), 0);
    EXPECT_EQ(Loops(1, 1s, "undionly.kpxe", 2), 0);
  }
  EXPECT_EQ(Loops(1, 1s, "undionly.kpxe"), 1) << "the loader that loads itself";
  EXPECT_EQ(Loops(1, 1s, "boot.ipxe"), 1);
}

TEST_F(BootLoopsTest, AnyNumberOfMachinesCostsTheSameMemory) {
  EXPECT_EQ(Loops(4, 1s), 0);
  for (int n = 2; n < 200'000; ++n) {
    loops_.Answered(Machine(n), "pxelinux.0", now_);
    ASSERT_LE(loops_.size(), 2 * BootLoops::kRemembered);
  }
}

TEST_F(BootLoopsTest, ALoopIsSeenAmongAsManyOthersAsAreRemembered) {
  int others = 1;
  int told = 0;
  for (int round = 0; round < 5; ++round) {
    told += Loops(1, 10s);
    for (size_t i = 0; i < BootLoops::kRemembered - 1; ++i) {
      loops_.Answered(Machine(++others), "pxelinux.0", now_);
    }
  }
  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace pxe::core
