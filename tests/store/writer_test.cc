// The writer thread: groups, their order, and who hears what when something fails.
#include "store/writer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "store/hosts.h"
#include "store/leases.h"
#include "tests/store/store_fixture.h"

namespace pxe::store {
namespace {

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;

core::Lease LeaseOf(uint32_t number) {
  core::Lease lease;
  lease.address = {number};
  return lease;
}

class WriterTest : public StoreTest {
 protected:
  // What done() was told, in the order it was called.
  struct Heard {
    std::string name;
    absl::Status status;
  };

  WriteJob Job(std::string name, std::function<absl::Status(Database&)> change,
               bool savepoint = true) {
    return {.change = std::move(change),
            .done =
                [this, name](const absl::Status& status) {
                  heard_.push_back({name, status});
                },
            .savepoint = savepoint};
  }
  WriteJob PutHost(const std::string& id, int number) {
    return Job(id, [id, number](Database& db) {
      return InsertHost(db, PlainHost(id, number), At(1)).status();
    });
  }
  WriteJob PutLeaseRow(uint32_t number) {
    return Job(
        std::to_string(number),
        [number](Database& db) { return PutLease(db, LeaseOf(number)).status(); }, false);
  }

  // Runs the jobs as one group: they queue up behind a job that waits for the last of them.
  WriterStats RunAsOneGroup(std::vector<WriteJob> jobs) {
    Writer writer(db());
    std::promise<void> begun;
    std::promise<void> all_queued;
    EXPECT_TRUE(writer.Submit({.change =
                                   [&](Database&) {
                                     begun.set_value();
                                     all_queued.get_future().wait();
                                     return absl::OkStatus();
                                   },
                               .done = [](const absl::Status&) {}}));
    begun.get_future().wait();
    for (WriteJob& job : jobs) EXPECT_TRUE(writer.Submit(std::move(job)));
    all_queued.set_value();
    writer.Stop();
    return writer.stats();
  }

  std::vector<std::string> HostIds() {
    const auto hosts = ListHosts(db());
    std::vector<std::string> ids;
    for (const core::Host& host : *hosts) ids.push_back(host.id);
    return ids;
  }

  std::vector<Heard> heard_;  // by the writer thread, read after Stop()
};

TEST_F(WriterTest, L2_EveryJobIsToldInOrderAfterOneCommit) {
  std::vector<WriteJob> jobs;
  for (uint32_t i = 1; i <= 100; ++i) jobs.push_back(PutLeaseRow(i));
  const WriterStats stats = RunAsOneGroup(std::move(jobs));
  ASSERT_EQ(heard_.size(), 100u);
  for (size_t i = 0; i < heard_.size(); ++i) {
    EXPECT_EQ(heard_[i].name, std::to_string(i + 1));
    EXPECT_THAT(heard_[i].status, IsOk());
  }
  EXPECT_EQ(stats.groups, 2u);
  EXPECT_EQ(stats.jobs, 101u);
  EXPECT_EQ(stats.last_group, 100u);
  EXPECT_EQ(stats.max_group, 100u);
  EXPECT_EQ(stats.failed_groups, 0u);
  EXPECT_EQ(ListLeases(db())->size(), 100u);
}

TEST_F(WriterTest, L1_ALeaseIsInTheFileWhenItsDoneIsCalled) {
  auto reader = Database::Open(file(), Database::Mode::kExisting);
  ASSERT_THAT(reader, IsOk());
  size_t during = 99;
  size_t after = 0;
  Writer writer(db());
  ASSERT_TRUE(writer.Submit({.change =
                                 [&](Database& own) {
                                   const absl::Status status = PutLease(own, LeaseOf(7)).status();
                                   during = ListLeases(**reader)->size();
                                   return status;
                                 },
                             .done =
                                 [&](const absl::Status& status) {
                                   EXPECT_THAT(status, IsOk());
                                   after = ListLeases(**reader)->size();
                                 },
                             .savepoint = false}));
  writer.Stop();
  EXPECT_EQ(during, 0u);
  EXPECT_EQ(after, 1u);
}

TEST_F(WriterTest, OneBadWriteSpoilsNothingElse) {
  std::vector<WriteJob> jobs;
  jobs.push_back(PutHost("a", 1));
  jobs.push_back(PutHost("b", 1));  // the MAC of a
  jobs.push_back(PutHost("c", 3));
  jobs.push_back(PutLeaseRow(9));
  const WriterStats stats = RunAsOneGroup(std::move(jobs));
  ASSERT_EQ(heard_.size(), 4u);
  EXPECT_THAT(heard_[0].status, IsOk());
  EXPECT_THAT(heard_[1].status, StatusIs(kTaken, "belongs to hosts/a"));
  EXPECT_THAT(heard_[2].status, IsOk());
  EXPECT_THAT(heard_[3].status, IsOk());
  EXPECT_EQ(stats.failed_groups, 0u);
  EXPECT_EQ(HostIds(), (std::vector<std::string>{"a", "c"}));
}

TEST_F(WriterTest, ABadWriteIsUndoneWhole) {
  std::vector<WriteJob> jobs;
  jobs.push_back(Job("half", [](Database& db) {
    EXPECT_THAT(InsertHost(db, PlainHost("a", 1), At(1)), IsOk());
    return InvalidArgument("changed my mind");
  }));
  RunAsOneGroup(std::move(jobs));
  EXPECT_THAT(heard_.at(0).status, StatusIs(kInvalid, "changed my mind"));
  EXPECT_TRUE(HostIds().empty());
}

TEST_F(WriterTest, L3_ARefusedCommitIsHeardByTheWholeGroup) {
  std::vector<WriteJob> jobs;
  jobs.push_back(PutLeaseRow(1));
  jobs.push_back(Job("breaks the commit", [](Database& db) {
    PXE_RETURN_IF_ERROR(db.Run("PRAGMA defer_foreign_keys = ON"));
    return db.Run("INSERT INTO host_label (host, name, value) VALUES ('nobody', 'a', 'b')");
  }));
  jobs.push_back(PutHost("a", 1));
  const WriterStats stats = RunAsOneGroup(std::move(jobs));
  ASSERT_EQ(heard_.size(), 3u);
  for (const Heard& heard : heard_) EXPECT_THAT(heard.status, StatusIs(kRefused, "FOREIGN KEY"));
  EXPECT_EQ(stats.failed_groups, 1u);
  EXPECT_TRUE(ListLeases(db())->empty());
  EXPECT_TRUE(HostIds().empty());
}

TEST_F(WriterTest, L3_ABadLeaseRowFailsItsGroupAndSaysSo) {
  std::vector<WriteJob> jobs;
  jobs.push_back(PutHost("a", 1));
  jobs.push_back(PutLeaseRow(0));  // 0.0.0.0 is no address of a client
  jobs.push_back(PutLeaseRow(5));
  RunAsOneGroup(std::move(jobs));
  ASSERT_EQ(heard_.size(), 3u);
  EXPECT_THAT(heard_[0].status, StatusIs(kUnavailable, "another write of the same commit failed"));
  EXPECT_THAT(heard_[1].status, StatusIs(kInvalid, "CHECK"));
  EXPECT_THAT(heard_[2].status, StatusIs(kUnavailable, "another write of the same commit failed"));
  EXPECT_TRUE(ListLeases(db())->empty());
  EXPECT_TRUE(HostIds().empty());
}

TEST_F(WriterTest, L12_ALockedDatabaseFailsTheGroupAndTheNextOneWorks) {
  auto other = Database::Open(file(), Database::Mode::kExisting);
  ASSERT_THAT(other, IsOk());
  auto lock = std::make_optional(Transaction::Begin(**other));
  ASSERT_THAT(*lock, IsOk());
  Writer writer(db());
  std::promise<absl::Status> refused;
  ASSERT_TRUE(
      writer.Submit({.change = [](Database& own) { return PutLease(own, LeaseOf(1)).status(); },
                     .done = [&](const absl::Status& status) { refused.set_value(status); },
                     .savepoint = false}));
  EXPECT_THAT(refused.get_future().get(), StatusIs(kUnavailable, "locked"));
  lock.reset();
  ASSERT_TRUE(writer.Submit(PutLeaseRow(2)));
  writer.Stop();
  EXPECT_THAT(heard_.at(0).status, IsOk());
  EXPECT_EQ(writer.stats().failed_groups, 1u);
  EXPECT_EQ(ListLeases(db())->size(), 1u);
}

TEST_F(WriterTest, AFullDiskFailsWhatDoesNotFitAndLosesNothing) {
  ASSERT_THAT(InsertHost(db(), PlainHost("old", 1), At(1)), IsOk());
  ASSERT_THAT(db().RunScript("PRAGMA max_page_count = 1"), IsOk());  // none beyond those in use
  core::Host big = PlainHost("big", 2);
  big.variables = {{"v", std::string(1 << 20, 'x')}};
  std::vector<WriteJob> jobs;
  jobs.push_back(Job("big", [big](Database& own) { return InsertHost(own, big, At(1)).status(); }));
  RunAsOneGroup(std::move(jobs));
  EXPECT_THAT(heard_.at(0).status, StatusIs(absl::StatusCode::kResourceExhausted, "full"));
  Reopen();
  EXPECT_EQ(HostIds(), std::vector<std::string>{"old"});
  EXPECT_THAT(InsertHost(db(), big, At(1)), IsOk());
}

TEST_F(WriterTest, StopCommitsWhatWasQueuedAndRefusesMore) {
  std::vector<WriteJob> jobs;
  for (uint32_t i = 1; i <= 3000; ++i) jobs.push_back(PutLeaseRow(i));
  const WriterStats stats = RunAsOneGroup(std::move(jobs));
  EXPECT_EQ(heard_.size(), 3000u);
  EXPECT_EQ(stats.max_group, WriterLimits{}.max_batch);
  EXPECT_EQ(stats.groups, 4u);  // the one they waited for, 1,024 + 1,024 + 952
  Reopen();
  EXPECT_EQ(ListLeases(db())->size(), 3000u);

  Writer writer(db());
  writer.Stop();
  WriteJob late = PutLeaseRow(4000);
  EXPECT_FALSE(writer.Submit(std::move(late)));
  EXPECT_EQ(writer.stats().refused, 1u);
}

TEST_F(WriterTest, AFullQueueRefusesAndLeavesTheJobToItsOwner) {
  Writer writer(db(), {.max_queue = 2});
  std::promise<void> begun;
  std::promise<void> go_on;
  ASSERT_TRUE(writer.Submit({.change =
                                 [&](Database&) {
                                   begun.set_value();
                                   go_on.get_future().wait();
                                   return absl::OkStatus();
                                 },
                             .done = [](const absl::Status&) {}}));
  begun.get_future().wait();
  EXPECT_TRUE(writer.Submit(PutLeaseRow(1)));
  EXPECT_TRUE(writer.Submit(PutLeaseRow(2)));
  WriteJob third = PutLeaseRow(3);
  EXPECT_FALSE(writer.Submit(std::move(third)));
  EXPECT_TRUE(third.change && third.done);
  go_on.set_value();
  writer.Stop();
  EXPECT_EQ(heard_.size(), 2u);
}

TEST_F(WriterTest, AJobMaySubmitTheNextFromItsDone) {
  Writer writer(db());
  std::promise<void> second_done;
  ASSERT_TRUE(writer.Submit(
      {.change = [](Database& own) { return PutLease(own, LeaseOf(1)).status(); },
       .done =
           [&](const absl::Status&) {
             EXPECT_TRUE(writer.Submit(
                 {.change = [](Database& own) { return PutLease(own, LeaseOf(2)).status(); },
                  .done = [&](const absl::Status&) { second_done.set_value(); }}));
           }}));
  second_done.get_future().wait();
  writer.Stop();
  EXPECT_EQ(ListLeases(db())->size(), 2u);
}

TEST_F(WriterTest, ManyThreadsMaySubmit) {
  constexpr uint32_t kThreads = 8;
  constexpr uint32_t kEach = 200;
  std::atomic<uint32_t> committed = 0;
  std::vector<uint32_t> last(kThreads, 0);  // each slot: the writer thread alone
  bool in_order = true;
  Writer writer(db());
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (uint32_t i = 1; i <= kEach; ++i) {
        EXPECT_TRUE(writer.Submit(
            {.change = [number = t * kEach + i](
                           Database& own) { return PutLease(own, LeaseOf(number)).status(); },
             .done =
                 [&, t, i](const absl::Status& status) {
                   in_order = in_order && i == last[t] + 1;
                   last[t] = i;
                   if (status.ok()) ++committed;
                 },
             .savepoint = false}));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  writer.Stop();
  EXPECT_EQ(committed, kThreads * kEach);
  EXPECT_TRUE(in_order);
  EXPECT_EQ(ListLeases(db())->size(), kThreads * kEach);
}

}  // namespace
}  // namespace pxe::store
