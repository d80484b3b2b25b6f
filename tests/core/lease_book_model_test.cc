// A million random operations, in step on the lease book and on a model that is obviously right.
//
// Packets go through the decision as they do in the daemon, commits succeed and fail later and in
// any order, pools change, hosts reserve, time passes. Whatever the order, the two agree on every
// standing, queue and count, and no address ever has two owners.
#include <gtest/gtest.h>

#include <random>

#include "core/decide_dhcp.h"
#include "tests/core/lease_model.h"
#include "tests/support/status_matchers.h"

namespace pxe::core {
namespace {

using std::chrono::seconds;

constexpr int kSteps = 250'000;
constexpr int kClients = 40;
constexpr size_t kMostUnsettled = 6;
constexpr int kCountEvery = 32;   // steps between counts of the statistics from scratch
constexpr int kLookEvery = 2048;  // steps between looks at everything there is

Ipv4 Ip(const char* text) {
  return *ParseIpv4(text);
}

HardwareAddress Client(uint32_t n) {
  return HardwareAddress::Of(MacAddress{{0x52, 0x54, 0, 0, 0, static_cast<uint8_t>(n)}});
}

Subnet MakeSubnet(const char* id, const char* cidr, const std::vector<const char*>& pools) {
  Subnet subnet{.id = id, .cidr = *ParseIpv4Prefix(cidr)};
  for (const char* pool : pools) subnet.pools.push_back(*ParseIpv4Range(pool));
  subnet.routers = {{subnet.cidr.address.value + 1}};
  subnet.min_lease = seconds{30};
  subnet.default_lease = seconds{300};
  return subnet;
}

// What the subnets may look like in turn: the same network, other pools.
std::vector<Subnet> Variants() {
  return {
      MakeSubnet("lab", "10.0.0.0/26", {"10.0.0.8-10.0.0.19", "10.0.0.30-10.0.0.37"}),
      MakeSubnet("lab", "10.0.0.0/26", {"10.0.0.12-10.0.0.33"}),
      MakeSubnet("lab", "10.0.0.0/26", {}),
      MakeSubnet("tiny", "10.0.1.0/29", {"10.0.1.0-10.0.1.7"}),
      MakeSubnet("tiny", "10.0.1.0/29", {"10.0.1.4-10.0.1.6", "10.0.1.2-10.0.1.2"}),
  };
}

// Reserved by turns, each for the client of its index.
std::vector<Ipv4> Reservable() {
  return {Ip("10.0.0.9"), Ip("10.0.0.15"), Ip("10.0.0.31"), Ip("10.0.0.50"), Ip("10.0.1.4")};
}

class Walk {
 public:
  explicit Walk(uint32_t seed) : random_(seed) {
    Put(Variants().front());
    Put(Variants().back());
  }

  void Step(int step) {
    switch (Draw(32)) {
      case 0:
        return Put(variants_[Draw(variants_.size())]);
      case 1:
        return Draw(8) == 0 ? Erase() : Draw(2) == 0 ? TakeBack() : ToggleReservation();
      case 2:
      case 3:
        return Pass(step);
      case 4:
      case 5:
      case 6:
      case 7:
      case 8:
      case 9:
        return Settle();
      default:
        return Packet();
    }
  }

  void ExpectSameQueuesAndStandings() {
    for (const char* id : {"lab", "tiny"}) ASSERT_EQ(book_.NextFree(id), model_.NextFree(id));
    const Ipv4 address = AnyAddress();
    const HardwareAddress client = Client(Draw(kClients));
    ASSERT_EQ(book_.StandingOf(address, client, now_), model_.StandingOf(address, client, now_))
        << address.ToString() << " to " << client.ToString();
  }
  void ExpectSameCounts() {
    for (const char* id : {"lab", "tiny"}) {
      ASSERT_EQ(book_.StatisticsOf(id).counts, model_.StatisticsOf(id).counts) << id;
    }
  }
  void ExpectSameInEveryRespect() {
    ASSERT_THAT(book_.Verify(), IsOk());
    ASSERT_EQ(book_.All(), model_.All());
    ASSERT_TRUE(book_.DoubleLeases(now_).empty());
    for (uint32_t value = Ip("10.0.0.0").value; value < Ip("10.0.0.64").value; ++value) {
      for (uint32_t n = 0; n < kClients; n += 7) {
        ASSERT_EQ(book_.StandingOf({value}, Client(n), now_),
                  model_.StandingOf({value}, Client(n), now_))
            << Ipv4{value}.ToString();
      }
    }
  }
  int declined() const { return declined_; }

 private:
  uint32_t Draw(size_t below) { return static_cast<uint32_t>(random_() % below); }
  Ipv4 AnyAddress() {
    return Draw(4) == 0 ? Ipv4{Ip("10.0.1.0").value + Draw(8)}
                        : Ipv4{Ip("10.0.0.0").value + Draw(40)};
  }

  void Put(const Subnet& subnet) {
    book_.PutSubnet(subnet);
    model_.PutSubnet(subnet);
  }
  void Erase() {
    const char* id = Draw(2) == 0 ? "lab" : "tiny";
    book_.EraseSubnet(id);
    model_.EraseSubnet(id);
  }
  void ToggleReservation() {
    const size_t n = Draw(reservable_.size());
    reserved_[n] = !reserved_[n];
    book_.SetReserved(reservable_[n], reserved_[n]);
    model_.SetReserved(reservable_[n], reserved_[n]);
  }
  void Pass(int step) {
    const bool a_day = Draw(128) == 0;  // or nothing that was declined would be free again
    now_ += seconds{a_day ? 86'000 : step % 1000 == 0 ? 400 : Draw(12)};
    const size_t limit = Draw(4) == 0 ? 1000 : Draw(3);
    book_.Expire(now_, limit);
    model_.Expire(now_, limit);
  }

  // As an operator does.
  void TakeBack() {
    const Lease* lease = book_.LeaseAt(AnyAddress());
    if (lease == nullptr || lease->state == LeaseState::kReleased) return;
    if (book_.IsPending(lease->address) || book_.PendingOf(lease->client)) return;
    BeginAll({Released(*lease, now_)});
  }

  // A group of changes is made durable or lost as a whole, groups in any order.
  void Settle() {
    if (unsettled_.empty()) return;
    const auto chosen = unsettled_.begin() + static_cast<ptrdiff_t>(Draw(unsettled_.size()));
    const std::vector<Lease> group = *chosen;
    unsettled_.erase(chosen);
    const bool committed = Draw(5) != 0;
    for (const Lease& lease : group) {
      if (!committed) {
        book_.Drop(lease.address);
        model_.Drop(lease.address);
        continue;
      }
      const Lease* held = book_.LeaseAt(lease.address);
      ASSERT_TRUE(held == nullptr || held->client == lease.client || !IsLive(*held, now_))
          << lease.address.ToString() << " had an owner";
      ASSERT_TRUE(held == nullptr || lease.state != LeaseState::kBound ||
                  held->state != LeaseState::kDeclined || held->ends <= now_)
          << lease.address.ToString() << " was on probation";
      book_.Commit(lease.address, now_);
      model_.Commit(lease.address, now_);
    }
    for (const auto& [id, subnet] : model_.subnets()) {
      ASSERT_LE(model_.CountLive(group.front().client, subnet.cidr, now_), 1);
    }
  }

  void Packet() {
    const auto subnet = model_.subnets().find(Draw(5) == 0 ? "tiny" : "lab");
    if (subnet == model_.subnets().end()) return;
    const uint32_t n = Draw(kClients);
    Nic nic;
    DhcpFacts facts{.subnet = &subnet->second};
    if (n < reservable_.size() && reserved_[n]) {
      nic.address = reservable_[n];
      facts.nic = &nic;
    }
    const DhcpQuestion question = AnyQuestion(n, subnet->second.cidr);
    const DhcpVerdict verdict = DecideDhcp(question, facts, book_, now_);
    if (!verdict.wait_for) CarryOut(question, verdict, subnet->second, nic.address);
  }
  DhcpQuestion AnyQuestion(uint32_t client, const Ipv4Prefix& network) {
    DhcpQuestion question{.client = Client(client), .local_addresses = {Ip("10.0.0.1")}};
    if (Draw(4) == 0) question.lease_seconds = 30 + Draw(600);
    const Lease* lease = book_.LeaseOf(question.client, network);
    const Ipv4 own = lease != nullptr ? lease->address : AnyAddress();
    const uint32_t kind = Draw(16);
    if (kind < 7) {
      if (Draw(3) == 0) question.requested = AnyAddress();
      return question;
    }
    if (kind == 15 && Draw(2) == 0) {
      question.message = DhcpMessage::kDecline;
      const Offer* offer = book_.OfferTo(question.client, network, now_);
      question.requested = offer != nullptr && Draw(2) == 0 ? offer->address : own;
      return question;
    }
    if (kind == 15) {
      question.message = DhcpMessage::kRelease;
      question.ciaddr = own;
      return question;
    }
    question.message = DhcpMessage::kRequest;
    const Offer* offer = book_.OfferTo(question.client, network, now_);
    if (kind < 12) {
      question.server_id = Ip(Draw(16) == 0 ? "10.9.9.9" : "10.0.0.1");
      question.requested = offer != nullptr && Draw(8) != 0 ? offer->address : AnyAddress();
    } else if (kind < 14) {
      question.ciaddr = Draw(8) != 0 ? own : AnyAddress();
    } else {
      question.requested = Draw(8) != 0 ? own : AnyAddress();
    }
    return question;
  }
  void CarryOut(const DhcpQuestion& question, const DhcpVerdict& verdict, const Subnet& subnet,
                std::optional<Ipv4> reservation) {
    if (const auto* grant = std::get_if<DhcpGrant>(&verdict.answer)) {
      const Standing standing = model_.StandingOf(grant->address, question.client, now_);
      const bool fair = standing == Standing::kFree || standing == Standing::kOwn ||
                        (standing == Standing::kReserved && reservation == grant->address);
      ASSERT_TRUE(fair) << grant->address.ToString() << " to " << question.client.ToString();
    }
    if (verdict.drop_offers) {
      book_.DropOffers(verdict.client);
      model_.DropOffers(verdict.client);
    }
    if (verdict.offer) {
      book_.HoldOffer(*verdict.offer, verdict.client, subnet.cidr, now_);
      model_.HoldOffer(*verdict.offer, verdict.client, subnet.cidr, now_);
    }
    const bool declined = std::ranges::any_of(
        verdict.changes, [](const Lease& lease) { return lease.state == LeaseState::kDeclined; });
    declined_ += declined ? 1 : 0;
    BeginAll(verdict.changes);
  }
  void BeginAll(const std::vector<Lease>& changes) {
    for (const Lease& lease : changes) {
      book_.Begin(lease);
      model_.Begin(lease);
    }
    if (!changes.empty()) unsettled_.push_back(changes);
    if (unsettled_.size() > kMostUnsettled) Settle();
  }

  std::mt19937 random_;
  LeaseBook book_;
  LeaseModel model_;
  Seconds now_{seconds{1'000'000}};
  const std::vector<Subnet> variants_ = Variants();
  const std::vector<Ipv4> reservable_ = Reservable();
  std::array<bool, 5> reserved_{};
  int declined_ = 0;                           // how often a client was believed
  std::vector<std::vector<Lease>> unsettled_;  // begun, each group from one packet
};

class LeaseBookModelTest : public testing::TestWithParam<uint32_t> {};

TEST_P(LeaseBookModelTest, AgreesWithTheModelAfterEveryStep) {
  Walk walk(GetParam());
  for (int step = 0; step < kSteps; ++step) {
    walk.Step(step);
    walk.ExpectSameQueuesAndStandings();
    if (step % kCountEvery == 0) walk.ExpectSameCounts();
    if (step % kLookEvery == 0) walk.ExpectSameInEveryRespect();
    if (HasFatalFailure()) FAIL() << "seed " << GetParam() << ", step " << step;
  }
  EXPECT_GT(walk.declined(), kSteps / 1000) << "or the walk says little about declined addresses";
}

INSTANTIATE_TEST_SUITE_P(Seeds, LeaseBookModelTest, testing::Values(1, 2, 3, 20261122));

}  // namespace
}  // namespace pxe::core
