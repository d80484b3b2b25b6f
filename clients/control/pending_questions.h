// The questions of this process that a control plane elsewhere has not answered yet: who asked,
// what is still to be sent, and until when an answer is worth having.
//
// Every question is answered exactly once, whatever happens: by the control plane, by its deadline,
// by the end of the connection, or at once when there is nobody to ask or too much is open. All but
// the first are silence to a DHCP client and NoAnswer to a boot loader, never a refusal and never a
// guess. Knows no gRPC and asks no clock. Thread-safe; calls askers back outside its lock, on the
// thread that brought the answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/counters.h"
#include "core/questions.h"

namespace pxe::control {

using TimePoint = std::chrono::steady_clock::time_point;

struct QuestionLimits {
  size_t max_open = 8192;        // without an answer; more are answered "overload" at once
  size_t max_per_message = 512;  // questions and events of one message
  size_t max_events = 4096;      // waiting to be sent; later ones are dropped
  size_t max_progress = 2048;    // beyond so many, how far a transfer has got is dropped
  // Shorter than clients take to ask again (udhcpc 3 s, dhclient and firmware 4 s), so that an
  // answer never meets the next question.
  std::chrono::milliseconds deadline{2000};
};

enum class RemoteCount {
  kConnects,       // the control plane began to take questions
  kAsked,          // questions of the data planes; each of them is one of the next five
  kAnswered,       // by the control plane
  kTimedOut,       // not answered within the deadline
  kControlAway,    // asked when it was not there
  kCutOff,         // open when the connection ended
  kOverload,       // refused because too many were open
  kLateAnswers,    // answers to no open question
  kMalformed,      // messages that no control plane of ours sends
  kEventsDropped,  // reports that found no place
  kCount,
};

// "timed_out": the label of the counter.
std::string_view ToString(RemoteCount count);

class PendingQuestions {
 public:
  explicit PendingQuestions(QuestionLimits limits = {}) : limits_(limits) {}
  PendingQuestions(const PendingQuestions&) = delete;
  PendingQuestions& operator=(const PendingQuestions&) = delete;

  // The asker's side. `sink` must outlive its questions. Nothing blocks.
  void AskDhcp(std::vector<core::DhcpQuestion> batch, core::DhcpAnswerSink& sink, TimePoint now);
  void AskBoot(core::BootQuestion question, core::BootAnswerFn done, TimePoint now);
  void Report(core::BootEvent event);

  // The connection's side. Until Open and after Close questions are answered at once; Close answers
  // those that are open, too.
  void Open();
  void Close();

  // What waits to be sent, oldest first, at most `max_per_message`; under tags of our own, which
  // are never used twice. Empty: nothing does.
  core::QuestionBatch Take();

  // Answers that came, under those tags. Those that nobody waits for are counted and dropped.
  void Answer(core::AnswerBatch answers);
  void CountMalformed() { counts_.Add(RemoteCount::kMalformed); }

  // The clock's side. Answers what is overdue and returns how many questions that were.
  size_t Expire(TimePoint now);
  std::optional<TimePoint> NextDeadline();

  const Counters<RemoteCount>& counts() const { return counts_; }

 private:
  struct Asker {
    core::DhcpAnswerSink* sink = nullptr;  // null: a boot question
    uint64_t tag = 0;                      // the sink's own
    core::BootAnswerFn done;
  };
  // Answers on their way to the askers, gathered under the lock and handed out after it.
  class Delivery {
   public:
    void Add(const Asker& asker, core::DhcpAnswer answer);
    void Add(Asker asker, core::BootAnswer answer);
    void AddSilence(Asker asker, core::SilenceReason reason, std::string_view why);
    void HandOut();

   private:
    std::vector<std::pair<core::DhcpAnswerSink*, std::vector<core::TaggedDhcpAnswer>>> dhcp_;
    std::vector<std::pair<core::BootAnswerFn, core::BootAnswer>> boot_;
  };

  // Why a question cannot even wait; a silence's reason and its counter and words.
  struct Refusal {
    core::SilenceReason reason;
    RemoteCount count;
    std::string_view why;
  };
  std::optional<Refusal> MustRefuse();
  uint64_t Remember(Asker asker, TimePoint now);
  std::optional<Asker> Forget(uint64_t id, bool dhcp);

  const QuestionLimits limits_;
  Counters<RemoteCount> counts_;

  std::mutex mutex_;  // guards the rest
  bool there_ = false;
  uint64_t last_id_ = 0;
  absl::flat_hash_map<uint64_t, Asker> open_;
  std::deque<std::pair<TimePoint, uint64_t>> deadlines_;  // also of answered ones, until their turn
  std::deque<core::DhcpQuestion> dhcp_;                   // to be sent; skipped when no longer open
  std::deque<core::TaggedBootQuestion> boot_;
  std::deque<core::BootEvent> events_;
};

}  // namespace pxe::control
