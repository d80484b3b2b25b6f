// A preview is what the wire carries: real requests, answered both ways.
#include "dhcp/preview_reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dhcp/question.h"
#include "dhcp/reply.h"
#include "dhcp/wire/describe.h"
#include "tests/dhcp/wire/raw_packet.h"

namespace pxe::dhcp {
namespace {

using testing::HasSubstr;
using wire::ParsedFixture;

constexpr Ipv4 kServer{0x0a010001};

core::DhcpQuestion QuestionOf(const wire::Packet& request) {
  net::Interface eth;
  eth.addresses = {{kServer, {{0x0a010000}, 24}}};
  return std::get<Asked>(AskFrom(request, {eth, Ipv4{}, Ipv4{}})).question;
}

core::DhcpGrant Grant(bool committed) {
  return {.kind = committed ? core::GrantKind::kAck : core::GrantKind::kOffer,
          .address = {0x0a010032},
          .server_id = kServer,
          .lease = std::chrono::hours(1),
          .subnet = {{0x0a010000}, 24},
          .routers = {{0x0a0100fe}},
          .domain_name = "lab.test",
          .host_name = "node1",
          .boot = {.next_server = kServer, .file = "syslinux.efi"}};
}

// The bytes of the wire, but for what a preview cannot know: xid and flags are the client's whim.
std::vector<uint8_t> OnTheWire(wire::Packet request, const core::DhcpAnswer& answer) {
  request.xid = 0;
  request.flags = 0;
  const auto kind = core::KindOf(QuestionOf(request).facts);
  return wire::SerializePacket(BuildReply(request, kind, answer, 1500)->packet);
}

TEST(PreviewReplyTest, ShowsTheBytesThatRealFirmwareIsSent) {
  for (const char* fixture : {"ovmf_pxe_discover", "ovmf_pxe_request", "ovmf_http_discover",
                              "ipxe_bios_discover", "ipxe_efi_discover", "relayed_discover"}) {
    const wire::Packet request = ParsedFixture(fixture);
    for (const core::DhcpAnswer& answer :
         {core::DhcpAnswer{Grant(false)}, core::DhcpAnswer{Grant(true)},
          core::DhcpAnswer{core::DhcpNak{kServer, "address is not available"}}}) {
      const auto preview = PreviewReply(QuestionOf(request), answer);
      ASSERT_TRUE(preview) << fixture;
      EXPECT_EQ(preview->bytes, OnTheWire(request, answer)) << fixture << "\n" << preview->text;
    }
  }
}

TEST(PreviewReplyTest, SaysInWordsWhatIsInIt) {
  const auto preview = PreviewReply(QuestionOf(ParsedFixture("ovmf_pxe_discover")), Grant(false));
  EXPECT_THAT(preview->text, HasSubstr("53 message type: OFFER\n"));
  EXPECT_THAT(preview->text, HasSubstr("67 boot file: \"syslinux.efi\"\n"));
}

TEST(PreviewReplyTest, SilenceHasNoPacket) {
  EXPECT_FALSE(PreviewReply(QuestionOf(ParsedFixture("ovmf_pxe_discover")),
                            core::DhcpSilence{core::SilenceReason::kNoAddress}));
}

}  // namespace
}  // namespace pxe::dhcp
