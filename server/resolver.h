// The control plane's side of the seam: facts -> decision -> commit -> answer.
//
// Offers and refusals are answered at once, from memory. A granted lease goes to the writer and its
// ACK leaves after the commit; when the commit fails the client hears nothing, never a NAK. A
// packet that meets a lease on its way to the disk waits for it and is decided anew afterwards.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/clock.h"
#include "core/decide_dhcp.h"
#include "core/flavour.h"
#include "core/resolver.h"
#include "server/dhcp_facts.h"
#include "server/event_finder.h"
#include "server/lease_releaser.h"
#include "server/live_state.h"
#include "store/writer.h"

namespace pxe::server {

class Resolver final : public core::Resolver, public LeaseReleaser {
 public:
  // Packets waiting for a lease that is being committed; beyond it they are dropped as overload.
  static constexpr size_t kMaxWaiting = 4096;
  // Leases that become one job of the writer; what has gathered beyond it becomes the next.
  static constexpr size_t kMaxGroup = 1024;
  // Expired leases and offers returned to their pools per batch of questions.
  static constexpr size_t kExpireSlice = 64;

  // Hears of everything that the data planes report; called on their threads, must not block.
  using EventLog = std::function<void(core::BootEvent)>;

  // Hears of machines that are to become hosts, again with each DISCOVER until they are; called
  // under the state's mutex, must not block.
  using DiscoverFn = std::function<void(core::Host)>;

  // Hears of what an operator must hear of; called under the state's mutex, must not block.
  using EventFn = std::function<void(core::Event)>;

  // All must outlive the resolver; the writer must have stopped before it is destroyed.
  // `advertise`: the address that clients are told, whatever they reach us by.
  Resolver(LiveState& state, store::Writer& writer, const Clock& clock, EventLog log,
           DiscoverFn discover, std::optional<Ipv4> advertise);

  // Before anything is asked; until then, and with none, nobody hears.
  void ListenToEvents(EventFn listener) { events_ = std::move(listener); }

  void ResolveDhcp(std::vector<core::DhcpQuestion> batch, core::DhcpAnswerSink& sink) override;
  void ResolveBoot(core::BootQuestion question, core::BootAnswerFn done) override;
  void Report(core::BootEvent event) override;

  void ReleaseLease(Ipv4 address, Done done) override;

  // The config a machine would be given now; errors as in server/boot_files.h. Any thread.
  absl::StatusOr<std::string> PreviewHost(const std::string& host_id,
                                          core::Flavour flavour = core::Flavour::kPxelinux) const;
  absl::StatusOr<std::string> PreviewMac(const MacAddress& mac,
                                         core::Flavour flavour = core::Flavour::kPxelinux) const;

 private:
  struct Waiting {
    core::DhcpQuestion question;
    core::DhcpAnswerSink* sink;
  };
  // The leases of one batch of questions, and the answers that wait for them.
  struct Batch {
    core::DhcpAnswerSink* sink = nullptr;
    std::vector<core::Lease> leases;
    std::vector<core::TaggedDhcpAnswer> answers;
  };
  // Batches that are made durable together.
  using Group = std::vector<Batch>;

  void Decide(core::DhcpQuestion& question, Batch& waits,
              std::vector<core::TaggedDhcpAnswer>& ready);
  void Follow(const core::DhcpQuestion& question, const AskingMachine& asking,
              const core::DhcpAnswer& answer, Seconds now);
  void Commit();
  Group TakeGroup();
  void Settle(Group group, const absl::Status& status);
  void Write(std::vector<core::Lease> leases, std::function<void(const absl::Status&)> done);
  std::vector<Waiting> Conclude(const std::vector<core::Lease>& leases, bool committed);
  void Wake(const std::vector<Waiting>& awake, const absl::Status& status);

  LiveState& state_;
  store::Writer& writer_;
  const Clock& clock_;
  EventLog log_;
  DiscoverFn discover_;
  EventFn events_;
  EventFinder finder_;  // guarded by state_.mutex
  const std::optional<Ipv4> advertise_;
  // By the address whose pending change they wait for; guarded by state_.mutex.
  absl::flat_hash_map<Ipv4, std::vector<Waiting>> waiting_;
  size_t waiting_count_ = 0;
  // What the writer is to take next; guarded by state_.mutex. It gathers for as long as the writer
  // is busy, so a job is all that came meanwhile, however small the batches were.
  std::deque<Batch> gathered_;
  bool job_queued_ = false;  // one that will take from gathered_; guarded by state_.mutex
  Group in_writing_;         // the writer's thread only
};

}  // namespace pxe::server
