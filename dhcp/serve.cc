#include "dhcp/serve.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <variant>

#include "base/hex.h"
#include "base/status.h"
#include "dhcp/wire/typed_options.h"

namespace pxe::dhcp {

using core::BootEvent;
using core::DhcpGrant;
using core::DhcpNak;
using core::DhcpSilence;
using wire::DropReason;

namespace {

Ipv4 ServerIdOf(const core::DhcpAnswer& answer) {
  if (const auto* grant = std::get_if<DhcpGrant>(&answer)) return grant->server_id;
  const auto* nak = std::get_if<DhcpNak>(&answer);
  return nak == nullptr ? Ipv4{} : nak->server_id;
}

// A packet of DHCP, else of BOOTP, which only has a lesser form; the boot service knows no BOOTP.
std::variant<wire::Packet, DropReason> Parse(std::span<const uint8_t> payload, bool boot_service) {
  auto parsed = wire::ParsePacket(payload);
  const auto* reason = std::get_if<DropReason>(&parsed);
  const bool bootp = reason != nullptr && !boot_service &&
                     (*reason == DropReason::kNoCookie || *reason == DropReason::kNoMessageType);
  return bootp ? wire::ParseBootp(payload) : std::move(parsed);
}

bool IsBootp(const wire::Packet& packet) {
  return !packet.options.Has(wire::OptionCode::kMessageType);
}

// Why a packet of BOOTP is none of DHCP: its name where BOOTP is not answered (M2, M8).
DropReason NotDhcp(const wire::Packet& packet) {
  return packet.has_cookie ? DropReason::kNoMessageType : DropReason::kNoCookie;
}

}  // namespace

// The first half of a packet's path: bytes become a question.
void Server::OnReadable(net::UdpSocket& socket) {
  const auto datagrams = socket.Receive(batch_);
  std::vector<core::DhcpQuestion> questions;
  questions.reserve(datagrams.size());
  for (const net::Datagram& datagram : datagrams) {
    auto question = Admit(datagram, socket);
    if (const auto* reason = std::get_if<DropReason>(&question)) {
      Drop(*reason);
    } else {
      questions.push_back(std::get<core::DhcpQuestion>(std::move(question)));
    }
  }
  if (!questions.empty()) resolver_.ResolveDhcp(std::move(questions), *this);
}

// The second half: answers become bytes, and the bytes find their clients, all of them together.
void Server::OnAnswers(std::span<const core::TaggedDhcpAnswer> answers) {
  std::vector<Answered> answered;
  std::vector<OutgoingReply> replies;
  answered.reserve(answers.size());
  replies.reserve(answers.size());
  for (const core::TaggedDhcpAnswer& tagged : answers) {
    auto asked = in_flight_.extract(tagged.tag);
    if (asked.empty()) continue;
    auto reply = ReplyTo(*asked.mapped(), tagged.answer);
    answered.push_back({std::move(asked.mapped()), &tagged.answer, reply.has_value()});
    if (reply) replies.push_back(*std::move(reply));
  }
  SendTogether(replies, config_.port, {&socket_, &boot_service_},
               packet_socket_ ? &*packet_socket_ : nullptr);
  auto reply = replies.begin();
  for (Answered& one : answered) {
    Finish(*one.asked, *one.answer, one.replied && (reply++)->sent);
    if (spare_.size() < config_.limits.max_spare) spare_.push_back(std::move(one.asked));
  }
}

// Answers come on whatever thread has them; everything of ours happens on the loop's.
void Server::OnDhcpAnswers(std::vector<core::TaggedDhcpAnswer> answers) {
  if (std::this_thread::get_id() == loop_thread_) return OnAnswers(answers);
  loop_->Post([this, ready = std::move(answers)] { OnAnswers(ready); });
}

std::variant<core::DhcpQuestion, DropReason> Server::Admit(const net::Datagram& datagram,
                                                           net::UdpSocket& socket) {
  const net::Interface* interface = interfaces_.Find(datagram.interface_index);
  if (interface == nullptr || !IsServed(interface->name)) return DropReason::kNotOurInterface;
  if (datagram.truncated) return DropReason::kTooLong;
  if (datagram.peer.port == 0) return DropReason::kBadPort;

  const bool boot_service = &socket == &boot_service_;
  auto parsed = Parse(datagram.payload, boot_service);
  if (const auto* reason = std::get_if<DropReason>(&parsed)) {
    const bool ours =
        *reason == DropReason::kNotRequest && interfaces_.IsOurs(datagram.peer.address);
    return ours ? DropReason::kLoop : *reason;
  }
  auto& packet = std::get<wire::Packet>(parsed);
  if (IsOwnPacket(packet, *interface)) return DropReason::kLoop;

  const bool unicast = datagram.destination == datagram.local;
  const bool relayed = !packet.giaddr.IsZero();
  const Arrival arrival{.interface = *interface,
                        .unicast_to = unicast ? datagram.local : Ipv4{},
                        .route_source = relayed ? routes_.Towards(packet.giaddr) : Ipv4{},
                        .source = datagram.peer.address,
                        .boot_service = boot_service};
  auto asked = AskFrom(packet, arrival);
  if (const auto* reason = std::get_if<DropReason>(&asked)) {
    return IsBootp(packet) ? NotDhcp(packet) : *reason;
  }
  if (in_flight_.size() >= config_.limits.max_in_flight) return DropReason::kOverload;
  return Remember(std::get<Asked>(std::move(asked)), std::move(packet), datagram, socket);
}

core::DhcpQuestion Server::Remember(Asked asked, wire::Packet packet, const net::Datagram& datagram,
                                    net::UdpSocket& socket) {
  for (size_t i = 0; i < asked.notes.size(); ++i) {
    if (asked.notes[i]) notes_.Add(static_cast<Note>(i));
  }
  auto& question = asked.question;
  // C60: a server id is ours whichever interface has the address.
  const bool names_us = question.server_id && interfaces_.IsOurs(*question.server_id);
  if (names_us) question.local_addresses.push_back(*question.server_id);
  question.tag = ++last_tag_;
  auto asker = TakeSpare();
  *asker = {.packet = std::move(packet),
            .kind = core::KindOf(question.facts),
            .client = question.client,
            .interface_index = datagram.interface_index,
            .source = datagram.peer.address,
            .source_port = datagram.peer.port,
            .socket = &socket,
            .to_boot_service = question.message == core::DhcpMessage::kBootServer};
  in_flight_.emplace(question.tag, std::move(asker));
  return std::move(question);
}

// One that was used before, or a new one.
std::unique_ptr<Server::InFlight> Server::TakeSpare() {
  if (spare_.empty()) return std::make_unique<InFlight>();
  auto taken = std::move(spare_.back());
  spare_.pop_back();
  return taken;
}

// Nothing for silence, and when the interface is gone.
std::optional<OutgoingReply> Server::ReplyTo(const InFlight& asked,
                                             const core::DhcpAnswer& answer) {
  const net::Interface* interface = interfaces_.Find(asked.interface_index);
  if (interface == nullptr) return std::nullopt;
  const auto reply = BuildReply(asked.packet, asked.kind, answer, interface->mtu);
  if (!reply) return std::nullopt;
  if (reply->options_left_out) notes_.Add(Note::kReplyOptionsLeftOut);
  const bool has_mac = interface->mac != MacAddress{};
  const wire::Packet& packet = reply->packet;
  return OutgoingReply{
      .target = TargetOf(asked.packet, packet, PortsFor(asked), raw_frames() && has_mac),
      .socket = asked.socket,
      .source = ServerIdOf(answer),
      .interface_index = interface->index,
      .source_mac = interface->mac,
      .bytes = wire::SerializePacket(packet)};
}

Ports Server::PortsFor(const InFlight& asked) const {
  return {.server = config_.port,
          .client = static_cast<uint16_t>(config_.port + 1),
          .request_source = asked.source_port,
          .request_address = asked.source,
          .boot_service = asked.to_boot_service};
}

// A DHCP client of this very machine on an interface it serves: there is nothing to give it (M33).
bool Server::IsOwnPacket(const wire::Packet& packet, const net::Interface& interface) const {
  const bool ethernet = packet.hlen == 6 && packet.giaddr.IsZero();
  return ethernet && interface.mac != MacAddress{} &&
         std::equal(interface.mac.bytes.begin(), interface.mac.bytes.end(), packet.chaddr.begin());
}

bool Server::IsServed(const std::string& name) const {
  return std::ranges::find(config_.interfaces, name) != config_.interfaces.end();
}

void Server::Drop(DropReason reason) {
  outcomes_.Add(Outcome::kDropped);
  drops_.Add(reason);
}

// Counts the packet's outcome and tells the control plane what the machine was told.
void Server::Finish(const InFlight& asked, const core::DhcpAnswer& answer, bool sent) {
  const auto* silence = std::get_if<DhcpSilence>(&answer);
  if (silence != nullptr && silence->reason == core::SilenceReason::kBootpOff) {
    return Drop(NotDhcp(asked.packet));
  }
  BootEvent event{.client = asked.client.ToString(), .kind = core::ToString(asked.kind)};
  Outcome outcome = Outcome::kSilent;
  if (const auto* grant = std::get_if<DhcpGrant>(&answer)) {
    const bool offers =
        grant->kind == core::GrantKind::kOffer || grant->kind == core::GrantKind::kProxyOffer;
    outcome = offers ? Outcome::kOffered : Outcome::kAcked;
    event.step = offers ? BootEvent::Step::kOffered : BootEvent::Step::kAcked;
    event.address = grant->address;
    event.file = Printable(grant->boot.file);
  } else if (const auto* nak = std::get_if<DhcpNak>(&answer)) {
    outcome = Outcome::kNaked;
    event.step = BootEvent::Step::kNaked;
    event.detail = Printable(nak->message);
  } else {
    const auto reason = silence->reason;
    silences_.Add(reason);
    event.step = BootEvent::Step::kSilent;
    event.detail = core::ToString(reason);
  }
  if (!sent && outcome != Outcome::kSilent) {
    outcome = Outcome::kSendFailed;
    event.step = BootEvent::Step::kSilent;
    event.detail = ToString(outcome);
  }
  outcomes_.Add(outcome);
  resolver_.Report(std::move(event));
}

std::string_view ToString(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOffered:
      return "offered";
    case Outcome::kAcked:
      return "acked";
    case Outcome::kNaked:
      return "naked";
    case Outcome::kSilent:
      return "silent";
    case Outcome::kDropped:
      return "dropped";
    case Outcome::kSendFailed:
      return "send_failed";
    case Outcome::kCount:
      break;
  }
  return "unknown";
}

}  // namespace pxe::dhcp
