#include "clients/control/pending_questions.h"

#include <algorithm>
#include <string>

namespace pxe::control {
namespace {

constexpr std::string_view kAway = "the control plane is away";
constexpr std::string_view kTooSlow = "the control plane did not answer in time";
constexpr std::string_view kTooMany = "too many questions are without an answer";

// Moves entries from the front of `queue` for as long as there is `room`; those of questions that
// are no longer open fall away.
template <typename T, typename IsOpen>
std::vector<T> TakeFrom(std::deque<T>& queue, size_t& room, IsOpen is_open) {
  std::vector<T> taken;
  taken.reserve(std::min(room, queue.size()));
  while (room > 0 && !queue.empty()) {
    if (is_open(queue.front())) {
      taken.push_back(std::move(queue.front()));
      --room;
    }
    queue.pop_front();
  }
  return taken;
}

}  // namespace

void PendingQuestions::AskDhcp(std::vector<core::DhcpQuestion> batch, core::DhcpAnswerSink& sink,
                               TimePoint now) {
  Delivery refused;
  {
    const std::lock_guard lock(mutex_);
    for (core::DhcpQuestion& question : batch) {
      Asker asker{.sink = &sink, .tag = question.tag};
      if (const auto refusal = MustRefuse()) {
        refused.AddSilence(std::move(asker), refusal->reason, refusal->why);
        continue;
      }
      question.tag = Remember(std::move(asker), now);
      dhcp_.push_back(std::move(question));
    }
  }
  refused.HandOut();
}

void PendingQuestions::AskBoot(core::BootQuestion question, core::BootAnswerFn done,
                               TimePoint now) {
  Delivery refused;
  {
    const std::lock_guard lock(mutex_);
    Asker asker{.done = std::move(done)};
    if (const auto refusal = MustRefuse()) {
      refused.AddSilence(std::move(asker), refusal->reason, refusal->why);
    } else {
      boot_.push_back({Remember(std::move(asker), now), std::move(question)});
    }
  }
  refused.HandOut();
}

void PendingQuestions::Report(core::BootEvent event) {
  const bool progress = event.step == core::BootEvent::Step::kFetching;
  const std::lock_guard lock(mutex_);
  if (!there_ || events_.size() >= (progress ? limits_.max_progress : limits_.max_events)) {
    counts_.Add(RemoteCount::kEventsDropped);
    return;
  }
  events_.push_back(std::move(event));
}

void PendingQuestions::Open() {
  const std::lock_guard lock(mutex_);
  if (!there_) counts_.Add(RemoteCount::kConnects);
  there_ = true;
}

void PendingQuestions::Close() {
  Delivery silences;
  {
    const std::lock_guard lock(mutex_);
    there_ = false;
    counts_.Add(RemoteCount::kCutOff, open_.size());
    counts_.Add(RemoteCount::kEventsDropped, events_.size());
    for (auto& [id, asker] : open_) {
      silences.AddSilence(std::move(asker), core::SilenceReason::kControlAway, kAway);
    }
    open_.clear();
    deadlines_.clear();
    dhcp_.clear();
    boot_.clear();
    events_.clear();
  }
  silences.HandOut();
}

// Boot questions first: they are few, and a storm of DHCP must not hold up who already has an
// address. Events last: they can wait, and be lost.
core::QuestionBatch PendingQuestions::Take() {
  const std::lock_guard lock(mutex_);
  size_t room = limits_.max_per_message;
  const auto is_open = [this](const auto& question) { return open_.contains(question.tag); };
  core::QuestionBatch questions;
  questions.boot = TakeFrom(boot_, room, is_open);
  questions.dhcp = TakeFrom(dhcp_, room, is_open);
  questions.events = TakeFrom(events_, room, [](const core::BootEvent&) { return true; });
  return questions;
}

void PendingQuestions::Answer(core::AnswerBatch answers) {
  Delivery delivery;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [id, answer] : answers.dhcp) {
      if (const auto asker = Forget(id, true)) delivery.Add(*asker, std::move(answer));
    }
    for (auto& [id, answer] : answers.boot) {
      if (auto asker = Forget(id, false)) delivery.Add(*std::move(asker), std::move(answer));
    }
  }
  delivery.HandOut();
}

size_t PendingQuestions::Expire(TimePoint now) {
  Delivery silences;
  size_t expired = 0;
  {
    const std::lock_guard lock(mutex_);
    while (!deadlines_.empty() && deadlines_.front().first <= now) {
      auto overdue = open_.extract(deadlines_.front().second);
      deadlines_.pop_front();
      if (overdue.empty()) continue;
      silences.AddSilence(std::move(overdue.mapped()), core::SilenceReason::kControlAway, kTooSlow);
      ++expired;
    }
    counts_.Add(RemoteCount::kTimedOut, expired);
  }
  silences.HandOut();
  return expired;
}

std::optional<TimePoint> PendingQuestions::NextDeadline() {
  const std::lock_guard lock(mutex_);
  while (!deadlines_.empty() && !open_.contains(deadlines_.front().second)) deadlines_.pop_front();
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.front().first;
}

std::optional<PendingQuestions::Refusal> PendingQuestions::MustRefuse() {
  counts_.Add(RemoteCount::kAsked);
  std::optional<Refusal> refusal;
  if (!there_) {
    refusal = {core::SilenceReason::kControlAway, RemoteCount::kControlAway, kAway};
  } else if (open_.size() >= limits_.max_open) {
    refusal = {core::SilenceReason::kOverload, RemoteCount::kOverload, kTooMany};
  }
  if (refusal) counts_.Add(refusal->count);
  return refusal;
}

// All have the same patience, so the deadlines are in order by themselves.
uint64_t PendingQuestions::Remember(Asker asker, TimePoint now) {
  const uint64_t id = ++last_id_;
  open_.emplace(id, std::move(asker));
  deadlines_.emplace_back(now + limits_.deadline, id);
  return id;
}

// Who asked this, if it is open and of that kind; it no longer is.
std::optional<PendingQuestions::Asker> PendingQuestions::Forget(uint64_t id, bool dhcp) {
  const auto found = open_.find(id);
  if (found == open_.end() || (found->second.sink != nullptr) != dhcp) {
    counts_.Add(RemoteCount::kLateAnswers);
    return std::nullopt;
  }
  counts_.Add(RemoteCount::kAnswered);
  Asker asker = std::move(found->second);
  open_.erase(found);
  return asker;
}

void PendingQuestions::Delivery::Add(const Asker& asker, core::DhcpAnswer answer) {
  auto group = std::ranges::find_if(dhcp_, [&](const auto& g) { return g.first == asker.sink; });
  if (group == dhcp_.end()) group = dhcp_.insert(group, {asker.sink, {}});
  group->second.push_back({asker.tag, std::move(answer)});
}

void PendingQuestions::Delivery::Add(Asker asker, core::BootAnswer answer) {
  boot_.emplace_back(std::move(asker.done), std::move(answer));
}

void PendingQuestions::Delivery::AddSilence(Asker asker, core::SilenceReason reason,
                                            std::string_view why) {
  if (asker.sink != nullptr) {
    Add(asker, core::DhcpAnswer(core::DhcpSilence{reason}));
  } else {
    Add(std::move(asker), core::BootAnswer(core::NoAnswer{std::string(why)}));
  }
}

void PendingQuestions::Delivery::HandOut() {
  for (auto& [sink, answers] : dhcp_) sink->OnDhcpAnswers(std::move(answers));
  for (auto& [done, answer] : boot_) done(std::move(answer));
}

std::string_view ToString(RemoteCount count) {
  switch (count) {
    case RemoteCount::kConnects:
      return "connects";
    case RemoteCount::kAsked:
      return "asked";
    case RemoteCount::kAnswered:
      return "answered";
    case RemoteCount::kTimedOut:
      return "timed_out";
    case RemoteCount::kControlAway:
      return "control_away";
    case RemoteCount::kCutOff:
      return "cut_off";
    case RemoteCount::kOverload:
      return "overload";
    case RemoteCount::kLateAnswers:
      return "late_answers";
    case RemoteCount::kMalformed:
      return "malformed";
    case RemoteCount::kEventsDropped:
      return "events_dropped";
    case RemoteCount::kCount:
      break;
  }
  return "unknown";
}

}  // namespace pxe::control
