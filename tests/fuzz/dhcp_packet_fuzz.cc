// Any datagram, BOOTP's too: parsed, asked about and answered without a crash; what was parsed is
// written, parsed and written the same; a reply is never too short and stays within the client's
// limit.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <variant>

#include "dhcp/question.h"
#include "dhcp/reply.h"
#include "dhcp/wire/describe.h"

namespace {

using pxe::Ipv4;

void CheckReply(const pxe::dhcp::wire::Packet& packet, const pxe::dhcp::Asked& asked) {
  const pxe::core::DhcpGrant grant{.address = {0x0a010032},
                                   .server_id = {0x0a010001},
                                   .lease = std::chrono::hours(1),
                                   .subnet = {{0x0a010000}, 24},
                                   .domain_name = "lab.test",
                                   .boot = {{0x0a010001}, "pxelinux.0"}};
  const auto kind = pxe::core::KindOf(asked.question.facts);
  const auto reply = pxe::dhcp::BuildReply(packet, kind, grant, 1500);
  if (!reply) std::abort();
  const size_t size = pxe::dhcp::wire::SerializePacket(reply->packet).size();
  const size_t exempt = asked.question.relay_agent.size() * 2 + 2;  // option 82, however split
  if (size < pxe::dhcp::wire::kMinReplyBytes || size > 1472 + exempt) std::abort();
}

void CheckAnswer(const pxe::dhcp::wire::Packet& packet) {
  if (pxe::dhcp::wire::Describe(packet).empty()) std::abort();
  pxe::net::Interface eth;
  eth.addresses = {{{0x0a010001}, {{0x0a010000}, 24}}};
  for (const bool boot_service : {false, true}) {
    const auto asked = pxe::dhcp::AskFrom(packet, {eth, Ipv4{}, Ipv4{}, Ipv4{}, boot_service});
    if (const auto* good = std::get_if<pxe::dhcp::Asked>(&asked)) CheckReply(packet, *good);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace wire = pxe::dhcp::wire;
  const auto parsed = wire::ParsePacket(std::span(data, size));
  const auto* packet = std::get_if<wire::Packet>(&parsed);
  if (packet == nullptr) {
    const auto bootp = wire::ParseBootp(std::span(data, size));
    if (const auto* request = std::get_if<wire::Packet>(&bootp)) CheckAnswer(*request);
    return 0;
  }
  const auto bytes = wire::SerializePacket(*packet);
  const auto again = wire::ParsePacket(bytes);
  const auto* second = std::get_if<wire::Packet>(&again);
  if (second == nullptr || wire::SerializePacket(*second) != bytes) std::abort();
  CheckAnswer(*packet);
  return 0;
}
