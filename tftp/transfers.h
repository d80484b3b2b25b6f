// All sessions of one server: who may have one, when each is woken, and how each ends.
//
// Lives on the loop's thread. A session is found by its key until it ends; ends are counted,
// reported to the resolver as one event each, and leave no socket, file or timer behind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/resolver.h"
#include "net/event_loop.h"
#include "tftp/limits.h"
#include "tftp/recent_ends.h"
#include "tftp/session.h"
#include "tftp/transfer_ports.h"
#include "tftp/transfer_times.h"
#include "tftp/waiting_line.h"

namespace pxe::tftp {

class Transfers {
 public:
  // All borrowed for the lifetime of this object. `seed` feeds the jitter of the timers;
  // `priority_mark` is that of all ports.
  Transfers(net::EventLoop& loop, core::Resolver& resolver, Counters<Outcome>& counters,
            const Limits& limits, const RetryPolicy& retry, uint64_t seed, int priority_mark);
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;
  ~Transfers();

  // The session of this key, after it has seen what waits at its port: a last ACK may be there that
  // came before the request at hand. Null when there is none, or none any more.
  Session* Find(const SessionKey& key);

  // The limit that keeps this client from another session, if one does. A client that finds no room
  // has its place in the line for the next tries.
  std::optional<Outcome> LimitFor(const net::Endpoint& client);

  // The most bytes that a window may have now.
  uint32_t WindowShare() const;

  // A packet that came to the service port in single-port mode; whether it belongs to a session.
  bool OnPacket(const SessionKey& key, const wire::Packet& packet);

  // A session that waits for its answer, until `max_wait_for_answer`.
  Session& Add(const SessionKey& key, std::span<const uint8_t> request);

  // The same session as when it was asked for, or null: it may have been replaced or forgotten.
  Session* FindWaiting(const SessionKey& key, uint64_t ticket);

  // Sends the first packet, by `service` where all is sent by the service port. An error when no
  // port is to be had.
  absl::Status Start(Session& session, net::UdpSocket* service, Content content,
                     AgreedOptions agreed, FileClass file_class);
  void Repeat(Session& session);  // the client sent its request again

  // Ends a session without a word to its client.
  void Drop(Session& session);

  // One event about a session, for the log and the machine's history.
  void Report(const Session& session, core::BootEvent::Step step, std::string_view detail,
              uint64_t bytes);

  // How far those have got that have run for kTellEvery or longer: an event each.
  void ReportRunning();

  void AbortAll(const std::string& message);
  size_t size() const { return sessions_.size(); }
  const TransferTimes& times() const { return times_; }  // any thread

 private:
  void OnPortReady(TransferPort& port, net::Readiness readiness);
  void OnDatagram(TransferPort& port, const net::Datagram& in);
  void OnRefusal(TransferPort& port, const net::Endpoint& client);
  void OnTimer(Session& session);
  void AfterStep(Session& session);
  void Arm(Session& session, TimePoint when);
  void Finish(Session& session);

  net::EventLoop& loop_;
  core::Resolver& resolver_;
  Counters<Outcome>& counters_;
  const Limits limits_;
  const RetryPolicy retry_;
  uint64_t next_ticket_;

  absl::flat_hash_map<SessionKey, std::unique_ptr<Session>> sessions_;
  absl::flat_hash_map<net::Endpoint, size_t> per_client_;  // port 0
  std::vector<net::Endpoint> locals_;  // addresses of ours that were ever asked, port 0
  WaitingLine line_;
  RecentEnds recent_ends_;
  TransferPorts ports_;
  net::ReceiveBatch received_;
  Workspace workspace_;
  TransferTimes times_;
};

}  // namespace pxe::tftp
