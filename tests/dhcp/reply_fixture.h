// Replies to requests of real clients, for tests of what is in them.
#pragma once

#include <string>
#include <vector>

#include "core/quirks.h"
#include "dhcp/question.h"
#include "dhcp/reply.h"
#include "tests/dhcp/wire/raw_packet.h"

namespace pxe::dhcp {

using wire::OptionCode;
using wire::ParsedFixture;
using wire::RawPacket;

inline constexpr int kMtu = 1500;
inline constexpr Ipv4 kServer{0x0a010001};

inline core::DhcpGrant Grant() {
  return {.address = {0x0a010032},
          .server_id = kServer,
          .lease = std::chrono::hours(1),
          .subnet = {{0x0a010000}, 24},
          .routers = {{0x0a0100fe}},
          .dns_servers = {{0x0a010035}, {0x0a010036}},
          .ntp_servers = {{0x0a01007b}},
          .domain_name = "lab.test",
          .host_name = "node1"};
}

inline core::DhcpGrant BootGrant(std::string file) {
  auto grant = Grant();
  grant.boot = {.next_server = kServer, .file = std::move(file)};
  return grant;
}

inline core::ClientKind KindOf(const wire::Packet& request) {
  net::Interface eth;
  eth.addresses = {{kServer, {{0x0a010000}, 24}}};
  const auto asked = AskFrom(request, {eth, Ipv4{}, Ipv4{}});
  return core::KindOf(std::get<Asked>(asked).question.facts);
}

// As the control plane makes it, with what the built-in quirks say of this client.
inline core::DhcpGrant WithQuirks(const wire::Packet& request, core::DhcpGrant grant) {
  net::Interface eth;
  eth.addresses = {{kServer, {{0x0a010000}, 24}}};
  const auto facts = std::get<Asked>(AskFrom(request, {eth, Ipv4{}, Ipv4{}})).question.facts;
  core::Obey(core::RuleOnQuirks(facts, core::KindOf(facts), !grant.boot.file.empty(), {}), grant);
  return grant;
}

inline wire::Packet ReplyTo(const wire::Packet& request, const core::DhcpAnswer& answer) {
  return BuildReply(request, KindOf(request), answer, kMtu)->packet;
}

inline std::string Text(const wire::Packet& packet, OptionCode code) {
  const auto value = packet.options.Find(code);
  return value ? std::string(value->begin(), value->end()) : "(absent)";
}

inline std::vector<int> OrderOf(const wire::Packet& packet) {
  // As written and walked, not as held.
  const auto bytes = wire::SerializePacket(packet);
  std::vector<int> codes;
  wire::WalkOptions(std::span(bytes).subspan(240), [&](OptionCode code, std::span<const uint8_t>) {
    codes.push_back(static_cast<int>(code));
  });
  return codes;
}

inline core::DhcpAnswer Ack(core::DhcpGrant grant) {
  grant.kind = core::GrantKind::kAck;
  return grant;
}

}  // namespace pxe::dhcp
