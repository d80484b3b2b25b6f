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

constexpr Rate kDropLines{10, 10};  // of the log, for each reason

// The MAC address that the packet names, if it is long enough to name one; else whence it came.
std::string ClientOf(const net::Datagram& datagram) {
  constexpr size_t kHlenAt = 2;
  constexpr size_t kChaddrAt = 28;
  MacAddress mac;
  const auto bytes = datagram.payload;
  const bool named = bytes.size() >= kChaddrAt + mac.bytes.size() && bytes[kHlenAt] == 6;
  if (!named) return datagram.peer.address.ToString();
  std::copy_n(bytes.begin() + kChaddrAt, mac.bytes.size(), mac.bytes.begin());
  return mac.ToString();
}

// The address of ours that it was sent to alone; 0: to all.
Ipv4 UnicastTo(const net::Datagram& datagram) {
  return datagram.destination == datagram.local ? datagram.local : Ipv4{};
}

// A packet of DHCP, else of BOOTP, which only has a lesser form; the boot service knows no BOOTP.
std::variant<wire::Packet, DropReason> Parse(std::span<const uint8_t> payload, bool boot_service) {
  auto parsed = wire::ParsePacket(payload);
  const auto* reason = std::get_if<DropReason>(&parsed);
  const bool bootp = reason != nullptr && !boot_service &&
                     (*reason == DropReason::kNoCookie || *reason == DropReason::kNoMessageType);
  if (bootp) parsed = wire::ParseBootp(payload);
  return parsed;
}

bool IsBootp(const wire::Packet& packet) {
  return !packet.options.Has(wire::OptionCode::kMessageType);
}

// Why a packet of BOOTP is none of DHCP: its name where BOOTP is not answered (M2, M8).
DropReason NotDhcp(const wire::Packet& packet) {
  return packet.has_cookie ? DropReason::kNoMessageType : DropReason::kNoCookie;
}

}  // namespace

// The first half of a packet's path: bytes become a question. REQUESTs are asked first: who keeps
// its lease does not wait for those who want one (C152).
void Server::OnReadable(net::UdpSocket& socket) {
  const auto now = net::EventLoop::Now();
  Turn turn;
  size_t batches = 0;
  while (batches < config_.limits.batches_per_turn) {
    ++batches;
    if (ReceiveBatch(socket, now, turn) < config_.limits.batch_packets) break;
  }
  CountLost(socket.TakeLost());
  if (batches == config_.limits.batches_per_turn) Shed(turn.discovers, now);
  std::vector<core::DhcpQuestion> questions;
  questions.reserve(turn.others.size() + turn.discovers.size());
  for (auto* admitted : {&turn.others, &turn.discovers}) {
    for (Admitted& one : *admitted) {
      if (HasRoomFor(one)) {
        questions.push_back(Remember(std::move(one)));
      } else {
        Drop(DropReason::kOverload, one.packet->client.ToString(), now);
      }
    }
  }
  if (!questions.empty()) resolver_.ResolveDhcp(std::move(questions), *this);
}

void Server::CountLost(uint32_t packets) {
  outcomes_.Add(Outcome::kDropped, packets);
  drops_.Add(DropReason::kBufferFull, packets);
}

// How many there were.
size_t Server::ReceiveBatch(net::UdpSocket& socket, net::TimePoint now, Turn& turn) {
  const auto datagrams = socket.Receive(batch_);
  for (const net::Datagram& datagram : datagrams) {
    const auto reason = Admit(datagram, socket, now, turn);
    if (reason) Drop(*reason, ClientOf(datagram), now);
  }
  return datagrams.size();
}

// Drops the oldest, down to what one turn may ask.
void Server::Shed(std::vector<Admitted>& discovers, net::TimePoint now) {
  const size_t most = config_.limits.max_discovers_in_overload;
  if (discovers.size() <= most) return;
  const auto kept = discovers.end() - static_cast<ptrdiff_t>(most);
  for (auto one = discovers.begin(); one != kept; ++one) {
    Drop(DropReason::kOverload, one->packet->client.ToString(), now);
  }
  discovers.erase(discovers.begin(), kept);
}

// The second half: answers become bytes, and the bytes find their clients, all of them together.
void Server::OnAnswers(std::span<const core::TaggedDhcpAnswer> answers) {
  Departures departures;
  departures.replies.reserve(answers.size());
  departures.told.reserve(answers.size());
  for (const core::TaggedDhcpAnswer& tagged : answers) AddAnswer(tagged, departures);
  Depart(std::move(departures));
}

// What there is nothing to send of is finished here.
void Server::AddAnswer(const core::TaggedDhcpAnswer& tagged, Departures& departures) {
  auto found = in_flight_.extract(tagged.tag);
  if (found.empty()) return;
  std::unique_ptr<InFlight> asked = std::move(found.mapped());
  if (HoldForPing(asked, tagged)) return;
  AddReply(std::move(asked), tagged.answer, departures);
}

void Server::AddReply(std::unique_ptr<InFlight> asked, const core::DhcpAnswer& answer,
                      Departures& departures) {
  Told told = WhatIsTold(*asked, answer);
  const net::Interface* interface = interfaces_.Find(asked->interface_index);
  const int mtu = interface != nullptr ? interface->mtu : 0;
  auto reply = BuildReply(asked->packet, asked->kind, answer, mtu);
  if (!reply) {
    FinishSilent(*asked, std::get<DhcpSilence>(answer).reason, std::move(told));
  } else if (interface == nullptr) {
    FinishUnsent(std::move(told));
  } else {
    if (!reply->left_out.empty()) {
      notes_.Add(Note::kReplyOptionsLeftOut);
      told.event.detail = "too long without its options " + wire::CodesOf(reply->left_out);
    }
    OutgoingReply outgoing = Outgoing(*asked, *reply, *interface);
    const auto* grant = std::get_if<DhcpGrant>(&answer);
    if (grant != nullptr && grant->habits.delay.count() > 0) {
      DepartLater(std::move(outgoing), std::move(told), grant->habits.delay, *asked);
    } else {
      departures.replies.push_back(std::move(outgoing));
      departures.told.push_back(std::move(told));
    }
  }
  if (spare_.size() < config_.limits.max_spare) spare_.push_back(std::move(asked));
}

OutgoingReply Server::Outgoing(const InFlight& asked, const Reply& reply,
                               const net::Interface& interface) const {
  const bool raw = raw_frames() && interface.mac != MacAddress{};
  return {.target = TargetOf(asked.packet, reply.packet, PortsFor(asked), raw),
          .socket = asked.socket,
          .source = reply.source,
          .interface_index = interface.index,
          .source_mac = interface.mac,
          .bytes = wire::SerializePacket(reply.packet)};
}

// Answers come on whatever thread has them; everything of ours happens on the loop's.
void Server::OnDhcpAnswers(std::vector<core::TaggedDhcpAnswer> answers) {
  if (std::this_thread::get_id() == loop_thread_) return OnAnswers(answers);
  loop_->Post([this, ready = std::move(answers)] { OnAnswers(ready); });
}

// Gives the packet its place in the turn, or says why it has none.
std::optional<DropReason> Server::Admit(const net::Datagram& datagram, net::UdpSocket& socket,
                                        net::TimePoint now, Turn& turn) {
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

  auto result = AskFrom(packet, ArrivalOf(packet, *interface, UnicastTo(datagram),
                                          datagram.peer.address, boot_service));
  if (const auto* reason = std::get_if<DropReason>(&result)) {
    return IsBootp(packet) ? NotDhcp(packet) : *reason;
  }
  auto& asked = std::get<Asked>(result);
  const bool discover = asked.question.message == core::DhcpMessage::kDiscover;
  if (discover && datagram.waited > config_.limits.max_discover_wait) return DropReason::kStale;
  const Caller caller{asked.question.client, datagram.interface_index, packet.giaddr, discover};
  if (!rates_.Admits(caller, now)) return DropReason::kRateLimited;
  auto kept = Keep(std::move(packet), asked.question, datagram, socket);
  auto& admitted = discover ? turn.discovers : turn.others;
  admitted.push_back({std::move(asked), std::move(kept), discover});
  return std::nullopt;
}

Arrival Server::ArrivalOf(const wire::Packet& packet, const net::Interface& interface,
                          Ipv4 unicast_to, Ipv4 source, bool boot_service) {
  const bool relayed = !packet.giaddr.IsZero();
  return {.interface = interface,
          .unicast_to = unicast_to,
          .route_source = relayed ? routes_.Towards(packet.giaddr) : Ipv4{},
          .source = source,
          .boot_service = boot_service};
}

// What the answer will need of the packet; in a place that was used before, or a new one.
std::unique_ptr<Server::InFlight> Server::Keep(wire::Packet&& packet,
                                               const core::DhcpQuestion& question,
                                               const net::Datagram& datagram,
                                               net::UdpSocket& socket) {
  auto kept = TakeSpare();
  kept->packet = std::move(packet);
  kept->kind = core::KindOf(question.facts);
  kept->client = question.client;
  kept->interface_index = datagram.interface_index;
  kept->source = datagram.peer.address;
  kept->unicast_to = UnicastTo(datagram);
  kept->source_port = datagram.peer.port;
  kept->socket = &socket;
  kept->to_boot_service = question.message == core::DhcpMessage::kBootServer;
  kept->found_in_use = 0;
  return kept;
}

std::unique_ptr<Server::InFlight> Server::TakeSpare() {
  if (spare_.empty()) return std::make_unique<InFlight>();
  auto taken = std::move(spare_.back());
  spare_.pop_back();
  return taken;
}

bool Server::HasRoomFor(const Admitted& admitted) const {
  const size_t most = config_.limits.max_in_flight;
  return in_flight_.size() < (admitted.discover ? most - most / 4 : most);
}

// The question, ready to be asked; what its answer will need is in flight then.
core::DhcpQuestion Server::Remember(Admitted&& admitted) {
  auto& [question, notes] = admitted.asked;
  for (size_t i = 0; i < notes.size(); ++i) {
    if (notes[i]) notes_.Add(static_cast<Note>(i));
  }
  // C60: a server id is ours whichever interface has the address.
  const bool names_us = question.server_id && interfaces_.IsOurs(*question.server_id);
  if (names_us) question.local_addresses.push_back(*question.server_id);
  question.tag = ++last_tag_;
  in_flight_.emplace(question.tag, std::move(admitted.packet));
  return std::move(question);
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

// Counts it, and says so as often as a log can bear (C151).
void Server::Drop(DropReason reason, std::string client, net::TimePoint now) {
  outcomes_.Add(Outcome::kDropped);
  drops_.Add(reason);
  if (!drop_lines_[static_cast<size_t>(reason)].Take(kDropLines, now)) return;
  resolver_.Report({.step = BootEvent::Step::kSilent,
                    .client = std::move(client),
                    .detail = "dropped: " + std::string(ToString(reason))});
}

Server::Told Server::WhatIsTold(const InFlight& asked, const core::DhcpAnswer& answer) {
  Told told{.event = {.client = asked.client.ToString(), .kind = core::ToString(asked.kind)}};
  BootEvent& event = told.event;
  if (const auto* grant = std::get_if<DhcpGrant>(&answer)) {
    const bool offers =
        grant->kind == core::GrantKind::kOffer || grant->kind == core::GrantKind::kProxyOffer;
    event.step = offers ? BootEvent::Step::kOffered : BootEvent::Step::kAcked;
    event.address = grant->address;
    event.file = Printable(grant->boot.file);
    told.outcome = offers ? Outcome::kOffered : Outcome::kAcked;
  } else if (const auto* nak = std::get_if<DhcpNak>(&answer)) {
    event.step = BootEvent::Step::kNaked;
    event.detail = Printable(nak->message);
    told.outcome = Outcome::kNaked;
  } else {
    event.step = BootEvent::Step::kSilent;
    event.detail = core::ToString(std::get<DhcpSilence>(answer).reason);
    told.outcome = Outcome::kSilent;
  }
  return told;
}

// Counts the packet's outcome and tells the control plane what the machine was told.
void Server::Finish(Told&& told) {
  outcomes_.Add(told.outcome);
  resolver_.Report(std::move(told.event));
}

// BOOTP that is not answered here is a packet without what makes it one of DHCP (M2, M8).
void Server::FinishSilent(const InFlight& asked, core::SilenceReason reason, Told&& told) {
  if (reason == core::SilenceReason::kBootpOff) {
    return Drop(NotDhcp(asked.packet), asked.client.ToString(), net::EventLoop::Now());
  }
  silences_.Add(reason);
  Finish(std::move(told));
}

void Server::FinishUnsent(Told&& told) {
  told.outcome = Outcome::kSendFailed;
  told.event.step = BootEvent::Step::kSilent;
  told.event.detail = ToString(told.outcome);
  Finish(std::move(told));
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
