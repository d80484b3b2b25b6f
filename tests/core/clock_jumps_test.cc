// The clock of the server is set, by a day ahead or back, while clients go on with their leases as
// time really passes. The daemon reads it when it starts (server/steady_wall_clock.h), so what was
// set counts from the next start, with the leases that are on the disk.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/core/dhcp_desk.h"

namespace pxe::core {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr seconds kDay = hours(24);
constexpr seconds kLongest = hours(1);

// The next process on the rows of the one before, by a clock that says `now`.
std::unique_ptr<DhcpDesk> StartDesk(const Subnet& subnet, const std::vector<Lease>& rows,
                                    Seconds now) {
  auto desk = std::make_unique<DhcpDesk>();
  desk->now = now;
  desk->subnet = subnet;
  for (const Lease& lease : rows) desk->book.Load(lease, now);
  desk->book.PutSubnet(subnet);
  return desk;
}

std::unique_ptr<DhcpDesk> StartAgain(const DhcpDesk& desk, seconds by) {
  return StartDesk(desk.subnet, desk.book.All(), desk.now + by);
}

Subnet WalkedSubnet() {
  Subnet subnet = DhcpDesk().subnet;
  subnet.pools = {*ParseIpv4Range("10.0.0.10-10.0.0.29")};
  subnet.min_lease = seconds{60};
  subnet.default_lease = seconds{900};
  subnet.max_lease = kLongest;
  return subnet;
}

// Clients that ask in random order, and what each was promised, in time that nobody can set.
class Walk {
 public:
  explicit Walk(uint32_t seed)
      : random_(seed), desk_(StartDesk(WalkedSubnet(), {}, DhcpDesk().now)) {}

  void Jump(seconds by) { desk_ = StartAgain(*desk_, by); }
  void Pass(seconds time) {
    passed_ += time;
    desk_->now += time;
    while (desk_->book.Expire(desk_->now, 8)) {
    }
  }
  void Step() {
    const int client = static_cast<int>(Draw(kClients)) + 1;
    const auto held = address_of_.find(client);
    switch (Draw(8)) {
      case 0:
        return Pass(seconds{Draw(240)});
      case 1:
        if (held != address_of_.end()) Release(client, held->second);
        return;
      case 2:
      case 3:
        return Boot(client);
      default:
        if (held != address_of_.end()) return Renew(client, held->second);
        return Boot(client);
    }
  }

  uint32_t CountFree() const { return desk_->book.StatisticsOf("lab")[AddressUse::kFree]; }
  int renewals() const { return renewals_; }
  int taken_early() const { return taken_early_; }  // from clients whose time was not over

 private:
  static constexpr uint32_t kClients = 30;  // more than addresses

  struct Promise {
    int client = 0;
    seconds until{};
  };

  uint32_t Draw(uint32_t below) { return static_cast<uint32_t>(random_() % below); }

  void Boot(int client) {
    const DhcpVerdict offered = desk_->Discover(client);
    const auto* offer = std::get_if<DhcpGrant>(&offered.answer);
    if (offer == nullptr) return;  // the pool is full
    DhcpQuestion select = desk_->Question(DhcpMessage::kRequest, client);
    select.server_id = Ip("10.0.0.2");
    select.requested = offer->address;
    Take(client, Ask(client, select), offer->address);
  }

  // Who still counts as the last that had the address keeps it, however late by our clock.
  void Renew(int client, Ipv4 address) {
    const bool nobody_elses = IsLastOwner(client, address);
    DhcpQuestion question = desk_->Question(DhcpMessage::kRequest, client);
    question.ciaddr = address;
    question.unicast = true;
    if (Draw(3) == 0) question.lease_seconds = 60 + Draw(7200);
    const DhcpVerdict verdict = Ask(client, question);
    if (!std::holds_alternative<DhcpGrant>(verdict.answer)) {
      ASSERT_FALSE(nobody_elses) << address.ToString() << ": " << DhcpDesk::Said(verdict);
      address_of_.erase(client);
      return;
    }
    ++renewals_;
    Take(client, verdict, address);
  }

  void Release(int client, Ipv4 address) {
    desk_->Release(client, address.ToString().c_str());
    address_of_.erase(client);
    if (IsLastOwner(client, address)) promises_.erase(address);
  }

  bool IsLastOwner(int client, Ipv4 address) const {
    const auto promise = promises_.find(address);
    return promise != promises_.end() && promise->second.client == client;
  }

  DhcpVerdict Ask(int client, const DhcpQuestion& question) {
    const Ipv4 address = question.requested.value_or(question.ciaddr);
    const Lease* held = desk_->book.LeaseAt(address);
    const bool others =
        held != nullptr && held->client != Client(client) && IsLive(*held, desk_->now);
    const DhcpVerdict verdict = desk_->Decide(question);
    EXPECT_FALSE(others && std::holds_alternative<DhcpGrant>(verdict.answer))
        << address.ToString() << " has two owners";
    return verdict;
  }

  void Take(int client, const DhcpVerdict& verdict, Ipv4 address) {
    const auto* grant = std::get_if<DhcpGrant>(&verdict.answer);
    ASSERT_NE(grant, nullptr) << DhcpDesk::Said(verdict);
    ASSERT_EQ(grant->address, address);
    ASSERT_LE(grant->lease, kLongest);
    ASSERT_GT(grant->lease, seconds{0});
    const auto promise = promises_.find(address);
    const bool early = promise != promises_.end() && promise->second.client != client &&
                       promise->second.until > passed_;
    taken_early_ += early ? 1 : 0;
    const auto before = address_of_.find(client);
    const bool moved = before != address_of_.end() && before->second != address;
    if (moved && IsLastOwner(client, before->second)) promises_.erase(before->second);
    address_of_[client] = address;
    promises_[address] = {client, passed_ + grant->lease};
  }

  std::mt19937 random_;
  std::unique_ptr<DhcpDesk> desk_;
  seconds passed_{};
  std::map<Ipv4, Promise> promises_;  // the last of each address
  std::map<int, Ipv4> address_of_;    // what each client believes to have
  int renewals_ = 0;
  int taken_early_ = 0;
};

constexpr int kSteps = 20'000;
constexpr int kStepsBetweenJumps = 500;

TEST(ClockJumpsTest, F8_AfterADayAheadWhoRenewsFirstKeepsItsAddress) {
  DhcpDesk desk;
  for (int client = 1; client <= 3; ++client) {
    const std::string address = "10.0.0." + std::to_string(9 + client);
    desk.Discover(client);
    ASSERT_EQ(DhcpDesk::Said(desk.Select(client, address.c_str())), "ack " + address);
  }
  const auto next = StartAgain(desk, kDay);
  EXPECT_EQ(DhcpDesk::Said(next->Renew(2, "10.0.0.11")), "ack 10.0.0.11");
  EXPECT_EQ(DhcpDesk::Said(next->Discover(4)), "offer 10.0.0.10");
  EXPECT_EQ(DhcpDesk::Said(next->Select(4, "10.0.0.10")), "ack 10.0.0.10");
  EXPECT_EQ(DhcpDesk::Said(next->Renew(3, "10.0.0.12")), "ack 10.0.0.12");
  EXPECT_EQ(DhcpDesk::Said(next->Renew(1, "10.0.0.10")), "nak") << "it came too late";
}

TEST(ClockJumpsTest, F8_HoweverOftenNoAddressHasTwoOwners) {
  Walk walk(8);
  for (int step = 1; step <= kSteps && !testing::Test::HasFailure(); ++step) {
    walk.Step();
    if (step % kStepsBetweenJumps == 0) walk.Jump(kDay);
  }
  EXPECT_GT(walk.renewals(), kSteps / 10);
}

TEST(ClockJumpsTest, F9_AfterADayBackARenewalIsNoLongerThanAnyOther) {
  DhcpDesk desk;
  desk.Discover(1);
  ASSERT_EQ(DhcpDesk::Said(desk.Select(1, "10.0.0.10")), "ack 10.0.0.10");
  const seconds wanted = desk.subnet.default_lease;
  const auto next = StartAgain(desk, -kDay);
  const DhcpVerdict renewed = next->Renew(1, "10.0.0.10");
  ASSERT_EQ(DhcpDesk::Said(renewed), "ack 10.0.0.10");
  EXPECT_EQ(std::get<DhcpGrant>(renewed.answer).lease, wanted);
  EXPECT_EQ(next->book.LeaseAt(Ip("10.0.0.10"))->ends, next->now + wanted) << "it is written anew";
}

TEST(ClockJumpsTest, F9_HoweverOftenNobodysTimeIsCutAndNoLeaseIsForEver) {
  Walk walk(9);
  int jumps = 0;
  for (int step = 1; step <= kSteps && !testing::Test::HasFailure(); ++step) {
    walk.Step();
    if (step % kStepsBetweenJumps != 0) continue;
    walk.Jump(-kDay);
    ++jumps;
  }
  EXPECT_EQ(walk.taken_early(), 0);
  EXPECT_GT(walk.renewals(), kSteps / 10);
  EXPECT_LT(walk.CountFree(), 20u);
  walk.Pass(jumps * kDay + kLongest + kExpiryGrace);
  EXPECT_EQ(walk.CountFree(), 20u);
}

TEST(ClockJumpsTest, F8_F9_BackAndForthTheBookStaysInOrder) {
  Walk walk(89);
  for (int step = 1; step <= kSteps && !testing::Test::HasFailure(); ++step) {
    walk.Step();
    if (step % kStepsBetweenJumps == 0) walk.Jump(step % 2000 < 1000 ? kDay : -kDay);
  }
  EXPECT_GT(walk.renewals(), kSteps / 10);
}

}  // namespace
}  // namespace pxe::core
