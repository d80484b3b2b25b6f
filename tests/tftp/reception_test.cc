#include "tftp/reception.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pxe::tftp {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A client that stores a file, at virtual time, in blocks of 8.
class Talk {
 public:
  explicit Talk(uint16_t window = 1)
      : reception_(Agreed(window), RetryPolicy(), /*seed=*/1, now_) {}

  std::string Sent() {
    const auto packet = reception_.TakeOutbox();
    if (!packet) return "";
    if (const auto* error = std::get_if<wire::Error>(&*packet)) {
      return "ERROR " + std::to_string(error->code) + " " + error->message;
    }
    if (std::holds_alternative<wire::Oack>(*packet)) return "OACK";
    return "ACK " + std::to_string(std::get<wire::Ack>(*packet).block);
  }
  std::string Data(uint16_t block, std::string_view text) {
    const std::vector<uint8_t> bytes(text.begin(), text.end());
    const auto kept = reception_.OnPacket(wire::Data{block, bytes}, now_);
    stored_.append(kept.begin(), kept.end());
    return Sent();
  }
  std::string WaitForDeadline() {
    now_ = *reception_.deadline();
    reception_.OnDeadline(now_);
    return Sent();
  }

  void Wait(seconds time) {
    now_ += time;
    reception_.OnDeadline(now_);
  }

  const std::string& stored() const { return stored_; }
  Reception& reception() { return reception_; }
  TimePoint now() const { return now_; }

 private:
  static AgreedOptions Agreed(uint16_t window) {
    AgreedOptions agreed;
    agreed.block_bytes = 8;
    agreed.window_blocks = window;
    if (window > 1) agreed.oack = {{"windowsize", std::to_string(window)}};
    return agreed;
  }

  TimePoint now_{};
  Reception reception_;
  std::string stored_;
};

TEST(Reception, T19_T103_BlockByBlockToTheLastWhichIsShorter) {
  Talk talk;
  EXPECT_EQ(talk.Sent(), "ACK 0");
  EXPECT_EQ(talk.Data(1, "12345678"), "ACK 1");
  EXPECT_FALSE(talk.reception().complete());
  EXPECT_EQ(talk.Data(2, ""), "ACK 2");
  EXPECT_TRUE(talk.reception().complete());
  EXPECT_EQ(talk.stored(), "12345678");
}

TEST(Reception, T104_ABlockThatComesAgainIsAcknowledgedAgainAndKeptOnce) {
  Talk talk;
  talk.Sent();
  talk.Data(1, "12345678");
  EXPECT_EQ(talk.Data(1, "12345678"), "ACK 1");
  EXPECT_EQ(talk.Data(2, "abc"), "ACK 2");
  EXPECT_EQ(talk.Data(1, "12345678"), "") << "an old one: the client has had its ACK";
  EXPECT_EQ(talk.stored(), "12345678abc");
}

TEST(Reception, T104_TheLastAckIsRepeatedForAWhileAfterTheEnd) {
  Talk talk;
  talk.Sent();
  talk.Data(1, "abc");
  EXPECT_EQ(talk.reception().ending(), Ending::kRunning);
  talk.Wait(seconds(6));
  EXPECT_EQ(talk.Data(1, "abc"), "ACK 1") << "atftp and curl ask after 5 s";
  talk.Wait(seconds(6));
  EXPECT_EQ(talk.Data(1, "abc"), "ACK 1");
  EXPECT_EQ(talk.WaitForDeadline(), "");
  EXPECT_EQ(talk.reception().ending(), Ending::kDone);
  EXPECT_EQ(talk.Data(1, "abc"), "");
}

// As atftp does when an old ACK comes late: back to an earlier block, and up again by its timer.
TEST(Reception, T104_WhoStillSendsAfterTheEndIsWaitedForAndHearsTheLastAck) {
  Talk talk;
  talk.Sent();
  for (uint16_t block = 1; block <= 5; ++block) talk.Data(block, "12345678");
  EXPECT_EQ(talk.Data(6, "6"), "ACK 6");
  for (uint16_t block = 1; block <= 5; ++block) {
    EXPECT_EQ(talk.Data(block, "12345678"), "") << "an ACK would bring yet another block";
    talk.Wait(seconds(5));
  }
  EXPECT_EQ(talk.Data(6, "6"), "ACK 6");
  EXPECT_EQ(talk.stored(), "12345678123456781234567812345678123456786");
}

TEST(Reception, T104_AnEmptyBlockBehindTheLastOneIsAcknowledgedAndAddsNothing) {
  Talk talk;
  talk.Sent();
  EXPECT_EQ(talk.Data(1, "abc"), "ACK 1");
  EXPECT_EQ(talk.Data(2, ""), "ACK 2");
  EXPECT_EQ(talk.Data(2, ""), "ACK 2");
  EXPECT_EQ(talk.Data(2, "more"), "");
  EXPECT_EQ(talk.Data(3, ""), "");
  EXPECT_EQ(talk.stored(), "abc");
}

TEST(Reception, T104_AWindowIsAcknowledgedAtItsEndAndAtTheFirstGap) {
  Talk talk(4);
  EXPECT_EQ(talk.Sent(), "OACK");
  EXPECT_EQ(talk.Data(1, "11111111"), "");
  EXPECT_EQ(talk.Data(3, "33333333"), "ACK 1") << "2 is missing";
  EXPECT_EQ(talk.Data(4, "44444444"), "") << "said already";
  EXPECT_EQ(talk.Data(2, "22222222"), "");
  EXPECT_EQ(talk.Data(3, "33333333"), "");
  EXPECT_EQ(talk.Data(4, "44444444"), "");
  EXPECT_EQ(talk.Data(5, "55555555"), "ACK 5");
  EXPECT_EQ(talk.Data(6, "6"), "ACK 6");
  EXPECT_EQ(talk.stored(), "11111111222222223333333344444444555555556");
}

TEST(Reception, T105_ABlockThatIsTooLongEndsIt) {
  Talk talk;
  talk.Sent();
  EXPECT_EQ(talk.Data(1, "123456789"), "ERROR 4 block is too long");
  EXPECT_EQ(talk.stored(), "");
  EXPECT_EQ(talk.reception().ending(), Ending::kAborted);
}

TEST(Reception, T58_T103_BlockNumbersWrap) {
  Talk talk;
  talk.Sent();
  for (uint32_t block = 1; block <= 65535; ++block) {
    talk.Data(static_cast<uint16_t>(block), "12345678");
  }
  EXPECT_EQ(talk.Data(0, "wrapped!"), "ACK 0");
  EXPECT_EQ(talk.Data(1, "end"), "ACK 1");
  EXPECT_EQ(talk.stored().size(), 65536u * 8 + 3);
}

TEST(Reception, T65_T66_ASilentClientIsAskedAgainAndGivenUp) {
  Talk talk;
  talk.Sent();
  talk.Data(1, "12345678");
  const TimePoint before = talk.now();
  std::string last;
  int asked = 0;
  while (talk.reception().ending() == Ending::kRunning) {
    last = talk.WaitForDeadline();
    asked += last == "ACK 1" ? 1 : 0;
  }
  EXPECT_EQ(last, "ERROR 0 timeout");
  EXPECT_GE(asked, 6);
  EXPECT_LT(asked, 10);
  EXPECT_GT(talk.now() - before, seconds(30));
}

TEST(Reception, T70_T71_TheClientsEndIsTheEnd) {
  Talk told;
  told.Sent();
  told.reception().OnPacket(wire::Error{.code = 0, .message = "stop"}, told.now());
  EXPECT_EQ(told.Sent(), "");
  EXPECT_EQ(told.reception().ending(), Ending::kClientError);

  Talk closed;
  closed.reception().OnPortClosed();
  EXPECT_EQ(closed.reception().ending(), Ending::kClientGone);
  Talk done;
  done.Data(1, "abc");
  done.reception().OnPortClosed();
  EXPECT_EQ(done.reception().ending(), Ending::kDone);
}

TEST(Reception, T86_ARepeatedRequestGetsTheFirstPacketAgain) {
  Talk talk(4);
  talk.Sent();
  talk.reception().OnRepeatedRequest(talk.now());
  EXPECT_EQ(talk.Sent(), "OACK");
  talk.Data(1, "12345678");
  talk.reception().OnRepeatedRequest(talk.now());
  EXPECT_EQ(talk.Sent(), "");
}

TEST(Reception, T103_WhatCannotBeStoredIsNotAcknowledged) {
  Talk talk;
  talk.Sent();
  const std::vector<uint8_t> bytes = {'x'};
  talk.reception().OnPacket(wire::Data{1, bytes}, talk.now());
  talk.reception().Refuse(wire::MakeError(wire::ErrorCode::kDiskFull, "disk full"));
  EXPECT_EQ(talk.Sent(), "ERROR 3 disk full");
  EXPECT_EQ(talk.reception().deadline(), std::nullopt);
}

}  // namespace
}  // namespace pxe::tftp
