#include "dhcp/foreign_offers.h"

#include <algorithm>
#include <utility>

#include "dhcp/wire/packet.h"
#include "dhcp/wire/typed_options.h"
#include "net/udp_packet.h"

namespace pxe::dhcp {
namespace {

HardwareAddress ClientOf(const wire::Packet& packet) {
  HardwareAddress client{.type = packet.htype, .length = packet.hlen};
  std::copy_n(packet.chaddr.begin(), packet.hlen, client.bytes.begin());
  return client;
}

std::string WordsOf(const ServerWord& word) {
  if (word.address.IsZero()) return "it says where to boot from";
  return "it offers " + word.address.ToString();
}

}  // namespace

std::string_view ToString(ForeignFrame frame) {
  switch (frame) {
    case ForeignFrame::kForeign:
      return "foreign";
    case ForeignFrame::kOurs:
      return "ours";
    case ForeignFrame::kBadIp:
      return "bad_ip";
    case ForeignFrame::kNotDhcp:
      return "not_dhcp";
    case ForeignFrame::kNoServer:
      return "no_server";
    case ForeignFrame::kOther:
      return "other";
    case ForeignFrame::kRateLimited:
      return "rate_limited";
    case ForeignFrame::kCount:
      break;
  }
  return "unknown";
}

std::variant<ServerWord, ForeignFrame> ReadServerWord(std::span<const uint8_t> bytes,
                                                      bool checksum_ready) {
  const auto datagram = net::ReadUdpPacket(bytes, checksum_ready);
  if (!datagram) return ForeignFrame::kBadIp;
  const auto parsed = wire::ParseReply(datagram->payload);
  const auto* packet = std::get_if<wire::Packet>(&parsed);
  if (packet == nullptr) return ForeignFrame::kNotDhcp;
  if (packet->type() == wire::MessageType::kNak) return ForeignFrame::kOther;
  const auto server = wire::ReadAddress(packet->options, wire::OptionCode::kServerId);
  if (!server || !server->IsHostAddress()) return ForeignFrame::kNoServer;
  return ServerWord{.client = ClientOf(*packet), .server = *server, .address = packet->yiaddr};
}

ForeignOffers::ForeignOffers(Config config, net::EventLoop& loop,
                             const net::InterfaceTable& interfaces, core::Resolver& resolver)
    : config_(std::move(config)), loop_(loop), interfaces_(interfaces), resolver_(resolver) {}

ForeignOffers::~ForeignOffers() {
  for (const auto& [index, listener] : listeners_) loop_.Unwatch(listener.fd());
}

void ForeignOffers::Refresh() {
  std::erase_if(listeners_, [this](const auto& one) {
    const bool gone = interfaces_.Find(one.first) == nullptr;
    if (gone) loop_.Unwatch(one.second.fd());
    return gone;
  });
  for (const std::string& name : config_.interfaces) {
    const net::Interface* interface = interfaces_.Find(name);
    if (interface == nullptr || listeners_.contains(interface->index)) continue;
    const int index = interface->index;
    auto listener = net::PacketListener::Open(
        index, {.source_port = config_.server_port,
                .destination_port = static_cast<uint16_t>(config_.server_port + 1),
                .first_byte = wire::kBootReply});
    if (!listener.ok()) continue;  // said at the start, with what else is missing then
    const auto watched =
        loop_.Watch(listener->fd(), [this, index](net::Readiness) { OnReadable(index); });
    if (watched.ok()) listeners_.emplace(index, *std::move(listener));
  }
}

void ForeignOffers::OnReadable(int interface_index) {
  const auto found = listeners_.find(interface_index);
  const net::Interface* interface = interfaces_.Find(interface_index);
  if (found == listeners_.end()) return;
  for (size_t i = 0; i < kPacketsPerTurn; ++i) {
    const auto heard = found->second.Receive(buffer_);
    if (!heard) return;
    if (interface != nullptr) Hear(*heard, *interface, net::EventLoop::Now());
  }
}

void ForeignOffers::Hear(const net::PacketListener::Heard& heard, const net::Interface& interface,
                         net::TimePoint now) {
  const auto word = ReadServerWord(heard.packet, heard.checksum_ready);
  const ForeignFrame frame = Judge(word, now);
  frames_.Add(frame);
  if (frame != ForeignFrame::kForeign) return;
  const auto& said = std::get<ServerWord>(word);
  resolver_.Report(
      {.step = core::BootEvent::Step::kCompeting,
       .client = said.client.ToString(),
       .address = said.server,
       .detail = WordsOf(said),
       .link = interface.addresses.empty() ? Ipv4{} : interface.addresses.front().address});
}

ForeignFrame ForeignOffers::Judge(const std::variant<ServerWord, ForeignFrame>& word,
                                  net::TimePoint now) {
  const auto* said = std::get_if<ServerWord>(&word);
  if (said == nullptr) return std::get<ForeignFrame>(word);
  if (interfaces_.IsOurs(said->server)) return ForeignFrame::kOurs;
  return rates_.Take(said->server, kReports, now) ? ForeignFrame::kForeign
                                                  : ForeignFrame::kRateLimited;
}

}  // namespace pxe::dhcp
