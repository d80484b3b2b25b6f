// A control plane that answers by a table, at once or when told, and keeps the events.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/resolver.h"

namespace pxe::tftp {

class ScriptedResolver final : public core::Resolver {
 public:
  using Step = core::BootEvent::Step;

  // Names that are not in the table are static files.
  void Set(const std::string& path, core::BootAnswer answer) {
    const std::scoped_lock lock(mutex_);
    answers_[path] = std::move(answer);
  }
  void Hold() {
    const std::scoped_lock lock(mutex_);
    holding_ = true;
  }

  // The question for `path` keeps the thread that asks it, until LetGo.
  void Keep(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    kept_.insert(path);
  }
  void WaitUntilAsked(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kHangGuard, [&] { return questions_ >= count; });
  }
  void LetGo(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    kept_.erase(path);
    changed_.notify_all();
  }

  // Answers all held questions, on the caller's thread; waits until there are `count`.
  void Release(size_t count) {
    std::vector<Held> held;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kHangGuard, [&] { return held_.size() >= count; });
      held.swap(held_);
      holding_ = false;
    }
    for (auto& [question, done] : held) done(AnswerTo(question));
  }

  // The first `count` events, once there are so many; how far a transfer has got is none of them.
  std::vector<core::BootEvent> WaitForEvents(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kHangGuard, [&] { return events_.size() >= count; });
    return events_;
  }

  // How far a transfer has got, as first told.
  core::BootEvent WaitForProgress() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kHangGuard, [&] { return !progress_.empty(); });
    return progress_.empty() ? core::BootEvent() : progress_.front();
  }

  size_t questions() const {
    const std::scoped_lock lock(mutex_);
    return questions_;
  }

  void ResolveDhcp(std::vector<core::DhcpQuestion>, core::DhcpAnswerSink&) override {}
  void ResolveBoot(core::BootQuestion question, core::BootAnswerFn done) override {
    {
      std::unique_lock lock(mutex_);
      ++questions_;
      changed_.notify_all();
      changed_.wait_for(lock, kHangGuard, [&] { return !kept_.contains(question.path); });
      if (holding_) {
        held_.emplace_back(std::move(question), std::move(done));
        changed_.notify_all();
        return;
      }
    }
    done(AnswerTo(question));
  }
  void Report(core::BootEvent event) override {
    const std::scoped_lock lock(mutex_);
    auto& events = event.step == Step::kFetching ? progress_ : events_;
    events.push_back(std::move(event));
    changed_.notify_all();
  }

 private:
  using Held = std::pair<core::BootQuestion, core::BootAnswerFn>;
  static constexpr std::chrono::seconds kHangGuard{60};

  core::BootAnswer AnswerTo(const core::BootQuestion& question) {
    const std::scoped_lock lock(mutex_);
    const auto found = answers_.find(question.path);
    if (found != answers_.end()) return found->second;
    return core::StaticFile{question.path};
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, core::BootAnswer> answers_;
  std::vector<Held> held_;
  std::set<std::string> kept_;
  std::vector<core::BootEvent> events_;
  std::vector<core::BootEvent> progress_;
  size_t questions_ = 0;
  bool holding_ = false;
};

}  // namespace pxe::tftp
