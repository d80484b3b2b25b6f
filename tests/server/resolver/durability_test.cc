// Written before answered, seen from below: power fails at every write of a long run, and all that
// was acknowledged until then must be there (docs/durability.md).
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>

#include "absl/strings/str_format.h"
#include "store/leases.h"
#include "tests/server/resolver/test_plane.h"
#include "tests/support/disk_model.h"
#include "tests/support/recording_vfs.h"
#include "tests/support/status_matchers.h"

namespace pxe::server {
namespace {

using Contents = std::map<std::string, std::string>;  // "10.0.0.10" or "hosts/n1": its value

// What was attempted, in order, and what of it was acknowledged. After a crash a thing must have
// the value that was acknowledged last or one that was attempted later; "" is: it is not there.
class Ledger {
 public:
  // The mark with which it is to be acknowledged.
  uint64_t Attempt(const std::string& key, const std::string& value) {
    std::vector<std::string>& values = values_.try_emplace(key, 1, "").first->second;
    values.push_back(value);
    attempts_.push_back({key, values.size() - 1});
    return attempts_.size() - 1;
  }
  void Acknowledge(uint64_t mark) {
    const auto& [key, position] = attempts_.at(mark);
    acknowledged_[key] = position;
  }
  // The first thing that is not as it was promised; "" when all are.
  std::string FindLoss(const Contents& found) const {
    for (const auto& [key, values] : values_) {
      const auto promised = acknowledged_.find(key);
      const size_t first = promised == acknowledged_.end() ? 0 : promised->second;
      const auto is = found.find(key);
      const std::string value = is == found.end() ? "" : is->second;
      if (std::find(values.begin() + static_cast<std::ptrdiff_t>(first), values.end(), value) ==
          values.end()) {
        return absl::StrFormat("%s is \"%s\" and was acknowledged as \"%s\"", key, value,
                               values[first]);
      }
    }
    return "";
  }
  size_t acknowledged() const { return acknowledged_.size(); }

 private:
  std::vector<std::pair<std::string, size_t>> attempts_;  // key, position among its values
  std::map<std::string, std::vector<std::string>> values_;
  std::map<std::string, size_t> acknowledged_;
};

std::string ValueOf(const HardwareAddress& client, core::LeaseState state, Seconds ends) {
  return absl::StrFormat("%s %s until %d", client.ToString(),
                         state == core::LeaseState::kBound ? "bound" : "released",
                         ends.time_since_epoch().count());
}

// Marks what is acknowledged among the events of the disk, at the moment at which it leaves.
class MarkingSink final : public core::DhcpAnswerSink {
 public:
  explicit MarkingSink(RecordingVfs& disk) : disk_(disk) {}
  void OnDhcpAnswers(std::vector<core::TaggedDhcpAnswer> answers) override {
    for (const auto& [tag, answer] : answers) {
      const auto* grant = std::get_if<core::DhcpGrant>(&answer);
      const bool acked = grant != nullptr && BindsAddress(grant->kind);
      if (acked || answer == Released()) disk_.Mark(tag);
    }
    box_.OnDhcpAnswers(std::move(answers));
  }
  core::DhcpAnswer Await(uint64_t tag) { return box_.Await(tag); }
  static core::DhcpAnswer Released() { return core::DhcpSilence{core::SilenceReason::kReleased}; }

 private:
  RecordingVfs& disk_;
  AnswerBox box_;
};

// Writes on their way: how many, and whether each ended as it should.
class InFlight {
 public:
  void Begin() {
    const std::lock_guard lock(mutex_);
    ++count_;
  }
  void End(bool as_expected) {
    const std::lock_guard lock(mutex_);
    all_as_expected_ = all_as_expected_ && as_expected;
    if (--count_ == 0) none_left_.notify_one();
  }
  bool AwaitAll() {
    std::unique_lock lock(mutex_);
    none_left_.wait(lock, [this] { return count_ == 0; });
    return all_as_expected_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_left_;
  int count_ = 0;
  bool all_as_expected_ = true;
};

// Short enough that each renewal is written (L10).
constexpr std::chrono::seconds kLeaseTime{599};

// Sixty clients that want forty addresses, renew and release them; an operator who releases some;
// an orchestrator that creates, changes and deletes hosts: all at once, so that they share commits.
class Workload {
 public:
  Workload(TestPlane& plane, RecordingVfs& disk, Ledger& ledger)
      : plane_(plane), disk_(disk), ledger_(ledger), sink_(disk) {}

  void Run(int rounds) {
    for (int round = 0; round < rounds; ++round) {
      plane_.clock.Advance(std::chrono::seconds{11});  // beyond a retransmission, within a lease
      AskForLeases();
      if (Chance(3)) ReleaseByHand();
      for (int i = 0; i < 2; ++i) WriteHost(round);
      Settle();
    }
  }
  int grants() const { return grants_; }

 private:
  static constexpr uint32_t kClients = 60;
  static constexpr uint32_t kHosts = 8;
  static constexpr uint64_t kNotWritten = uint64_t{1} << 32;  // tags of questions without a write

  uint32_t Random(uint32_t below) { return static_cast<uint32_t>(random_() / 16 % below); }
  bool Chance(uint32_t one_in) { return Random(one_in) == 0; }

  core::DhcpQuestion Question(core::DhcpMessage message, uint32_t client, uint64_t tag) const {
    core::DhcpQuestion question;
    question.tag = tag;
    question.message = message;
    question.client = HardwareAddress::Of(Mac(static_cast<int>(client)));
    question.local_addresses = {Ip("10.0.0.1")};
    return question;
  }

  // Two to fifteen clients in one batch, each with a change of its own.
  void AskForLeases() {
    std::vector<core::DhcpQuestion> batch;
    std::set<uint32_t> clients;
    for (uint32_t i = 2 + Random(14); i > 0; --i) clients.insert(Random(kClients));
    for (const uint32_t client : clients) {
      if (auto question = NextOf(client)) {
        asked_[question->tag] = client;
        batch.push_back(*std::move(question));
      }
    }
    plane_.resolver().ResolveDhcp(std::move(batch), sink_);
  }

  std::optional<core::DhcpQuestion> NextOf(uint32_t client) {
    const Seconds now = plane_.clock.Now();
    const HardwareAddress who = HardwareAddress::Of(Mac(static_cast<int>(client)));
    const auto bound = ValueOf(who, core::LeaseState::kBound, now + kLeaseTime);
    if (const auto held = held_.find(client); held != held_.end()) {
      const std::string key = held->second.ToString();
      const bool renew = !Chance(3);
      const auto released = ValueOf(who, core::LeaseState::kReleased, now);
      auto question = Question(renew ? core::DhcpMessage::kRequest : core::DhcpMessage::kRelease,
                               client, ledger_.Attempt(key, renew ? bound : released));
      question.ciaddr = held->second;
      return question;
    }
    const uint64_t tag = kNotWritten + ++offers_;
    plane_.resolver().ResolveDhcp({Question(core::DhcpMessage::kDiscover, client, tag)}, sink_);
    const core::DhcpAnswer answer = sink_.Await(tag);
    const auto* offer = std::get_if<core::DhcpGrant>(&answer);
    if (offer == nullptr) return std::nullopt;  // the pool is exhausted
    auto question = Question(core::DhcpMessage::kRequest, client,
                             ledger_.Attempt(offer->address.ToString(), bound));
    question.server_id = Ip("10.0.0.1");
    question.requested = offer->address;
    return question;
  }

  // Of a client that has nothing on its way.
  void ReleaseByHand() {
    for (const auto& [client, address] : held_) {
      const bool busy =
          std::ranges::any_of(asked_, [&](const auto& asked) { return asked.second == client; });
      if (busy) continue;
      const HardwareAddress who = HardwareAddress::Of(Mac(static_cast<int>(client)));
      const uint64_t mark = ledger_.Attempt(
          address.ToString(), ValueOf(who, core::LeaseState::kReleased, plane_.clock.Now()));
      plane_.resolver().ReleaseLease(address, Done(mark));
      held_.erase(client);
      return;
    }
  }

  // Creates, changes or deletes; now and then creates what is there already, which is refused.
  void WriteHost(int round) {
    const uint32_t n = Random(kHosts);
    core::Host host;
    host.id = absl::StrFormat("n%d", n);
    host.uid = "uid-" + host.id;
    host.nics = {{.mac = Mac(static_cast<int>(1000 + n))}};
    host.labels = {{"round", std::to_string(round)}};
    const bool is_there = hosts_.contains(n);
    const std::string key = "hosts/" + host.id;
    if (is_there && Chance(4)) {
      Write(ledger_.Attempt(key, ""),
            [host](store::Database& db) { return store::EraseHost(db, host.id); });
      hosts_.erase(n);
    } else if (is_there && Chance(4)) {
      writes_.Begin();
      EXPECT_TRUE(
          plane_.writer().Submit({.change = Insert(host), .done = [this](const auto& status) {
                                    writes_.End(!status.ok());
                                  }}));
    } else if (is_there) {
      Write(ledger_.Attempt(key, std::to_string(round)),
            [host, now = plane_.clock.Now()](auto& db) {
              return store::UpdateHost(db, host, now).status();
            });
    } else {
      Write(ledger_.Attempt(key, std::to_string(round)), Insert(host));
      hosts_.insert(n);
    }
  }
  std::function<absl::Status(store::Database&)> Insert(const core::Host& host) const {
    return [host, now = plane_.clock.Now()](store::Database& db) {
      return store::InsertHost(db, host, now).status();
    };
  }
  void Write(uint64_t mark, std::function<absl::Status(store::Database&)> change) {
    EXPECT_TRUE(plane_.writer().Submit({.change = std::move(change), .done = Done(mark)}));
  }
  std::function<void(const absl::Status&)> Done(uint64_t mark) {
    writes_.Begin();
    return [this, mark](const absl::Status& status) {
      if (status.ok()) disk_.Mark(mark);
      writes_.End(status.ok());
    };
  }

  // Waits for all that was begun and learns who holds what.
  void Settle() {
    for (const auto& [tag, client] : asked_) {
      const core::DhcpAnswer answer = sink_.Await(tag);
      if (const auto* grant = std::get_if<core::DhcpGrant>(&answer)) {
        held_[client] = grant->address;
        ++grants_;
      } else {
        EXPECT_EQ(answer, MarkingSink::Released());
        held_.erase(client);
      }
    }
    asked_.clear();
    EXPECT_TRUE(writes_.AwaitAll());
  }

  TestPlane& plane_;
  RecordingVfs& disk_;
  Ledger& ledger_;
  MarkingSink sink_;
  std::minstd_rand random_{3};
  uint64_t offers_ = 0;
  int grants_ = 0;
  std::map<uint32_t, Ipv4> held_;  // by client
  std::set<uint32_t> hosts_;
  std::map<uint64_t, uint32_t> asked_;  // tag: client
  InFlight writes_;
};

// What a restart of the daemon finds in a folder, or why it does not come up.
absl::StatusOr<Contents> Recover(const std::filesystem::path& folder, Seconds now) {
  PXE_ASSIGN_OR_RETURN(store::StateDir dir, store::StateDir::Open(folder));
  LiveState state;
  PXE_RETURN_IF_ERROR(LoadState(dir.db(), now, state));
  PXE_ASSIGN_OR_RETURN(const std::vector<core::Host> hosts, store::ListHosts(dir.db()));
  Contents found;
  for (const core::Host& host : hosts) {
    found["hosts/" + host.id] = host.labels.empty() ? "?" : host.labels.begin()->second;
  }
  std::set<std::string> owners;
  for (const core::Lease& lease : state.leases.All()) {
    found[lease.address.ToString()] = ValueOf(lease.client, lease.state, lease.ends);
    if (core::IsLive(lease, now) && !owners.insert(lease.client.ToString()).second) {
      return DataLoss(lease.client.ToString() + " has two addresses");
    }
  }
  return found;
}

struct Verdict {
  size_t crash_points = 0;  // events of the disk before or after which power failed
  size_t images = 0;        // folders that were recovered
  size_t losses = 0;        // of these: something acknowledged was not there
  size_t early = 0;         // acknowledgements that left before their write was synced
  size_t checkpoints = 0;   // syncs of the database file itself
  std::string first_loss;
};

class DurabilityTest : public testing::Test {
 protected:
  DurabilityTest() {
    TestPlane plane(state_);
    core::Subnet subnet = LabSubnet();
    subnet.default_lease = kLeaseTime;
    subnet.pools = {*ParseIpv4Range("10.0.0.10-10.0.0.49")};
    plane.Add(subnet);
  }

  // Lets power fail at every step of a run.
  Verdict CrashEverywhere(int rounds, DiskFault fault) {
    RecordingVfs disk(state_);
    TestPlane plane(state_, {.checkpoint_pages = 24});
    DiskModel model(state_);  // with all that marks a database in use
    disk.TakeEvents();
    disk.Set(fault);
    Workload workload(plane, disk, ledger_);
    workload.Run(rounds);
    plane.writer().Stop();
    now_ = plane.clock.Now();
    grants_ = workload.grants();
    Verdict verdict;
    for (const DiskEvent& event : disk.TakeEvents()) {
      model.Apply(event);
      if (event.kind == DiskEvent::Kind::kMark) {
        ledger_.Acknowledge(event.mark);
        verdict.early += model.unsynced() > 0 ? 1 : 0;
      }
      if (event.kind == DiskEvent::Kind::kSync && event.file == "state.db") ++verdict.checkpoints;
      ++verdict.crash_points;
      Crash(model, verdict);
    }
    std::printf("%zu crash points, %zu images, %d grants, %zu checkpoints, %zu losses\n",
                verdict.crash_points, verdict.images, grants_, verdict.checkpoints, verdict.losses);
    RecordProperty("crash_points", static_cast<int>(verdict.crash_points));
    RecordProperty("images", static_cast<int>(verdict.images));
    return verdict;
  }

  void Crash(const DiskModel& model, Verdict& verdict) {
    std::vector<Survivors> choices = {Survivors::kNone};
    if (model.unsynced() > 0) choices.push_back(Survivors::kAll);
    if (model.unsynced() > 0) {
      const bool torn = model.unsynced() == 1 || verdict.crash_points % 2 == 0;
      choices.push_back(torn ? Survivors::kTorn : Survivors::kEveryOther);
    }
    for (const Survivors survivors : choices) {
      model.WriteTo(image_.path(), survivors, verdict.crash_points);
      const auto found = Recover(image_.path(), now_);
      const std::string loss = found.ok() ? ledger_.FindLoss(*found) : found.status().ToString();
      ++verdict.images;
      if (loss.empty()) continue;
      if (++verdict.losses == 1) verdict.first_loss = loss;
    }
  }

  TempDir folder_;
  const std::filesystem::path state_ = folder_.path() / "state";
  // Thousands of images need no disk; where there is no folder in memory, one does.
  const TempDir image_{std::filesystem::exists("/dev/shm")
                           ? std::filesystem::path("/dev/shm")
                           : std::filesystem::temp_directory_path()};
  Ledger ledger_;
  Seconds now_{};
  int grants_ = 0;
};

TEST_F(DurabilityTest, F4_Rule8_PowerMayFailAtAnyWriteAndNothingAcknowledgedIsLost) {
  const Verdict verdict = CrashEverywhere(30, DiskFault::kNone);
  EXPECT_EQ(verdict.losses, 0u) << verdict.first_loss;
  EXPECT_EQ(verdict.early, 0u);
  EXPECT_GT(grants_, 150);
  EXPECT_GT(verdict.checkpoints, 5u);
  EXPECT_GT(verdict.crash_points, 800u);
  EXPECT_GT(ledger_.acknowledged(), 40u);  // each address, and hosts
}

// The proof can fail: on a disk that only says that it has synced, it does.
TEST_F(DurabilityTest, ADiskThatLiesIsFoundOut) {
  const Verdict verdict = CrashEverywhere(8, DiskFault::kSyncLies);
  EXPECT_GT(verdict.losses, 0u);
  EXPECT_GT(verdict.early, 0u);
}

}  // namespace
}  // namespace pxe::server
