#include "tftp/transfer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace pxe::tftp {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kRoundTrip{10};

AgreedOptions Lockstep(uint16_t block_bytes = 512) {
  AgreedOptions agreed;
  agreed.block_bytes = block_bytes;
  return agreed;
}

AgreedOptions Windowed(uint16_t window) {
  AgreedOptions agreed;
  agreed.window_blocks = window;
  agreed.oack = {{"windowsize", std::to_string(window)}};
  return agreed;
}

// One client and one transfer at virtual time; what is sent reads "OACK", "DATA 5", "DATA 5-8",
// "ERROR 0 timeout" or "" for silence.
class Conversation {
 public:
  Conversation(AgreedOptions agreed, uint64_t bytes)
      : transfer_(std::move(agreed), bytes, RetryPolicy(), /*seed=*/1, now_) {}

  std::string Sent() {
    const auto outbox = transfer_.TakeOutbox();
    if (!outbox) return "";
    if (const auto* error = std::get_if<wire::Error>(&*outbox)) {
      return "ERROR " + std::to_string(error->code) + " " + error->message;
    }
    const auto* blocks = std::get_if<SendBlocks>(&*outbox);
    if (blocks == nullptr) return "OACK";
    std::string text = "DATA " + std::to_string(blocks->first);
    if (blocks->count > 1) text += "-" + std::to_string(blocks->first + blocks->count - 1);
    return text;
  }

  // An ACK one round trip after what was sent before; or at the very instant.
  std::string Ack(uint64_t block) {
    now_ += kRoundTrip;
    return AckAtOnce(block);
  }
  std::string AckAtOnce(uint64_t block) {
    transfer_.OnPacket(wire::Ack{static_cast<uint16_t>(block)}, now_);
    return Sent();
  }
  std::string Error(uint16_t code, std::string message) {
    transfer_.OnPacket(wire::Error{code, std::move(message)}, now_);
    return Sent();
  }
  std::string Wait(Duration duration) {
    now_ += duration;
    transfer_.OnDeadline(now_);
    return Sent();
  }
  std::string WaitForDeadline() { return Wait(*transfer_.deadline() - now_); }

  // All that a silent client gets, and how long it lasted.
  std::vector<std::string> Starve() {
    std::vector<std::string> sent;
    while (transfer_.ending() == Ending::kRunning) sent.push_back(WaitForDeadline());
    return sent;
  }

  Transfer& transfer() { return transfer_; }
  Duration elapsed() const { return now_ - TimePoint(); }
  Ending ending() const { return transfer_.ending(); }

 private:
  TimePoint now_{};
  Transfer transfer_;
};

TEST(Transfer, T19_WithoutOptionsTheFirstPacketIsData1) {
  Conversation talk(Lockstep(), 700);
  EXPECT_EQ(talk.Sent(), "DATA 1");
  EXPECT_EQ(talk.Ack(1), "DATA 2");
  EXPECT_EQ(talk.Ack(2), "");
  EXPECT_EQ(talk.ending(), Ending::kDone);
  EXPECT_EQ(talk.transfer().acknowledged_bytes(), 700u);
}

TEST(Transfer, T20_WithOptionsTheOackComesFirstAndDataAfterAck0) {
  Conversation talk(Windowed(4), 512 * 6);
  EXPECT_EQ(talk.Sent(), "OACK");
  EXPECT_EQ(talk.Ack(0), "DATA 1-4");
}

TEST(Transfer, T29_AnErrorAfterTheOackIsAProbe) {
  Conversation talk(Windowed(4), 5000);
  EXPECT_EQ(talk.Sent(), "OACK");
  EXPECT_EQ(talk.Error(8, "User aborted the transfer"), "");
  EXPECT_EQ(talk.ending(), Ending::kProbed);
  EXPECT_EQ(talk.transfer().deadline(), std::nullopt);
}

TEST(Transfer, T30_TheOackIsSentAgainByTimerAndForTheSameRequest) {
  Conversation talk(Windowed(4), 5000);
  EXPECT_EQ(talk.Sent(), "OACK");
  EXPECT_EQ(talk.WaitForDeadline(), "OACK");
  talk.transfer().OnRepeatedRequest();
  EXPECT_EQ(talk.Sent(), "OACK");
}

TEST(Transfer, T31_AnAckOfABlockDoesNotAnswerAnOack) {
  Conversation talk(Windowed(1), 5000);
  EXPECT_EQ(talk.Sent(), "OACK");
  EXPECT_EQ(talk.Ack(1), "");
  EXPECT_EQ(talk.Ack(0), "DATA 1");
}

TEST(Transfer, T39_AMultipleOfTheBlockSizeEndsWithAnEmptyBlockAndNothingIsOneEmptyBlock) {
  Conversation whole(Lockstep(), 1024);
  EXPECT_EQ(whole.Sent(), "DATA 1");
  EXPECT_EQ(whole.Ack(1), "DATA 2");
  EXPECT_EQ(whole.Ack(2), "DATA 3");
  EXPECT_EQ(whole.WaitForDeadline(), "DATA 3");
  EXPECT_EQ(whole.Ack(3), "");
  EXPECT_EQ(whole.ending(), Ending::kDone);

  Conversation empty(Lockstep(), 0);
  EXPECT_EQ(empty.Sent(), "DATA 1");
  EXPECT_EQ(empty.Ack(1), "");
  EXPECT_EQ(empty.ending(), Ending::kDone);
}

TEST(Transfer, T46_TheAgreedTimeoutIsTheFirstIntervalAndTheBackOffGrowsFromIt) {
  AgreedOptions agreed = Lockstep();
  agreed.retry_after = seconds(3);
  Conversation talk(agreed, 5000);
  EXPECT_EQ(talk.Sent(), "DATA 1");
  EXPECT_EQ(talk.Wait(seconds(3) - milliseconds(1)), "");
  EXPECT_EQ(talk.Wait(milliseconds(1)), "DATA 1");
  EXPECT_EQ(talk.Wait(seconds(5)), "");
  EXPECT_EQ(talk.Wait(seconds(2)), "DATA 1");
}

TEST(Transfer, T48_T49_AWindowIsAnsweredByTheNextAndTheLastIsShorter) {
  Conversation talk(Windowed(4), 512 * 5 + 1);
  talk.Sent();
  EXPECT_EQ(talk.Ack(0), "DATA 1-4");
  EXPECT_EQ(talk.Ack(4), "DATA 5-6");
  EXPECT_EQ(talk.Ack(6), "");
  EXPECT_EQ(talk.ending(), Ending::kDone);
}

TEST(Transfer, T50_AnAckInsideTheWindowIsProgressAndTheNextWindowBeginsBehindIt) {
  Conversation talk(Windowed(4), 512 * 20);
  talk.Sent();
  talk.Ack(0);
  EXPECT_EQ(talk.Ack(2), "DATA 3-6");
  EXPECT_EQ(talk.AckAtOnce(2), "") << "the client's complaint about block 4 of the same window";
  EXPECT_EQ(talk.Ack(6), "DATA 7-10");
}

TEST(Transfer, T50_AcksThatPassThroughAResentWindowGetOnlyWhatWasNeverSent) {
  Conversation talk(Windowed(4), 512 * 20);
  talk.Sent();
  talk.Ack(0);
  EXPECT_EQ(talk.Ack(1), "DATA 2-5");
  EXPECT_EQ(talk.AckAtOnce(2), "DATA 6");
  EXPECT_EQ(talk.AckAtOnce(4), "DATA 7-8");
  EXPECT_EQ(talk.Ack(8), "DATA 9-12");
}

TEST(Transfer, T51_OnlyTheFirstOfManyComplaintsRollsTheWindowBack) {
  Conversation talk(Windowed(4), 512 * 20);
  talk.Sent();
  EXPECT_EQ(talk.Ack(0), "DATA 1-4");
  EXPECT_EQ(talk.Ack(4), "DATA 5-8");
  EXPECT_EQ(talk.Ack(4), "DATA 5-8") << "block 5 was lost: one complaint per block after it";
  EXPECT_EQ(talk.AckAtOnce(4), "");
  EXPECT_EQ(talk.AckAtOnce(4), "");
  EXPECT_EQ(talk.Ack(8), "DATA 9-12");
  EXPECT_EQ(talk.AckAtOnce(8), "") << "the window came twice, so does its ACK";
  EXPECT_EQ(talk.Ack(12), "DATA 13-16");
  EXPECT_EQ(talk.transfer().stats().rollbacks, 1u);
}

TEST(Transfer, T51_AComplaintThatMayBeAnEchoIsHeardLaterUnlessSomethingArrives) {
  Conversation talk(Windowed(4), 512 * 20);
  talk.Sent();
  talk.Ack(0);
  EXPECT_EQ(talk.Ack(0), "DATA 1-4");
  EXPECT_EQ(talk.AckAtOnce(0), "");
  EXPECT_EQ(talk.Wait(kRoundTrip), "");
  EXPECT_EQ(talk.Wait(kRoundTrip), "DATA 1-4");
  EXPECT_EQ(talk.AckAtOnce(0), "");
  EXPECT_EQ(talk.Ack(4), "DATA 5-8");
  EXPECT_EQ(talk.Wait(kRoundTrip * 3), "");
}

TEST(Transfer, T51_AClientThatOnlyComplainsIsLeftToTheTimer) {
  Conversation talk(Windowed(4), 512 * 20);
  talk.Sent();
  talk.Ack(0);
  int windows = 0;
  for (int i = 0; i < 1000; ++i) windows += talk.Ack(0).empty() ? 0 : 1;
  EXPECT_LT(windows, 8);
}

TEST(Transfer, T52_AcksFromOutsideTheWindowChangeNothing) {
  Conversation talk(Windowed(4), 512 * 100);
  talk.Sent();
  talk.Ack(0);
  talk.Ack(4);
  EXPECT_EQ(talk.Ack(8), "DATA 9-12");
  const auto deadline = talk.transfer().deadline();
  for (const int block : {7, 4, 0, 13, 50, 40000, 65535}) {
    EXPECT_EQ(talk.Ack(static_cast<uint64_t>(block)), "");
  }
  EXPECT_EQ(talk.transfer().deadline(), deadline);
  EXPECT_EQ(talk.Ack(12), "DATA 13-16");
}

TEST(Transfer, T53_T64_WithoutAnAckTheWholeWindowIsSentAgainByTheTimer) {
  Conversation talk(Windowed(4), 512 * 100);
  talk.Sent();
  EXPECT_EQ(talk.Ack(0), "DATA 1-4");
  EXPECT_EQ(talk.WaitForDeadline(), "DATA 1-4");
}

TEST(Transfer, T54_T58_T62_AfterBlock65535ComesTheNumber0AndItsAckIsThatOfABlock) {
  Conversation talk(Lockstep(), 512 * 70000);
  EXPECT_EQ(talk.Sent(), "DATA 1");
  for (uint64_t block = 1; block < 65535; ++block) talk.Ack(block);
  EXPECT_EQ(talk.Ack(65535), "DATA 65536");
  EXPECT_EQ(talk.Ack(65535), "") << "a duplicate of the ACK before the wrap";
  EXPECT_EQ(talk.Ack(0), "DATA 65537");
  EXPECT_EQ(talk.Ack(0), "");
  EXPECT_EQ(talk.Ack(65535), "") << "T62: nothing before the wrap is sent after it";
  EXPECT_EQ(talk.Ack(1), "DATA 65538");
}

TEST(Transfer, T61_FilesThatEndExactlyAtTheWrap) {
  for (const uint64_t blocks : {65535, 65536}) {
    Conversation talk(Windowed(16), 512 * blocks);
    talk.Sent();
    uint64_t acked = 0;
    for (std::string sent = talk.Ack(0); !sent.empty(); sent = talk.Ack(acked)) {
      acked = std::min<uint64_t>(acked + 16, blocks + 1);
    }
    EXPECT_EQ(acked, blocks + 1) << "the empty block";
    EXPECT_EQ(talk.ending(), Ending::kDone);
  }
}

TEST(Transfer, T63_DuplicateAcksCauseNoPacket) {
  Conversation talk(Lockstep(), 5000);
  talk.Sent();
  EXPECT_EQ(talk.Ack(1), "DATA 2");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(talk.Ack(1), "");
  EXPECT_EQ(talk.Ack(2), "DATA 3");
  EXPECT_EQ(talk.transfer().stats().ignored_acks, 3u);
}

TEST(Transfer, T65_IntervalsDoubleAndAreCapped) {
  Conversation talk(Lockstep(), 5000);
  talk.Sent();
  talk.Ack(1);  // measures a round trip of 10 ms: the shortest interval holds
  std::vector<double> intervals;
  for (int i = 0; i < 8; ++i) {
    const Duration before = talk.elapsed();
    EXPECT_EQ(talk.WaitForDeadline(), "DATA 2");
    intervals.push_back(std::chrono::duration<double>(talk.elapsed() - before).count());
  }
  const std::vector<double> expected = {0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 8, 8};
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(intervals[i], expected[i], expected[i] * 0.1001) << i;
  }
}

TEST(Transfer, T66_ASilentClientIsGivenUpAfterHalfAMinuteWithOneError) {
  Conversation talk(Lockstep(), 5000);
  talk.Sent();
  talk.Ack(1);
  const auto sent = talk.Starve();
  EXPECT_EQ(sent.back(), "ERROR 0 timeout");
  EXPECT_EQ(std::ranges::count(sent, std::string("DATA 2")), static_cast<long>(sent.size()) - 1);
  EXPECT_EQ(talk.ending(), Ending::kTimedOut);
  EXPECT_GT(talk.elapsed(), seconds(30));
  EXPECT_LT(talk.elapsed(), seconds(60));
}

TEST(Transfer, T66_AClientWithALongTimeoutIsGivenUpToo) {
  AgreedOptions agreed = Windowed(1);
  agreed.retry_after = seconds(255);
  Conversation talk(agreed, 5000);
  talk.Sent();
  talk.Ack(0);
  EXPECT_EQ(talk.Starve(), (std::vector<std::string>{"DATA 1", "ERROR 0 timeout"}));
}

TEST(Transfer, T66_AClientThatStallsFor20SecondsIsServedOn) {
  Conversation talk(Lockstep(), 5000);
  talk.Sent();
  talk.Ack(1);
  while (talk.elapsed() < seconds(20)) EXPECT_EQ(talk.WaitForDeadline(), "DATA 2");
  EXPECT_EQ(talk.Ack(2), "DATA 3");
}

TEST(Transfer, T67_ProgressStartsTheBackOffAnew) {
  Conversation talk(Lockstep(), 5000);
  talk.Sent();
  talk.Ack(1);
  for (int i = 0; i < 5; ++i) talk.WaitForDeadline();
  EXPECT_EQ(talk.Ack(2), "DATA 3");
  EXPECT_EQ(talk.Wait(milliseconds(221)), "DATA 3");
}

TEST(Transfer, T68_TheLastBlockIsSentAtMostFiveTimesAndThenCountsAsReceived) {
  Conversation talk(Lockstep(), 600);
  talk.Sent();
  EXPECT_EQ(talk.Ack(1), "DATA 2");
  EXPECT_EQ(talk.Starve(), (std::vector<std::string>{"DATA 2", "DATA 2", "DATA 2", "DATA 2", ""}));
  EXPECT_EQ(talk.ending(), Ending::kDoneUnconfirmed);
}

TEST(Transfer, T70_AnErrorInMidTransferEndsItWithoutAWord) {
  Conversation talk(Lockstep(), 5000);
  talk.Sent();
  talk.Ack(1);
  EXPECT_EQ(talk.Error(0x4242, ""), "");
  EXPECT_EQ(talk.ending(), Ending::kClientError);
  EXPECT_EQ(talk.transfer().acknowledged_bytes(), 512u);
}

TEST(Transfer, T71_AClosedPortEndsItAndIsSuccessWhenOnlyTheLastAckWasMissing) {
  Conversation early(Lockstep(), 5000);
  early.transfer().OnPortClosed();
  EXPECT_EQ(early.ending(), Ending::kClientGone);

  Conversation late(Lockstep(), 600);
  late.Sent();
  late.Ack(1);
  late.transfer().OnPortClosed();
  EXPECT_EQ(late.ending(), Ending::kDoneUnconfirmed);
}

TEST(Transfer, T86_ARepeatedRequestGetsTheFirstPacketAgainUntilTheClientHasAnswered) {
  Conversation talk(Lockstep(), 5000);
  talk.Sent();
  talk.transfer().OnRepeatedRequest();
  EXPECT_EQ(talk.Sent(), "DATA 1");
  EXPECT_EQ(talk.Ack(1), "DATA 2");
  talk.transfer().OnRepeatedRequest();
  EXPECT_EQ(talk.Sent(), "");
}

TEST(Transfer, T108_ASourceThatNeverAnsweredGetsTheFirstPacketFiveTimesAtMost) {
  Conversation talk(Windowed(4), 5000);
  talk.Sent();
  EXPECT_EQ(talk.Starve(),
            (std::vector<std::string>{"OACK", "OACK", "OACK", "OACK", "ERROR 0 timeout"}));
  EXPECT_GT(talk.elapsed(), seconds(20));
}

TEST(Transfer, T42_AbortTellsTheClient) {
  Conversation talk(Lockstep(), 5000);
  talk.Sent();
  talk.transfer().Abort("file was truncated");
  EXPECT_EQ(talk.Sent(), "ERROR 0 file was truncated");
  EXPECT_EQ(talk.ending(), Ending::kAborted);
}

}  // namespace
}  // namespace pxe::tftp
