// A control plane in one process, on a real database in a folder of its own: what the tests of the
// resolver and of whole exchanges stand on.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/model.h"
#include "core/resolver.h"
#include "server/live_state.h"
#include "server/load_state.h"
#include "server/resolver.h"
#include "store/hosts.h"
#include "store/profiles.h"
#include "store/state_dir.h"
#include "store/subnets.h"
#include "store/writer.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace pxe::server {

// Collects answers; Await blocks until the question with that tag has its one.
class AnswerBox final : public core::DhcpAnswerSink {
 public:
  void OnDhcpAnswers(std::vector<core::TaggedDhcpAnswer> answers) override {
    const std::lock_guard lock(mutex_);
    for (auto& [tag, answer] : answers) {
      ++count_[tag];
      answers_[tag] = std::move(answer);
    }
    changed_.notify_all();
  }
  core::DhcpAnswer Await(uint64_t tag) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return answers_.contains(tag); });
    return answers_.at(tag);
  }
  int CountOf(uint64_t tag) {
    const std::lock_guard lock(mutex_);
    return count_[tag];
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<uint64_t, core::DhcpAnswer> answers_;
  std::map<uint64_t, int> count_;
};

// One run of the daemon's inside. Make a second one on the same folder to see what survived.
class TestPlane {
 public:
  explicit TestPlane(const std::filesystem::path& folder, store::WriterLimits limits = {})
      : state_dir_(*store::StateDir::Open(folder)) {
    EXPECT_TRUE(LoadState(state_dir_.db(), clock.Now(), state).ok());
    writer_ = std::make_unique<store::Writer>(state_dir_.db(), limits);
    resolver_ = std::make_unique<Resolver>(
        state, *writer_, clock, [](const core::BootEvent&) {},
        [this](core::Host machine) { discovered.push_back(std::move(machine)); }, std::nullopt);
  }
  ~TestPlane() { writer_->Stop(); }

  Resolver& resolver() { return *resolver_; }
  store::Writer& writer() { return *writer_; }

  // Writes through the store as the API does, then shows it.
  template <typename T>
  void Add(const T& noun) {
    std::mutex mutex;
    std::condition_variable changed;
    absl::StatusOr<T> written = absl::UnknownError("not yet");
    bool done = false;
    EXPECT_TRUE(writer_->Submit({
        .change =
            [&](store::Database& db) {
              written = Insert(db, noun);
              return written.status();
            },
        .done =
            [&](const absl::Status&) {
              const std::lock_guard lock(mutex);
              done = true;
              changed.notify_one();
            },
    }));
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return done; });
    ASSERT_TRUE(written.ok()) << written.status();
    state.Apply(*std::move(written));
  }

  FakeClock clock;
  LiveState state;
  std::vector<core::Host> discovered;  // that the resolver asked for, by the one thread of the test

 private:
  absl::StatusOr<core::Subnet> Insert(store::Database& db, const core::Subnet& subnet) {
    return store::InsertSubnet(db, subnet, clock.Now());
  }
  absl::StatusOr<core::Host> Insert(store::Database& db, const core::Host& host) {
    return store::InsertHost(db, host, clock.Now());
  }
  absl::StatusOr<core::Profile> Insert(store::Database& db, const core::Profile& profile) {
    return store::InsertProfile(db, profile, clock.Now());
  }

  store::StateDir state_dir_;
  std::unique_ptr<store::Writer> writer_;
  std::unique_ptr<Resolver> resolver_;
};

inline Ipv4 Ip(const char* text) {
  return *ParseIpv4(text);
}

inline MacAddress Mac(int n) {
  return MacAddress{{0x52, 0x54, 0, 0, static_cast<uint8_t>(n >> 8), static_cast<uint8_t>(n)}};
}

// A test in which machines ask a server at 10.0.0.1, each question under a tag of its own. From any
// thread.
class AskingTest : public testing::Test {
 protected:
  core::DhcpQuestion Question(core::DhcpMessage message, int client) {
    core::DhcpQuestion question;
    question.tag = ++tag_;
    question.message = message;
    question.client = HardwareAddress::Of(Mac(client));
    question.local_addresses = {Ip("10.0.0.1")};
    return question;
  }
  core::DhcpQuestion Select(int client, const char* address) {
    core::DhcpQuestion question = Question(core::DhcpMessage::kRequest, client);
    question.server_id = Ip("10.0.0.1");
    question.requested = Ip(address);
    return question;
  }
  core::DhcpAnswer AskOf(core::Resolver& resolver, const core::DhcpQuestion& question) {
    resolver.ResolveDhcp({question}, box_);
    return box_.Await(question.tag);
  }

  AnswerBox box_;

 private:
  std::atomic<uint64_t> tag_ = 0;
};

inline core::Subnet LabSubnet() {
  core::Subnet subnet;
  subnet.id = "lab";
  subnet.cidr = *ParseIpv4Prefix("10.0.0.0/24");
  subnet.pools = {*ParseIpv4Range("10.0.0.10-10.0.0.209")};
  return subnet;
}

inline core::Profile LinuxProfile(std::string id) {
  core::Profile profile;
  profile.id = std::move(id);
  profile.entries = {{.name = "linux",
                      .kernel = "vmlinuz",
                      .initrds = {"initrd.img"},
                      .arguments = "ip={{host.address}} quiet"}};
  return profile;
}

}  // namespace pxe::server
