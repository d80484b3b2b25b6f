// A transfer and a client of RFC 7440 over a network that loses, repeats and swaps packets, at
// virtual time.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "tftp/transfer.h"

namespace pxe::tftp {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

enum class Acks { kOnePerGap, kEveryGap };  // U-Boot; EDK2

struct Network {
  double loss = 0;
  double repeat = 0;
  double swap = 0;
  std::vector<uint64_t> drop_once{};  // DATA blocks, by absolute number
};

// Both ends and all that is on its way between them.
class World {
 public:
  World(uint64_t blocks, uint16_t window, Acks acks, Network network)
      : blocks_(blocks),
        window_(window),
        acks_(acks),
        network_(std::move(network)),
        transfer_(Agreed(window), (blocks - 1) * 512, RetryPolicy(), 7, now_) {}

  void Run() {
    ToClient();
    while (transfer_.ending() == Ending::kRunning && steps_++ < 50'000'000) {
      const auto next = std::min(NextArrival(), std::min(*transfer_.deadline(), client_wakes_));
      now_ = std::max(now_, next);
      if (!events_.empty() && events_.begin()->first <= now_) {
        Deliver();
      } else if (client_wakes_ <= now_) {
        AckToServer();
      } else {
        transfer_.OnDeadline(now_);
        ToClient();
      }
    }
  }

  uint64_t received() const { return received_; }
  const Transfer& transfer() const { return transfer_; }
  Duration elapsed() const { return now_ - TimePoint(); }

 private:
  struct Event {
    bool to_client;
    bool is_oack;
    uint16_t number;
  };

  static AgreedOptions Agreed(uint16_t window) {
    AgreedOptions agreed;
    agreed.window_blocks = window;
    agreed.oack = {{"windowsize", std::to_string(window)}};
    return agreed;
  }

  bool Chance(double probability) {
    return static_cast<double>(random_()) < probability * 4294967296.0;
  }
  TimePoint NextArrival() const {
    return events_.empty() ? TimePoint::max() : events_.begin()->first;
  }

  void Put(Event event, microseconds spacing) {
    if (Chance(network_.loss)) return;
    const microseconds late(Chance(network_.swap) ? 300 : 0);
    events_.emplace(now_ + microseconds(100) + spacing + late, event);
    if (Chance(network_.repeat)) {
      events_.emplace(now_ + microseconds(150) + spacing + late, event);
    }
  }

  void ToClient() {
    const auto outbox = transfer_.TakeOutbox();
    if (!outbox) return;
    if (std::holds_alternative<wire::Oack>(*outbox)) return Put({true, true, 0}, {});
    const auto* blocks = std::get_if<SendBlocks>(&*outbox);
    if (blocks == nullptr) return;
    for (uint32_t i = 0; i < blocks->count; ++i) {
      const uint64_t block = blocks->first + i;
      const auto unlucky = std::ranges::find(network_.drop_once, block);
      if (unlucky != network_.drop_once.end()) {
        network_.drop_once.erase(unlucky);
        continue;
      }
      Put({true, false, static_cast<uint16_t>(block)}, microseconds(i));
    }
  }

  void AckToServer() {
    client_wakes_ = now_ + milliseconds(1500);
    in_window_ = 0;
    Put({false, false, static_cast<uint16_t>(received_)}, {});
  }

  void Deliver() {
    const Event event = events_.begin()->second;
    events_.erase(events_.begin());
    if (!event.to_client) {
      transfer_.OnPacket(wire::Ack{event.number}, now_);
      ToClient();
    } else if (event.is_oack) {
      if (received_ == 0) AckToServer();
    } else {
      OnData(event.number);
    }
  }

  void OnData(uint16_t number) {
    if (number == static_cast<uint16_t>(received_ + 1) && received_ < blocks_) {
      ++received_;
      complained_ = false;
      if (++in_window_ == window_ || received_ == blocks_) AckToServer();
      return;
    }
    const bool again = acks_ == Acks::kEveryGap || !complained_;
    complained_ = true;
    if (again) AckToServer();
  }

  uint64_t blocks_;
  uint16_t window_;
  Acks acks_;
  Network network_;
  TimePoint now_{};
  std::multimap<TimePoint, Event> events_;
  std::mt19937 random_{42};
  int steps_ = 0;
  Transfer transfer_;

  uint64_t received_ = 0;
  int in_window_ = 0;
  bool complained_ = false;
  TimePoint client_wakes_ = TimePoint::max();
};

bool IsDone(Ending ending) {
  return ending == Ending::kDone || ending == Ending::kDoneUnconfirmed;
}

struct Row {
  std::string name;
  Network network;
};

class LossyNetwork
    : public testing::TestWithParam<std::tuple<Row, int /*window*/, Acks /*of the client*/>> {};

TEST_P(LossyNetwork, DeliversEveryBlockInOrder) {
  const auto& [row, window, acks] = GetParam();
  World world(3000, static_cast<uint16_t>(window), acks, row.network);
  world.Run();
  EXPECT_EQ(world.received(), 3000u);
  EXPECT_TRUE(IsDone(world.transfer().ending()));
  EXPECT_LE(world.transfer().stats().blocks_sent, 3000u * 20) << "go-back-N at a loss of 20 %";
}

INSTANTIATE_TEST_SUITE_P(
    , LossyNetwork,
    testing::Combine(
        testing::Values(Row{"T74_Loss1", {.loss = 0.01}}, Row{"T74_Loss5", {.loss = 0.05}},
                        Row{"T74_Loss20", {.loss = 0.2}}, Row{"T75_Repeats", {.repeat = 0.05}},
                        Row{"T75_Swaps", {.swap = 0.05}},
                        Row{"T75_AllOfIt", {.loss = 0.05, .repeat = 0.05, .swap = 0.05}}),
        testing::Values(1, 4, 16, 64), testing::Values(Acks::kOnePerGap, Acks::kEveryGap)),
    [](const auto& row) {
      return std::get<0>(row.param).name + "_Window" + std::to_string(std::get<1>(row.param)) +
             (std::get<2>(row.param) == Acks::kEveryGap ? "_EveryGap" : "_OnePerGap");
    });

TEST(Amplification, T51_OneLostFirstBlockCostsAtMostTwoWindowsHoweverMuchTheClientComplains) {
  for (const uint64_t lost : {1u, 5u, 9u, 401u}) {
    World clean(1000, 4, Acks::kEveryGap, {});
    clean.Run();
    World lossy(1000, 4, Acks::kEveryGap, {.drop_once = {lost}});
    lossy.Run();
    EXPECT_EQ(lossy.received(), 1000u);
    EXPECT_LE(lossy.transfer().stats().blocks_sent, 1000u + 2 * 4) << lost;
    EXPECT_LE(lossy.elapsed(), clean.elapsed() * 2 + milliseconds(1000)) << lost;
  }
}

TEST(Amplification, RepeatedPacketsDoNotMultiplyTheTraffic) {
  World world(10000, 16, Acks::kEveryGap, {.repeat = 0.05});
  world.Run();
  EXPECT_EQ(world.received(), 10000u);
  EXPECT_LT(world.transfer().stats().blocks_sent, 10000u * 5 / 2);
}

TEST(LongFiles, T59_ThreeWrapsAndMoreArriveWhole) {
  World world(390626, 16, Acks::kOnePerGap, {});
  world.Run();
  EXPECT_EQ(world.received(), 390626u);
  EXPECT_EQ(world.transfer().stats().blocks_sent, 390626u);
}

TEST(LongFiles, T60_LossAroundAWrapInMidWindowIsRepaired) {
  World world(70000, 64, Acks::kEveryGap,
              {.drop_once = {65500, 65534, 65535, 65536, 65537, 65560}});
  world.Run();
  EXPECT_EQ(world.received(), 70000u);
  EXPECT_EQ(world.transfer().ending(), Ending::kDone);
}

}  // namespace
}  // namespace pxe::tftp
