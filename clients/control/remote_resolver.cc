#include "clients/control/remote_resolver.h"

#include <algorithm>
#include <utility>

#include "clients/channel.h"
#include "core/boot_path.h"

namespace pxe::control {

using std::chrono::steady_clock;

RemoteResolver::RemoteResolver(const std::string& address, RemoteHooks hooks, RemoteLimits limits)
    : address_(address),
      hooks_(std::move(hooks)),
      limits_(limits),
      stub_(v1::DataPlaneService::NewStub(client::OpenChannel(address))),
      questions_(limits.questions),
      backoff_(limits.first_retry, limits.slowest_retry) {
  thread_ = std::thread([this] { Run(); });
}

RemoteResolver::~RemoteResolver() {
  Stop();
}

void RemoteResolver::ResolveDhcp(std::vector<core::DhcpQuestion> batch,
                                 core::DhcpAnswerSink& sink) {
  questions_.AskDhcp(std::move(batch), sink, steady_clock::now());
  Asked();
}

void RemoteResolver::ResolveBoot(core::BootQuestion question, core::BootAnswerFn done) {
  // A longer name is refused for its length whatever follows, and need not travel.
  if (question.path.size() > core::kMaxRequestedPath) {
    question.path.resize(core::kMaxRequestedPath + 1);
  }
  questions_.AskBoot(std::move(question), std::move(done), steady_clock::now());
  Asked();
}

void RemoteResolver::Report(core::BootEvent event) {
  if (hooks_.on_event) hooks_.on_event(event);
  questions_.Report(std::move(event));
  const std::lock_guard lock(mutex_);
  if (stream_ != nullptr) stream_->Send();
}

// A question has been put into the queue: it leaves if the stream is free, and its deadline is
// watched.
void RemoteResolver::Asked() {
  const bool watched = watching_.exchange(true);
  const std::lock_guard lock(mutex_);
  if (stream_ != nullptr) stream_->Send();
  if (!watched) Wake();
}

// Under the mutex, also so that the thread cannot end us before the notice is given.
void RemoteResolver::Wake() {
  woken_ = true;
  wake_.notify_one();
}

void RemoteResolver::Stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    Wake();
  }
  thread_.join();
  questions_.Close();
}

// The thread's one job: what is due by the clock, until there is neither a stream nor a wish for
// one.
void RemoteResolver::Run() {
  while (Advance(steady_clock::now())) {
    std::unique_lock lock(mutex_);
    watching_ = false;
    // Whoever asks from here on wakes us, or is seen by NextWake.
    const std::optional<TimePoint> next = NextWake();
    const auto woken = [this] { return std::exchange(woken_, false); };
    if (next) {
      watching_ = true;
      wake_.wait_until(lock, *next, woken);
    } else {
      wake_.wait(lock, woken);
    }
  }
}

// Does what is due at `now`; false when all is over.
bool RemoteResolver::Advance(TimePoint now) {
  GiveUpOnTheSilent(now);
  const std::lock_guard lock(mutex_);
  if (stream_ended_) {
    stream_.reset();
    stream_ended_ = stream_open_ = false;
    retry_at_ = now + backoff_.Next(std::uniform_real_distribution<double>(0, 1)(dice_));
  }
  if (stopping_) {
    if (stream_ != nullptr) stream_->Cancel("pxed is ending");
    return stream_ != nullptr;
  }
  if (stream_ == nullptr && retry_at_ <= now) {
    RemoteStream::Owner& self = *this;
    stream_ = std::make_unique<RemoteStream>(*stub_, questions_, self);
    open_by_ = now + limits_.open_patience;
    stream_->Start();
  } else if (stream_ != nullptr && !stream_open_ && open_by_ <= now) {
    stream_->Cancel("it takes no questions");
    open_by_ = TimePoint::max();
  }
  return true;
}

// Ends overdue questions; and the stream, when nothing at all was heard for as long as they waited.
void RemoteResolver::GiveUpOnTheSilent(TimePoint now) {
  if (questions_.Expire(now) == 0) return;
  const std::lock_guard lock(mutex_);
  if (stream_ == nullptr || now - stream_->last_heard() < limits_.questions.deadline) return;
  stream_->Cancel("it does not answer");
}

std::optional<TimePoint> RemoteResolver::NextWake() {
  std::optional<TimePoint> next = questions_.NextDeadline();
  const auto also = [&next](TimePoint when) { next = next ? std::min(*next, when) : when; };
  if (stream_ended_) also(TimePoint{});
  if (stream_ == nullptr) also(retry_at_);
  if (stream_ != nullptr && !stream_open_ && open_by_ != TimePoint::max()) also(open_by_);
  return next;
}

void RemoteResolver::OnStreamOpen() {
  questions_.Open();
  {
    const std::lock_guard lock(mutex_);
    stream_open_ = true;
    backoff_.Reset();
    Wake();  // it waits for this, and would sleep past the first deadlines
  }
  Tell(Seen::kThere, "control plane " + address_ + " answers");
}

// Whoever waits is told now, not when the thread gets round to it.
void RemoteResolver::OnStreamEnded(const std::string& why) {
  questions_.Close();
  Tell(Seen::kAway, "control plane " + address_ + " is away: " + why);
  const std::lock_guard lock(mutex_);
  stream_ended_ = true;
  Wake();
}

void RemoteResolver::Tell(Seen seen, const std::string& line) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || seen_ == seen) return;
    seen_ = seen;
  }
  if (hooks_.on_change) hooks_.on_change(seen == Seen::kThere, line);
}

}  // namespace pxe::control
