// Replies that do not leave at once: OFFERs of addresses that are pinged first, and what is for
// clients that cannot hear an answer so soon. Nobody else waits for either.
#include <utility>
#include <variant>

#include "dhcp/serve.h"

namespace pxe::dhcp {

using core::DhcpGrant;
using core::SilenceReason;

// True: it is dealt with, or will be when the ping is over. A REQUEST never waits (C145).
bool Server::HoldForPing(std::unique_ptr<InFlight>& asked, const core::TaggedDhcpAnswer& tagged) {
  const auto* grant = std::get_if<DhcpGrant>(&tagged.answer);
  if (grant == nullptr || grant->kind != core::GrantKind::kOffer) return false;
  if (!grant->ping_first && !pings_.IsRunning()) return false;
  const bool able = can_ping() && asked->found_in_use < config_.limits.pings.max_in_turn;
  if (grant->ping_first && !able) pings_.Skip();
  const auto [step, sequence] =
      pings_.Begin(grant->address, grant->ping_first && able, tagged.tag, net::EventLoop::Now());
  switch (step) {
    case PingChecks::Step::kOffer:
      return false;
    case PingChecks::Step::kFull:
      FinishOverloaded(*asked);
      return true;
    case PingChecks::Step::kPing:
      Ping(grant->address, sequence);
      break;
    case PingChecks::Step::kInUse:
      loop_->Post([this, address = grant->address, tag = tagged.tag] {
        EndPings({{.address = address, .in_use = true, .waiting = {tag}}});
      });
      break;
    case PingChecks::Step::kWait:
      break;
  }
  held_.emplace(tagged.tag, Held{std::move(asked), tagged.answer});
  return true;
}

void Server::Ping(Ipv4 address, uint16_t sequence) {
  loop_->At(net::EventLoop::Now() + config_.limits.pings.wait,
            [this] { EndPings(pings_.TakeLate(net::EventLoop::Now())); });
  if (icmp_->SendEcho(address, sequence) == net::SendResult::kSent) return;
  // Later: what waits for it is not held yet.
  loop_->Post(
      [this, address, sequence] { OnPingNews(address, sequence, PingChecks::News::kUnsent); });
}

void Server::OnEchoes() {
  for (const net::EchoOutcome& echo : icmp_->Receive()) {
    OnPingNews(echo.address, echo.sequence,
               echo.answered ? PingChecks::News::kAnswered : PingChecks::News::kUnreachable);
  }
}

void Server::OnPingNews(Ipv4 address, uint16_t sequence, PingChecks::News news) {
  auto ended = pings_.Hear(address, sequence, news, net::EventLoop::Now());
  if (ended) EndPings({*std::move(ended)});
}

// Where nobody answered the OFFERs leave; where somebody did, the same is asked again (C144).
void Server::EndPings(std::vector<PingChecks::Ended> ended) {
  Departures departures;
  std::vector<core::DhcpQuestion> again;
  for (const PingChecks::Ended& ping : ended) {
    for (const uint64_t tag : ping.waiting) {
      auto held = held_.extract(tag);
      if (held.empty()) continue;
      auto& [asked, answer] = held.mapped();
      if (ping.in_use) {
        AskAgain(std::move(asked), ping.address, again);
      } else {
        AddReply(std::move(asked), answer, departures);
      }
    }
  }
  Depart(std::move(departures));
  if (!again.empty()) resolver_.ResolveDhcp(std::move(again), *this);
}

void Server::AskAgain(std::unique_ptr<InFlight> asked, Ipv4 in_use,
                      std::vector<core::DhcpQuestion>& again) {
  const net::Interface* interface = interfaces_.Find(asked->interface_index);
  if (interface == nullptr) return FinishOverloaded(*asked);
  const bool boot_service = asked->socket == &boot_service_;
  auto result = AskFrom(asked->packet, ArrivalOf(asked->packet, *interface, asked->unicast_to,
                                                 asked->source, boot_service));
  auto* question = std::get_if<Asked>(&result);
  // The interface has lost its addresses meanwhile.
  if (question == nullptr) return FinishOverloaded(*asked);
  question->notes.reset();  // they have been counted
  question->question.in_use = in_use;
  ++asked->found_in_use;
  again.push_back(Remember({std::move(*question), std::move(asked), true}));
}

void Server::FinishOverloaded(const InFlight& asked) {
  const auto reason = SilenceReason::kOverload;
  FinishSilent(asked, reason, WhatIsTold(asked, core::DhcpSilence{reason}));
}

// The client asks again if there is no room for its reply.
void Server::DepartLater(OutgoingReply reply, Told told, std::chrono::milliseconds delay,
                         const InFlight& asked) {
  const auto due = net::EventLoop::Now() + delay;
  if (!delayed_.Add(due, {std::move(reply), std::move(told)})) return FinishOverloaded(asked);
  loop_->At(due, [this] {
    Departures departures;
    for (Departing& one : delayed_.TakeDue(net::EventLoop::Now())) {
      departures.replies.push_back(std::move(one.reply));
      departures.told.push_back(std::move(one.told));
    }
    Depart(std::move(departures));
  });
}

}  // namespace pxe::dhcp
