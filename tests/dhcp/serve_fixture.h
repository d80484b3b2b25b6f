// A server on real sockets: a veth pair and the loopback interface of a namespace of its own.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>

#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <thread>

#include "dhcp/serve.h"
#include "tests/dhcp/wire/raw_packet.h"
#include "tests/support/status_matchers.h"

namespace pxe::dhcp {

using core::BootEvent;
using wire::RawPacket;

inline constexpr Ipv4 kServerAddress{0x0a090001};  // 10.9.0.1
inline constexpr Ipv4 kOffered{0x0a090032};        // 10.9.0.50
inline constexpr Ipv4 kLoopback{0x7f000001};
inline constexpr int kHangGuardMs = 20'000;

inline core::DhcpAnswer Offer(const core::DhcpQuestion& question) {
  return core::DhcpGrant{.address = kOffered,
                         .server_id = question.local_addresses.front(),
                         .lease = std::chrono::hours(1),
                         .subnet = {{0x0a090000}, 24}};
}

// Answers as told, on the asking thread or on another; remembers what was reported.
class FakeResolver final : public core::Resolver {
 public:
  using Decide = std::function<core::DhcpAnswer(const core::DhcpQuestion&)>;

  explicit FakeResolver(Decide decide, bool on_another_thread = false)
      : decide_(std::move(decide)), on_another_thread_(on_another_thread) {}

  void ResolveDhcp(std::vector<core::DhcpQuestion> batch, core::DhcpAnswerSink& sink) override {
    std::vector<core::TaggedDhcpAnswer> answers;
    for (const auto& question : batch) answers.push_back({question.tag, decide_(question)});
    if (on_another_thread_) {
      std::thread([&] { sink.OnDhcpAnswers(std::move(answers)); }).join();
    } else {
      sink.OnDhcpAnswers(std::move(answers));
    }
  }
  void ResolveBoot(core::BootQuestion, core::BootAnswerFn) override { ADD_FAILURE(); }
  void Report(BootEvent event) override {
    const std::lock_guard lock(mutex_);
    const bool dropped = event.detail.starts_with("dropped: ");
    (dropped ? drops_ : events_).push_back(std::move(event));
    changed_.notify_all();
  }

  std::vector<BootEvent> WaitForEvents(size_t count) {
    std::unique_lock lock(mutex_);
    const auto enough = [&] { return events_.size() >= count; };
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::milliseconds(kHangGuardMs), enough));
    return events_;
  }

  // What was said of packets that were dropped.
  std::vector<BootEvent> drops() {
    const std::lock_guard lock(mutex_);
    return drops_;
  }

 private:
  const Decide decide_;
  const bool on_another_thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<BootEvent> events_;
  std::vector<BootEvent> drops_;
};

// Runs a server until it goes out of scope.
class Running {
 public:
  Running(ServerConfig config, core::Resolver& resolver) {
    auto server = Server::Open(std::move(config), resolver);
    EXPECT_THAT(server, IsOk());
    if (!server.ok()) return;
    server_ = std::move(*server);
    thread_ = std::thread([this] { server_->Run(); });
  }
  ~Running() {
    if (!server_) return;
    server_->Stop();
    thread_.join();
  }
  Server& operator*() { return *server_; }
  Server* operator->() { return server_.get(); }

 private:
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

// A machine at the far end of the veth pair: sends and hears whole frames, has no address.
class Machine {
 public:
  Machine() : fd_(::socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL))) {
    sockaddr_ll local{};
    local.sll_family = AF_PACKET;
    local.sll_protocol = htons(ETH_P_ALL);
    local.sll_ifindex = static_cast<int>(::if_nametoindex("far"));
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&local), sizeof local), 0);
  }

  net::SendResult Broadcast(const std::vector<uint8_t>& payload, uint16_t source_port = 68) {
    const auto socket = net::PacketSocket::Open();
    return socket->Send(static_cast<int>(::if_nametoindex("far")),
                        {.source_mac = {{0x52, 0x54, 0, 0, 0, 4}},
                         .destination_mac = kBroadcastMac,
                         .destination = kBroadcastAddress,
                         .source_port = source_port,
                         .destination_port = 67,
                         .payload = payload});
  }

  // The next frame that the server's end sent: a DHCP reply, or an ARP request where one was made.
  std::vector<uint8_t> Hear() {
    std::vector<uint8_t> frame(2048);
    while (true) {
      pollfd waiting{fd_.get(), POLLIN, 0};
      if (::poll(&waiting, 1, kHangGuardMs) != 1) {
        ADD_FAILURE() << "no frame came";
        return std::vector<uint8_t>(400);
      }
      sockaddr_ll from{};
      socklen_t size = sizeof from;
      const ssize_t got = ::recvfrom(fd_.get(), frame.data(), frame.size(), 0,
                                     reinterpret_cast<sockaddr*>(&from), &size);
      const int type = frame[12] << 8 | frame[13];
      if (from.sll_pkttype == PACKET_OUTGOING || (type != ETH_P_IP && type != ETH_P_ARP)) continue;
      return {frame.begin(), frame.begin() + got};
    }
  }

 private:
  net::UniqueFd fd_;
};

class ServeTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0) << "these tests need root";
    const char* const setup =
        "ip link set lo up && ip link add near type veth peer name far && "
        "ip addr add 10.9.0.1/24 dev near && ip link set near up && ip link set far up";
    ASSERT_EQ(std::system(setup), 0);
  }
};

inline std::string MacAt(const std::vector<uint8_t>& frame, size_t offset) {
  MacAddress mac;
  std::copy_n(frame.begin() + static_cast<ptrdiff_t>(offset), 6, mac.bytes.begin());
  return mac.ToString();
}

inline Ipv4 AddressAt(const std::vector<uint8_t>& frame, size_t offset) {
  return {uint32_t{frame[offset]} << 24 | uint32_t{frame[offset + 1]} << 16 |
          uint32_t{frame[offset + 2]} << 8 | frame[offset + 3]};
}

inline int PortAt(const std::vector<uint8_t>& frame, size_t offset) {
  return frame[offset] << 8 | frame[offset + 1];
}

}  // namespace pxe::dhcp
