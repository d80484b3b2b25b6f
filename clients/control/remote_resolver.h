// core::Resolver by way of a control plane in another process.
//
// One stream carries everything. While there is none, each question is answered at once, with
// silence for DHCP and NoAnswer for a file, so no machine is told anything wrong; and the stream is
// opened again and again, with growing pauses, on a thread of this object's own. A control plane
// that is there but says nothing costs each question its deadline, and then its stream. Asking
// never blocks.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "clients/control/backoff.h"
#include "clients/control/pending_questions.h"
#include "clients/control/remote_stream.h"
#include "core/resolver.h"
#include "pxe/v1/dataplane.grpc.pb.h"

namespace pxe::control {

struct RemoteLimits {
  QuestionLimits questions;
  std::chrono::milliseconds first_retry{100};
  std::chrono::milliseconds slowest_retry{2000};
  std::chrono::milliseconds open_patience{5000};  // from the call to the first response
};

// What the owner of a RemoteResolver hears, on any thread; must not block. Both may be empty.
struct RemoteHooks {
  // The control plane came or went: one line for the log each time, not for each attempt.
  std::function<void(bool there, std::string_view line)> on_change;
  // Every report, also those that the control plane never gets.
  std::function<void(const core::BootEvent&)> on_event;
};

class RemoteResolver final : public core::Resolver, private RemoteStream::Owner {
 public:
  // `address`: unix:PATH or HOST:PORT. Begins to connect; that nobody is there is no error.
  RemoteResolver(const std::string& address, RemoteHooks hooks, RemoteLimits limits = {});
  ~RemoteResolver() override;  // Stop()
  RemoteResolver(const RemoteResolver&) = delete;
  RemoteResolver& operator=(const RemoteResolver&) = delete;

  void ResolveDhcp(std::vector<core::DhcpQuestion> batch, core::DhcpAnswerSink& sink) override;
  void ResolveBoot(core::BootQuestion question, core::BootAnswerFn done) override;
  void Report(core::BootEvent event) override;

  // Ends the stream and answers every open question; then no asker is called back any more but by
  // its own question. Idempotent; by one thread at a time, and by none of gRPC's.
  void Stop();

  const Counters<RemoteCount>& counts() const { return questions_.counts(); }

 private:
  enum class Seen { kNothingYet, kThere, kAway };

  void OnStreamOpen() override;
  void OnStreamEnded(const std::string& why) override;

  void Asked();
  void Wake();
  void Run();
  bool Advance(TimePoint now);
  void GiveUpOnTheSilent(TimePoint now);
  std::optional<TimePoint> NextWake();
  void Tell(Seen seen, const std::string& line);

  const std::string address_;
  const RemoteHooks hooks_;
  const RemoteLimits limits_;
  const std::unique_ptr<v1::DataPlaneService::Stub> stub_;
  PendingQuestions questions_;

  // Whether the thread will look at the clock by itself; false: the next question must wake it.
  std::atomic<bool> watching_ = false;

  std::mutex mutex_;  // guards the rest
  std::condition_variable wake_;
  bool woken_ = false;
  bool stopping_ = false;
  std::unique_ptr<RemoteStream> stream_;  // null: waiting for retry_at_
  bool stream_open_ = false;
  bool stream_ended_ = false;  // and may be destroyed
  TimePoint open_by_{};
  TimePoint retry_at_{};
  Backoff backoff_;
  std::minstd_rand dice_{std::random_device{}()};
  Seen seen_ = Seen::kNothingYet;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace pxe::control
