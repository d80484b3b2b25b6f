// The DHCP data plane: receives packets, asks the control plane, sends what it answers.
//
// It holds no policy and no state beyond the questions in flight. What goes wrong here costs one
// packet and is a counter; clients ask again.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "base/counters.h"
#include "core/resolver.h"
#include "dhcp/delay_queue.h"
#include "dhcp/foreign_offers.h"
#include "dhcp/outbox.h"
#include "dhcp/ping_check.h"
#include "dhcp/question.h"
#include "dhcp/rate_limit.h"
#include "dhcp/reply.h"
#include "dhcp/reply_target.h"
#include "dhcp/wire/drop_reason.h"
#include "net/event_loop.h"
#include "net/icmp_socket.h"
#include "net/interfaces.h"
#include "net/packet_socket.h"
#include "net/route_source.h"
#include "net/udp_socket.h"

namespace pxe::dhcp {

struct Limits {
  size_t max_packet_bytes = 4096;      // of one request (C29)
  size_t batch_packets = 64;           // received together
  size_t batches_per_turn = 128;       // received before they are asked about, if there are so many
  size_t max_in_flight = 8192;         // questions without an answer yet; DISCOVERs: 3/4 of it
  size_t max_spare = 512;              // what is kept of one, kept on for the next
  int receive_buffer_bytes = 4 << 20;  // of the socket: a boot storm's first seconds
  RateLimits rates;
  // Of those asked in one turn in which the socket was not emptied: the newest, for the clients of
  // the others have waited longest and ask again first (C154).
  size_t max_discovers_in_overload = 4096;
  // In the socket's queue; then its client has asked again (C154).
  std::chrono::milliseconds max_discover_wait{2000};
  int send_retries = 3;       // of a reply, while the kernel's buffers are full (F17)
  size_t max_unsent = 1024;   // replies that wait for that
  size_t max_delayed = 1024;  // replies that wait because their client is slow
  PingLimits pings;
};

struct ServerConfig {
  std::vector<std::string> interfaces;  // served; packets from others are dropped and counted
  uint16_t port = 67;                   // clients listen on the next one
  uint16_t boot_service_port = 4011;
  Limits limits;
};

// What became of a received packet. Every packet has exactly one: their sum is what was received.
enum class Outcome {
  kOffered,
  kAcked,
  kNaked,
  kSilent,      // the control plane said so; by SilenceReason
  kDropped,     // not even asked; by DropReason
  kSendFailed,  // answered, but the network would not take it
  kCount,
};

// "offered": the label of the counter.
std::string_view ToString(Outcome outcome);

class Server final : public core::DhcpAnswerSink {
 public:
  // Binds everything. NOT_FOUND names an interface that does not exist, INVALID_ARGUMENT says that
  // none is named, FAILED_PRECONDITION that the port is in use. `resolver` must outlive the server,
  // and must have answered (or never will answer) every question before the server is destroyed.
  static absl::StatusOr<std::unique_ptr<Server>> Open(ServerConfig config,
                                                      core::Resolver& resolver);

  // Serves until Stop(), on the caller's thread.
  void Run();
  void Stop();  // any thread

  // Whether clients without an address can be sent unicast frames. False without CAP_NET_RAW:
  // replies to them are broadcast.
  bool raw_frames() const { return packet_socket_.has_value(); }

  // Whether addresses can be pinged before they are offered; they are offered at once otherwise.
  bool can_ping() const { return icmp_.has_value(); }

  // Any thread.
  const Counters<Outcome>& outcomes() const { return outcomes_; }
  const Counters<wire::DropReason>& drops() const { return drops_; }
  const Counters<core::SilenceReason>& silences() const { return silences_; }
  const Counters<Note>& notes() const { return notes_; }
  const Counters<PingCount>& pings() const { return pings_.counts(); }
  const Counters<ForeignFrame>& foreign_frames() const { return foreign_.frames(); }

  // For the resolver; any thread.
  void OnDhcpAnswers(std::vector<core::TaggedDhcpAnswer> answers) override;

 private:
  // What is kept of a packet until its answer comes.
  struct InFlight {
    wire::Packet packet;
    core::ClientKind kind;
    HardwareAddress client;
    int interface_index = 0;
    Ipv4 source;
    Ipv4 unicast_to;  // as in Arrival
    uint16_t source_port = 0;
    net::UdpSocket* socket = nullptr;  // it came by
    bool to_boot_service = false;      // by its port or by what it asks
    int found_in_use = 0;              // addresses it was to be offered
  };

  // An OFFER that waits for a ping.
  struct Held {
    std::unique_ptr<InFlight> asked;
    core::DhcpAnswer answer;
  };

  // A packet that may be asked about.
  struct Admitted {
    Asked asked;
    std::unique_ptr<InFlight> packet;
    bool discover = false;
  };

  // What was received in one turn, each in order of arrival.
  struct Turn {
    std::vector<Admitted> discovers;
    std::vector<Admitted> others;
  };

  // The outcome of a packet whose reply leaves, and what is reported of it then.
  struct Told {
    Outcome outcome = Outcome::kSilent;
    core::BootEvent event;
  };

  struct Departing {
    OutgoingReply reply;
    Told told;
  };

  // Replies on their way out, each with what is told of it.
  struct Departures {
    std::vector<OutgoingReply> replies;
    std::vector<Told> told;
  };

  Server(ServerConfig config, core::Resolver& resolver, std::unique_ptr<net::EventLoop> loop,
         net::InterfaceTable interfaces, net::UdpSocket socket, net::UdpSocket boot_service,
         std::optional<net::PacketSocket> packet_socket, std::optional<net::IcmpSocket> icmp);

  absl::Status Watch();
  void OnReadable(net::UdpSocket& socket);
  void OnAnswers(std::span<const core::TaggedDhcpAnswer> answers);

  void CountLost(uint32_t packets);
  size_t ReceiveBatch(net::UdpSocket& socket, net::TimePoint now, Turn& turn);
  std::optional<wire::DropReason> Admit(const net::Datagram& datagram, net::UdpSocket& socket,
                                        net::TimePoint now, Turn& turn);
  Arrival ArrivalOf(const wire::Packet& packet, const net::Interface& interface, Ipv4 unicast_to,
                    Ipv4 source, bool boot_service);
  void Shed(std::vector<Admitted>& discovers, net::TimePoint now);
  core::DhcpQuestion Remember(Admitted&& admitted);
  std::unique_ptr<InFlight> Keep(wire::Packet&& packet, const core::DhcpQuestion& question,
                                 const net::Datagram& datagram, net::UdpSocket& socket);
  std::unique_ptr<InFlight> TakeSpare();
  bool HasRoomFor(const Admitted& admitted) const;
  Ports PortsFor(const InFlight& asked) const;
  bool IsOwnPacket(const wire::Packet& packet, const net::Interface& interface) const;
  bool IsServed(const std::string& name) const;
  void Drop(wire::DropReason reason, std::string client, net::TimePoint now);
  static Told WhatIsTold(const InFlight& asked, const core::DhcpAnswer& answer);
  void Finish(Told&& told);
  void FinishSilent(const InFlight& asked, core::SilenceReason reason, Told&& told);
  void FinishUnsent(Told&& told);

  OutgoingReply Outgoing(const InFlight& asked, const Reply& reply,
                         const net::Interface& interface) const;
  void AddAnswer(const core::TaggedDhcpAnswer& tagged, Departures& departures);
  void AddReply(std::unique_ptr<InFlight> asked, const core::DhcpAnswer& answer,
                Departures& departures);
  void Depart(Departures departures);
  void KeepUnsent(OutgoingReply reply, Told told);
  void RetryUnsent();

  bool HoldForPing(std::unique_ptr<InFlight>& asked, const core::TaggedDhcpAnswer& tagged);
  void Ping(Ipv4 address, uint16_t sequence);
  void OnEchoes();
  void OnPingNews(Ipv4 address, uint16_t sequence, PingChecks::News news);
  void EndPings(std::vector<PingChecks::Ended> ended);
  void AskAgain(std::unique_ptr<InFlight> asked, Ipv4 in_use,
                std::vector<core::DhcpQuestion>& again);
  void FinishOverloaded(const InFlight& asked);
  void DepartLater(OutgoingReply reply, Told told, std::chrono::milliseconds delay,
                   const InFlight& asked);

  const ServerConfig config_;
  core::Resolver& resolver_;
  const std::unique_ptr<net::EventLoop> loop_;
  net::InterfaceTable interfaces_;
  net::RouteSources routes_;
  net::UdpSocket socket_;
  net::UdpSocket boot_service_;
  const std::optional<net::PacketSocket> packet_socket_;
  const std::optional<net::IcmpSocket> icmp_;
  ForeignOffers foreign_;
  net::ReceiveBatch batch_;
  std::thread::id loop_thread_;
  absl::flat_hash_map<uint64_t, std::unique_ptr<InFlight>> in_flight_;  // by tag
  std::vector<std::unique_ptr<InFlight>> spare_;  // too large for malloc to make them quickly
  uint64_t last_tag_ = 0;
  RateLimiter rates_;
  Departures unsent_;  // a timer is set while there are any
  PingChecks pings_;
  absl::flat_hash_map<uint64_t, Held> held_;  // by tag, all of them waiting in pings_
  DelayQueue<Departing> delayed_;             // a timer is set for each
  std::array<TokenBucket, Counters<wire::DropReason>::kSize> drop_lines_;  // by reason (C151)

  Counters<Outcome> outcomes_;
  Counters<wire::DropReason> drops_;
  Counters<core::SilenceReason> silences_;
  Counters<Note> notes_;
};

}  // namespace pxe::dhcp
