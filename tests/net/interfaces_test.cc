// In a network namespace of the test's own, where it may change what it looks at.
#include "net/interfaces.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>

#include <cstdlib>
#include <functional>
#include <thread>

#include "net/route_source.h"
#include "tests/support/status_matchers.h"

namespace pxe::net {
namespace {

// `body` on a thread that lives in a new namespace; the other tests stay where they are.
void InNewNamespace(const std::function<void()>& body) {
  std::thread([&] {
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0) << "this test needs root";
    ASSERT_EQ(std::system("ip link set lo up"), 0);
    body();
  }).join();
}

TEST(Interfaces, TellNameMacMtuAndAddressesWithTheirNetworks) {
  InNewNamespace([] {
    ASSERT_EQ(
        std::system("ip link add a0 address 02:00:00:00:00:0a mtu 1400 type veth peer name b0 "
                    "&& ip addr add 10.7.0.1/24 dev a0 && ip addr add 10.8.0.1/16 dev a0"),
        0);
    const auto interfaces = ListInterfaces();
    ASSERT_THAT(interfaces, IsOk());
    const auto table = InterfaceTable::Open();
    ASSERT_THAT(table, IsOk());
    const Interface* a0 = table->Find(std::string_view("a0"));
    ASSERT_NE(a0, nullptr);
    EXPECT_EQ(a0->mac.ToString(), "02:00:00:00:00:0a");
    EXPECT_EQ(a0->mtu, 1400);
    EXPECT_FALSE(a0->loopback);
    ASSERT_EQ(a0->addresses.size(), 2u);
    EXPECT_EQ(a0->addresses[0].network.ToString(), "10.7.0.0/24");
    EXPECT_EQ(a0->addresses[1].network.ToString(), "10.8.0.0/16");
    EXPECT_EQ(table->Find(a0->index), a0);
    EXPECT_TRUE(table->IsOurs({0x0a080001}));
    EXPECT_FALSE(table->IsOurs({0x0a080002}));
    EXPECT_TRUE(table->Find(std::string_view("lo"))->loopback);
  });
}

TEST(Interfaces, TheTableFollowsTheKernel) {
  InNewNamespace([] {
    auto table = InterfaceTable::Open();
    ASSERT_THAT(table, IsOk());
    EXPECT_FALSE(table->OnReadable());
    ASSERT_EQ(
        std::system("ip link add a0 type veth peer name b0 && ip addr add 10.7.0.1/24 dev a0"), 0);
    EXPECT_EQ(table->Find(std::string_view("a0")), nullptr);
    pollfd waiting{table->fd(), POLLIN, 0};
    ASSERT_EQ(::poll(&waiting, 1, 20'000), 1);
    EXPECT_TRUE(table->OnReadable());
    EXPECT_TRUE(table->IsOurs({0x0a070001}));
  });
}

TEST(RouteSources, AreTheKernelsChoiceUntilForgotten) {
  InNewNamespace([] {
    RouteSources routes;
    const Ipv4 relay{0x0a070063};
    EXPECT_TRUE(routes.Towards(relay).IsZero());
    ASSERT_EQ(std::system("ip link add a0 type veth peer name b0 && ip addr add 10.7.0.1/24 dev a0 "
                          "&& ip link set a0 up"),
              0);
    EXPECT_EQ(routes.Towards(relay).ToString(), "10.7.0.1");
    ASSERT_EQ(std::system("ip addr del 10.7.0.1/24 dev a0 && ip addr add 10.7.0.2/24 dev a0"), 0);
    EXPECT_EQ(routes.Towards(relay).ToString(), "10.7.0.1");
    routes.Forget();
    EXPECT_EQ(routes.Towards(relay).ToString(), "10.7.0.2");
  });
}

}  // namespace
}  // namespace pxe::net
