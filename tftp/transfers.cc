#include "tftp/transfers.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/hex.h"
#include "base/status.h"
#include "tftp/transfer_event.h"

namespace pxe::tftp {
namespace {

using Step = core::BootEvent::Step;

constexpr size_t kDatagramsPerBatch = 64;
constexpr int kBatchesPerTurn = 4;       // then other ports get their turn
constexpr size_t kMaxPacketBytes = 600;  // ACK and ERROR: plenty

// How an ended transfer is counted and told of.
struct Verdict {
  Outcome outcome;
  Step step;
  std::string_view detail;
};

Verdict VerdictOn(Ending ending) {
  switch (ending) {
    case Ending::kDone:
      return {Outcome::kFetched, Step::kFetched, ""};
    case Ending::kDoneUnconfirmed:
      return {Outcome::kFetchedUnconfirmed, Step::kFetched, "final ACK missing"};
    case Ending::kProbed:
      return {Outcome::kProbed, Step::kProbed, ""};
    case Ending::kClientError:
      return {Outcome::kClientError, Step::kBrokenOff, "ended by the client"};
    case Ending::kClientGone:
      return {Outcome::kClientGone, Step::kBrokenOff, "the client's port is closed"};
    case Ending::kTimedOut:
      return {Outcome::kTimedOut, Step::kBrokenOff, "the client went silent"};
    case Ending::kRunning:
    case Ending::kAborted:
      break;
  }
  return {Outcome::kAborted, Step::kBrokenOff, "ended by the server"};
}

net::Endpoint AddressOf(net::Endpoint client) {
  client.port = 0;
  return client;
}

std::string Detail(const Verdict& verdict, const Transfer& transfer) {
  std::string detail(verdict.detail);
  if (transfer.client_message().empty()) return detail;
  if (!detail.empty()) detail += ": ";
  return detail + Printable(transfer.client_message());
}

void Describe(const Transfer& transfer, core::TransferFacts& facts) {
  facts.block_bytes = transfer.agreed().block_bytes;
  facts.window_blocks = transfer.agreed().window_blocks;
  facts.blocks = transfer.acknowledged_blocks();
  facts.resends = transfer.stats().resends + transfer.stats().rollbacks;
}

}  // namespace

Transfers::Transfers(net::EventLoop& loop, core::Resolver& resolver, Counters<Outcome>& counters,
                     const Limits& limits, const RetryPolicy& retry, uint64_t seed,
                     int priority_mark)
    : loop_(loop),
      resolver_(resolver),
      counters_(counters),
      limits_(limits),
      retry_(retry),
      next_ticket_(seed),
      ports_(
          loop, [this](TransferPort& port, net::Readiness r) { OnPortReady(port, r); },
          priority_mark),
      received_(kDatagramsPerBatch, kMaxPacketBytes),
      workspace_{.counters = counters} {}

Transfers::~Transfers() {
  while (!sessions_.empty()) Drop(*sessions_.begin()->second);
}

Session* Transfers::Find(const SessionKey& key) {
  auto found = sessions_.find(key);
  if (found == sessions_.end()) return nullptr;
  Session& session = *found->second;
  if (session.port != nullptr) OnPortReady(*session.port, {.readable = true});
  found = sessions_.find(key);
  return found == sessions_.end() ? nullptr : found->second.get();
}

std::optional<Outcome> Transfers::LimitFor(const net::Endpoint& client) {
  const auto own = per_client_.find(AddressOf(client));
  if (own != per_client_.end() && own->second >= limits_.max_transfers_per_client) {
    return Outcome::kOverClientLimit;
  }
  const size_t free = limits_.max_transfers - std::min(limits_.max_transfers, sessions_.size());
  if (!line_.Admits(client, free, net::EventLoop::Now())) return Outcome::kOverLimit;
  return std::nullopt;
}

uint32_t Transfers::WindowShare() const {
  const size_t share = limits_.max_window_bytes_in_all / std::max<size_t>(sessions_.size(), 1);
  return static_cast<uint32_t>(std::min<size_t>(share, limits_.max_window_bytes));
}

bool Transfers::OnPacket(const SessionKey& key, const wire::Packet& packet) {
  const auto found = sessions_.find(key);
  if (found == sessions_.end() || !found->second->started()) return false;
  found->second->OnPacket(packet, workspace_, net::EventLoop::Now());
  AfterStep(*found->second);
  return true;
}

Session& Transfers::Add(const SessionKey& key, std::span<const uint8_t> request) {
  const TimePoint now = net::EventLoop::Now();
  auto session = std::make_unique<Session>(key, request, next_ticket_++, now);
  Session& added = *session;
  sessions_[key] = std::move(session);
  ++per_client_[AddressOf(key.client)];
  if (std::ranges::find(locals_, key.local) == locals_.end()) locals_.push_back(key.local);
  Arm(added, now + limits_.max_wait_for_answer);
  return added;
}

Session* Transfers::FindWaiting(const SessionKey& key, uint64_t ticket) {
  const auto found = sessions_.find(key);
  if (found == sessions_.end() || found->second->ticket() != ticket) return nullptr;
  return found->second.get();
}

absl::Status Transfers::Start(Session& session, net::UdpSocket* service, Content content,
                              AgreedOptions agreed, FileClass file_class) {
  using Urgency = net::EventLoop::Urgency;
  if (service == nullptr) {
    const auto urgency = file_class == FileClass::kBulk ? Urgency::kNormal : Urgency::kFirst;
    PXE_ASSIGN_OR_RETURN(session.port, ports_.Next(session.key().client.IsV6(), urgency));
    service = &session.port->socket;
  }
  session.Start(ClientLink::Over(session.key(), *service), std::move(content), std::move(agreed),
                file_class, retry_, workspace_, net::EventLoop::Now());
  loop_.Cancel(session.timer);
  session.timer = {};
  AfterStep(session);
  return absl::OkStatus();
}

void Transfers::Repeat(Session& session) {
  if (!session.started()) return;  // the answer is on its way
  session.OnRepeatedRequest(workspace_);
  AfterStep(session);
}

// After the packets the refusals: the last ACK may have come before the client's port was closed.
void Transfers::OnPortReady(TransferPort& port, net::Readiness readiness) {
  for (int i = 0; i < kBatchesPerTurn; ++i) {
    const auto batch = port.socket.Receive(received_);
    for (const net::Datagram& in : batch) OnDatagram(port, in);
    if (batch.size() < kDatagramsPerBatch) break;
  }
  counters_.Add(Outcome::kBufferFull, port.socket.TakeLost());
  if (!readiness.error) return;
  for (const net::Endpoint& client : port.socket.TakeRefusals()) OnRefusal(port, client);
}

void Transfers::OnDatagram(TransferPort& port, const net::Datagram& in) {
  const SessionKey key = KeyOf(in);
  const TimePoint now = net::EventLoop::Now();
  const auto found = sessions_.find(key);
  if (found == sessions_.end() || found->second->port != &port) {
    if (recent_ends_.Contains(key)) return;
    AnswerStranger(port.socket, key, port.stranger_answered_at, counters_, now);
    return;
  }
  const auto packet = wire::Parse(in.payload);
  if (!packet.ok()) return;
  found->second->OnPacket(*packet, workspace_, now);
  AfterStep(*found->second);
}

// Whichever of our addresses it asked: its port is closed for all of them.
void Transfers::OnRefusal(TransferPort& port, const net::Endpoint& client) {
  for (const net::Endpoint& local : locals_) {
    const auto found = sessions_.find({.client = client, .local = local});
    if (found == sessions_.end() || found->second->port != &port) continue;
    found->second->OnPortClosed(workspace_);
    AfterStep(*found->second);
  }
}

void Transfers::OnTimer(Session& session) {
  session.timer = {};
  if (!session.started()) {
    counters_.Add(Outcome::kNoAnswer);
    return Drop(session);
  }
  session.OnTimer(workspace_, net::EventLoop::Now());
  AfterStep(session);
}

// Every step may move the deadline, or be the last. A deadline that moved away keeps its timer,
// which finds nothing to do when it fires and is set anew: far cheaper than moving it per packet.
void Transfers::AfterStep(Session& session) {
  const auto deadline = session.deadline();
  if (!deadline) return Finish(session);
  if (session.timer.sequence != 0 && session.timer.when <= *deadline) return;
  loop_.Cancel(session.timer);
  Arm(session, *deadline);
}

void Transfers::Arm(Session& session, TimePoint when) {
  session.timer = loop_.At(when, [this, &session] { OnTimer(session); });
}

void Transfers::Finish(Session& session) {
  const Transfer& transfer = session.transfer();
  const Verdict verdict = VerdictOn(transfer.ending());
  counters_.Add(verdict.outcome);
  counters_.Add(Outcome::kResend, transfer.stats().resends);
  counters_.Add(Outcome::kRollback, transfer.stats().rollbacks);
  counters_.Add(Outcome::kIgnoredAck, transfer.stats().ignored_acks);
  if (verdict.step == Step::kFetched) {
    times_.Add(session.file_class(), net::EventLoop::Now() - session.asked_at());
  }
  Report(session, verdict.step, Detail(verdict, transfer), transfer.acknowledged_bytes());
  Drop(session);
}

void Transfers::Drop(Session& session) {
  if (session.port != nullptr) recent_ends_.Add(session.key());
  loop_.Cancel(session.timer);
  const auto own = per_client_.find(AddressOf(session.key().client));
  if (--own->second == 0) per_client_.erase(own);
  sessions_.erase(SessionKey(session.key()));
}

void Transfers::Report(const Session& session, Step step, std::string_view detail, uint64_t bytes) {
  core::BootEvent event = TransferEvent(step, session.key(), session.request().filename);
  event.detail = detail;
  event.bytes = bytes;
  event.milliseconds = MillisecondsSince(session.asked_at());
  event.transfer = session.ticket();
  if (session.started()) Describe(session.transfer(), event.facts);
  resolver_.Report(std::move(event));
}

void Transfers::ReportRunning() {
  const TimePoint now = net::EventLoop::Now();
  for (const auto& [key, session] : sessions_) {
    if (!session->started() || session->asked_at() + kTellEvery > now) continue;
    core::BootEvent event = TransferEvent(Step::kFetching, key, session->request().filename);
    event.bytes = session->transfer().acknowledged_bytes();
    event.of_bytes = session->content().size();
    event.milliseconds = MillisecondsSince(session->asked_at());
    event.transfer = session->ticket();
    resolver_.Report(std::move(event));
  }
}

void Transfers::AbortAll(const std::string& message) {
  while (!sessions_.empty()) {
    Session& session = *sessions_.begin()->second;
    if (!session.started()) {
      Drop(session);
      continue;
    }
    session.Abort(message, workspace_);
    AfterStep(session);
  }
}

}  // namespace pxe::tftp
