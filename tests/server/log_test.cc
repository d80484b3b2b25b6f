// The two forms of an event's line, whole, and what is written when.
#include "server/log.h"

#include <gtest/gtest.h>

namespace pxe::server {
namespace {

TEST(LogTest, AnAckNamesClientAddressKindAndFile) {
  const core::BootEvent event{.step = core::BootEvent::Step::kAcked,
                              .client = "52:54:00:00:00:01",
                              .address = *ParseIpv4("10.0.0.20"),
                              .file = "pxelinux.0",
                              .kind = "ipxe-bios"};
  EXPECT_EQ(EventAsText(event), "52:54:00:00:00:01 acked 10.0.0.20 kind=ipxe-bios file=pxelinux.0");
  EXPECT_EQ(EventAsJson(event),
            R"("event":"acked","client":"52:54:00:00:00:01","address":"10.0.0.20",)"
            R"("kind":"ipxe-bios","file":"pxelinux.0")");
}

TEST(LogTest, ATransferNamesItsSizeAndTime) {
  const core::BootEvent event{.step = core::BootEvent::Step::kFetched,
                              .client = "10.0.0.20",
                              .address = *ParseIpv4("10.0.0.20"),
                              .file = "boot/my kernel",
                              .bytes = 7000000,
                              .milliseconds = 512};
  EXPECT_EQ(EventAsText(event), "10.0.0.20 fetched file=\"boot/my kernel\" bytes=7000000 ms=512");
  EXPECT_EQ(EventAsJson(event), R"("event":"fetched","client":"10.0.0.20","address":"10.0.0.20",)"
                                R"("file":"boot/my kernel","bytes":7000000,"milliseconds":512)");
}

TEST(LogTest, T101_ATransferSaysHowItWasAgreedOnAndWent) {
  const core::BootEvent event{.step = core::BootEvent::Step::kFetched,
                              .client = "10.0.0.20",
                              .address = *ParseIpv4("10.0.0.20"),
                              .file = "vmlinuz",
                              .bytes = 2000,
                              .milliseconds = 5,
                              .facts = {.client_port = 2070,
                                        .local = "10.0.0.1",
                                        .block_bytes = 1428,
                                        .window_blocks = 4,
                                        .blocks = 2,
                                        .resends = 1}};
  EXPECT_EQ(EventAsText(event),
            "10.0.0.20 fetched file=vmlinuz local=10.0.0.1 bytes=2000 ms=5 port=2070 blksize=1428 "
            "windowsize=4 blocks=2 resends=1");
  EXPECT_EQ(EventAsJson(event),
            R"("event":"fetched","client":"10.0.0.20","address":"10.0.0.20","file":"vmlinuz",)"
            R"("local":"10.0.0.1","bytes":2000,"milliseconds":5,"port":2070,"blksize":1428,)"
            R"("windowsize":4,"blocks":2,"resends":1)");
}

TEST(LogTest, T101_ARefusalSaysWhoAskedWhom) {
  const core::BootEvent event{.step = core::BootEvent::Step::kRefused,
                              .client = "10.0.0.20",
                              .file = "none",
                              .facts = {.client_port = 2070, .local = "10.0.0.1"}};
  EXPECT_EQ(EventAsText(event), "10.0.0.20 refused file=none local=10.0.0.1 port=2070");
}

TEST(LogTest, ForeignTextCannotBreakOutOfAJsonString) {
  const core::BootEvent event{
      .step = core::BootEvent::Step::kRefused, .client = "10.0.0.20", .detail = "a\"b\\c\nd"};
  EXPECT_EQ(EventAsJson(event),
            R"("event":"refused","client":"10.0.0.20","detail":"a\"b\\c\u000ad")");
}

size_t CountOf(std::string_view needle, std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(needle, at)) != std::string_view::npos; ++at) ++count;
  return count;
}

TEST(LogTest, WhatWasSaidIsWrittenByItsEndInOrder) {
  testing::internal::CaptureStderr();
  {
    Log log("text", "info");
    log.Info("first");
    log.Event({.step = core::BootEvent::Step::kNaked, .client = "52:54:00:00:00:01"});
    log.Warning("last");
  }
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_LT(said.find("info    first\n"), said.find("info    52:54:00:00:00:01 naked\n"));
  EXPECT_LT(said.find("naked\n"), said.find("warning last\n"));
  EXPECT_EQ(CountOf("\n", said), 3u);
}

TEST(LogTest, AFloodOfEventsIsCountedAndMessagesAreKept) {
  constexpr size_t kEvents = 10 * Log::kQueuedEvents;
  testing::internal::CaptureStderr();
  {
    Log log("text", "info");
    for (size_t i = 0; i < kEvents; ++i) log.Event({.client = "machine"});
    log.Error("still heard");
  }
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(CountOf("still heard", said), 1u);
  EXPECT_LT(CountOf("machine offered", said), kEvents);
  EXPECT_GE(CountOf("events left out", said), 1u);
}

TEST(LogTest, HowFarATransferHasGotIsNoLine) {
  testing::internal::CaptureStderr();
  {
    Log log("text", "info");
    log.Event({.step = core::BootEvent::Step::kFetching, .client = "10.0.0.20"});
    log.Event({.step = core::BootEvent::Step::kStored, .client = "10.0.0.20"});
  }
  const std::string written = testing::internal::GetCapturedStderr();
  EXPECT_EQ(CountOf("fetching", written), 0u);
  EXPECT_EQ(CountOf("10.0.0.20 stored", written), 1u);
}

TEST(LogTest, WhatIsBelowTheLevelIsNotWritten) {
  testing::internal::CaptureStderr();
  {
    Log log("json", "warning");
    log.Info("quiet");
    log.Event({.client = "machine"});
    log.Warning("loud");
  }
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(CountOf("\n", said), 1u);
  EXPECT_NE(said.find(R"("level":"warning","message":"loud"})"), std::string::npos);
}

}  // namespace
}  // namespace pxe::server
