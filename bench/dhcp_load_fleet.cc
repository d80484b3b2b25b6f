#include "bench/dhcp_load_fleet.h"

#include <algorithm>
#include <cmath>

#include "dhcp/wire/packet.h"

namespace pxe::bench {
namespace {

using dhcp::wire::MessageType;

constexpr int64_t kSweepNs = 5'000'000;
constexpr double kNsPerSecond = 1e9;

int64_t NowNs() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

}  // namespace

Fleet::Fleet(const FleetPlan& plan, Port& port)
    : plan_(plan),
      port_(port),
      packets_(plan.herd, plan.relay, plan.broadcast),
      clients_(plan.clients) {
  taken_.reserve(plan.clients);
}

FleetResult Fleet::Run() {
  first_ns_ = swept_ns_ = NowNs();
  while (oldest_ < plan_.clients) {
    int64_t now = NowNs();
    BeginDue(now);
    if (now - swept_ns_ >= kSweepNs) GiveUpOrRepeat(now);
    port_.Flush();
    const auto payloads = port_.Receive();
    now = NowNs();
    for (const auto payload : payloads) {
      const auto heard = ReadAnswer(plan_.herd, payload);
      if (heard) OnAnswer(*heard, now);
    }
    while (oldest_ < begun_ && clients_[oldest_].state == State::kDone) ++oldest_;
    port_.Flush();
    if (payloads.empty()) port_.Wait(UntilNext(now));
  }
  return result_;
}

void Fleet::BeginDue(int64_t now) {
  uint32_t due = plan_.clients;
  if (plan_.rate > 0) {
    // Not more than a batch behind each other, or what was late comes as a burst without reading.
    const double passed = static_cast<double>(now - first_ns_) / kNsPerSecond;
    const auto all = static_cast<double>(plan_.clients);
    due = static_cast<uint32_t>(std::min(passed * plan_.rate + 1, all));
    due = std::min<uint32_t>(due, begun_ + Port::kBatch);
  } else {
    const uint32_t room = plan_.window - std::min(plan_.window, under_way_);
    due = std::min(plan_.clients - begun_, room) + begun_;
  }
  while (begun_ < due) Begin(begun_++, now);
}

void Fleet::Begin(uint32_t number, int64_t now) {
  clients_[number] = {.began_ns = now, .state = State::kDiscovering};
  ++under_way_;
  result_.begin_seconds = static_cast<double>(now - first_ns_) / kNsPerSecond;
  Say(number, now);
}

// What the client says in its state, for the first time or again.
void Fleet::Say(uint32_t number, int64_t now) {
  Client& client = clients_[number];
  client.sent_ns = now;
  ++client.tries;
  const uint32_t id = plan_.first + number;
  const MacAddress mac = MacOf(plan_.herd, id);
  if (client.state == State::kDiscovering) {
    packets_.WriteDiscover(id, port_.Next(mac, packets_.discover_bytes()));
  } else {
    packets_.WriteRequest(id, client.address, client.server,
                          port_.Next(mac, packets_.request_bytes()));
  }
}

void Fleet::OnAnswer(const Heard& heard, int64_t now) {
  const uint32_t number = heard.client - plan_.first;
  if (number >= begun_) return;
  Client& client = clients_[number];
  const auto type = static_cast<MessageType>(heard.type);
  if (type == MessageType::kOffer && client.state == State::kDiscovering) {
    result_.offer.Add(now - client.sent_ns);
    client.address = heard.address;
    client.server = heard.server;
    client.state = State::kRequesting;
    client.tries = 0;
    Say(number, now);
  } else if (type == MessageType::kAck && client.state == State::kRequesting) {
    OnAck(number, heard, now);
  } else if (type == MessageType::kNak && client.state == State::kRequesting) {
    End(client, result_.naks, now);
  } else {
    ++result_.duplicates;
  }
}

void Fleet::OnAck(uint32_t number, const Heard& heard, int64_t now) {
  Client& client = clients_[number];
  const bool right = heard.address == client.address && taken_.insert(heard.address).second;
  if (right) {
    result_.ack.Add(now - client.sent_ns);
    result_.four_way.Add(now - client.began_ns);
  }
  End(client, right ? result_.bound : result_.wrong, now);
}

void Fleet::End(Client& client, uint64_t& count, int64_t now) {
  ++count;
  client.state = State::kDone;
  --under_way_;
  result_.seconds = static_cast<double>(now - first_ns_) / kNsPerSecond;
}

void Fleet::GiveUpOrRepeat(int64_t now) {
  swept_ns_ = now;
  for (uint32_t number = oldest_; number < begun_; ++number) {
    Client& client = clients_[number];
    if (client.state == State::kDone || now - client.sent_ns < Patience(client)) continue;
    if (client.tries < plan_.tries) {
      ++result_.repeated;
      Say(number, now);
    } else {
      End(client, client.state == State::kDiscovering ? result_.no_offer : result_.no_ack, now);
    }
  }
}

int64_t Fleet::Patience(const Client& client) const {
  const auto timeout = std::chrono::nanoseconds(plan_.timeout).count();
  return timeout << std::min<uint32_t>(client.tries - 1, 6);
}

int64_t Fleet::UntilNext(int64_t now) const {
  const int64_t sweep = kSweepNs;
  if (plan_.rate <= 0 || begun_ == plan_.clients) return sweep;
  const auto next = static_cast<int64_t>(static_cast<double>(begun_) / plan_.rate * kNsPerSecond);
  return std::clamp<int64_t>(first_ns_ + next - now, 0, sweep);
}

}  // namespace pxe::bench
