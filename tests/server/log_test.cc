// The two forms of an event's line, whole.
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

TEST(LogTest, ForeignTextCannotBreakOutOfAJsonString) {
  const core::BootEvent event{
      .step = core::BootEvent::Step::kRefused, .client = "10.0.0.20", .detail = "a\"b\\c\nd"};
  EXPECT_EQ(EventAsJson(event),
            R"("event":"refused","client":"10.0.0.20","detail":"a\"b\\c\u000ad")");
}

}  // namespace
}  // namespace pxe::server
